import { patchPackage } from './patchPackage'

/**
 * Keeps AG Grid's rows lower than 2^24 device pixels in all; above that it scales its scrolling. Chrome draws in 32-bit
 * floats, so that cells which stand still slip by one or two pixels against the rest further down (seen from 520,000 rows
 * of 32 pixels on).
 *
 * Can go when ag-stack's `_getMaxDivHeight` knows that limit, or Chrome none.
 */
export const agStackHeight = () =>
  patchPackage({
    name: 'ag-stack-height',
    file: '/ag-stack/dist/package/main.esm.mjs',
    before: '_isBrowserFirefox() ? 6e6 : 1e9',
    after: '_isBrowserFirefox() ? 6e6 : 16.5e6 / (globalThis.devicePixelRatio || 1)',
  })
