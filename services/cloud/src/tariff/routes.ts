import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { parseSchedule, type ScheduleDocument } from '@lanepay/domain/tariff/tariff.ts'
import type { Id, Instant, LotKey } from '@lanepay/domain/types.ts'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { newestOrder, toldOf } from '../lot-order/told.ts'
import { acting, may } from '../staff/route.ts'
import { LookAsk, PublishAsk, SimulateAsk, TakeBackAsk, type TariffView } from './api.ts'
import { inForce, stateOf } from './decide.ts'
import { refuseTariff } from './errors.ts'
import { remarksOf } from './look.ts'
import { type PublishRefusal, publishing } from './publish.ts'
import { selectHistory, selectNewestVersion, type VersionRow } from './store.ts'
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
  const { database, clock } = deps
  const publisher = publishing(deps)
  const newestOf = async (lot: LotKey): Promise<VersionRow | undefined> =>
    (await database.of(lot.bucket).query<VersionRow>(selectNewestVersion, [lot.bucket, lot.lotId]))[0]
  /** The version in force, as it stands in the schedule. */
  const currentOf = (schedule: ScheduleDocument | undefined, at: Instant) => {
    const parsed = schedule === undefined ? null : parseSchedule(schedule)
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
      server.get(`${side}/lots/:lot/tariff`, read, async (request) => viewOf(acting(request, 'lot').lot))
      server.post(
        `${side}/lots/:lot/tariff/look`,
        { ...read, bodyLimit, schema: { body: LookAsk } },
        async (request, reply) => {
          const { tariff, at = clock.now(), upToHours = 24, vehicleClass } = request.body
          const newest = await newestOf(acting(request, 'lot').lot)
          const looked = await aside.ask({
            ...{ kind: 'look', tariff, at: at as Instant, longestS: upToHours * 3600 },
            before: currentOf(newest?.schedule, clock.now())?.tariff.document ?? null,
            ...(vehicleClass === undefined ? {} : { vehicleClass }),
          })
          return looked.ok ? looked.value : refuseTariff(reply, looked.error)
        },
      )
      server.post(
        `${side}/lots/:lot/tariff/simulate`,
        { ...read, bodyLimit, schema: { body: SimulateAsk } },
        async (request, reply) => {
          const { tariff, in: enteredAt, out, ...who } = request.body
          const kept =
            tariff === undefined
              ? currentOf((await newestOf(acting(request, 'lot').lot))?.schedule, enteredAt as Instant)
              : null
          if (tariff === undefined && kept === null) return refuseTariff(reply, 'version-unknown')
          const looked = await aside.ask({
            ...{ kind: 'simulate', tariff: tariff ?? kept!.tariff.document, versionFrom: kept?.from ?? null },
            stay: { enteredAt: enteredAt as Instant, at: out as Instant, ...who },
          })
          return looked.ok ? looked.value : refuseTariff(reply, looked.error)
        },
      )
    }
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

  async function viewOf(lot: LotKey): Promise<TariffView> {
    const db = database.of(lot.bucket)
    const now = clock.now()
    const [newest, history, order] = await Promise.all([
      newestOf(lot),
      db.query<VersionRow>(selectHistory, [lot.bucket, lot.lotId]),
      newestOrder(db, lot, 'tariff'),
    ])
    const told = await toldOf(
      db,
      lot,
      history.map((row) => row.command_id),
    )
    const versions = (newest?.schedule.versions ?? []).map(({ from, carsInside = 'old', tariff }) => ({
      ...{ from: Date.parse(from), carsInside, tariff },
    }))
    return {
      now,
      version: Number(newest?.version ?? 0),
      told: (newest && told.get(newest.command_id)) ?? null,
      elsewhere: order !== null && order.id !== newest?.command_id,
      versions: versions.map((version, place) => ({ ...version, state: stateOf(versions, place, now) })),
      history: history.map((row) => ({
        ...{ version: Number(row.version), addedFrom: row.added_from, account: row.account },
        ...{ reason: row.reason, madeAt: row.made_at, told: told.get(row.command_id) ?? null },
      })),
    }
  }
}
