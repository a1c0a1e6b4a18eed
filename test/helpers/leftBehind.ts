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

/** Writes bytes into the middle of a file. */
export async function overwrite(file: string, at: number, bytes: Buffer): Promise<void> {
  const content = await readFile(file)
  bytes.copy(content, at)
  await writeFile(file, content)
}
