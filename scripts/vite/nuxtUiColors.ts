import { patchPackage } from './patchPackage'

/**
 * Nuxt UI's first style element, which holds the colours until its head manager has drawn its own, gets the nonce of the
 * load: without it `style-src 'nonce-...'` refuses the element. Its styles are text: `require-trusted-types-for` refuses
 * them as HTML.
 *
 * Can go when @nuxt/ui's `plugins/colors.js` takes a nonce itself.
 */
export const nuxtUiColors = () =>
  patchPackage({
    name: 'nuxt-ui-colors',
    file: '/@nuxt/ui/dist/runtime/plugins/colors.js',
    before: 'style.innerHTML = root.value;',
    after: `style.nonce = document.querySelector('meta[property=csp-nonce]')?.nonce ?? ''; style.textContent = root.value;`,
  })
