import type { Handlers, Method, MethodKind, Methods } from '../contract/define'
import { AppError, parseInput, type Reply } from '../contract/errors'
import { isToLog, toAppError } from './failures'

/** How each kind of method is run: what context it gets, in a transaction or not. */
export type Gate<Contexts extends Record<MethodKind, unknown>> = {
  [Kind in MethodKind]: (
    method: string,
    work: (context: Contexts[Kind]) => Promise<unknown>,
  ) => Promise<unknown>
}

export type Call = (method: string, input: unknown) => Promise<Reply>

/** The one way in: parses the input by the contract, runs the method through its gate, parses the result, and answers
 *  failures as data. `onUnexpected` hears of those that no one foresaw. */
export function createDispatch<All extends Methods, Contexts extends Record<MethodKind, unknown>>(
  methods: All,
  handlers: { [Entity in keyof All]: Handlers<All[Entity], Contexts> },
  gate: Gate<Contexts>,
  onUnexpected: (method: string, error: unknown) => void,
): Call {
  return async (name, input) => {
    try {
      const { method, handler } = find(name, methods, handlers)
      const parsed = parseInput(method.input, input)
      // A result is parsed too, so that what the contract does not list never leaves.
      const work = async (context: unknown) => method.output.parse(await handler(context, parsed))
      const run = gate[method.kind] as (
        name: string,
        work: (context: unknown) => Promise<unknown>,
      ) => Promise<unknown>
      return { ok: true, value: await run(name, work) }
    } catch (error) {
      const known = toAppError(error)
      if (isToLog(known)) onUnexpected(name, error)
      return { ok: false, error: known.toData() }
    }
  }
}

type AnyHandler = (context: unknown, input: unknown) => Promise<unknown>

function find(name: string, methods: Methods, handlers: object): { method: Method; handler: AnyHandler } {
  const [entity = '', verb = '', ...rest] = name.split('.')
  // Own properties only: `users.constructor` is no method.
  const slice = own(methods, entity)
  const method = slice && own(slice, verb)
  if (!method || rest.length > 0) throw new AppError('not-found', { entity: 'method' })
  const handler = (handlers as Record<string, Record<string, AnyHandler>>)[entity]?.[verb]
  if (!handler) throw new Error(`no handler for ${name}`)
  return { method, handler }
}

function own<Value>(record: Record<string, Value>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
