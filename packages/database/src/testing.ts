import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { systemClock } from '@lanepay/domain/clock.ts'
import pg from 'pg'
import { type Database, openDatabase } from './database.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts'
import { migrate } from './migrate.ts'

export type TestDatabase = { readonly database: Database; readonly connection: pg.ClientConfig; close(): Promise<void> }

/** As `LANEPAY_DATABASE_URL` has it; `throughPort`: by a wire on this machine that may be cut, instead of the server's own way. */
export function databaseUrl(connection: pg.ClientConfig, throughPort?: number): string {
  const { host = '', port = 5432, user = '', password = '', database = '' } = connection
  const who = `postgres://${user}:${encodeURIComponent(String(password))}`
  return throughPort === undefined
    ? `${who}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`
    : `${who}@127.0.0.1:${throughPort}/${database}`
}

let server: Promise<pg.ClientConfig> | undefined
let own: EmbeddedPostgres | undefined
let ownDir: string | undefined
/** A server of this process ends with the last of its databases. */
let inUse = 0

/** One server for the whole test run (scripts/test.mjs starts it), or one of this process where a file runs alone. */
function testServer(): Promise<pg.ClientConfig> {
  server ??= (async () => {
    const given = process.env.LANEPAY_TEST_POSTGRES
    if (given) return JSON.parse(given) as pg.ClientConfig
    ownDir = fs.mkdtempSync(path.join(os.tmpdir(), 'lanepay-test-'))
    fs.chmodSync(ownDir, 0o755)
    own = await startEmbeddedPostgres({ dir: path.join(ownDir, 'pg') })
    return own.connection
  })()
  return server
}

/** A fresh, migrated database on a real PostgreSQL. `close` drops it. */
export async function testDatabase(): Promise<TestDatabase> {
  inUse++
  const base = await testServer()
  const template = `lanepay_template_${process.env.LANEPAY_TEST_POSTGRES ? 'run' : process.pid}`
  const name = `lanepay_test_${process.pid}_${Math.random().toString(36).slice(2, 8)}`
  const admin = new pg.Client(base)
  await admin.connect()
  try {
    // The template is migrated once; a second process waits for the first here.
    await admin.query('select pg_advisory_lock(20241)')
    const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [template])
    if (rowCount === 0) {
      await admin.query(`create database ${template}_new`)
      await migrate({ ...base, database: `${template}_new` }, systemClock.now())
      await admin.query(`alter database ${template}_new rename to ${template}`)
    }
    await admin.query(`create database ${name} template ${template}`)
  } finally {
    await admin.end()
  }
  const connection = { ...base, database: name }
  const database = openDatabase({ connection })
  return {
    database,
    connection,
    close: async () => {
      await database.close()
      const last = new pg.Client(base)
      await last.connect()
      await goodbyes(last, name)
      await last.query(`drop database ${name} with (force)`)
      await last.end()
      if (--inUse > 0 || !own || !ownDir) return
      await own.stop()
      fs.rmSync(ownDir, { recursive: true, force: true })
      own = undefined
      server = undefined
    },
  }
}

/**
 * Waits until the server has heard that the connections to this database are closed: one that it ends itself meanwhile would
 * say so to a client that has nobody left to hear it, and that ends a test's process. Who still holds one after that has it cut.
 */
async function goodbyes(admin: pg.Client, name: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const { rowCount } = await admin.query(
      "select 1 from pg_stat_activity where datname = $1 and backend_type = 'client backend'",
      [name],
    )
    if (rowCount === 0) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
