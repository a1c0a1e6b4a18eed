import type { Plugin } from 'vite'

const PROPERTY = /@property\s+--[\w-]+\s*\{([^}]*)\}/g

/**
 * Drops `@property` registrations without an initial value from the built styles.
 *
 * Chrome 114 takes the empty fallback in `var(--tw-ring-inset,)` for invalid where Tailwind has registered the property
 * with `syntax: "*"` and no initial value, and every ring border of Nuxt UI vanishes. Newer ones do not mind.
 * Can go with the fallback runtime (Electron 25).
 */
export function dropBareProperties(): Plugin {
  return {
    name: 'rollbook:drop-bare-properties',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      let dropped = 0
      for (const file of Object.values(bundle)) {
        if (file.type !== 'asset' || !file.fileName.endsWith('.css')) continue
        file.source = String(file.source).replace(PROPERTY, (rule, body: string) => {
          if (body.includes('initial-value')) return rule
          dropped++
          return ''
        })
      }
      if (dropped === 0) this.error('No bare @property in the styles: is this plugin still needed?')
    },
  }
}
