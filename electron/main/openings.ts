import { app } from 'electron'

type Open = (file: string | null) => void

/** What a second start hands over. Electron breaks a text with letters beyond Latin-1 on its way (seen with 25 on Linux). */
export const toFirst = (file: string | null) => ({ file: file && encodeURIComponent(file) })

/** What a second start has handed over; null where it came to nothing. */
function fromSecond(given: unknown): string | null {
  const { file = null } = (given ?? {}) as { file?: string | null }
  return file && decodeURIComponent(file)
}

/** What the desktop asks of a program that is running: to open a school's file, or, with none, just to come to the front.
 *  A double click comes as an event on macOS, from the very beginning; elsewhere it starts the program a second time, which
 *  hands over what it was given and ends. */
export class Openings {
  #early: string | null = null
  #open: Open = (file) => (this.#early = file ?? this.#early)

  constructor() {
    app.on('open-file', (event, file) => {
      event.preventDefault()
      this.#open(file)
    })
    app.on('second-instance', (_event, _argv, _folder, given) => {
      this.#open(fromSecond(given))
    })
  }

  /** From here on `open` is told. Answers the file that was asked for last until now. */
  follow(open: Open): string | null {
    this.#open = open
    return this.#early
  }
}
