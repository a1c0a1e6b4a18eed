import { join } from 'node:path'
import { nodeParser } from '../exchange/parserProcess'
import { runProgram } from './program'

// The entry of the command line in plain Node. The installed program has it in electron/main/commandLine.ts.

// The build puts the parser beside this file.
void runProgram(process.argv.slice(2), nodeParser(join(__dirname, 'parser.cjs')))
