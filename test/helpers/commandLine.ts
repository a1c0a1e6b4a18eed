import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Surroundings } from '../../electron/cli/command'
import { run } from '../../electron/cli/run'
import { forkParser } from './forkParser'
import { temporaryFolder } from './school'

export interface Ran {
  exitCode: number
  stdout: string
  stderr: string
  /** The one object of `--json`. Throws where standard output holds anything else. */
  json: unknown
}

export interface CommandLine {
  folder: string
  /** A school file in it, which `create` makes. */
  file: string
  home: string
  /** Runs one command line in this process, as the program would. */
  run: (...argv: string[]) => Promise<Ran>
  runIn: (surroundings: Partial<Surroundings>, ...argv: string[]) => Promise<Ran>
  /** Writes a file into the folder and answers its path. */
  write: (name: string, text: string) => Promise<string>
}

/** A terminal with a folder and a `ROLLBOOK_HOME` of its own. */
export async function commandLine(): Promise<CommandLine> {
  const folder = await temporaryFolder()
  const home = join(folder, 'home')
  const runIn = async (surroundings: Partial<Surroundings>, ...argv: string[]): Promise<Ran> => {
    const [stdout, stderr] = [new Written(), new Written()]
    const signal = new AbortController().signal
    const env = { ROLLBOOK_HOME: home }
    const exitCode = await run(argv, { stdout, stderr, env, forkParser, signal, ...surroundings })
    return ranOf(exitCode, stdout.text, stderr.text)
  }
  return {
    folder,
    home,
    file: join(folder, 'school.rollbook'),
    run: (...argv) => runIn({}, ...argv),
    runIn,
    async write(name, text) {
      const path = join(folder, name)
      await writeFile(path, text)
      return path
    },
  }
}

/** The same with a school: Ana (1) and Boris (2), students, and Mara (3), a teacher; Biology (1) and Chemistry (2). */
export async function commandLineWithSchool(): Promise<CommandLine> {
  const terminal = await commandLine()
  // Made once by the commands themselves, then copied: it is closed, so that the file is all there is.
  school ??= makeSchool(terminal)
  await writeFile(terminal.file, await school)
  return terminal
}

let school: Promise<Buffer> | null = null

async function makeSchool({ run, folder }: CommandLine): Promise<Buffer> {
  const file = join(folder, 'template.rollbook')
  const steps = [
    ['create', file, '--school', 'Test school', '--language', 'hr'],
    ['add', 'userTypes', 'name=Student', '--in', file],
    ['add', 'userTypes', 'name=Teacher', '--in', file],
    [
      'add',
      'users',
      'firstName=Ana',
      'lastName=Čović',
      'email=ana@x.ba',
      'userType=Student',
      'age=12',
      '--in',
      file,
    ],
    [
      'add',
      'users',
      'firstName=Boris',
      'lastName=Anić',
      'email=boris@x.ba',
      'userType=Student',
      '--in',
      file,
    ],
    ['add', 'users', 'firstName=Mara', 'lastName=Cerić', 'userType=Teacher', '--in', file],
    ['add', 'courses', 'name=Biology', 'startDate=2026-09-01', 'endDate=2027-06-18', '--in', file],
    ['add', 'courses', 'name=Chemistry', 'startDate=2026-09-01', 'endDate=2027-06-18', '--in', file],
  ]
  for (const step of steps) {
    const { exitCode, stderr } = await run(...step)
    if (exitCode !== 0) throw new Error(`${step.join(' ')}: ${stderr}`)
  }
  return readFile(file)
}

/** What a program said, its output read as `--json` promises it. */
export function ranOf(exitCode: number, stdout: string, stderr: string): Ran {
  return {
    exitCode,
    stdout,
    stderr,
    get json(): unknown {
      return JSON.parse(stdout)
    },
  }
}

class Written {
  text = ''

  write(text: string): void {
    this.text += text
  }
}
