// Sequelize takes a stack of each query, should that fail, and Vitest looks every frame up in source maps: that was a tenth
// of all time. These stacks alone are shown as Node has them.

const QUERIES = /sequelize[\\/]lib[\\/]dialects[\\/]sqlite[\\/]query\.js$/

const mapped = Error.prepareStackTrace

function leavingQueriesUnmapped(error: Error, frames: NodeJS.CallSite[]): unknown {
  if (!QUERIES.test(frames[0]?.getFileName() ?? '')) return mapped?.(error, frames)
  return [String(error), ...frames].join('\n    at ')
}

// Once for each worker, though each file of tests comes through here.
if (mapped?.name !== leavingQueriesUnmapped.name) Error.prepareStackTrace = leavingQueriesUnmapped
