// zod tries `new Function` otherwise, which the page's content security policy refuses and reports. The same as
// `z.config({ jitless: true })`, but without loading zod before the first screen. First import of main.ts: schemas look at
// it when they are made.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } })

export {}
