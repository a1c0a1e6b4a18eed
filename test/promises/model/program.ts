// A program that does at a school what it is asked, in lines of JSON, until it is killed.
//   node program.cjs '{ "file", "workFolder", "parser", "days" }'
import { createInterface } from 'node:readline'
import { nodeParser } from '../../../electron/exchange/parserProcess'
import { describeFailure } from '../../../electron/services/describeFailure'
import { Desk } from './desk'
import type { Request } from './plan'

/** What it is started with. */
export interface Started {
  file: string
  workFolder: string
  /** The built parser. */
  parser: string
  days: number
}

const { parser, ...place } = JSON.parse(process.argv[2] ?? '') as Started

const tell = (told: unknown) => process.stdout.write(`${JSON.stringify(told)}\n`)

const desk = new Desk({
  ...place,
  forkParser: nodeParser(parser),
  onUnexpected: (method, error) => tell({ unexpected: `${method}: ${describeFailure(error)}` }),
})

async function run(): Promise<void> {
  await desk.open()
  tell('open')
  for await (const line of createInterface({ input: process.stdin }))
    tell(await desk.ask(JSON.parse(line) as Request))
  await desk.close()
}

void run()
