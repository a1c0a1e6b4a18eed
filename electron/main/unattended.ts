// The runs that nobody watches, --smoke and --demo. Each prints one line of JSON and ends.
import type { BrowserWindow } from 'electron'
import { countRecords, type Counts } from './countRecords'
import { runDemo, type DemoResult } from './demo'
import { within } from './patience'
import type { Program } from './program'

export interface Report extends Partial<DemoResult> {
  ready: true
  /** From the start of the process to the first list on the screen. */
  launchMs: number
  electron: string
  counts: Counts
}

const PATIENCE_MS = 60_000

/** Waits for the first list on the screen, does what the run is for, and answers what is to be printed. Throws where a step
 *  fails. */
export async function report(
  run: 'smoke' | 'demo',
  window: BrowserWindow,
  program: Program,
  painted: Promise<number>,
): Promise<Report> {
  const paintedAt = await within(PATIENCE_MS, painted, 'the first list on the screen')
  const launchMs = Math.round(paintedAt - (process.getCreationTime() ?? Number.NaN))
  const result = run === 'demo' ? await runDemo(window, program) : {}
  const counts = await countRecords(program.current)
  return { ready: true, launchMs, electron: process.versions.electron ?? '', counts, ...result }
}
