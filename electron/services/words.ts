import {
  compile,
  createCoreContext,
  registerMessageCompiler,
  registerMessageResolver,
  resolveValue,
  translate,
} from '@intlify/core-base'
import type { Params } from '../contract/errors'
import en from '../contract/locales/en.json'

registerMessageCompiler(compile)
registerMessageResolver(resolveValue)

// Main, the command line and the menus speak English so far, as the page does. A missing word is a fault that a test finds:
// the key is shown in its place, and nothing is written to standard error.
const context = createCoreContext({
  locale: 'en',
  messages: { en },
  missingWarn: false,
  fallbackWarn: false,
})

/** The words for a key of the catalog (`menu.file`). A parameter `count` also chooses between singular and plural. */
export function words(key: string, params: Params = {}): string {
  const { count } = params
  const text =
    typeof count === 'number' ? translate(context, key, params, count) : translate(context, key, params)
  return String(text)
}

/** The words for a key, or null where the catalog has none. */
export function findWords(key: string, params: Params = {}): string | null {
  const text = words(key, params)
  return text === key ? null : text
}
