import { existsSync } from 'node:fs'
import { rm, stat, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { makeProgramCheckout, type Checkout } from './checkout'

// Each starts several processes, on machines that are busy with other tests.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let checkout: Checkout

beforeAll(async () => {
  checkout = await makeProgramCheckout()
})
afterAll(() => checkout.remove())

const call = (...args: string[]) => checkout.node(['scripts/cli.mjs', ...args])

it('builds the first time, and says so on standard error alone', async () => {
  const { code, stdout, stderr } = await call('list', '--json')
  expect(JSON.parse(stdout)).toMatchObject({ args: ['list', '--json'], built: 'first' })
  expect(stderr).toMatch(/Building/)
  expect(code).toBe(0)
})

it('builds nothing and says nothing the second time', async () => {
  expect(await call()).toMatchObject({ code: 0, stderr: '' })
})

it('reads paths from where the person is', async () => {
  const { stdout } = await checkout.node([join(checkout.folder, 'scripts/cli.mjs')], { cwd: tmpdir() })
  expect(JSON.parse(stdout)).toMatchObject({ cwd: tmpdir() })
})

it('passes the exit code of the program on', async () => {
  expect((await call('refuse')).code).toBe(4)
})

it('builds again for a newer source, a touched source and a lost file of the build', async () => {
  const source = 'electron/cli/index.ts'
  await checkout.write(source, `console.log('second')`)
  expect(await call()).toMatchObject({ stdout: 'second\n', stderr: expect.stringMatching(/Building/) })

  await utimes(
    join(checkout.folder, source),
    new Date(),
    new Date((await stat(join(checkout.folder, source))).mtimeMs + 5000),
  )
  expect((await call()).stderr).toMatch(/Building/)

  await rm(join(checkout.folder, 'out/renderer/index.html'))
  expect((await call()).stderr).toMatch(/Building/)
  expect((await call()).stderr).toBe('')
})

it('builds once for two that start together', async () => {
  await checkout.write('electron/cli/index.ts', `console.log('third')`)
  const both = await Promise.all([call(), call()])
  expect(both.map(({ stdout }) => stdout)).toEqual(['third\n', 'third\n'])
  expect(both.filter(({ stderr }) => stderr.includes('Built in'))).toHaveLength(1)
})

it('shows the words of a build that fails, ends with 1 and leaves the last build in place', async () => {
  await checkout.write('electron/cli/index.ts', `import './nowhere'`)
  const { code, stdout, stderr } = await call()
  expect(code).toBe(1)
  expect(stdout).toBe('')
  expect(stderr).toMatch(/nowhere/)
  expect(existsSync(join(checkout.folder, 'out/main/cli.cjs'))).toBe(true)
})
