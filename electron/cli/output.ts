import { findWords, words } from '../services/words'
import type { ExitCode, Outcome, Surroundings } from './command'
import type { Failure } from './failure'

/** What a run says: its result on standard output, all else on standard error. */
export class Output {
  readonly #streams: Pick<Surroundings, 'stdout' | 'stderr'>
  readonly #isJson: boolean
  #hasProgress = false

  constructor(streams: Pick<Surroundings, 'stdout' | 'stderr'>, isJson: boolean) {
    this.#streams = streams
    this.#isJson = isJson
  }

  /** The one result: an object for programs, or a text. */
  finish({ json, text, exitCode = 0 }: Outcome): ExitCode {
    this.#clearProgress()
    const result = this.#isJson ? JSON.stringify(json) : printable(text)
    if (result !== '') this.#streams.stdout.write(`${result}\n`)
    return exitCode
  }

  /** Says what failed; programs get it as the one object. */
  fail({ exitCode, ...error }: Failure, hint: string): ExitCode {
    this.say(
      [error.message, ...error.problems.map(problemLine), hint].filter((line) => line !== '').join('\n'),
    )
    if (this.#isJson) this.finish({ json: { error }, text: '' })
    return exitCode
  }

  say(text: string): void {
    this.#clearProgress()
    this.#streams.stderr.write(`${printable(text)}\n`)
  }

  /** One line that changes, where somebody watches. */
  progress({ phase, done, total }: { phase: string; done: number; total: number }): void {
    if (!this.#streams.stderr.isTTY) return
    const part = total > 0 ? ` ${Math.floor((100 * done) / total)} %` : ''
    this.#streams.stderr.write(`\r\u001B[K${findWords(`phases.${phase}`) ?? words('phases.working')}${part}`)
    this.#hasProgress = true
  }

  #clearProgress(): void {
    if (this.#hasProgress) this.#streams.stderr.write('\r\u001B[K')
    this.#hasProgress = false
  }
}

/** `age "abc": Enter a whole number.` */
function problemLine({ field, value, message }: Failure['problems'][number]): string {
  if (value === null) return words('cli.problem', { field, message })
  return words('cli.problemWithValue', { field, value, message })
}

/** A record or a data file may hold what would move a terminal's cursor. */
function printable(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, '\uFFFD')
}
