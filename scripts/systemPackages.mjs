// Prints the Debian packages that Electron, tests without a display and those of promises need, for where set-up may not install them itself.
import { displayPackages, electronPackages } from './setup/linuxPackages.mjs'

process.stdout.write(`${[...electronPackages, ...displayPackages, 'strace'].join(' ')}\n`)
