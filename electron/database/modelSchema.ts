import { schemaOfModels } from './autogenerate/schemaOfModels'
import { connect } from './connection'
import { defineModels } from './models'
import { searchObjects } from './models/search'
import type { Schema } from './schema/schema'

/** The schema that the models describe: what a file at head has. No file is opened for it. */
export function modelSchema(): Schema {
  return schemaOfModels(Object.values(defineModels(connect(':memory:'))), searchObjects)
}
