import { AppError } from '../../electron/contract/errors'

/** Waits for what is put away in main, where it may be gone already: with its school, if that was closed meanwhile. */
export async function unlessGone(puttingAway: Promise<unknown>): Promise<void> {
  try {
    await puttingAway
  } catch (error) {
    if (!(error instanceof AppError) || !['not-found', 'no-school'].includes(error.code)) throw error
  }
}
