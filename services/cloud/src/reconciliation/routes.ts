import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Database, Statement } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Id } from '@lanepay/domain/types.ts'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { Static } from 'typebox'
import { everyPage, sendTable } from '../report/table-file.ts'
import { accountsOf } from '../report/whose.ts'
import { problem, wrongAfter } from '../server/problem.ts'
import { type Acting, acting, may, type Who } from '../staff/route.ts'
import { noteLine } from '../staff/trail.ts'
import {
  ActAsk,
  BillsFileQuery,
  BillsQuery,
  type Name,
  OneQuery,
  type OneView,
  OpenFileQuery,
  OpenQuery,
} from './api.ts'
import { dayAfter, isDay } from './day.ts'
import { actOn, billsOf, oneDiscrepancy, openPage } from './desk.ts'
import { refuseSettle } from './desk-errors.ts'
import { billColumns, billRow, openColumns, openRow } from './desk-file.ts'
import type { Noted } from './steps.ts'

const selectOperators: Statement = {
  name: 'select-operators-of-lots',
  text: 'select lot_id, operator_id from lot where bucket = $1 and lot_id = any ($2::int4[])',
}
/** Longer is asked for in parts. */
const daysAtMost = 92

/** The reconciliation desk of the platform, and what an operator reads of its own. The contract is `api.ts`. */
export function reconciliationRoutes(options: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly houseKey: Uint8Array
}): FastifyPluginAsync {
  const { database, clock, newId, houseKey } = options

  /** A line for each, where it belongs: its lot's operator reads who ended it. */
  const noting =
    (who: Who, { act, reason }: Pick<ActAsk, 'act' | 'reason'>): Noted =>
    async (tx, taken) => {
      for (const bucket of new Set(taken.map((key) => key.bucket))) {
        const here = taken.filter((key) => key.bucket === bucket)
        const rows = await tx.query<{ lot_id: number; operator_id: string }>(selectOperators, [
          ...[bucket, here.map(({ lot_id }) => lot_id)],
        ])
        const operators = new Map(rows.map((row) => [row.lot_id, row.operator_id]))
        for (const { lot_id: lotId, account_id, day, proof, item } of here)
          await noteLine(tx, { houseKey, newId, now: clock.now() }, { bucket, lotId }, who, {
            ...{ act: 'discrepancies.work', operatorId: operators.get(lotId) ?? null, after: act },
            about: `discrepancy ${day} ${proof} ${item}${account_id === 0 ? '' : `, account ${account_id}`}`,
            ...(reason ? { reason } : {}),
          })
      }
    }

  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    const works = may('discrepancies.work', 'platform')
    server.get(
      '/api/platform/discrepancies',
      { ...works, schema: { querystring: OpenQuery } },
      async (request, reply) => {
        const { day } = request.query
        if (day !== undefined && !isDay(day)) return notADay(reply, 'day')
        const page = await openPage(database, clock.now(), request.query)
        return page ?? wrongAfter(reply)
      },
    )
    server.get(
      '/api/platform/discrepancies/file',
      { ...works, schema: { querystring: OpenFileQuery } },
      async (request, reply) => {
        const { as, lang, ...asked } = request.query
        if (asked.day !== undefined && !isDay(asked.day)) return notADay(reply, 'day')
        const pages = everyPage(
          // A page that begins where the one before ended is none that was made up.
          async (after) => (await openPage(database, clock.now(), { ...asked, limit: '200', ...after }))!,
          ({ rows }) => rows.map(openRow),
        )
        const table = { file: 'discrepancies', name: lang === 'en' ? 'Open' : '待处理差错', columns: openColumns }
        return sendTable(reply, table, pages, { as, lang }, clock.now())
      },
    )
    server.get(
      '/api/platform/discrepancies/one',
      { ...works, schema: { querystring: OneQuery } },
      async (request, reply) => {
        const name = nameIn(request.query)
        if (!name) return notADay(reply, 'day')
        return (await oneDiscrepancy(database, clock.now(), name)) ?? refuseSettle(reply, 'not-found')
      },
    )
    server.get(
      '/api/operator/discrepancies/one',
      { ...may('reports.read', 'operator'), schema: { querystring: OneQuery } },
      async (request, reply): Promise<OneView | FastifyReply> => {
        const name = nameIn(request.query)
        if (!name) return notADay(reply, 'day')
        if (!(await isOwn(acting(request, 'operator'), name))) return refuseSettle(reply, 'not-found')
        return (await oneDiscrepancy(database, clock.now(), name)) ?? refuseSettle(reply, 'not-found')
      },
    )
    server.post(
      '/api/platform/discrepancies/acts',
      { ...works, bodyLimit: 64 * 1024, schema: { body: ActAsk } },
      async (request, reply) => {
        const { who } = acting(request, 'platform')
        const { which, reason = '' } = request.body
        const days = 'names' in which ? which.names.map(({ day }) => day) : [which.day]
        if (!days.every(isDay))
          return problem(reply, 'bad-request', 'no such day', { field: 'body/which', rule: 'a day' })
        const word = { who: who.account, why: reason, now: clock.now(), noted: noting(who, request.body) }
        const done = await actOn(database, request.body, word)
        return 'refusal' in done ? refuseSettle(reply, done.refusal) : done
      },
    )
    server.get('/api/platform/bills', { ...works, schema: { querystring: BillsQuery } }, async (request, reply) => {
      const { from, until } = request.query
      return wrongPeriod(reply, request.query) ?? { now: clock.now(), bills: await billsOf(database, from, until) }
    })
    server.get(
      '/api/platform/bills/file',
      { ...works, schema: { querystring: BillsFileQuery } },
      async (request, reply) => {
        const { as, lang, from, until } = request.query
        const wrong = wrongPeriod(reply, request.query)
        if (wrong) return wrong
        const table = { file: `bills-${from}-${until}`, name: lang === 'en' ? 'Bills' : '账单', columns: billColumns }
        const bills = await billsOf(database, from, until)
        return sendTable(reply, table, [bills.map(billRow)], { as, lang }, clock.now())
      },
    )
  }

  /** Of its lots; of no lot, and of an account of its own. */
  async function isOwn({ person, operatorId, lots }: Acting['operator'], { lot, account }: Name): Promise<boolean> {
    if (lot !== 0) return lots.some(({ lotId }) => lotId === lot)
    const seesAll = person.lots === 'all' || person.operatorId === null
    return seesAll && account !== 0 && (await accountsOf(database, operatorId)).includes(account)
  }
}

const nameIn = (query: Static<typeof OneQuery>): Name | null =>
  isDay(query.day) ? { ...query, account: Number(query.account), lot: Number(query.lot) } : null

/** What is wrong with a period is answered; null: nothing. */
function wrongPeriod(reply: FastifyReply, { from, until }: Static<typeof BillsQuery>): FastifyReply | null {
  if (!isDay(from)) return notADay(reply, 'from')
  if (isDay(until) && until > from && until <= dayAfter(from, daysAtMost)) return null
  const rule = `a day after from, at most ${daysAtMost} days: until is not in the period`
  return problem(reply, 'bad-request', `until: ${rule}`, { field: 'querystring/until', rule })
}

function notADay(reply: FastifyReply, field: string): FastifyReply {
  const rule = 'a day like 2026-11-01'
  return problem(reply, 'bad-request', `${field}: ${rule}`, { field: `querystring/${field}`, rule })
}
