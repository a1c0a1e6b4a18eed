import { dialog, type BrowserWindow } from 'electron'
import { words } from '../services/words'
import { copyLog, showLog } from './logActions'

export interface FailureQuestion {
  title: string
  text: string
  /** The labels of what can be done, the usual one first. */
  choices: [string, string]
  /** Which of them it means to close the box. */
  closing: 0 | 1
  /** The window that it is about. */
  window?: BrowserWindow
  /** Takes the box away, as if it had been closed. */
  signal?: AbortSignal
}

/** Asks what to do about a failure and answers which choice was made. Whoever opens or copies the log first is asked again. */
export async function askAboutFailure(question: FailureQuestion): Promise<number> {
  const { title, text, choices, closing, window, signal } = question
  const options = {
    type: 'error' as const,
    message: title,
    detail: text,
    buttons: [...choices, words('log.open'), words('log.copy')],
    defaultId: 0,
    cancelId: closing,
    noLink: true,
    signal,
  }
  for (;;) {
    const { response } = await (window
      ? dialog.showMessageBox(window, options)
      : dialog.showMessageBox(options))
    if (response < choices.length) return response
    await (response === choices.length ? showLog() : copyLog())
  }
}
