import { patchPackage } from './patchPackage'

/**
 * The region of messages is called as the page says. Nuxt UI hands its label to the messages alone, and the region keeps
 * Reka's English "Notifications (F8)".
 *
 * Can go when @nuxt/ui's `Toaster.vue` gives its label to the viewport too.
 */
export const toasterLabel = () =>
  patchPackage({
    name: 'toaster-label',
    file: '/@nuxt/ui/dist/runtime/components/Toaster.vue',
    before: '<ToastViewport',
    after: '<ToastViewport :label="props.label"',
  })
