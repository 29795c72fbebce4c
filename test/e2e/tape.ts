/** What a tape holds, asked of SQLite itself. */
import Database from 'better-sqlite3'

export type Row = { id: number; direction: 'to-server' | 'to-client'; message: string; component_id: string | null; policy: Buffer | null; origin: string | null }

/** The recorded messages in order, as they crossed the wire. */
export function rowsOf(tape: string): Row[] {
  return query<Omit<Row, 'message'> & { message: Buffer }>(tape, 'SELECT id, direction, message, component_id, policy, origin FROM recordings ORDER BY id').map((row) => ({ ...row, message: row.message.toString() }))
}

/** The messages of one direction. */
export function messagesOf(tape: string, direction: Row['direction']): string[] {
  return rowsOf(tape).filter((row) => row.direction === direction).map(({ message }) => message)
}

export function query<T>(tape: string, sql: string): T[] {
  const database = new Database(tape, { readonly: true })
  try {
    return database.prepare<[], T>(sql).all()
  } finally {
    database.close()
  }
}
