import { app } from 'electron'
import { findFolders } from '../services/home'
import { placeBrowser } from './home'
import { forkParser } from './parser'

/** Runs a command of the command line in this process, with no window, and ends it with the command's exit code. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  // Nothing is drawn. (Never `in-process-gpu`: it leaves the working folder for a moment, where paths are resolved.)
  app.disableHardwareAcceleration()
  // Chromium's own words are nothing to who reads standard error.
  app.commandLine.appendSwitch('log-level', '3')
  app.dock?.hide()
  placeBrowser(homeIfAny())
  // The parser cannot be started earlier; nor can signals be heard, since Electron takes them over until then.
  await app.whenReady()
  const { runProgram } = await import('../cli/program')
  await runProgram(argv, forkParser)
}

/** What is wrong with this computer's policy is for the command line to say. */
function homeIfAny(): string | undefined {
  try {
    return findFolders(process.env).home
  } catch {
    return undefined
  }
}
