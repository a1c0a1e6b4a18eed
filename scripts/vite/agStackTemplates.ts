import { patchPackage } from './patchPackage'

/**
 * AG Grid makes elements of strings (of what a cell renderer answers, of icons) by `innerHTML`, which
 * `require-trusted-types-for` refuses. This page hands it none, and its own parts are no strings: what comes here is the
 * empty string, or stays text. So the grid needs no policy that makes HTML of anything.
 *
 * Can go when ag-stack's `_loadTemplate` knows Trusted Types.
 */
export const agStackTemplates = () =>
  patchPackage({
    name: 'ag-stack-templates',
    file: '/ag-stack/dist/package/main.esm.mjs',
    before: 'tempDiv.innerHTML = (template || "").trim();',
    after: 'tempDiv.textContent = (template || "").trim();',
  })
