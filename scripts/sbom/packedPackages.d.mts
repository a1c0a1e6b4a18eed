// For tests in TypeScript; packedPackages.mjs says more.
export function packedPackages(archive: string): Set<string>
