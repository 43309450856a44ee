import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { parseSchedule, type ScheduleDocument } from '@lanepay/domain/tariff/tariff.ts'
import type { Id, Instant, LotKey } from '@lanepay/domain/types.ts'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { newestOrder, toldOf } from '../lot-order/told.ts'
import { rowsWith, sendTable } from '../report/table-file.ts'
import { acting, may } from '../staff/route.ts'
import { noteLine } from '../staff/trail.ts'
import { AreaQuery, LookAsk, PublishAsk, SimulateAsk, TakeBackAsk, TariffFileQuery, type TariffView } from './api.ts'
import { inForce, stateOf } from './decide.ts'
import { refuseTariff } from './errors.ts'
import { historyColumns, historyRows, versionColumns, versionRows } from './file.ts'
import { remarksOf } from './look.ts'
import { type PublishRefusal, publishing } from './publish.ts'
import { selectAreas, selectHistory, selectNewestVersion, type VersionRow, versionsOf } from './store.ts'
import { lookingAside } from './thread.ts'

/** A list of the longest kind is not much more. */
const bodyLimit = 512 * 1024
const patienceMs = 8_000

/** The price lists of lots, for those who set them. The contract is `api.ts`. */
export function tariffRoutes(deps: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly houseKey: Uint8Array
}): FastifyPluginAsync {
  const { database, clock, houseKey, newId } = deps
  const publisher = publishing(deps)
  const newestOf = async (lot: LotKey): Promise<VersionRow | undefined> =>
    (await database.of(lot.bucket).query<VersionRow>(selectNewestVersion, [lot.bucket, lot.lotId]))[0]
  const heldOf = async (lot: LotKey): Promise<{ readonly system: string; readonly areas: readonly string[] }> =>
    (
      await database
        .of(lot.bucket)
        .query<{ system: string; areas: readonly string[] }>(selectAreas, [lot.bucket, lot.lotId])
    )[0]!
  /** Whether its agent tells of all these areas. */
  const hasAreas = async (lot: LotKey, ...named: readonly (string | undefined)[]): Promise<boolean> => {
    const asked = named.filter((name) => name !== undefined)
    if (asked.length === 0) return true
    const { areas } = await heldOf(lot)
    return asked.every((name) => areas.includes(name))
  }
  /** The version in force, as it stands in the schedule. */
  const currentOf = (schedule: ScheduleDocument | null, at: Instant) => {
    const parsed = schedule === null ? null : parseSchedule(schedule)
    return parsed?.ok ? inForce(parsed.value, at) : null
  }
  const refuse = (reply: FastifyReply, refusal: PublishRefusal) =>
    refuseTariff(reply, refusal.kind, refusal.kind === 'tariff-faulty' ? remarksOf(refusal.faults) : undefined)

  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    const aside = lookingAside({ patienceMs })
    server.addHook('onClose', () => aside.close())

    for (const side of ['/api/operator', '/api/platform/operators/:operator'] as const) {
      const read = may('prices.read', 'lot')
      server.get(
        `${side}/lots/:lot/tariff`,
        { ...read, schema: { querystring: AreaQuery } },
        async (request, reply) => {
          const [{ lot }, { area }] = [acting(request, 'lot'), request.query]
          return (await hasAreas(lot, area)) ? viewOf(lot, area) : refuseTariff(reply, 'area-unknown')
        },
      )
      server.post(
        `${side}/lots/:lot/tariff/look`,
        { ...read, bodyLimit, schema: { body: LookAsk } },
        async (request, reply) => {
          const { tariff, area, at = clock.now(), upToHours = 24, vehicleClass } = request.body
          const { lot } = acting(request, 'lot')
          if (!(await hasAreas(lot, area))) return refuseTariff(reply, 'area-unknown')
          const newest = await newestOf(lot)
          const looked = await aside.ask({
            ...{ kind: 'look', tariff, at: at as Instant, longestS: upToHours * 3600 },
            before: currentOf(versionsOf(newest, area), clock.now())?.tariff.document ?? null,
            ...(vehicleClass === undefined ? {} : { vehicleClass }),
          })
          return looked.ok ? looked.value : refuseTariff(reply, looked.error)
        },
      )
      server.post(
        `${side}/lots/:lot/tariff/simulate`,
        { ...read, bodyLimit, schema: { body: SimulateAsk } },
        async (request, reply) => {
          const { tariff: written, area, inside, in: enteredAt, out, ...who } = request.body
          const { lot } = acting(request, 'lot')
          if (!(await hasAreas(lot, area, inside?.area))) return refuseTariff(reply, 'area-unknown')
          if (inside && !(enteredAt <= inside.in && inside.in <= inside.out && inside.out <= out))
            return refuseTariff(reply, 'outside-the-stay')
          const newest = await newestOf(lot)
          /** The list that is being written, where it is of this part of the lot; else the one that was told. */
          const listOf = (part: string | undefined, at: number) => {
            if (written !== undefined && part === area) return { tariff: written, from: null }
            const kept = currentOf(versionsOf(newest, part), at as Instant)
            return kept && { tariff: kept.tariff.document, from: kept.from }
          }
          const outer = listOf(inside ? undefined : area, enteredAt)
          const inner = inside ? listOf(inside.area, inside.in) : null
          if (inside && (outer === null || inner === null)) return refuseTariff(reply, 'list-unknown')
          if (outer === null) return refuseTariff(reply, 'version-unknown')
          const looked = await aside.ask({
            ...{ kind: 'simulate', tariff: outer.tariff, versionFrom: outer.from },
            stay: { enteredAt: enteredAt as Instant, at: out as Instant, ...who },
            ...(inside && inner
              ? {
                  inside: {
                    ...{ name: inside.area, tariff: inner.tariff },
                    ...{ enteredAt: inside.in as Instant, leftAt: inside.out as Instant },
                  },
                }
              : {}),
          })
          return looked.ok ? looked.value : refuseTariff(reply, looked.error)
        },
      )
    }
    server.get(
      '/api/operator/lots/:lot/tariff-file',
      { ...may('export', 'lot'), schema: { querystring: TariffFileQuery } },
      async (request, reply) => {
        const { lot, operatorId, who } = acting(request, 'lot')
        const { of, area, lang = 'zh' } = request.query
        if (!(await hasAreas(lot, area))) return refuseTariff(reply, 'area-unknown')
        const [now, view] = [clock.now(), await viewOf(lot, area)]
        await database
          .of(lot.bucket)
          .transaction((tx) =>
            noteLine(tx, { houseKey, newId, now }, lot, who, { act: 'export', operatorId, about: `price list ${of}` }),
          )
        const columns = of === 'versions' ? versionColumns : historyColumns
        const rows = of === 'versions' ? versionRows(view) : historyRows(view, lang)
        const table = { file: `tariff-${of}-${lot.lotId}`, name: of, columns }
        return sendTable(reply, table, [rowsWith(columns, rows, request.query)], request.query, now)
      },
    )
    const change = may('prices.change', 'lot')
    server.post(
      '/api/operator/lots/:lot/tariff/publish',
      { ...change, bodyLimit, schema: { body: PublishAsk } },
      async (request, reply) => {
        const done = await publisher.publish(acting(request, 'lot'), request.body)
        return done.ok ? done.value : refuse(reply, done.error)
      },
    )
    server.post(
      '/api/operator/lots/:lot/tariff/take-back',
      { ...change, schema: { body: TakeBackAsk } },
      async (request, reply) => {
        const done = await publisher.takeBack(acting(request, 'lot'), request.body)
        return done.ok ? done.value : refuse(reply, done.error)
      },
    )
  }

  async function viewOf(lot: LotKey, area: string | undefined): Promise<TariffView> {
    const db = database.of(lot.bucket)
    const now = clock.now()
    const [newest, { system, areas }, history, order] = await Promise.all([
      ...([newestOf(lot), heldOf(lot)] as const),
      db.query<VersionRow>(selectHistory, [lot.bucket, lot.lotId]),
      newestOrder(db, lot, 'tariff'),
    ])
    const told = await toldOf(
      db,
      lot,
      history.map((row) => row.command_id),
    )
    const versions = (versionsOf(newest, area)?.versions ?? []).map(({ from, carsInside = 'old', tariff }) => ({
      ...{ from: Date.parse(from), carsInside, tariff },
    }))
    return {
      now,
      version: Number(newest?.version ?? 0),
      told: (newest && told.get(newest.command_id)) ?? null,
      areas,
      decidesItself: system !== 'agent',
      elsewhere: order !== null && order.id !== newest?.command_id,
      versions: versions.map((version, place) => ({ ...version, state: stateOf(versions, place, now) })),
      history: history.map((row) => ({
        ...{ version: Number(row.version), area: row.area, addedFrom: row.added_from, account: row.account },
        ...{ reason: row.reason, madeAt: row.made_at, told: told.get(row.command_id) ?? null },
      })),
    }
  }
}
