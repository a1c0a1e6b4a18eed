import { readFile, writeFile } from 'node:fs/promises'
import { connect } from '../../electron/database/connection'

/** Adds people to a school and leaves it as a killed process does: what was written stands in the `-wal` alone. */
export async function leaveUnfolded(file: string, target: string, people: number): Promise<void> {
  const connection = connect(file)
  await connection.query('PRAGMA journal_mode=WAL')
  await connection.query('PRAGMA wal_autocheckpoint=0')
  for (let number = 0; number < people; number++)
    await connection.query(
      `INSERT INTO users (first_name, last_name, email, user_type_id) VALUES ('A', 'B', lower(hex(randomblob(6))) || '@x.example', 1)`,
    )
  const [database, wal] = await Promise.all([readFile(file), readFile(`${file}-wal`)])
  await connection.close()
  await writeFile(target, database)
  await writeFile(`${target}-wal`, wal)
}

/** Leaves a school as a process does that was killed in writing without a `-wal`: half of a change stands in the file, and
 *  what was there before in a `-journal` beside it. */
export async function leaveHalfWritten(file: string): Promise<void> {
  const connection = connect(file)
  await connection.query('PRAGMA journal_mode=DELETE')
  // What is changed goes to the file at once.
  await connection.query('PRAGMA cache_size=1')
  await connection.query('BEGIN')
  await connection.query(`UPDATE users SET first_name = 'Half'`)
  await connection.query(
    `WITH numbers (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM numbers WHERE n < 500)
     INSERT INTO users (first_name, last_name, email, user_type_id) SELECT 'A', 'B', n || '@half.example', 1 FROM numbers`,
  )
  const [database, journal] = await Promise.all([readFile(file), readFile(`${file}-journal`)])
  await connection.query('ROLLBACK')
  await connection.close()
  await writeFile(file, database)
  await writeFile(`${file}-journal`, journal)
}

/** Writes bytes into the middle of a file. */
export async function overwrite(file: string, at: number, bytes: Buffer): Promise<void> {
  const content = await readFile(file)
  bytes.copy(content, at)
  await writeFile(file, content)
}
