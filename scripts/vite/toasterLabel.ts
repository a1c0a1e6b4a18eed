import type { Plugin } from 'vite'

const BEFORE = '<ToastViewport'
const AFTER = '<ToastViewport :label="props.label"'

/**
 * The region of messages is called as the page says. Nuxt UI hands its label to the messages alone, and the region keeps
 * Reka's English "Notifications (F8)".
 *
 * Can go when @nuxt/ui's `Toaster.vue` gives its label to the viewport too.
 */
export function toasterLabel(): Plugin {
  let isPatched = false
  return {
    name: 'rollbook:toaster-label',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('/@nuxt/ui/dist/runtime/components/Toaster.vue')) return
      if (code.split(BEFORE).length !== 2) this.error('@nuxt/ui Toaster.vue no longer reads as expected')
      isPatched = true
      return { code: code.replace(BEFORE, AFTER), map: null }
    },
    buildEnd(error) {
      if (!error && !isPatched) this.error('@nuxt/ui Toaster.vue was not seen: nothing was patched')
    },
  }
}
