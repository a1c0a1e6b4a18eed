import { z } from 'zod'
import { action } from './define'

/** Stands for a path that main has given out after a dialog or a drop: the page can neither name nor guess a path. */
export const fileToken = z.string().regex(/^[0-9a-f]{32}$/)

const chosenFile = z.object({ file: fileToken, name: z.string() })
export type ChosenFile = z.output<typeof chosenFile>

export const filesMethods = {
  /** Asks by the system's dialog. Null when the person thought better of it. */
  choose: action(
    z.strictObject({
      purpose: z.enum([
        'open-school',
        'create-school',
        'adopt-file',
        'adopt-folder',
        'second-place',
        'import',
        'export',
      ]),
      /** Offered as the name of a file to be written, without its folder. */
      suggestedName: z.string().max(120).default(''),
    }),
    chosenFile.nullable(),
  ),
  /** Shows the open school's file in the system's own file window. */
  showSchool: action(z.strictObject({}), z.null()),
}
