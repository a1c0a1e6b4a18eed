import { literal, type Model, type ModelStatic } from 'sequelize'
import type { Models } from './models'
import type { Database } from './open'

// What is done to the records of any model, inside a write. Conditions are SQL of a query that gives ids.

export type ModelName = keyof Models

/** Inserts a record and answers its id. */
export async function insertRecord(database: Database, name: ModelName, values: object): Promise<number> {
  const model = modelNamed(database, name)
  const record = await model.create({ ...values })
  return Number(record.get(model.primaryKeyAttribute))
}

/** Sets the same values in all the records. */
export async function updateRecords(database: Database, name: ModelName, ids: string, values: object) {
  const model = modelNamed(database, name)
  await model.update(values, { where: among(model, ids) })
}

/** Deletes the records. */
export async function deleteRecords(database: Database, name: ModelName, ids: string): Promise<void> {
  const model = modelNamed(database, name)
  await model.destroy({ where: among(model, ids) })
}

/** The columns of a model's table, in the order of the model. */
export function columnsOfModel(database: Database, name: ModelName): string[] {
  return Object.values(modelNamed(database, name).getAttributes()).map(({ field }) => field ?? '')
}

function modelNamed(database: Database, name: ModelName): ModelStatic<Model> {
  return database.models[name] as ModelStatic<Model>
}

function among(model: ModelStatic<Model>, ids: string) {
  const key = model.getAttributes()[model.primaryKeyAttribute]?.field
  return literal(`${key} IN (${ids})`)
}
