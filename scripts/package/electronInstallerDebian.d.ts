// What of electron-installer-debian, which has no types of its own, debian.mjs uses.
declare module 'electron-installer-debian' {
  export class Installer {
    constructor(given: object)
    readonly stagingDir: string
    readonly options: { packagePaths: [string, ...string[]] }
    get contentFunctions(): string[]
    generateDefaults(): Promise<object>
    generateOptions(): unknown
    createStagingDir(): Promise<void>
    createContents(): Promise<void>
    createPackage(): Promise<void>
    movePackage(): Promise<void>
  }
}
