// How node_sqlite3.node is compiled from the sqlite3 package's sources and an amalgamation, by node-gyp.
import { existsSync } from 'node:fs'
import { cp, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { run } from '../process/command.mjs'

/**
 * The binding.gyp of the addon as text. `addonApi` is the folder of node-addon-api's headers.
 * @param {string} addonApi
 */
export function addonDefinition(addonApi) {
  const target = {
    target_name: 'node_sqlite3',
    sources: [
      'src/backup.cc',
      'src/database.cc',
      'src/node_sqlite3.cc',
      'src/statement.cc',
      'sqlite/sqlite3.c',
    ],
    include_dirs: ['sqlite', addonApi],
    defines: [
      // 6 is the newest that sqlite3 publishes builds for; the default would be that of the Node that compiles,
      // newer than what an older Electron understands.
      'NAPI_VERSION=6',
      'NAPI_DISABLE_CPP_EXCEPTIONS=1',
      'NDEBUG',
      'SQLITE_THREADSAFE=1',
      'SQLITE_ENABLE_FTS5',
      'SQLITE_ENABLE_RTREE',
      'SQLITE_ENABLE_MATH_FUNCTIONS',
      'SQLITE_ENABLE_DBSTAT_VTAB=1',
      'SQLITE_ENABLE_COLUMN_METADATA',
    ],
    // Hidden symbols: Node 22 and later export a SQLite of their own, and Linux would bind our calls to that one.
    'cflags!': ['-O3', '-fno-exceptions'],
    'cflags_cc!': ['-fno-exceptions'],
    cflags: ['-O2', '-fvisibility=hidden'],
    cflags_c: ['-w'],
    xcode_settings: {
      GCC_OPTIMIZATION_LEVEL: '2',
      GCC_SYMBOLS_PRIVATE_EXTERN: 'YES',
      GCC_ENABLE_CPP_EXCEPTIONS: 'YES',
      CLANG_CXX_LIBRARY: 'libc++',
      MACOSX_DEPLOYMENT_TARGET: '11.0',
      WARNING_CFLAGS: ['-w'],
    },
    msvs_settings: { VCCLCompilerTool: { ExceptionHandling: 1, WarningLevel: 0 } },
    conditions: [["OS!='win'", { defines: ['HAVE_USLEEP=1'] }, { defines: ['WIN32'] }]],
  }
  return JSON.stringify({ targets: [target] }, null, 2)
}

/**
 * Compiles in `folder`, which it fills, and returns the path of the addon. Throws CommandError.
 * @param {string} sqlite3Package the sqlite3 package's folder
 * @param {string} amalgamation the folder of sqlite3.c and sqlite3.h
 * @param {{ folder: string, arch: string }} where and for which processor, as Node names it
 */
export async function buildAddon(sqlite3Package, amalgamation, { folder, arch }) {
  const find = createRequire(join(sqlite3Package, 'package.json')).resolve
  await cp(join(sqlite3Package, 'src'), join(folder, 'src'), { recursive: true })
  await cp(amalgamation, join(folder, 'sqlite'), { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "name": "node_sqlite3", "version": "0.0.0" }')
  await writeFile(join(folder, 'binding.gyp'), addonDefinition(dirname(find('node-addon-api/napi.h'))))
  const nodeGyp = find('node-gyp/bin/node-gyp.js')
  const options = ['--jobs=max', `--arch=${arch}`, ...headersOption()]
  await run(process.execPath, [nodeGyp, 'rebuild', ...options], { cwd: folder })
  return join(folder, 'build', 'Release', 'node_sqlite3.node')
}

/**
 * What sqlite3's own install script would do: fetch its published build, or compile the SQLite that it bundles.
 * @param {string} sqlite3Package
 */
export async function ownBuild(sqlite3Package) {
  const find = createRequire(join(sqlite3Package, 'package.json')).resolve
  const node = (/** @type {string[]} */ ...args) => run(process.execPath, args, { cwd: sqlite3Package })
  try {
    await node(find('prebuild-install/bin.js'), '-r', 'napi')
  } catch {
    await node(find('node-gyp/bin/node-gyp.js'), 'rebuild', ...headersOption())
  }
}

/** Node's own headers, where they are installed beside it: node-gyp would fetch them from nodejs.org. */
function headersOption() {
  const prefix = dirname(dirname(process.execPath))
  const hasHeaders = existsSync(join(prefix, 'include', 'node', 'node_api.h'))
  return hasHeaders && !process.env.npm_config_nodedir ? [`--nodedir=${prefix}`] : []
}
