import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { WindowArguments } from './arguments'
import { createSample } from './desktop'
import type { Home } from './home'
import { newProgram } from './program'

/** Starts this program again, on our own streams, with a home that goes when it has ended, and for `--smoke` on a sample
 *  school in it: what is timed is then a launch on a file, from its very beginning. Resolves with the exit code. */
export async function runTrial({ run, file }: WindowArguments, home: Home): Promise<number> {
  try {
    const sample = run === 'smoke' && file === null ? ['--file', await makeSample(home)] : []
    return await runAgain([...process.argv.slice(1), ...sample], join(home.folder, 'home'))
  } finally {
    await rm(home.folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function makeSample(home: Home): Promise<string> {
  const { current } = newProgram(home)
  const { path } = await createSample(current, home.samples)
  await current.close()
  return path
}

function runAgain(args: string[], home: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ROLLBOOK_HOME: home }
    const child = spawn(process.execPath, args, { stdio: 'inherit', env })
    process.on('exit', () => child.kill())
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}
