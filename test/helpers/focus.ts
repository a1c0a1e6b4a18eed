import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** What has the focus, as `h1 Home`, `input Search people` or `button Undo`; `body` where nothing has. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement ?? document.body
    const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : null
    const words = element.getAttribute('aria-label') ?? label ?? element.textContent
    const tag = element.tagName.toLowerCase()
    return element === document.body ? tag : `${tag} ${words?.trim()}`
  })
}

/** Waits until the focus is on that. */
export async function expectFocus(page: Page, wanted: string | RegExp): Promise<void> {
  await expect.poll(() => focused(page), { timeout: 5_000 }).toMatch(wanted)
}
