import type { Plugin } from 'vite'

const BEFORE = 'style.innerHTML = root.value;'
const AFTER = `style.nonce = document.querySelector('meta[property=csp-nonce]')?.nonce ?? ''; style.textContent = root.value;`

/**
 * Nuxt UI's first style element, which holds the colours until its head manager has drawn its own, gets the nonce of the
 * load: without it `style-src 'nonce-...'` refuses the element.
 *
 * Can go when @nuxt/ui's `plugins/colors.js` takes a nonce itself.
 */
export function nuxtUiColors(): Plugin {
  let isPatched = false
  return {
    name: 'rollbook:nuxt-ui-colors',
    enforce: 'pre',
    transform(code, id) {
      if (!id.split('?')[0]?.endsWith('/@nuxt/ui/dist/runtime/plugins/colors.js')) return
      if (code.split(BEFORE).length !== 2) this.error('@nuxt/ui colors.js no longer reads as expected')
      isPatched = true
      return { code: code.replace(BEFORE, AFTER), map: null }
    },
    buildEnd(error) {
      if (!error && !isPatched) this.error('@nuxt/ui colors.js was not seen: nothing was patched')
    },
  }
}
