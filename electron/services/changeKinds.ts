import { ADOPTION } from '../contract/adopt'
import { BACK_TO_MOMENT, type ChangeKind, LET_GO, UPGRADE } from '../contract/history'
import { SALVAGE } from '../contract/salvage'

/** The commands of each kind. */
export const COMMANDS_OF_KIND: Record<ChangeKind, readonly string[]> = {
  added: ['users.create', 'userTypes.create', 'courses.create'],
  changed: [
    'users.update',
    'users.setActive',
    'userTypes.update',
    'courses.update',
    'courses.setActive',
    'school.update',
  ],
  removed: ['users.remove', 'userTypes.remove', 'courses.remove'],
  enrolled: [
    'enrollments.enrollStudents',
    'enrollments.update',
    'enrollments.withdraw',
    'enrollments.complete',
    'enrollments.remove',
  ],
  imported: ['imports.apply', ADOPTION, SALVAGE],
  undone: ['history.undo', 'history.undoLast', 'history.redoLast', BACK_TO_MOMENT],
  program: [UPGRADE, 'schools.create', 'enrollments.completeEnded', LET_GO],
}

/** The kind of a change by the command that made it. What no version known here has made is the program's. */
export function kindOf(command: string): ChangeKind {
  return KIND_OF_COMMAND.get(command) ?? 'program'
}

const KIND_OF_COMMAND = new Map(
  Object.entries(COMMANDS_OF_KIND).flatMap(([kind, commands]) =>
    commands.map((command) => [command, kind as ChangeKind]),
  ),
)
