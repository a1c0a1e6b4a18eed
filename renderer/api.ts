import type { Contract, EventName, Events, RollbookApi } from '../electron/contract'
import type { z } from 'zod'
import { AppError, type Reply } from '../electron/contract/errors'
import type { ChosenFile } from '../electron/contract/files'

/** What the preload script puts on the window. Only this file uses it. */
interface Bridge {
  call(method: string, input: unknown): Promise<Reply>
  on<Name extends EventName>(event: Name, listener: (payload: Events[Name]) => void): () => void
  tokensFor(files: File[]): Promise<ChosenFile[]>
  painted(): void
}

declare global {
  interface Window {
    rollbook: Bridge
  }
}

/** The methods that are jobs, by their name: `imports.prepare`. */
export type JobMethod = {
  [Entity in keyof Contract & string]: {
    [Verb in keyof Contract[Entity] & string]: KindOf<Contract[Entity][Verb]> extends 'job'
      ? `${Entity}.${Verb}`
      : never
  }[keyof Contract[Entity] & string]
}[keyof Contract & string]

type KindOf<M> = M extends { kind: infer Kind } ? Kind : never
type MethodAt<Name extends string> =
  Name extends `${infer Entity extends keyof Contract & string}.${infer Verb}`
    ? Verb extends keyof Contract[Entity]
      ? Contract[Entity][Verb]
      : never
    : never

export type JobInput<Name extends JobMethod> = z.input<Extract<MethodAt<Name>, { input: z.ZodType }>['input']>
export type JobValue<Name extends JobMethod> = z.output<
  Extract<MethodAt<Name>, { output: z.ZodType }>['output']
>

/** Every method of the contract, typed: `api.users.create({ ... })`. Failures are thrown as AppError. */
export const api = new Proxy({} as RollbookApi, {
  get: (_target, entity) =>
    new Proxy(
      {},
      { get: (_verbs, verb) => (input: unknown) => call(`${String(entity)}.${String(verb)}`, input) },
    ),
})

/** Calls a method by its name, for code that is given one. */
export async function call(method: string, input: unknown): Promise<unknown> {
  const reply = await window.rollbook.call(method, plain(input))
  if (reply.ok) return reply.value
  throw new AppError(reply.error.code, reply.error.params, reply.error.fields)
}

/** Listens to what main tells without being asked; the answer ends that. */
export function on<Name extends EventName>(
  event: Name,
  listener: (payload: Events[Name]) => unknown,
): () => void {
  return window.rollbook.on(event, listener)
}

/** Tokens that stand for dropped files. What lies on no disk gets none. */
export function tokensFor(files: File[]): Promise<ChosenFile[]> {
  return window.rollbook.tokensFor(files)
}

/** Tells that there is something to work with on the screen: launches are timed by it. */
export function tellPainted(): void {
  requestAnimationFrame(() => setTimeout(() => window.rollbook.painted(), 0))
}

/** Vue's proxies cannot be cloned to the other side. All of the contract's inputs are JSON. */
function plain(input: unknown): unknown {
  return input === undefined ? undefined : JSON.parse(JSON.stringify(input))
}
