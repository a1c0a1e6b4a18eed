import { app, dialog } from 'electron'
import { AppError } from '../contract/errors'
import { words } from '../services/words'
import { placeBrowser } from './home'

/** Says why the program cannot so much as begin, and ends it with 1. */
export async function endUnstarted(
  error: unknown,
  { isUnattended }: { isUnattended: boolean },
): Promise<void> {
  placeBrowser()
  const isKnown = error instanceof AppError
  const problem = isKnown ? words(`reasons.${error.params.reason}`, error.params) : String(error)
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
