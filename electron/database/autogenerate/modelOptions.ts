import type { Attributes, Model } from 'sequelize'
import type { ForeignKeySpec } from '../schema/schema'

// What a database keeps of a table beyond what Sequelize's models can say. Sequelize itself leaves all of it alone.

/** A foreign key whose own columns are named by their attributes; those it refers to are columns. */
export type ModelForeignKey<Attribute extends string = string> = Omit<ForeignKeySpec, 'columns'> & {
  columns: Attribute[]
}

declare module 'sequelize' {
  interface ColumnOptions {
    /** The default that the database itself fills in, as SQL: `(strftime('%Y', 'now'))`. Sequelize never writes it, as it
     *  does `defaultValue`. */
    serverDefault?: string
    /** What else is declared of the column, as SQL: `COLLATE NOCASE`, `GENERATED ALWAYS AS (...) STORED`. */
    rest?: string
  }

  interface ModelOptions<M extends Model = Model> {
    /** What must hold of every row, as SQL, by the constraint's name: `ck_users_age`. */
    checks?: Record<string, string>
    /** Whole CREATE TRIGGER statements, by the trigger's name. */
    triggers?: Record<string, string>
    /** Keys of more than one column, by the constraint's name. One of one column is its attribute's `references`. */
    foreignKeys?: Record<string, ModelForeignKey<keyof Attributes<M> & string>>
  }
}
