import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { insertMessage } from '@lanepay/cloud/bolink/message-store.ts'
import { outbox as makeOutbox } from '@lanepay/cloud/bolink/outbox.ts'
import { parksOf } from '@lanepay/cloud/bolink/park.ts'
import { polls as makePolls } from '@lanepay/cloud/bolink/polls.ts'
import { bolinkRoutes } from '@lanepay/cloud/bolink/routes.ts'
import { uploads } from '@lanepay/cloud/bolink/upload.ts'
import { keepGoing } from '@lanepay/cloud/server/keep-going.ts'
import { type Database, openDatabase, type Statement } from '@lanepay/database/database.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import Fastify from 'fastify'
import type pg from 'pg'
import { houseKey } from './keys.ts'

/**
 * A server that holds polls, in a process of its own: the routes of connected lots as they ship, with their outbox; or a bare one that knows
 * nothing but who waits. Told to put a message, it says when that was committed, by the clock that all processes of a machine share.
 */
export type PollsOrder = { readonly connection: pg.ClientConfig | null }
export type PollsAsked =
  | { readonly put: { readonly bucket: number; readonly lotId: number; readonly n: number } }
  | { readonly measure: true }
export type PollsTold =
  | { readonly url: string }
  | { readonly committed: number; readonly atMs: number }
  | { readonly heldBytes: number; readonly usedSeconds: number }

const tell = (told: PollsTold) => process.send!(told)
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6

type Put = (lot: { readonly bucket: number; readonly lotId: number; readonly n: number }) => Promise<number>
const bodyOf = (n: number): string => JSON.stringify({ service_name: 'bench', n })

async function shipped(connection: pg.ClientConfig): Promise<{ url: string; put: Put }> {
  let committedAt = 0
  // That a message is committed is known when its statement is answered: before whatever is done with it.
  const opened = openDatabase({ connection })
  const database: Database = {
    ...opened,
    of: (bucket) => ({
      ...opened.of(bucket),
      query: async <Row>(statement: Statement, values?: readonly unknown[]) => {
        const rows = await opened.of(bucket).query<Row>(statement, values)
        if (statement === insertMessage) committedAt = nowMs()
        return rows
      },
    }),
  }
  const polls = makePolls()
  const newId = idMaker(() => systemClock.now(), 1)
  const outbox = makeOutbox({
    ...{ database, clock: systemClock, polls, alarms: { raise: async () => {} }, onPut: polls.wake },
  })
  keepGoing('polls', 1_000, { clock: systemClock, log: silentLog }, () => outbox.look())
  const parks = parksOf({ database, houseKey: Buffer.from(houseKey) })
  const upload = uploads({
    ...{ database, clock: systemClock, log: silentLog, parks, services: {}, answers: {}, beside: {} },
    keepBeside: async () => ({}),
  })
  const server = Fastify({ forceCloseConnections: 'idle' })
  await server.register(bolinkRoutes({ upload, outbox, polls }))
  return {
    url: await server.listen({ host: '127.0.0.1', port: 0 }),
    put: async ({ n, ...lot }) => {
      const message = { id: newId(), service: 'bench', answeredBy: [String(n)], orderId: null, localId: null }
      await outbox.tellOnce(lot, { ...message, body: bodyOf(n) }, systemClock.now() + 600_000)
      return committedAt
    },
  }
}

async function bare(): Promise<{ url: string; put: Put }> {
  const waiting = new Map<string, ServerResponse>()
  const left = new Map<string, string[]>()
  const server = createServer(async (request, response) => {
    const { token } = JSON.parse(Buffer.concat((await Array.fromAsync(request)) as Buffer[]).toString()) as {
      token: string
    }
    const message = left.get(token)?.shift()
    if (message !== undefined) response.end(message)
    else waiting.set(token, response)
  })
  server.requestTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    put: async ({ lotId, n }) => {
      const at = nowMs()
      const token = String(lotId)
      const poll = waiting.get(token)
      if (poll) {
        waiting.delete(token)
        poll.end(bodyOf(n))
      } else left.set(token, [...(left.get(token) ?? []), bodyOf(n)])
      return at
    },
  }
}

if (process.send)
  process.once('message', async ({ connection }: PollsOrder) => {
    const { url, put } = connection ? await shipped(connection) : await bare()
    process.on('message', (asked: PollsAsked) => {
      if ('put' in asked) return void put(asked.put).then((atMs) => tell({ committed: asked.put.n, atMs }))
      globalThis.gc?.()
      const { user, system } = process.cpuUsage()
      tell({ heldBytes: process.memoryUsage.rss(), usedSeconds: (user + system) / 1e6 })
    })
    process.once('disconnect', () => process.exit())
    tell({ url })
  })
