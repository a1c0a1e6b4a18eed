import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Told } from './protocol'

/** Starts a program and answers what it tells, line by line. Its input stays open. */
export class Program {
  readonly process: ChildProcessWithoutNullStreams
  readonly told: Told[] = []
  readonly #lines: AsyncIterator<string>

  constructor(command: string, args: string[], env: NodeJS.ProcessEnv = process.env) {
    // A group of its own, so that its parser is killed with it.
    this.process = spawn(command, args, { env, detached: true, stdio: 'pipe' })
    this.process.stderr.resume()
    // A program that was killed is written to no more.
    this.process.stdin.on('error', () => undefined)
    this.#lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]()
  }

  /** Asks for steps, without waiting for them. */
  ask(...lines: (string | number)[]): void {
    this.process.stdin.write(lines.map((line) => `${line}\n`).join(''))
  }

  /** The next thing that it tells; null when it has ended. One that says nothing for a minute is killed. */
  async next(): Promise<Told | null> {
    const timer = setTimeout(() => this.kill(), 60_000)
    const line = await this.#lines.next()
    clearTimeout(timer)
    if (line.done) return null
    const told = JSON.parse(line.value) as Told
    this.told.push(told)
    return told
  }

  /** Asks for something and waits for the answer. */
  async do(line: string | number): Promise<Told | null> {
    this.ask(line)
    return this.next()
  }

  kill(): void {
    process.kill(-(this.process.pid ?? 0), 'SIGKILL')
  }

  /** Lets it end by itself, or waits until it has. */
  async ended(): Promise<number | null> {
    const { process: child } = this
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    child.stdin.end()
    await once(child, 'close')
    return child.exitCode
  }
}
