// Electron's security checklist (https://www.electronjs.org/docs/latest/tutorial/security), 7: the content
// security policy, seen to refuse what a page without it lets happen.
import { describe, expect, it } from 'vitest'
import { complaintsOf } from '../../helpers/complaints'
import type { StartedRollbook } from '../../helpers/electron'
import { noteChecklist } from './checklist'
import { twoPrograms } from './twoPrograms'

noteChecklist('7', 'a page without the policy lets it happen')
const programs = twoPrograms()

describe('7: the content security policy', () => {
  it('is exactly this, with a nonce of its own for each load', async () => {
    const first = await policyOf(programs.started.page)
    const second = await policyOf(programs.started.page)
    expect(withoutNonce(first)).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-…'; img-src 'self' data:; font-src 'self'; " +
        "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
        "require-trusted-types-for 'script'; trusted-types vue",
    )
    expect(first).not.toBe(second)
  })

  it('is violated by nothing in the page as it loads', async () => {
    const complaints = complaintsOf(programs.started.page)
    await programs.started.page.reload()
    await programs.started.page.getByLabel('Name of the school').waitFor()
    expect(complaints).toEqual([])
    // What would have been seen: the probe that zod makes, where it is not told to leave it (scripts/vite/zodNoEval.ts).
    await programs.started.page.evaluate(() => void setTimeout(() => new Function('')))
    await expect.poll(() => complaints.length).toBeGreaterThan(0)
  })

  it('comes with nosniff, and the page is kept in no cache', async () => {
    const headers = await programs.started.page.evaluate(async () =>
      Object.fromEntries((await fetch('/')).headers),
    )
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
  })

  it('refuses scripts in the page, handlers in attributes and text that is run', async () => {
    expect(await injected(programs.started.page)).toEqual({ script: false, handler: false, evaluated: false })
    expect(await injected(programs.withoutPolicy.page)).toEqual({
      script: true,
      handler: true,
      evaluated: true,
    })
  })

  it('makes no elements of text, whichever way (Trusted Types)', async () => {
    const ways = [
      'innerHTML',
      'outerHTML',
      'insertAdjacentHTML',
      'parser',
      'range',
      'srcdoc',
      'scriptText',
      'scriptAddress',
    ]
    expect(await waysOfText(programs.started.page)).toEqual([])
    expect(await waysOfText(programs.withoutPolicy.page)).toEqual(ways)
  })

  it('lets nobody but Vue, and nobody after it, say which text is safe', async () => {
    expect(await policiesMade(programs.started.page)).toEqual([])
    expect(await policiesMade(programs.withoutPolicy.page)).toEqual(['default', 'mine', 'vue'])
  })

  it('takes a style element with the nonce of the load, and none without', async () => {
    const widths = await programs.started.page.evaluate(() => {
      const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''
      return ['', nonce].map((each) => {
        const probe = document.body.appendChild(document.createElement('div'))
        const style = document.createElement('style')
        style.nonce = each
        probe.id = 'style-probe'
        style.textContent = '#style-probe { position: fixed; width: 123px }'
        document.head.append(style)
        const { width } = getComputedStyle(probe)
        for (const element of [probe, style]) element.remove()
        return width
      })
    })
    expect(widths[0]).not.toBe('123px')
    expect(widths[1]).toBe('123px')
  })
})
type Tab = StartedRollbook['page']

async function policyOf(page: Tab): Promise<string> {
  const policy = await page.evaluate(async () => (await fetch('/')).headers.get('content-security-policy'))
  return policy ?? ''
}

function withoutNonce(policy: string): string {
  return policy.replace(/'nonce-[A-Za-z0-9+/]{22}=='/, "'nonce-…'")
}

/** Which of three scripts ran. */
function injected(page: Tab) {
  return page.evaluate(async () => {
    const found = window as { script?: true; handler?: true; evaluated?: true }
    const script = document.createElement('script')
    const button = document.createElement('button')
    // In tasks of their own: what Playwright itself runs is excepted from the policy, and what is refused may throw.
    const attempts = [
      () => (script.textContent = 'window.script = true'),
      () => document.body.append(script),
      () => button.setAttribute('onclick', 'window.handler = true'),
      () => document.body.append(button),
      () => button.click(),
      () => new Function('window.evaluated = true')() as unknown,
    ]
    for (const attempt of attempts)
      await new Promise<void>((settle) =>
        setTimeout(() => {
          settle()
          attempt()
        }),
      )
    await new Promise((settle) => setTimeout(settle))
    script.remove()
    button.remove()
    return {
      script: found.script === true,
      handler: found.handler === true,
      evaluated: found.evaluated === true,
    }
  })
}

/** The ways by which text was taken for HTML, a script or the address of one. */
function waysOfText(page: Tab): Promise<string[]> {
  return page.evaluate(() => {
    const html = '<i></i>'
    const holder = document.createElement('div')
    const inner = holder.appendChild(document.createElement('b'))
    const ways: Record<string, () => unknown> = {
      innerHTML: () => (document.createElement('div').innerHTML = html),
      outerHTML: () => (inner.outerHTML = html),
      insertAdjacentHTML: () => holder.insertAdjacentHTML('beforeend', html),
      parser: () => new DOMParser().parseFromString(html, 'text/html'),
      range: () => document.createRange().createContextualFragment(html),
      srcdoc: () => (document.createElement('iframe').srcdoc = html),
      scriptText: () => (document.createElement('script').text = 'void 0'),
      scriptAddress: () => (document.createElement('script').src = '/assets/none.js'),
    }
    return Object.keys(ways).filter((name) => {
      try {
        ways[name]?.()
        return true
      } catch {
        return false
      }
    })
  })
}

/** The names under which the page could make a policy for Trusted Types. */
function policiesMade(page: Tab): Promise<string[]> {
  return page.evaluate(() => {
    const { trustedTypes } = window as unknown as {
      trustedTypes: { createPolicy: (name: string, rules: object) => unknown }
    }
    return ['default', 'mine', 'vue'].filter((name) => {
      try {
        trustedTypes.createPolicy(name, { createHTML: (text: string) => text })
        return true
      } catch {
        return false
      }
    })
  })
}
