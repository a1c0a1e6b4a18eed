import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { build } from 'vite'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { patchPackage } from '../../scripts/vite/patchPackage'

const patch = {
  name: 'thing',
  file: '/thing/index.js',
  before: 'box.innerHTML =',
  after: 'box.textContent = "$&" +',
}

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollbook-patch-'))
  onTestFinished(() => rm(folder, { recursive: true }))
})

describe("a patch of a package's code", () => {
  it('is in what is built, to the letter', async () => {
    expect(await built('export const fill = (box, text) => (box.innerHTML = text)')).toMatch(
      /box\.textContent = "\$&" \+ text/,
    )
  })

  it.each([
    ['no longer has the text', 'export const fill = (box, text) => box.append(text)', 'thing/index.js'],
    ['has it twice', 'export const fill = (box) => (box.innerHTML = box.innerHTML = 1)', 'thing/index.js'],
  ])('lets the build fail where the package %s', async (_, code, file) => {
    await expect(built(code, file)).rejects.toThrow('/thing/index.js no longer reads as expected')
  })

  it('lets the build fail where the file is not in it', async () => {
    await expect(built('export const fill = 1', 'other/index.js')).rejects.toThrow(
      '/thing/index.js was not seen',
    )
  })
})

/** What a build of one file of a package makes of it. */
async function built(code: string, file = 'thing/index.js'): Promise<string> {
  const entry = join(folder, file)
  await mkdir(dirname(entry), { recursive: true })
  await writeFile(entry, code)
  const result = await build({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    plugins: [patchPackage(patch)],
    build: { write: false, minify: false, lib: { entry, formats: ['es'], fileName: 'index' } },
  })
  return JSON.stringify(result).replaceAll('\\\\', '\\').replaceAll('\\"', '"')
}
