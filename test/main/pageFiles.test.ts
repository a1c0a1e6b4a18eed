import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { answerRequest, contentSecurityPolicy, listPageFiles } from '../../electron/main/pageFiles'

let page: string
let outside: string

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rollbook-page-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  page = join(folder, 'page')
  outside = join(folder, 'secret.js')
  await mkdir(join(page, 'assets'), { recursive: true })
  await writeFile(join(page, 'index.html'), '<meta nonce="__NONCE__"><link nonce="__NONCE__">')
  await writeFile(join(page, 'assets/index.js'), 'export {}')
  await writeFile(join(page, 'assets/school.rollbook'), 'records')
  await writeFile(outside, 'secret')
})

describe('the files of the page', () => {
  it('are those in its folder that a page needs', () => {
    expect([...listPageFiles(page).keys()].sort()).toEqual(['/assets/index.js', '/index.html'])
  })

  it('are not what a link leads out of the folder to, file or folder', async () => {
    await symlink(outside, join(page, 'link.js'))
    await symlink(join(page, '..'), join(page, 'up'))
    await symlink(join(page, 'assets/index.js'), join(page, 'inside.js'))
    expect([...listPageFiles(page).keys()].sort()).toEqual(['/assets/index.js', '/index.html', '/inside.js'])
  })

  it('are read when asked for, and each with its type', async () => {
    const answer = await ask('app://rollbook/assets/index.js')
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe('export {}')
    expect(Object.fromEntries(answer.headers)).toEqual({
      'content-type': 'text/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
    })
  })

  it('come with a new nonce for each load, the same in the page and its policy', async () => {
    const [first, second] = [await ask('app://rollbook/'), await ask('app://rollbook/#/people')]
    const nonce = /nonce="([^"]+)"/.exec(await first.text())?.[1] ?? ''
    expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/)
    expect(first.headers.get('content-security-policy')).toBe(contentSecurityPolicy(nonce))
    expect(await second.text()).not.toContain(nonce)
  })

  it.each([
    ['app://rollbook/secret.js', 404],
    ['app://rollbook/../secret.js', 404],
    ['app://rollbook/assets/%2e%2e/%2e%2e/secret.js', 404],
    ['app://rollbook/assets/school.rollbook', 404],
    ['app://rollbook/constructor', 404],
    ['app://elsewhere/index.html', 403],
    ['app://rollbook:80/index.html', 403],
    ['http://rollbook/index.html', 403],
  ])('%s is answered with %i', async (url, status) => {
    expect((await ask(url)).status).toBe(status)
  })

  it('are not written to', async () => {
    expect((await ask('app://rollbook/', 'POST')).status).toBe(403)
  })
})

function ask(url: string, method = 'GET'): Promise<Response> {
  return answerRequest(listPageFiles(page), new Request(url, { method }))
}
