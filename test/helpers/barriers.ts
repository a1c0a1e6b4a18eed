import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'

// What WCAG 2.2 asks for at A and AA, as far as a program can tell.
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** What stands in the way of people, in the words that say where and what. */
export async function barriers(page: Page): Promise<string[]> {
  // Fading colours have the contrast of neither end.
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'))
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).setLegacyMode(true).analyze()
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)}\n${failureSummary}`),
  )
}
