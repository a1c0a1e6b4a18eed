// For tests in TypeScript; billOfMaterials.mjs says more.
export interface Component {
  'bom-ref': string
  type: string
  name: string
  version: string
  scope?: string
  licenses?: object[]
}
export interface Bill {
  metadata: { component: Component }
  components: Component[]
  dependencies: { ref: string; dependsOn: string[] }[]
}
export function billOfMaterials(
  packed: ReadonlySet<string>,
  runtimes: { electron: string; sqlite: string; sqlite3mc: string | null },
): Promise<Bill>
