import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { tidyPlate } from '@lanepay/domain/plate.ts'
import type { Id, Instant, LotKey } from '@lanepay/domain/types.ts'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import type { ErrorView } from '../driver/api.ts'
import { refusePicture, showPicture } from '../picture/routes.ts'
import type { Column, Row } from '../report/column.ts'
import { cursorIn, cursorOut } from '../report/cursor.ts'
import { everyPage, sendTable } from '../report/table-file.ts'
import { problem, wrongAfter } from '../server/problem.ts'
import { refuseStaff } from '../staff/errors.ts'
import { masked } from '../staff/personal.ts'
import { acting, may } from '../staff/route.ts'
import { noteLine } from '../staff/trail.ts'
import {
  picturesOf,
  SaidFileQuery,
  type SaidKind,
  type SaidPage,
  SaidParams,
  SaidPictureParams,
  SaidQuery,
  type SaidView,
  saidKinds,
  WishEndAsk,
  type WishEndView,
  WishParams,
} from './api.ts'
import { type KeptSealed, namesOf } from './keeping.ts'
import { endWish } from './platform/invoices.ts'
import { columnsOf, rowOf, shownOf } from './said-columns.ts'

const countKinds: Statement = {
  name: 'count-said-of-bolink-lot',
  text: `select kind, count(*)::int4 as count from bolink_kept where bucket = $1 and lot_id = $2 and kind = any ($3::text[]) group by kind`,
}
// Names lie sealed, and are not searched.
const found = `
   where bucket = $1 and lot_id = $2 and kind = $3
     and ($4::text is null or strpos(lower(key), $4) > 0
          or exists (select from jsonb_each_text(body) e
                      where e.key <> 'epoch' and (strpos(lower(e.value), $4) > 0 or strpos(e.value, $5) > 0)))
     and ($6::text is null or coalesce(body ->> 'state', 'waiting') = $6)`
const countFound: Statement = {
  name: 'count-found-said-of-bolink-lot',
  text: `select count(*)::int4 as n from bolink_kept ${found}`,
}
const said = `select kind, key, body, sealed, said_at, ended_at from bolink_kept ${found}`
const byKey: Statement = {
  name: 'select-said-of-bolink-lot-by-key',
  text: `${said} and ($7::text is null or key collate "C" > $7) order by key collate "C" limit $8`,
}
const newestFirst: Statement = {
  name: 'select-said-of-bolink-lot-newest-first',
  text: `${said} and ($7::text is null or (said_at, key) < ($9::timestamptz, $7)) order by said_at desc, key desc limit $8`,
}
/** Of which of these it has sent a picture. */
const selectPictured: Statement = {
  name: 'select-pictured-said-of-bolink-lot',
  text: 'select distinct key from bolink_picture where bucket = $1 and lot_id = $2 and source = $3 and key = any ($4::text[])',
}
const selectPicture: Statement = {
  name: 'select-picture-of-said-of-bolink-lot',
  text: 'select content from bolink_picture where bucket = $1 and lot_id = $2 and source = $3 and key = $4 order by part limit 1',
}

/** What a connected lot's software has said, for whoever may read the lot's vehicles. The contract is `api.ts`. */
export function saidRoutes(deps: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly houseKey: Uint8Array
}): FastifyPluginAsync {
  const { database, clock, newId, houseKey } = deps

  const viewOf = async ({ bucket, lotId }: LotKey): Promise<SaidView> => {
    const rows = await database
      .of(bucket)
      .query<{ kind: SaidKind; count: number }>(countKinds, [bucket, lotId, [...saidKinds]])
    const counts = new Map(rows.map(({ kind, count }) => [kind, count]))
    return { kinds: saidKinds.map((kind) => ({ kind, title: shownOf[kind].title, count: counts.get(kind) ?? 0 })) }
  }

  /** Null: it begins where no page ended. */
  const pageOf = async (
    lot: LotKey,
    kind: SaidKind,
    { text, state, order = 'newest', after, limit = '50' }: SaidQuery,
    columns: readonly Column[],
  ): Promise<SaidPage | null> => {
    const [key, saidAt] = after === undefined ? [null, 0] : (cursorIn(after, 2) ?? [])
    const isPlace = (key === null || typeof key === 'string') && Number.isSafeInteger(saidAt)
    if (!isPlace || Math.abs(saidAt as number) > 8.64e15) return null
    const db = database.of(lot.bucket)
    const wanted = text?.trim()
    const which = [
      lot.bucket,
      lot.lotId,
      kind,
      wanted ? wanted.toLowerCase() : null,
      wanted ? tidyPlate(wanted) : null,
      state ?? null,
    ]
    const values = [...which, key, Number(limit) + 1]
    const rows = await (order === 'key'
      ? db.query<KeptSealed>(byKey, values)
      : db.query<KeptSealed>(newestFirst, [...values, instantOut(saidAt as Instant)]))
    const shown = rows.slice(0, Number(limit))
    const last = shown.at(-1)
    const source = picturesOf.get(kind)
    const pictured =
      source === undefined
        ? undefined
        : await db.query<{ key: string }>(selectPictured, [lot.bucket, lot.lotId, source, shown.map((row) => row.key)])
    const total = after === undefined ? (await db.query<{ n: number }>(countFound, which))[0]!.n : undefined
    return {
      columns,
      rows: shown.map((row): Row => {
        const { name, phone } = namesOf(houseKey, lot, row) ?? {}
        const persons = masked({ name: String(name ?? ''), phone: String(phone ?? '') })
        const own = { key: row.key, saidAt: row.said_at, deletedAt: row.ended_at }
        return rowOf(columns, { ...shownOf[kind].unsaid, ...row.body, ...(row.sealed === null ? {} : persons), ...own })
      }),
      next: rows.length > shown.length && last ? cursorOut([last.key, last.said_at]) : null,
      ...(total === undefined ? {} : { total }),
      ...(pictured === undefined ? {} : { pictured: pictured.map(({ key }) => key) }),
    }
  }

  /** Whether it is answered already: how a thing stands is said of invoices that are wanted alone. */
  const isRefused = (kind: SaidKind, { state }: Pick<SaidQuery, 'state'>, reply: FastifyReply): boolean => {
    const isWrong = state !== undefined && kind !== 'invoice-wish'
    const rule = 'of invoice-wish alone'
    if (isWrong) problem(reply, 'bad-request', `state: ${rule}`, { field: 'querystring/state', rule })
    return isWrong
  }

  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    const read = may('vehicles.read', 'lot')
    for (const side of ['/api/operator', '/api/platform/operators/:operator'] as const) {
      server.get(`${side}/lots/:lot/said`, read, async (request) => viewOf(acting(request, 'lot').lot))
      server.get(
        `${side}/lots/:lot/said/:kind`,
        { ...read, schema: { params: SaidParams, querystring: SaidQuery } },
        async (request, reply) => {
          const { kind } = request.params
          if (isRefused(kind, request.query, reply)) return reply
          const columns = columnsOf(kind, { persons: true })
          const page = await pageOf(acting(request, 'lot').lot, kind, request.query, columns)
          return page ?? wrongAfter(reply)
        },
      )
      server.get(
        `${side}/lots/:lot/said/:kind/pictures/:key`,
        { ...may('pictures.read', 'lot'), schema: { params: SaidPictureParams } },
        async (request, reply) => {
          const { lot } = acting(request, 'lot')
          const { kind, key } = request.params
          const [picture] = await database
            .of(lot.bucket)
            .query<{ content: Uint8Array }>(selectPicture, [lot.bucket, lot.lotId, picturesOf.get(kind), key])
          return picture ? showPicture(reply, picture.content) : refusePicture(reply, 'no-picture')
        },
      )
    }
    server.get(
      '/api/operator/lots/:lot/said/:kind/file',
      { ...may('export', 'lot'), schema: { params: SaidParams, querystring: SaidFileQuery } },
      async (request, reply) => {
        const { lot, operatorId, who } = acting(request, 'lot')
        const { kind } = request.params
        const { as, lang, ...asked } = request.query
        if (isRefused(kind, asked, reply)) return reply
        // Before the first byte: who took what away.
        await database.of(lot.bucket).transaction((tx) =>
          noteLine(tx, { houseKey, newId, now: clock.now() }, lot, who, {
            ...{ act: 'export', operatorId, about: `said ${kind}` },
          }),
        )
        const columns = columnsOf(kind, { persons: false })
        const pages = everyPage(
          async (after) => (await pageOf(lot, kind, { ...asked, limit: '200', ...after }, columns))!,
          ({ rows }) => rows,
        )
        const table = { file: `${kind}-${lot.lotId}`, name: kind, columns }
        return sendTable(reply, table, pages, { as, lang }, clock.now())
      },
    )
    server.post(
      '/api/operator/lots/:lot/said/invoice-wish/:number/end',
      { ...may('invoices.end', 'lot'), schema: { params: WishParams, body: WishEndAsk } },
      async (request, reply) => {
        const { lot, who } = acting(request, 'lot')
        const { state, because } = request.body
        const ended = await endWish(deps, lot, request.params.number, { state, because: because.trim() }, who)
        if (ended === 'unknown') return refuseStaff(reply, 'not-found')
        if (ended === 'ended') return { state } satisfies WishEndView
        const message = 'something else was said of this invoice before'
        return reply.code(409).send({ error: { code: 'wish-ended', message } } satisfies ErrorView)
      },
    )
  }
}
