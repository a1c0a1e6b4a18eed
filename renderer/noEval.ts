import { config } from 'zod'

// zod tries `new Function` otherwise, which the page's content security policy refuses and reports. First import of main.ts:
// schemas look at it when they are made.
config({ jitless: true })
