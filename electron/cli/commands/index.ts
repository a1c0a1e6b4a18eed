import type { Command } from '../command'

// Loaded when it is called, so that `--help` answers at once.
const COMMANDS: Record<string, () => Promise<Command>> = {
  create: async () => (await import('./create')).create,
  info: async () => (await import('./info')).info,
  list: async () => (await import('./list')).list,
  add: async () => (await import('./records')).add,
  set: async () => (await import('./records')).set,
  remove: async () => (await import('./records')).remove,
  enroll: async () => (await import('./enrollments')).enroll,
  withdraw: async () => (await import('./enrollments')).withdraw,
  import: async () => (await import('./import')).importFile,
  export: async () => (await import('./export')).exportFile,
  history: async () => (await import('./history')).history,
  undo: async () => (await import('./history')).undo,
  backup: async () => (await import('./backup')).backup,
  check: async () => (await import('./check')).check,
}

export const COMMAND_NAMES = Object.keys(COMMANDS)

/** A command by its name, or null. */
export async function loadCommand(name: string): Promise<Command | null> {
  return Object.hasOwn(COMMANDS, name) ? ((await COMMANDS[name]?.()) ?? null) : null
}
