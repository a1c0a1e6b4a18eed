import { ESLint } from 'eslint'
import { expect, it } from 'vitest'

/** Each line that is to be refused says so. */
const CODE = `
import { Model, type ModelStatic, Sequelize } from 'sequelize'
import { open } from 'node:fs/promises'

class Pupil extends Model {}

export async function change(anything: Sequelize, models: ModelStatic<Model>[], perhaps?: Sequelize) {
  const tables = anything.getQueryInterface() // refused
  await tables.removeColumn('users', 'age') // refused
  const { addColumn } = tables // refused
  await addColumn('users', 'age', { type: 'INTEGER' })
  await anything['sync']({ alter: true }) // refused
  const renamed = anything
  await renamed.drop() // refused
  await perhaps?.drop() // refused
  await Pupil.sync() // refused
  for (const model of models) await model.drop() // refused
  const handle = await open('somewhere')
  await handle.sync()
  await anything.query('SELECT 1')
  await Pupil.destroy({ where: {} })
}
`

it("refuses Sequelize's schema calls by their type, whatever the object is called", async () => {
  const [result] = await new ESLint().lintText(CODE, { filePath: 'electron/database/connection.ts' })
  const refused = result?.messages.filter(({ ruleId }) => ruleId === 'rollbook/sequelize-schema-calls')
  const expected = CODE.split('\n').flatMap((line, at) => (line.endsWith('// refused') ? [at + 1] : []))
  expect(expected).toHaveLength(8)
  expect(refused?.map(({ line }) => line)).toEqual(expected)
})
