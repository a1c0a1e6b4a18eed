// For tests in TypeScript; audit.mjs says more.
export interface LockEntry {
  version?: string
  resolved?: string
  integrity?: string
  license?: string
  link?: boolean
  dev?: boolean
  optional?: boolean
  hasInstallScript?: boolean
  dependencies?: Record<string, string>
  os?: string[]
}
export interface Lock {
  lockfileVersion: number
  packages: Record<string, LockEntry>
}
export function complaintsOfLock(
  lock: Lock,
  manifest: { allowScripts?: Record<string, boolean> },
  bundled?: Iterable<string>,
): string[]
