// Prints the Debian packages that Electron and a test without a display need, for where set-up may not install them itself.
import { displayPackages, electronPackages } from './setup/linuxPackages.mjs'

process.stdout.write(`${[...electronPackages, ...displayPackages].join(' ')}\n`)
