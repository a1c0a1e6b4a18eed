import { appendFile, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describeFailure } from '../services/describeFailure'

/** Writes a failure that no one foresaw to the log: its kind and where it happened, never what it says of the records. */
export async function logFailure(file: string, what: string, error: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await appendFile(file, `${new Date().toISOString()} ${what}\n${describeFailure(error)}\n`)
}
