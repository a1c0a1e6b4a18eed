import { join } from 'node:path'

/** Where failures that no one foresaw are written down. */
export const logFile = (home: string) => join(home, 'logs', 'command-line.log')

/** Where scratch files lie while a command runs. What a killed run has left there goes when the next one imports. */
export const workFolder = (home: string) => join(home, 'work')
