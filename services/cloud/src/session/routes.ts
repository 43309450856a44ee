import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { parseNumber } from '@lanepay/domain/numbers.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { Command } from '@lanepay/lot-link/messages.ts'
import type { EveryLot } from '@lanepay/lot-systems/lot-system.ts'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { selectLanes } from '../enrol/store.ts'
import { type LaneRow, type LotRow, selectLot, selectSystem } from '../lot/store.ts'
import { everyPage, sendTable } from '../report/table-file.ts'
import { problem } from '../server/problem.ts'
import { refuseStaff } from '../staff/errors.ts'
import { acting, may, mayRead } from '../staff/route.ts'
import { noteLine, placeOf } from '../staff/trail.ts'
import {
  LockAsk,
  MoveAsk,
  OpenAsk,
  OrderParams,
  type OwedView,
  SessionParams,
  ShowAsk,
  StayFileQuery,
  StayOrderAsk,
  type StayPage,
  StayQuery,
  type StoryView,
} from './api.ts'
import { refuseOrder } from './errors.ts'
import { stayFileColumns, stayFileRow } from './file.ts'
import { officeOrders } from './order.ts'
import { parseSearch, type SearchMistake, searchStays, stayOf } from './search.ts'
import { type Story, storyOf, withoutMoney } from './story.ts'

/** Stays for an office: found, told whole, put right; and what is ordered of a lane from afar. The contract is `api.ts`. */
export function sessionRoutes(deps: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly houseKey: Buffer
  readonly lots: EveryLot
  /** Sends a command whose row is committed. */
  readonly tell: (lot: LotKey, command: Command) => void
}): FastifyPluginAsync {
  const { database, clock, lots } = deps
  const orders = officeOrders(deps)

  const wrongSearch = (reply: FastifyReply, mistake: SearchMistake | 'lot-unknown') => {
    if (mistake === 'lot-unknown') return refuseStaff(reply, 'not-found')
    const { field, rule } = mistake
    return problem(reply, 'bad-request', `${field}: ${rule}`, { field, rule })
  }
  const found = async (reply: FastifyReply, asked: StayQuery, own: readonly LotKey[]) => {
    const now = clock.now()
    const search = parseSearch(asked, own, now)
    const page = search.ok ? await searchStays(database, search.value, now) : search
    return page.ok ? page.value : wrongSearch(reply, page.error)
  }

  const view = async (
    whom: Parameters<typeof mayRead>[0] & { readonly lot: LotKey },
    whole: Story,
  ): Promise<StoryView> => {
    const { lot } = whom
    const { stay, standing, lines, quotes, payments } = mayRead(whom, 'reports.read') ? whole : withoutMoney(whole)
    const db = database.of(lot.bucket)
    const key = [lot.bucket, lot.lotId]
    const [row] = await db.query<LotRow>(selectLot, key)
    const [system] = await db.query<{ system: string }>(selectSystem, key)
    const lanes = await db.query<LaneRow>(selectLanes, key)
    const abilities = await lots.abilitiesOf(lot)
    return {
      now: clock.now(),
      lot: { number: lot.lotId, name: row!.name, online: lots.isOnline(lot), system: system!.system },
      lanes: lanes.map(({ lane_id: id, name, direction }) => ({ id, name, direction })),
      stay: stayOf(stay),
      standsIn: standing && { lane: standing.lane_id, occupancy: standing.occupancy, since: standing.since },
      ...{ story: lines, quotes, payments },
      cannot: [
        ...(abilities.includes('corrects') ? [] : (['correct', 'void'] as const)),
        ...(abilities.includes('closes') ? [] : (['close'] as const)),
        ...(abilities.includes('shows') ? [] : (['show'] as const)),
        ...(abilities.includes('locks-vehicle') ? [] : (['lock'] as const)),
      ],
    }
  }
  /** Whoever sits at a lane sees the stays that came or went by it, or stand in it. */
  const isOfLane = ({ stay, standing }: Story, lane: number | null): boolean =>
    lane === null || stay.entry_lane === lane || stay.exit_lane === lane || standing?.lane_id === lane
  const story = async (lot: LotKey, session: string, lane: number | null): Promise<Story | null> => {
    const found = await storyOf(database, lot, session, clock.now())
    return found && isOfLane(found, lane) ? found : null
  }

  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    for (const side of ['/api/operator', '/api/platform/operators/:operator'])
      server.get(
        `${side}/sessions`,
        { ...may('traffic.read', 'operator'), schema: { querystring: StayQuery } },
        async (request, reply) => found(reply, request.query, acting(request, 'operator').lots),
      )
    server.get(
      '/api/operator/sessions-file',
      { ...may('export', 'operator'), schema: { querystring: StayFileQuery } },
      async (request, reply) => {
        const { lots: own, operatorId, who } = acting(request, 'operator')
        const { as, lang, ...asked } = request.query
        const now = clock.now()
        // The first page says whether anything can be found this way at all; then who took it away is noted, and the rest is read.
        const page = async (after: { readonly after?: string }) => {
          const search = parseSearch({ ...asked, limit: '200', ...after }, own, now)
          return search.ok ? searchStays(database, search.value, now) : search
        }
        const first = await page({})
        if (!first.ok) return wrongSearch(reply, first.error)
        const place = placeOf(operatorId)
        await database.of(place.bucket).transaction((tx) =>
          noteLine(tx, { ...deps, now }, place, who, {
            act: 'export',
            operatorId,
            about: 'sessions that were searched for',
          }),
        )
        const pages = everyPage<StayPage>(
          async (after) => {
            const one = after.after === undefined ? first : await page(after)
            if (one.ok) return one.value
            throw new Error(`a later page cannot be read: ${JSON.stringify(one.error)}`)
          },
          ({ rows }) => rows.map(stayFileRow),
        )
        const table = { file: 'sessions', name: lang === 'en' ? 'Sessions' : '停车记录', columns: stayFileColumns }
        return sendTable(reply, table, pages, { as, lang }, now)
      },
    )
    server.get(
      '/api/operator/lots/:lot/lanes/:lane/sessions',
      { ...may('traffic.read', 'lane'), schema: { querystring: StayQuery } },
      async (request, reply) => {
        const { lot, lane } = acting(request, 'lane')
        return found(reply, { ...request.query, lane: String(lane) }, [lot])
      },
    )
    server.get(
      '/api/platform/operators/:operator/lots/:lot/sessions/:session',
      { ...may('traffic.read', 'lot'), schema: { params: SessionParams } },
      async (request, reply) => {
        const whom = acting(request, 'lot')
        const one = await story(whom.lot, request.params.session, null)
        return one ? view(whom, one) : refuseStaff(reply, 'not-found')
      },
    )

    // The same for whoever may see the whole lot and for whoever sits at one of its lanes.
    for (const [base, scope] of [
      ['/api/operator/lots/:lot', 'lot'],
      ['/api/operator/lots/:lot/lanes/:lane', 'lane'],
    ] as const) {
      const of = (request: FastifyRequest) =>
        scope === 'lot' ? { ...acting(request, 'lot'), lane: null } : acting(request, 'lane')

      server.get(
        `${base}/sessions/:session`,
        { ...may('traffic.read', scope), schema: { params: SessionParams } },
        async (request, reply) => {
          const whom = of(request)
          const one = await story(whom.lot, request.params.session, whom.lane)
          return one ? view(whom, one) : refuseStaff(reply, 'not-found')
        },
      )
      server.get(
        `${base}/sessions/:session/owed`,
        { ...may('traffic.read', scope), schema: { params: SessionParams } },
        async (request, reply): Promise<OwedView | FastifyReply> => {
          const { lot, lane } = of(request)
          const { session } = request.params
          if (!(await story(lot, session, lane))) return refuseStaff(reply, 'not-found')
          if (!lots.isOnline(lot)) return { owes: false, because: 'offline' }
          const said = await lots.quote(lot, { session })
          if (!said.ok) return { owes: false, because: said.error.kind === 'offline' ? 'offline' : said.error.because }
          const { quotedAt, priceFen, paidFen, owedFen, lines, leaveBy } = said.value
          return { owes: true, quotedAt, priceFen, paidFen, owedFen, lines, leaveBy: leaveBy ?? null }
        },
      )
      server.post(`${base}/order-asks`, may('gate.open', scope), async (request) => ({
        ask: orders.ask(of(request)),
      }))
      server.post(
        `${base}/sessions/:session/orders`,
        { ...may('stays.correct', scope), schema: { params: SessionParams, body: StayOrderAsk } },
        async (request, reply) => {
          const whom = of(request)
          const { session } = request.params
          if (whom.lane !== null && !(await story(whom.lot, session, whom.lane))) return refuseStaff(reply, 'not-found')
          const made = await orders.ofStay(whom, session, request.body)
          if (made === null) return refuseStaff(reply, 'not-found')
          return made.ok ? made.value : refuseOrder(reply, made.error)
        },
      )
      server.post(
        `${base}/sessions/:session/lock`,
        { ...may('stays.correct', scope), schema: { params: SessionParams, body: LockAsk } },
        async (request, reply) => {
          const whom = of(request)
          const { session } = request.params
          if (whom.lane !== null && !(await story(whom.lot, session, whom.lane))) return refuseStaff(reply, 'not-found')
          const made = await orders.lock(whom, session, request.body)
          if (made === null) return refuseStaff(reply, 'not-found')
          return made.ok ? made.value : refuseOrder(reply, made.error)
        },
      )
      server.get(
        `${base}/orders/:order`,
        { ...may('traffic.read', scope), schema: { params: OrderParams } },
        async (request, reply) => {
          const { lot, lane } = of(request)
          const number = parseNumber('command', request.params.order)
          const isOfLot = number.ok && number.value.lotId === lot.lotId && number.value.bucket === lot.bucket
          const order = isOfLot ? await orders.view(lot, number.value.id, lane) : null
          return order ?? refuseStaff(reply, 'not-found')
        },
      )
    }

    server.post(
      '/api/operator/lots/:lot/lanes/:lane/open',
      { ...may('gate.open', 'lane'), schema: { body: OpenAsk } },
      async (request, reply) => {
        const whom = acting(request, 'lane')
        const made = await orders.open(whom, whom.lane, request.body)
        return made.ok ? made.value : refuseOrder(reply, made.error)
      },
    )
    server.post(
      '/api/operator/lots/:lot/lanes/:lane/move',
      { ...may('gate.open', 'lane'), schema: { body: MoveAsk } },
      async (request, reply) => {
        const whom = acting(request, 'lane')
        const made = await orders.move(whom, whom.lane, request.body)
        return made.ok ? made.value : refuseOrder(reply, made.error)
      },
    )
    server.post(
      '/api/operator/lots/:lot/lanes/:lane/show',
      { ...may('displays.show', 'lane'), schema: { body: ShowAsk } },
      async (request, reply) => {
        const whom = acting(request, 'lane')
        const made = await orders.show(whom, whom.lane, request.body)
        return made.ok ? made.value : refuseOrder(reply, made.error)
      },
    )
  }
}
