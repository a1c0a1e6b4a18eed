import { onMounted, onUnmounted } from 'vue'
import { tellFailure } from '../failures'

/** Runs `act` when a key is pressed (`ctrl+n`, `ctrl+shift+z`, `/`, `?`) while the calling component is there. A key typed into a text or
 *  pressed in a dialog is left alone, and so is one that something nearer has used. Ctrl is the command key on a Mac. */
export function onKey(key: string, act: () => unknown, isMeant: () => boolean = isOutsideDialogs): void {
  const listener = (event: KeyboardEvent) => {
    if (event.defaultPrevented || nameOf(event) !== key) return
    if ((isTyping(event.target) && !WHILE_TYPING.has(key)) || !isMeant()) return
    event.preventDefault()
    Promise.resolve(act()).catch(tellFailure)
  }
  onMounted(() => window.addEventListener('keydown', listener))
  onUnmounted(() => window.removeEventListener('keydown', listener))
}

/** Does this element take typed text? */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true
  return target instanceof HTMLInputElement && !NOT_TEXT.has(target.type)
}

const NOT_TEXT = new Set(['checkbox', 'radio', 'button', 'submit', 'range'])
// Mean nothing to a text input.
const WHILE_TYPING = new Set(['ctrl+n', 'ctrl+f'])

/** Is nothing open that keys belong to before they belong to the window? */
export function isOutsideDialogs(): boolean {
  return document.querySelector('[role=dialog], [role=alertdialog], [role=menu], [role=listbox]') === null
}

function nameOf({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent): string {
  if (altKey) return ''
  return ctrlKey || metaKey ? `ctrl+${shiftKey ? 'shift+' : ''}${key.toLowerCase()}` : key
}
