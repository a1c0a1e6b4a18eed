import { resolve } from 'node:path'
import ui from '@nuxt/ui/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import { agStackHeight } from './scripts/vite/agStackHeight'
import { agStackTemplates } from './scripts/vite/agStackTemplates'
import { appearance } from './scripts/vite/appearance'
import { dropBareProperties } from './scripts/vite/dropBareProperties'
import { guides } from './scripts/vite/guides'
import { nuxtUiColors } from './scripts/vite/nuxtUiColors'
import { thirdParty } from './scripts/vite/thirdParty'
import { toasterLabel } from './scripts/vite/toasterLabel'
import { zodNoEval } from './scripts/vite/zodNoEval'

const path = (name: string) => resolve(import.meta.dirname, name)
const commonJs = {
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name]-[hash].cjs',
  // What import() finds, Electron before 28 cannot read out of the packed archive.
  dynamicImportInCjs: false,
} as const

// The oldest runtime that has to work is Electron 25: Node 18.15, Chrome 114.
const NODE = 'node18'
const CHROME = 'chrome114'

export default defineConfig({
  // The packages in `dependencies` stay outside, all others are bundled.
  main: {
    plugins: [thirdParty(import.meta.dirname)],
    build: {
      target: NODE,
      rolldownOptions: {
        input: {
          index: path('electron/main/index.ts'),
          cli: path('electron/cli/index.ts'),
          parser: path('electron/exchange/parser.ts'),
        },
        output: commonJs,
      },
    },
  },
  // A sandboxed preload can require nothing but Electron.
  preload: {
    plugins: [thirdParty(import.meta.dirname)],
    build: {
      target: NODE,
      externalizeDeps: false,
      rolldownOptions: { input: { index: path('electron/preload/index.ts') }, output: commonJs },
    },
  },
  renderer: {
    root: path('renderer'),
    // The app:// handler puts a nonce in its place at each load.
    html: { cspNonce: '__NONCE__' },
    plugins: [
      agStackHeight(),
      agStackTemplates(),
      nuxtUiColors(),
      toasterLabel(),
      zodNoEval(),
      guides(),
      vue({ include: [/\.vue$/, /\.md$/] }),
      ui({
        colorMode: false,
        autoImport: { dts: path('renderer/auto-imports.d.ts') },
        components: { dts: path('renderer/components.d.ts'), dirs: [] },
        icon: { clientBundle: { scan: { globInclude: ['**/*.{ts,vue}'] } } },
        ui: appearance,
      }),
      dropBareProperties(),
      thirdParty(import.meta.dirname, { isLast: true }),
    ],
    build: {
      target: CHROME,
      minify: 'oxc',
      modulePreload: { polyfill: false },
      rolldownOptions: { input: path('renderer/index.html') },
    },
  },
})
