// A program that works at a school, step by step: the tests kill it, cut its power and let its disk fail.
//   node program.cjs '{ "file", "sources", "workFolder", "parser", "setting" }'
// Each line of standard input is a step, or `open`, `look` (which reads) or `content`; each line of standard output tells how
// it went.
import { createInterface } from 'node:readline'
import sqlite3 from 'sqlite3'
import { nodeParser } from '../../../electron/exchange/parserProcess'
import { toAppError } from '../../../electron/services/failures'
import { describeFailure } from '../../../electron/services/describeFailure'
import { contentOf } from './content'
import type { Ordered, Told } from './protocol'
import { WorkedAtSchool } from './steps'

const { parser, setting, ...place } = JSON.parse(process.argv[2] ?? '') as Ordered

type Rewrite = (sql: string, connection: object) => string

const begun = new WeakSet<object>()

/** What SQLite is told instead. */
const SETTINGS: Record<NonNullable<Ordered['setting']>, Rewrite> = {
  'synchronous=NORMAL': (sql) => sql.replace('synchronous=FULL', 'synchronous=NORMAL'),
  'checkpoint often': (sql) =>
    sql.replace('PRAGMA synchronous', 'PRAGMA wal_autocheckpoint=20;PRAGMA synchronous'),
  'no transactions'(sql, connection) {
    if (sql === 'BEGIN IMMEDIATE') begun.add(connection)
    else if (!/^(COMMIT|ROLLBACK)$/.test(sql) || !begun.has(connection)) return sql
    return 'SELECT 1'
  },
}

if (setting) rewriteAll(SETTINGS[setting])

function rewriteAll(rewrite: Rewrite): void {
  for (const name of ['exec', 'run', 'all'] as const) {
    const original = sqlite3.Database.prototype[name] as (sql: string, ...rest: unknown[]) => unknown
    const rewriting = function (this: object, sql: string, ...rest: unknown[]) {
      return original.call(this, rewrite(sql, this), ...rest)
    }
    Object.assign(sqlite3.Database.prototype, { [name]: rewriting })
  }
}

// Of many steps that were asked for each is told of as it is done: a pipe is written to at once.
const tell = (told: Told) => process.stdout.write(`${JSON.stringify(told)}\n`)

const school = new WorkedAtSchool({
  ...place,
  forkParser: nodeParser(parser),
  onUnexpected: (method, error) => tell({ unexpected: `${method}: ${describeFailure(error)}` }),
})

async function answer(line: string): Promise<Told> {
  try {
    if (line === 'open') await school.open()
    else if (line === 'look') await school.look()
    else if (line === 'content') return { done: line, made: [await contentOf(place.file)] }
    else return { done: line, made: await school.take(Number(line)) }
    return { done: line, made: [] }
  } catch (error) {
    const { code, params } = toAppError(error)
    return { failed: line, code, params }
  }
}

async function run(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) tell(await answer(line))
  await school.close()
}

void run()
