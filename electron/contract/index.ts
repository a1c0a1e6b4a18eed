import { aboutMethods } from './about'
import { backupsMethods } from './backups'
import { courseMethods } from './courses'
import { daysMethods } from './days'
import type { Api } from './define'
import { enrollmentMethods } from './enrollments'
import { filesMethods, type ChosenFile } from './files'
import { historyMethods } from './history'
import { exportMethods, importMethods } from './imports'
import { jobsMethods, type JobEvent } from './jobs'
import { overviewMethods } from './overview'
import { preferencesMethods } from './preferences'
import { restorePreviewsMethods } from './restorePreviews'
import { schoolMethods, schoolsMethods } from './school'
import { userTypeMethods } from './userTypes'
import { userMethods } from './users'

/** Answered by the services, of the school that is open. */
export const schoolContract = {
  users: userMethods,
  userTypes: userTypeMethods,
  courses: courseMethods,
  enrollments: enrollmentMethods,
  school: schoolMethods,
  history: historyMethods,
  days: daysMethods,
  restorePreviews: restorePreviewsMethods,
  overview: overviewMethods,
  imports: importMethods,
  exports: exportMethods,
  jobs: jobsMethods,
}

/** Answered by the desktop around them, with a school open or not. */
export const desktopContract = {
  schools: schoolsMethods,
  backups: backupsMethods,
  files: filesMethods,
  preferences: preferencesMethods,
  about: aboutMethods,
}

/** Every method that the page can call. */
export const contract = { ...schoolContract, ...desktopContract }
export type Contract = typeof contract
export type RollbookApi = Api<Contract>

/** What main tells the page without being asked. */
export interface Events {
  /** Records of these entities changed: views that show them read anew. */
  changed: { entities: EntityName[] }
  job: JobEvent
  /** A school was opened, or the open one was closed. */
  school: Record<string, never>
  /** Chosen from the menu or by its key. */
  menu: { item: MenuItem }
  /** A school's file that a double click or a second start of the program asks for. */
  given: { file: ChosenFile }
  /** An automatic backup was made, or one that was due could not be. */
  backups: Record<string, never>
  /** The last run did not end well, and the file was looked through since: all is well but for so many records that lack
   *  another one that they belong to. */
  checked: { orphans: number }
  /** The disk is full. What was changed last was saved all the same, in room that was kept for that, and is used up now. */
  diskFull: Record<string, never>
}
export type EventName = keyof Events

export type EntityName = 'userTypes' | 'users' | 'courses' | 'enrollments' | 'school'

export const MENU_ITEMS = [
  'undo',
  'redo',
  'new-school',
  'open-school',
  'backups',
  'settings',
  'guides',
  'licences',
  'about',
] as const
export type MenuItem = (typeof MENU_ITEMS)[number]
