import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { importOptions } from '../../electron/contract/imports'
import {
  nodeParser,
  parseInProcess,
  PARSE_LIMITS,
  type ForkParser,
  type Parsing,
} from '../../electron/exchange/parserProcess'
import { temporaryFolder } from '../helpers/school'

/** As the command line starts it. */
const forkParser: ForkParser = () => nodeParser(inject('parserFile'))()

const HEADER = 'first_name,last_name,email,user_type\n'
const rows = (count: number) =>
  Array.from({ length: count }, (_, index) => `Ana,Kos,a${index}@b.ba,Student\n`).join('')

async function parsing(content: string, more: Partial<Parsing> = {}): Promise<Parsing> {
  const path = join(await temporaryFolder(), 'list.csv')
  await writeFile(path, content)
  return {
    fork: forkParser,
    request: { path, language: 'hr', options: importOptions.parse({}) },
    signal: new AbortController().signal,
    opened: async () => undefined,
    batch: async () => undefined,
    ...more,
  }
}

/** A parser whose process is watched: `ended` resolves with it. */
function watched(entry = inject('parserFile')): { fork: ForkParser; ended: Promise<void> } {
  let fork = nodeParser(entry)
  const ended = new Promise<void>((resolve) => {
    const start = fork
    fork = () => {
      const child = start()
      child.onExit(resolve)
      return child
    }
  })
  return { fork, ended }
}

test('a file is read in a process of its own, batch after batch, in order', async () => {
  const lines: number[] = []
  const { fork, ended } = watched()
  const result = await parseInProcess(
    await parsing(HEADER + rows(5_500), {
      fork,
      batch: async ({ rows: json }) =>
        void lines.push(...(JSON.parse(json) as number[][]).map(([line]) => line!)),
    }),
  )
  expect(result).toMatchObject({ rows: 5_500, file: { entity: 'users', encoding: 'utf-8' } })
  expect(lines).toEqual(Array.from({ length: 5_500 }, (_, index) => index + 2))
  await ended
})

test('the parser waits for who stores, a few batches ahead', async () => {
  let stored = 0
  let heard = 0
  const fork: ForkParser = () => {
    const child = forkParser()
    child.onMessage((message) => {
      if (message.kind === 'batch') expect(++heard - stored).toBeLessThanOrEqual(5)
    })
    return child
  }
  await parseInProcess(
    await parsing(HEADER + rows(20_000), {
      fork,
      batch: async () => {
        await new Promise((resolve) => setImmediate(resolve))
        stored++
      },
    }),
  )
  expect(stored).toBe(20)
})

test('what is wrong with the file comes as data', async () => {
  await expect(parseInProcess(await parsing('first_name\nAna\n'))).rejects.toMatchObject({
    code: 'invalid',
    fields: { entity: { code: 'entity-unknown' } },
  })
})

test('a file that is gone cannot be read', async () => {
  const gone = await parsing('')
  gone.request.path += '.not-there'
  await expect(parseInProcess(gone)).rejects.toMatchObject({ code: 'file-unreadable' })
})

test('a stopped parser is killed', async () => {
  const controller = new AbortController()
  const { fork, ended } = watched()
  const stopped = parsing(HEADER + rows(50_000), {
    fork,
    signal: controller.signal,
    batch: async () => controller.abort(),
  })
  await expect(parseInProcess(await stopped)).rejects.toMatchObject({ code: 'cancelled' })
  await ended
})

test('a parser that grows is killed', async () => {
  const { fork, ended } = watched()
  const limits = { ...PARSE_LIMITS, memory: 1_000_000 }
  const grown = parseInProcess(await parsing(HEADER + rows(1), { fork, limits }))
  await expect(grown).rejects.toMatchObject({ fields: { file: { code: 'needs-too-much-memory' } } })
  await ended
})

test.each([
  ['falls silent', 'process.on("message", () => {})', 'takes-too-long', 100],
  ['dies', 'process.on("message", () => process.exit(1))', 'parser-ended', PARSE_LIMITS.silence],
])('a parser that %s is an error that says so', async (_, source, code, silence) => {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'bad'))
  const entry = join(folder, 'bad', 'parser.cjs')
  await writeFile(entry, source)
  const { fork, ended } = watched(entry)
  const limits = { ...PARSE_LIMITS, silence }
  await expect(parseInProcess(await parsing(HEADER, { fork, limits }))).rejects.toMatchObject({
    fields: { file: { code } },
  })
  await ended
})

test('a failure of who stores ends the parser and is passed on', async () => {
  const { fork, ended } = watched()
  const failing = parsing(HEADER + rows(5_000), {
    fork,
    batch: async () => {
      throw new Error('disk full')
    },
  })
  await expect(parseInProcess(await failing)).rejects.toThrow('disk full')
  await ended
})
