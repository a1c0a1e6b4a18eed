import { app, dialog } from 'electron'
import { AppError } from '../contract/errors'
import { words } from '../services/words'
import { placeBrowser } from './home'

/** Says why the program cannot so much as begin, and ends it with 1. Throws what is not known to stop it. */
export async function endUnstarted(
  error: unknown,
  { isUnattended }: { isUnattended: boolean },
): Promise<void> {
  if (!(error instanceof AppError)) throw error
  placeBrowser()
  const problem = words(`reasons.${error.params.reason}`, error.params)
  process.stderr.write(`${problem}\n`)
  if (isUnattended) return app.exit(1)
  await app.whenReady()
  const title = words('desktop.cannotStart.title')
  await dialog.showMessageBox({
    type: 'error',
    message: title,
    detail: words('desktop.cannotStart.text', { problem }),
  })
  app.exit(1)
}
