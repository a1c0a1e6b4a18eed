import type { Plugin } from 'vite'

const BEFORE = /(_isBrowserFirefox\(\)\s*\?\s*6e6\s*:\s*)1e9\b/g

/**
 * Keeps AG Grid's rows lower than 2^24 device pixels in all; above that it scales its scrolling. Chrome draws in 32-bit
 * floats, so that cells which stand still slip by one or two pixels against the rest further down (seen from 520,000 rows
 * of 32 pixels on).
 *
 * Can go when ag-stack's `_getMaxDivHeight` knows that limit, or Chrome none.
 */
export function agStackHeight(): Plugin {
  let isPatched = false
  return {
    name: 'rollbook:ag-stack-height',
    enforce: 'pre',
    transform(code, id) {
      if (!/\/ag-stack\/dist\/package\/main\.esm(\.min)?\.mjs$/.test(id.split('?')[0] ?? '')) return
      if (code.match(BEFORE)?.length !== 1) this.error('ag-stack no longer reads as expected')
      isPatched = true
      return { code: code.replace(BEFORE, '$1(16.5e6 / (globalThis.devicePixelRatio || 1))'), map: null }
    },
    buildEnd(error) {
      if (!error && !isPatched) this.error('ag-stack was not seen: nothing was patched')
    },
  }
}
