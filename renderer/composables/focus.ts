import { onMounted, onUnmounted } from 'vue'

/** Where the focus goes when what had it is gone: the search of a list, or the heading of the place. */
const RESTS = '[data-search], h1'
const DIALOGS = '[role=dialog], [role=alertdialog]'
/** They give the focus back to what opened them. */
const POPUPS = '[role=menu], [role=listbox]'

/** Keeps the focus from falling to nobody, for those who work by keyboard or listen to the page. What has it may go (a chip
 *  that is cleared, a step that is over) or be out of order while it works: the focus is given to the nearest resting place
 *  around it, and back once it is in order again. For App.vue. */
export function useFocusKeeper(): void {
  /** The last focused element of each layer, the page or a dialog over it, with all that it stood in, inmost first. */
  const trails = new WeakMap<Element, Element[]>()
  let lent: { by: Element; to: Element } | null = null
  let timer: number | null = null
  const observer = new MutationObserver(keepSoon)

  onMounted(() => {
    document.addEventListener('focusin', remember)
    document.addEventListener('focusout', forget)
    observer.observe(document.body, { subtree: true, childList: true, attributeFilter: ['disabled'] })
  })
  onUnmounted(() => {
    document.removeEventListener('focusin', remember)
    document.removeEventListener('focusout', forget)
    observer.disconnect()
    if (timer !== null) clearTimeout(timer)
  })

  function remember({ target }: FocusEvent) {
    if (!(target instanceof Element) || target.closest(POPUPS)) return
    const layer = target.closest(DIALOGS) ?? document.body
    trails.set(layer, trailOf(target, layer))
  }

  /** Who clicks on what takes no focus has let go of it. Only then is the element still there when all is done. */
  function forget({ target, relatedTarget }: FocusEvent) {
    if (relatedTarget || document.querySelector(POPUPS)) return
    setTimeout(() => {
      if (isNowhere() && target instanceof Element && canTake(target)) trails.delete(upperLayer())
    })
  }

  /** Not at once: while the focus goes from one element to the next, nothing has it. */
  function keepSoon() {
    if (!lent && !isNowhere()) return
    timer ??= window.setTimeout(() => {
      timer = null
      keep()
    })
  }

  function keep() {
    if (lent && document.activeElement !== lent.to) lent = null
    if (lent && canTake(lent.by)) take(lent.by)
    if (isNowhere()) rest()
  }

  function rest() {
    const layer = upperLayer()
    const trail = trails.get(layer)
    const [last] = trail ?? []
    if (!trail || !last) return
    const place = canTake(last) ? last : restIn(trail, layer)
    if (!place) return // The place is not drawn yet.
    take(place)
    lent = last.isConnected ? { by: last, to: place } : null
  }
}

/** Gives the focus to the heading of the place that is shown. */
export function focusHeading(): void {
  const heading = [...document.querySelectorAll('h1')].find(isShown)
  if (heading) take(heading)
}

/** For a dialog as it opens: gives the focus to the first that matches, not to the button that closes it. */
export function focusOnOpen(selector: string): (event: Event) => void {
  return (event) => {
    const first = event.target instanceof Element ? event.target.querySelector(selector) : null
    if (!first) return
    event.preventDefault()
    take(first)
  }
}

/** For a dialog that asks: its answer. What is asked can be undone. */
export const focusAnswer = focusOnOpen('[data-slot=footer] button:last-child')

/** The dialog that is open, or else the page. */
function upperLayer(): Element {
  return document.querySelector(DIALOGS) ?? document.body
}

function trailOf(element: Element, layer: Element): Element[] {
  const trail = []
  for (let at: Element | null = element; at && at !== layer; at = at.parentElement) trail.push(at)
  return trail
}

/** The resting place nearest to where the focus was, or else the dialog itself. */
function restIn(trail: Element[], layer: Element): Element | null {
  for (const around of [...trail.filter(({ isConnected }) => isConnected), layer]) {
    const place = [...around.querySelectorAll(RESTS)].find(isShown)
    if (place) return place
  }
  return layer.matches(DIALOGS) ? layer : null
}

function isNowhere(): boolean {
  const { activeElement } = document
  return !activeElement || activeElement === document.body || activeElement.matches(':disabled')
}

function canTake(element: Element): boolean {
  return element.isConnected && isShown(element) && !element.matches(':disabled')
}

function isShown(element: Element): boolean {
  return element.getClientRects().length > 0
}

function take(element: Element): void {
  if (!(element instanceof HTMLElement)) return
  // A heading takes the focus only by a program.
  if (element.tabIndex < 0) element.tabIndex = -1
  element.focus({ preventScroll: true })
}
