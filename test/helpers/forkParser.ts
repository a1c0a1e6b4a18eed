import { inject } from 'vitest'
import { nodeParser, type ForkParser } from '../../electron/exchange/parserProcess'

/** The real parser in a process of its own, as the command line starts it. */
export const forkParser: ForkParser = () => nodeParser(inject('parserFile'))()
