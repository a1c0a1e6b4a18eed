const icons = { leadingIcon: 'size-4', trailingIcon: 'size-4' }
const HOVER = {
  primary: 'hover:bg-blue-700 active:bg-blue-700 dark:hover:bg-blue-300 dark:active:bg-blue-300',
  error: 'hover:bg-red-800 active:bg-red-800 dark:hover:bg-red-300 dark:active:bg-red-300',
}
// Nuxt UI's own makes the button lighter, and its text hard to read.
const darkerOnHover = (color: 'primary' | 'error') => ({
  color,
  variant: 'solid' as const,
  class: HOVER[color],
})
/** Nuxt UI, dense, for people who work in it all day. */
export const appearance = {
  colors: { primary: 'blue', neutral: 'zinc' },
  // Its own is paler than what can be read.
  alert: { slots: { description: 'opacity-100' } },
  button: {
    variants: { size: { sm: icons, md: icons } },
    compoundVariants: [darkerOnHover('primary'), darkerOnHover('error')],
  },
  input: { variants: { size: { md: icons } } },
  inputMenu: { variants: { size: { md: icons } } },
  modal: {
    slots: {
      header: 'min-h-12 px-4 py-2 sm:px-4',
      body: 'p-4 sm:p-4',
      footer: 'px-4 py-3 sm:px-4',
      close: 'top-2 end-2',
    },
  },
}
