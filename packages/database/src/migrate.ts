import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { runner } from 'node-pg-migrate'
import pg from 'pg'
import { partitionedTables } from './tables.ts'

/**
 * Brings a database to this release's schema (forward only, under a lock: old and new code may run side by side) and
 * makes sure the partitions of the coming months are there. Safe to call at every start, from every process.
 */
export async function migrate(connection: string | pg.ClientConfig, now: Instant): Promise<void> {
  const client = new pg.Client(connection as pg.ClientConfig)
  await client.connect()
  try {
    await runner({
      dbClient: client,
      dir: path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'migrations'),
      migrationsTable: 'migration',
      direction: 'up',
      checkOrder: true,
      log: () => {},
    })
    await ensurePartitions(client, now)
  } finally {
    await client.end()
  }
}

/** A quarter of a year of ids a partition, from the quarter of `now` to a year on; what lies outside goes to the rest. */
export async function ensurePartitions(client: pg.ClientBase, now: Instant): Promise<void> {
  const first = new Date(now)
  for (let ahead = 0; ahead < 5; ahead++) {
    const from = Date.UTC(first.getUTCFullYear(), Math.floor(first.getUTCMonth() / 3) * 3 + ahead * 3, 1)
    const to = Date.UTC(first.getUTCFullYear(), Math.floor(first.getUTCMonth() / 3) * 3 + ahead * 3 + 3, 1)
    const quarter = `${new Date(from).getUTCFullYear()}q${Math.floor(new Date(from).getUTCMonth() / 3) + 1}`
    for (const table of partitionedTables) {
      // A stay changes a few times in its life without touching an index: room for that beside it.
      const room = table === 'session' ? ' with (fillfactor = 60)' : ''
      await client.query(
        `create table if not exists ${table}_${quarter} partition of ${table} for values from (${firstIdAt(from)}) to (${firstIdAt(to)})${room}`,
      )
    }
  }
  for (const table of partitionedTables)
    await client.query(`create table if not exists ${table}_rest partition of ${table} default`)
}
