import type { Command } from '../command'

// Loaded when it is called, so that `--help` answers at once.
const COMMANDS: Record<string, () => Promise<Command>> = {
  create: async () => (await import('./create')).create,
  info: async () => (await import('./info')).info,
  list: async () => (await import('./list')).list,
  compare: async () => (await import('./compare')).compare,
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
  backups: async () => (await import('./backups')).backups,
  restore: async () => (await import('./restore')).restore,
  adopt: async () => (await import('./adopt')).adopt,
  salvage: async () => (await import('./salvage')).salvage,
  check: async () => (await import('./check')).check,
  'db revision': async () => (await import('./db/revision')).revision,
  'db upgrade': async () => (await import('./db/migrate')).upgrade,
  'db downgrade': async () => (await import('./db/migrate')).downgrade,
  'db stamp': async () => (await import('./db/migrate')).stamp,
  'db current': async () => (await import('./db/current')).current,
  'db history': async () => (await import('./db/chain')).history,
  'db heads': async () => (await import('./db/chain')).heads,
  'db show': async () => (await import('./db/chain')).show,
  'db check': async () => (await import('./db/check')).check,
  'db tables': async () => (await import('./db/tables')).tables,
}

export const COMMAND_NAMES = Object.keys(COMMANDS)

/** A command by its name, or null. */
export async function loadCommand(name: string): Promise<Command | null> {
  return Object.hasOwn(COMMANDS, name) ? ((await COMMANDS[name]?.()) ?? null) : null
}
