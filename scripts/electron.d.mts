// For tests and benches in TypeScript; electron.mjs says more.
export interface ElectronRuntime {
  executable: string
  folder: string
  version: string
  isFallback: boolean
}
export const fallbackNote: string
export function findElectron(): ElectronRuntime | undefined
export function electronRuntime(): ElectronRuntime
export function electronEnvironment(
  runtime: ElectronRuntime,
  environment?: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv
