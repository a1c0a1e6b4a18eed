import { z } from 'zod'

/** How a method behaves: a query never writes, a command is one transaction, a job is long and can be cancelled, an
 *  action does something outside the school's records. */
export type MethodKind = 'query' | 'command' | 'job' | 'action'

export interface Method<
  Kind extends MethodKind = MethodKind,
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> {
  kind: Kind
  input: Input
  output: Output
}

/** All methods, by entity and then by verb: `methods.users.create` is called `users.create`. */
export type Methods = Record<string, Record<string, Method>>

/** A method that reads. It runs outside the write queue and may run beside others. */
export function query<Input extends z.ZodType, Output extends z.ZodType>(input: Input, output: Output) {
  return { kind: 'query', input, output } as const
}

/** A method that writes: one transaction, one change set. */
export function command<Input extends z.ZodType, Output extends z.ZodType>(input: Input, output: Output) {
  return { kind: 'command', input, output } as const
}

/** Long work. The call answers `{ jobId }` at once; `output` is what its `done` event carries. */
export function job<Input extends z.ZodType, Output extends z.ZodType>(input: Input, output: Output) {
  return { kind: 'job', input, output } as const
}

export interface JobStarted {
  jobId: string
}

/** What touches no record: asks by a dialog, opens another file, stops a job. */
export function action<Input extends z.ZodType, Output extends z.ZodType>(input: Input, output: Output) {
  return { kind: 'action', input, output } as const
}

type Answer<M extends Method> = M['kind'] extends 'job' ? JobStarted : z.output<M['output']>

/** What a caller sees: `api.users.create({ ... })`. */
export type Api<All extends Methods> = {
  [Entity in keyof All]: {
    [Verb in keyof All[Entity]]: (
      input: z.input<All[Entity][Verb]['input']>,
    ) => Promise<Answer<All[Entity][Verb]>>
  }
}

/** What a service implements for its slice of the contract, given the context of each kind of method. */
export type Handlers<Slice extends Record<string, Method>, Contexts extends Record<MethodKind, unknown>> = {
  [Verb in keyof Slice]: (
    context: Contexts[Slice[Verb]['kind']],
    input: z.output<Slice[Verb]['input']>,
  ) => Promise<z.input<Slice[Verb]['output']>>
}

/** For methods that answer nothing but that they are done. */
export const nothing = z.null()
