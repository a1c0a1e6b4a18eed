import type { Plugin } from 'vite'

interface Patch {
  /** The plugin's name, behind `rollbook:`. */
  name: string
  /** How the file's path ends: `/@nuxt/ui/dist/runtime/plugins/colors.js`. */
  file: string
  /** Text that is in the file once. */
  before: string
  after: string
}

/** Changes one piece of a package's code as it is built. The build fails where the file is not in it, or no longer has the
 *  text: a patch that is not needed, or does nothing, never stays unseen. */
export function patchPackage({ name, file, before, after }: Patch): Plugin {
  let isPatched = false
  return {
    name: `rollbook:${name}`,
    enforce: 'pre',
    transform(code, id) {
      // The development server numbers its versions; any other query asks for a part of the file.
      if (!id.replace(/\?v=\w+$/, '').endsWith(file)) return
      if (code.split(before).length !== 2) this.error(`${file} no longer reads as expected`)
      isPatched = true
      // As a function, for `$` would mean something in a text.
      return { code: code.replace(before, () => after), map: null }
    },
    buildEnd(error) {
      if (!error && !isPatched) this.error(`${file} was not seen: nothing was patched`)
    },
  }
}
