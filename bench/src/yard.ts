import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from '@lanepay/database/database.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@lanepay/database/embedded.ts'
import { migrate } from '@lanepay/database/migrate.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import pg from 'pg'

export type Yard = {
  readonly server: EmbeddedPostgres
  readonly connection: pg.ClientConfig
  readonly database: Database
  /** Another empty Lanepay database on the same server; close it first. */
  another(name: string): Promise<Yard>
  close(): Promise<void>
}

/** A fresh embedded PostgreSQL with fsync on, as the product starts it, and an empty Lanepay database in it. */
export async function openYard(): Promise<Yard> {
  const dir = mkdtempSync(join(tmpdir(), 'lanepay-bench-'))
  spawnSync('chmod', ['755', dir])
  const server = await startEmbeddedPostgres({ dir: join(dir, 'pg') })
  const lanepay = async (name: string, close: () => Promise<void>): Promise<Yard> => {
    await createDatabase(server, name)
    const connection = { ...server.connection, database: name }
    await migrate(connection, systemClock.now())
    const database = openDatabase({ connection })
    return {
      server,
      connection,
      database,
      another: (other) => lanepay(other, async () => {}),
      close: async () => {
        await database.close()
        await close()
      },
    }
  }
  await createDatabase(server, 'pgbench')
  return lanepay('lanepay', async () => {
    await server.stop()
    rmSync(dir, { recursive: true, force: true })
  })
}

async function createDatabase({ connection }: EmbeddedPostgres, name: string): Promise<void> {
  const admin = new pg.Client(connection)
  await admin.connect()
  await admin.query(`create database ${name}`)
  await admin.end()
}

export type Yardstick = { readonly name: string; run(seconds: number): Promise<number> }

/** `pgbench -N -M prepared -c 16` where Debian's pgbench is; otherwise the same transaction in a loop of ours, named so. */
export async function pgbenchYardstick({ server }: Yard): Promise<Yardstick> {
  const { host, port, user, password } = server.connection
  const binary = ['/usr/bin/pgbench', ...globPgbench()].find(existsSync)
  const env = {
    ...process.env,
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: user,
    PGPASSWORD: password,
    PGDATABASE: 'pgbench',
  }
  if (!binary) return loopYardstick({ ...server.connection, database: 'pgbench' })
  const made = spawnSync(binary, ['-i', '-q', '-s', '10'], { env, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`pgbench -i: ${made.stderr}`)
  return {
    name: 'pgbench -N -M prepared -c 16',
    run: (seconds) =>
      new Promise((resolve, reject) => {
        const child = spawn(binary, ['-n', '-N', '-M', 'prepared', '-c', '16', '-j', '2', '-T', String(seconds)], {
          env,
        })
        let said = ''
        child.stdout.on('data', (chunk: Buffer) => {
          said += chunk.toString()
        })
        child.stderr.on('data', (chunk: Buffer) => {
          said += chunk.toString()
        })
        child.on('close', () => {
          const tps = /tps = ([\d.]+) \(without/.exec(said) ?? /tps = ([\d.]+)/.exec(said)
          if (tps) resolve(Number(tps[1]))
          else reject(new Error(`pgbench said: ${said}`))
        })
      }),
  }
}

const globPgbench = (): string[] =>
  ['18', '17', '16', '15'].map((version) => `/usr/lib/postgresql/${version}/bin/pgbench`)

async function loopYardstick(connection: pg.ClientConfig): Promise<Yardstick> {
  const admin = new pg.Client(connection)
  await admin.connect()
  await admin.query('create table pgbench_accounts (aid int primary key, bid int, abalance int, filler char(84))')
  await admin.query(
    'create table pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22))',
  )
  await admin.query(`insert into pgbench_accounts select i, i / 100000, 0, '' from generate_series(1, 1000000) i`)
  await admin.query('vacuum analyze')
  await admin.end()
  const pool = new pg.Pool({ ...connection, max: 16 })
  const client = async (until: number): Promise<number> => {
    const one = await pool.connect()
    let done = 0
    while (performance.now() < until) {
      const aid = 1 + Math.floor(Math.random() * 1_000_000)
      await one.query('begin')
      await one.query({
        name: 'u',
        text: 'update pgbench_accounts set abalance = abalance + $1 where aid = $2',
        values: [7, aid],
      })
      await one.query({ name: 's', text: 'select abalance from pgbench_accounts where aid = $1', values: [aid] })
      await one.query({
        name: 'i',
        text: 'insert into pgbench_history values (1, 1, $1, $2, current_timestamp)',
        values: [aid, 7],
      })
      await one.query('commit')
      done += 1
    }
    one.release()
    return done
  }
  return {
    name: 'a loop of ours (no pgbench on this machine): begin, update, select, insert, commit on 16 connections',
    run: async (seconds) => {
      const until = performance.now() + seconds * 1000
      const done = await Promise.all(Array.from({ length: 16 }, () => client(until)))
      return done.reduce((sum, n) => sum + n, 0) / seconds
    },
  }
}
