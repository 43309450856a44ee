import { bucketCount } from '@lanepay/domain/bucket.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import pg from 'pg'
import { type Copying, copyInto } from './copy-in.ts'

/*
 * The one door to the data. Code asks for a bucket and never learns how many servers there are (scale.md, rule 3).
 * Instants come back as ms since 1970; int8 as text, because ids do not fit a JavaScript number.
 */

/** SQL with the name it is prepared under: one name, one text. */
export type Statement = { readonly name: string; readonly text: string }
type Value = unknown

export type Db = {
  /** One statement, its own transaction. Repeated by itself where the failure was certainly before the commit. */
  query<Row>(statement: Statement, values?: readonly Value[]): Promise<Row[]>
  /** Several statements, one transaction. The whole function runs again after a failure before the commit. */
  transaction<T>(act: (tx: Tx) => Promise<T>): Promise<T>
  /** Many rows into a table, as COPY's text; all of them when `act` is done, none when it throws. Never repeated by itself. */
  copy<T>(statement: string, act: (write: Copying['write']) => Promise<T>): Promise<T>
}
export type Tx = { query<Row>(statement: Statement, values?: readonly Value[]): Promise<Row[]> }

export type Database = {
  of(bucket: number): Db
  /** Small tables that every node holds: operators, channel accounts, buckets. */
  readonly reference: Db
  /** Every server with the buckets it serves, for workers that go round. */
  readonly nodes: readonly { readonly db: Db; readonly buckets: readonly number[] }[]
  close(): Promise<void>
}

/** The outcome of a commit is not known: look under the same key before acting again (scale.md 3.3). */
export class CommitUnknown extends Error {
  constructor(cause: unknown) {
    super('the commit was sent and its answer is lost', { cause })
    this.name = 'CommitUnknown'
  }
}

export type DatabaseOptions = {
  /** Connection string, or a node-postgres config for the embedded server. */
  readonly connection: string | pg.ClientConfig
  readonly poolSize?: number
  /** Named prepared statements; off behind a pooler that cannot keep them. */
  readonly prepared?: boolean
  /** After this long the socket is closed; a commit is never cancelled (scale.md 3.2). */
  readonly queryTimeoutMs?: number
  /** Resolves when the server has ended and nobody starts it anew: from then on nothing waits for it to come back. */
  readonly ended?: Promise<unknown>
}

const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === 1184
      ? (text: string) => Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'))
      : pg.types.getTypeParser(oid, format as 'text'),
} as pg.CustomTypesConfig

/** Opens a pool; no connection is made yet. Today one server holds every bucket. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    ...(typeof options.connection === 'string' ? { connectionString: options.connection } : options.connection),
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    types,
  })
  pool.on('error', () => {}) // an idle connection died; the next query meets the server's state itself
  let mayComeBack = true
  options.ended?.then(() => {
    mayComeBack = false
  })
  const db = dbOn(pool, {
    prepared: options.prepared ?? true,
    timeoutMs: options.queryTimeoutMs ?? 15_000,
    mayComeBack: () => mayComeBack,
  })
  const buckets = Array.from({ length: bucketCount }, (_, bucket) => bucket)
  return {
    of: (bucket) => {
      if (!Number.isInteger(bucket) || bucket < 0 || bucket >= bucketCount) throw new RangeError(`no bucket ${bucket}`)
      return db
    },
    reference: db,
    nodes: [{ db, buckets }],
    close: () => pool.end(),
  }
}

/** Instants go in as timestamptz. */
export const instantOut = (instant: Instant | number | null | undefined): Date | null =>
  instant === null || instant === undefined ? null : new Date(instant)

// Codes after which the transaction certainly did not happen: connection refused or lost before commit, start-up and
// shut-down, serialization, deadlock, lock timeout, a primary that became a standby.
const beforeCommit = new Set([
  'ECONNREFUSED',
  'ENOENT',
  'ECONNRESET',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
  '08006',
  '08001',
  '08003',
  '40001',
  '40P01',
  '55P03',
  '25006',
  '53300',
])
const transient = (error: unknown): boolean => {
  const { code, message } = error as { code?: string; message?: string }
  return (
    beforeCommit.has(code ?? '') ||
    /Connection terminated|not queryable|timeout exceeded when trying to connect|Client has encountered/.test(
      message ?? '',
    )
  )
}

const retryForMs = 10_000

type Manner = { readonly prepared: boolean; readonly timeoutMs: number; readonly mayComeBack: () => boolean }

function dbOn(pool: pg.Pool, { prepared, timeoutMs, mayComeBack }: Manner): Db {
  const send = async <Row>(client: pg.PoolClient, { name, text }: Statement, values: readonly Value[] = []) => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () =>
          reject(Object.assign(new Error(`no answer to ${name} within ${timeoutMs} ms`), { code: 'LANEPAY_TIMEOUT' })),
        timeoutMs,
      )
    })
    try {
      const result = client.query({ ...(prepared ? { name } : {}), text, values: values as unknown[] })
      result.catch(() => {}) // when the timer wins, the socket is closed and this fails later, unread
      return (await Promise.race([result, late])).rows as Row[]
    } finally {
      clearTimeout(timer)
    }
  }
  const withRetry = async <T>(act: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
    const giveUpAt = performance.now() + retryForMs
    for (let pause = 20; ; pause = Math.min(pause * 2, 250)) {
      let client: pg.PoolClient | undefined
      try {
        client = await pool.connect()
        client.on('error', ignore) // the failing query reports it
        const value = await act(client)
        client.off('error', ignore)
        client.release()
        return value
      } catch (error) {
        client?.off('error', ignore)
        // An error inside a transaction leaves the connection in an unknown mood; a plain refusal of SQL does not.
        client?.release(!(error instanceof pg.DatabaseError) || transient(error))
        if (!transient(error) || !mayComeBack() || performance.now() > giveUpAt) throw error
        await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())))
      }
    }
  }
  return {
    // A single autocommit statement whose connection breaks may or may not have happened. Every statement of ours that
    // writes is the same when done twice (same key, on conflict), so it is simply sent again.
    query: (statement, values) => withRetry((client) => send(client, statement, values)),
    transaction: (act) =>
      withRetry(async (client) => {
        await client.query('begin')
        let value: Awaited<ReturnType<typeof act>>
        try {
          value = await act({ query: (statement, values) => send(client, statement, values) })
        } catch (error) {
          if (error instanceof pg.DatabaseError) await client.query('rollback').catch(() => {})
          throw error
        }
        try {
          await client.query('commit')
        } catch (error) {
          throw new CommitUnknown(error)
        }
        return value
      }),
    copy: async (statement, act) => {
      const client = await pool.connect()
      client.on('error', ignore) // whoever writes hears of it
      let copying: Copying | undefined
      let whole = false
      try {
        copying = await copyInto(client, statement)
        const value = await act(copying.write)
        await copying.end()
        whole = true
        return value
      } catch (error) {
        await copying?.fail('the caller gave it up')
        throw error
      } finally {
        client.off('error', ignore)
        client.release(!whole)
      }
    },
  }
}
const ignore = (): void => {}
