import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Values by key that outlive the process. A value is never changed in place: a change is a `put` of the new one. */
export type Table<T> = {
  get(key: string): T | undefined
  put(key: string, value: T): void
  delete(key: string): void
  values(): IterableIterator<T>
}

export type Store = {
  table<T>(name: string): Table<T>
  /** What `work` puts is kept as a whole or not at all: a payment and its notification, for one. */
  together(work: () => void): void
  close(): void
}

/**
 * Everything a simulated channel remembers, in `<name>.sqlite` of `dir`. It is read into memory on opening and every change
 * is written through before the call returns, so what was answered before a kill is still known after it. `dir` null keeps
 * everything in memory only. Throws when the folder cannot be used.
 */
export function openStore(dir: string | null, name: string): Store {
  const disk = dir === null ? null : openDisk(dir, name)
  const tables = new Map<string, Map<string, unknown>>()
  const rowsOf = (name: string) => {
    const known = tables.get(name) ?? new Map<string, unknown>()
    tables.set(name, known)
    return known
  }
  for (const { kind, key, value } of disk?.all() ?? []) rowsOf(kind).set(key, JSON.parse(value))
  return {
    table<T>(name: string): Table<T> {
      const rows = rowsOf(name) as Map<string, T>
      return {
        get: (key) => rows.get(key),
        values: () => rows.values(),
        put(key, value) {
          disk?.put(name, key, JSON.stringify(value))
          rows.set(key, value)
        },
        delete(key) {
          if (rows.delete(key)) disk?.delete(name, key)
        },
      }
    },
    together(work) {
      if (disk) disk.together(work)
      else work()
    },
    close: () => disk?.close(),
  }
}

type Row = { readonly kind: string; readonly key: string; readonly value: string }

function openDisk(dir: string, name: string) {
  mkdirSync(dir, { recursive: true })
  const file = join(dir, `${name}.sqlite`)
  const db = new DatabaseSync(file)
  // The file holds private keys, so only its owner may read it.
  chmodSync(file, 0o600)
  db.exec(`
    pragma journal_mode = wal;
    pragma synchronous = normal;
    create table if not exists record (
      kind text not null,
      key text not null,
      value text not null,
      primary key (kind, key)
    ) strict, without rowid`)
  const put = db.prepare(
    'insert into record values (?, ?, ?) on conflict (kind, key) do update set value = excluded.value',
  )
  const remove = db.prepare('delete from record where kind = ? and key = ?')
  return {
    all: () => db.prepare('select kind, key, value from record').all() as unknown as Row[],
    put: (kind: string, key: string, value: string) => void put.run(kind, key, value),
    delete: (kind: string, key: string) => void remove.run(kind, key),
    together(work: () => void) {
      if (db.isTransaction) return work() // a part of something larger that is kept as a whole
      db.exec('begin immediate')
      try {
        work()
        db.exec('commit')
      } catch (error) {
        db.exec('rollback')
        throw error
      }
    },
    close: () => db.close(),
  }
}
