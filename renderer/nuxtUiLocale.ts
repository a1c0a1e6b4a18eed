import { en_gb } from '@nuxt/ui/locale'
import { t } from './i18n'

const close = t('actions.close')
const noMatch = t('form.noChoice')

/** The words of Nuxt UI's own that the page shows or reads out, from the catalog. */
export const nuxtUiLocale = extendLocale(en_gb, {
  messages: {
    alert: { close },
    inputMenu: { noData: noMatch, noMatch },
    modal: { close },
    toast: { close },
  },
})
