import { patchPackage } from './patchPackage'

/**
 * zod tries whether it may make functions of text. It may not: the page's policy refuses it, and reports it at each load.
 * zod's own setting for that, `jitless`, comes too late: what is first in the page's code need not be run first, since the
 * parts that it is built into import each other.
 *
 * Can go when zod no longer tries, or the setting can be made as it is built.
 */
export const zodNoEval = () =>
  patchPackage({
    name: 'zod-no-eval',
    file: '/zod/v4/core/util.js',
    before: 'new F("");\n        return true;',
    after: 'return !F;',
  })
