import type { Database, Statement, Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import { parsePlate } from '@lanepay/domain/plate.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { Command } from '@lanepay/lot-link/messages.ts'
import { type EveryLot, gateMoves, type LotError } from '@lanepay/lot-systems/lot-system.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { seal, unseal } from '../driver/sealed.ts'
import type { LotOrder } from '../lot-order/decide.ts'
import { queueOrder } from '../lot-order/order.ts'
import type { Acting, Who } from '../staff/route.ts'
import { type Line, noteLine } from '../staff/trail.ts'
import type { LockAsk, LockView, MoveAsk, MoveView, OpenAsk, OrderView, ShowAsk, StayOrderAsk } from './api.ts'
import type { OrderRefusal } from './errors.ts'
import { openingLine, queueOpening, standingIn } from './opening.ts'
import { type StayNow, selectStay } from './story-store.ts'

/*
 * What persons of an office order of a lot. The order, its line in the trail and the picture that it leaves are one transaction; the lot
 * hears of it at once, again until it answers, and decides. The same `ask` again is the same order, whatever became of the first answer.
 */

const purpose = 'lot-order-ask'

type Deps = {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly houseKey: Buffer
  readonly lots: EveryLot
  /** Sends a command whose row is committed. */
  readonly tell: (lot: LotKey, command: Command) => void
}
type Person = Pick<Acting['lot'], 'lot' | 'operatorId' | 'person' | 'who'>
type Made = Result<OrderView, OrderRefusal>

export function officeOrders(deps: Deps) {
  const { database, clock, houseKey, lots } = deps

  /** The id that an intention was given, if this very person was given it for this lot. */
  const idOf = ({ lot, person }: Person, ask: string): Id | null => {
    const made = unseal(purpose, ask, houseKey) as { id: Id; lot: number; by: string } | null
    return made !== null && made.lot === lot.lotId && made.by === person.staffId ? made.id : null
  }
  const done = async (
    whom: Person,
    id: Id,
    act: (tx: Tx, deps: Queueing) => Promise<boolean>,
    line: (number: string) => Line,
  ): Promise<OrderView> => {
    const { lot, who } = whom
    const number = numberOf('command', lot, id)
    await twiceIfUnknown(() =>
      database.of(lot.bucket).transaction(async (tx) => {
        if (await act(tx, { clock, newId: () => id })) await note(tx, deps, lot, who, line(number))
      }),
    )
    const row = (await orderRow(database, lot, id))!
    if (lots.isOnline(lot) && (row.state === 'queued' || row.state === 'sent')) deps.tell(lot, row.body)
    return viewOf(row, number, lots.isOnline(lot))
  }

  return {
    ask: ({ lot, person }: Person): string =>
      seal(purpose, { id: deps.newId(), lot: lot.lotId, by: person.staffId }, houseKey),

    /** Corrects, voids or closes a stay; null where this lot has no such stay. */
    async ofStay(whom: Person, session: string, { ask, reason, order }: StayOrderAsk): Promise<Made | null> {
      const { lot, operatorId, who } = whom
      const [stay] = await database.of(lot.bucket).query<StayNow>(selectStay, [lot.bucket, lot.lotId, session])
      if (!stay) return null
      const id = idOf(whom, ask)
      if (id === null) return err('ask-unknown')
      if (!(await lots.abilitiesOf(lot)).includes(order.kind === 'close' ? 'closes' : 'corrects'))
        return err('lot-cannot')
      const [before] = await orderRows(database, lot, id)
      if (!before && stay.state !== 'inside' && stay.state !== 'leaving') return err('session-ended')
      const by = who.account
      const told = orderOf(session, by, reason, order)
      if (!told.ok) return told
      return ok(
        await done(
          whom,
          id,
          async (tx, queueing) => (await queueOrder(tx, queueing, lot, told.value)).isNew,
          (number) => ({
            ...{ act: 'stays.correct', operatorId, about: `session ${session}`, reason },
            ...{ before: inShort(stay), after: `${order.kind}, order ${number}${setBy(told.value)}` },
          }),
        ),
      )
    },

    /** Opens a lane for the vehicle that was seen there, and leaves who, why and the picture of its read. */
    async open(whom: Person, lane: number, { ask, reason, occupancy }: OpenAsk): Promise<Made> {
      const { lot, operatorId, who } = whom
      const id = idOf(whom, ask)
      if (id === null) return err('ask-unknown')
      const abilities = await lots.abilitiesOf(lot)
      if (!abilities.includes('opens-gate')) return err('lot-cannot')
      if (occupancy === null && abilities.includes('reports-occupancy')) return err('lane-empty')
      const seen = await standingIn(database.of(lot.bucket), lot, lane, occupancy)
      const opening = { lane, occupancy, seen, reason, by: who.account }
      return ok(
        await done(
          whom,
          id,
          (tx, { clock, newId }) => queueOpening(tx, lot, opening, { id: newId(), now: clock.now() }),
          (number) => openingLine(opening, operatorId, number),
        ),
      )
    },

    /**
     * Holds the vehicle of a stay inside at its owner's wish, or lets it go; null where this lot has no such stay. The lot is asked once and
     * now, and asking again is the same; who wished it and why is noted before it hears of it.
     */
    async lock(
      whom: Person,
      session: string,
      { locked, reason }: LockAsk,
    ): Promise<Result<LockView, OrderRefusal> | null> {
      const { lot, operatorId, who } = whom
      const [stay] = await database.of(lot.bucket).query<StayNow>(selectStay, [lot.bucket, lot.lotId, session])
      if (!stay) return null
      if (!(await lots.abilitiesOf(lot)).includes('locks-vehicle')) return err('lot-cannot')
      if (stay.state !== 'inside' && stay.state !== 'leaving') return err('session-ended')
      const line: Line = {
        ...{ act: 'stays.correct', operatorId, about: `session ${session}`, reason },
        after: locked ? 'asked to be held inside' : 'asked to be let go',
      }
      await database.of(lot.bucket).transaction((tx) => note(tx, deps, lot, who, line))
      const did = await lots.lockVehicle(lot, { plate: stay.plate, locked })
      return did.ok ? did : err(refusalOf(did.error))
    },

    /** Lowers an arm, or leaves it up until it is lowered: asked once and now, noted before the lot hears of it. */
    async move(whom: Person, lane: number, { move, reason }: MoveAsk): Promise<Result<MoveView, OrderRefusal>> {
      const { lot, operatorId, who } = whom
      if (!(await lots.abilitiesOf(lot)).includes(gateMoves[move])) return err('lot-cannot')
      const line: Line = { act: 'gate.open', operatorId, about: `lane ${lane}`, reason, after: `asked to ${move}` }
      await database.of(lot.bucket).transaction((tx) => note(tx, deps, lot, who, line))
      const did = await lots.moveGate(lot, { lane, move, reason, by: who.account })
      return did.ok ? ok({ move }) : err(refusalOf(did.error))
    },

    async show(whom: Person, lane: number, { ask, lines }: ShowAsk): Promise<Made> {
      const { lot, operatorId } = whom
      const id = idOf(whom, ask)
      if (id === null) return err('ask-unknown')
      if (!(await lots.abilitiesOf(lot)).includes('shows')) return err('lot-cannot')
      return ok(
        await done(
          whom,
          id,
          async (tx, queueing) =>
            (await queueOrder(tx, queueing, lot, { kind: 'show', lane, lines: [...lines] })).isNew,
          (number) => ({
            ...{ act: 'displays.show', operatorId, about: `lane ${lane}` },
            after: `${lines.length} lines, order ${number}`,
          }),
        ),
      )
    },

    /** What became of an order; null where the lot has none of this number. */
    async view(lot: LotKey, id: Id, lane: number | null): Promise<OrderView | null> {
      const [row] = await orderRows(database, lot, id)
      const ofLane = row ? (row.lane_id ?? row.body.lane ?? null) : null
      if (!row || (lane !== null && ofLane !== null && ofLane !== lane)) return null
      return viewOf(row, numberOf('command', lot, id), lots.isOnline(lot))
    },
  }
}
export type OfficeOrders = ReturnType<typeof officeOrders>
type Queueing = { readonly clock: Clock; readonly newId: () => Id }

const note = (tx: Tx, { houseKey, newId, clock }: Deps, lot: LotKey, who: Who, line: Line): Promise<void> =>
  noteLine(tx, { houseKey, newId, now: clock.now() }, lot, who, line)

function orderOf(
  session: string,
  by: string,
  reason: string,
  order: StayOrderAsk['order'],
): Result<LotOrder, OrderRefusal> {
  const of = { session, by, reason }
  if (order.kind === 'void') return ok({ kind: 'void', ...of })
  if (order.kind === 'close') return ok({ ...order, ...of })
  const { plate: typed, enteredAt, vehicleClass } = order
  if (typed === undefined && enteredAt === undefined && vehicleClass === undefined) return err('nothing-to-correct')
  const plate = typed === undefined ? null : parsePlate(typed, { overseas: true })
  if (plate?.ok === false) return err('plate-malformed')
  return ok({ ...order, ...of, ...(plate === null ? {} : { plate: plate.value }) })
}

/** What the lot itself answered; no answer says nothing of what it did. */
function refusalOf(error: LotError): OrderRefusal {
  if (error.kind === 'offline') return 'lot-silent'
  return error.because === 'no-session' ? 'session-ended' : 'lot-refused'
}

/** Of the stay as it was, for the trail, which names no plate. */
const inShort = ({ entered_at, vehicle_class }: StayNow): string =>
  `entered ${new Date(entered_at).toISOString()}${vehicle_class === null ? '' : `, ${vehicle_class}`}`
function setBy(order: LotOrder): string {
  if (order.kind === 'close')
    return `, lane ${order.lane}${order.leftAt === undefined ? '' : `, left ${new Date(order.leftAt).toISOString()}`}`
  if (order.kind !== 'correct') return ''
  const { plate, enteredAt, vehicleClass } = order
  const said = [
    plate === undefined ? undefined : 'another plate',
    enteredAt === undefined ? undefined : `entered ${new Date(enteredAt).toISOString()}`,
    vehicleClass,
  ]
  return said.flatMap((one) => (one === undefined ? [] : [`, ${one}`])).join('')
}

type OrderRow = {
  kind: string
  lane_id: number | null
  body: Command & { readonly lane?: number }
  state: OrderView['state']
  because: string | null
  issued_at: number
  expires_at: number
  answered_at: number | null
}
const selectOrder: Statement = {
  name: 'select-lot-order',
  text: `select kind, lane_id, body, state::text as state, because, issued_at, expires_at, answered_at from lot_command
          where bucket = $1 and lot_id = $2 and id = $3`,
}
const orderRows = (database: Database, { bucket, lotId }: LotKey, id: Id): Promise<OrderRow[]> =>
  database.of(bucket).query<OrderRow>(selectOrder, [bucket, lotId, id])
const orderRow = async (database: Database, lot: LotKey, id: Id): Promise<OrderRow | undefined> =>
  (await orderRows(database, lot, id))[0]

const viewOf = (row: OrderRow, order: string, online: boolean): OrderView => ({
  ...{ order, kind: row.kind, lane: row.lane_id ?? row.body.lane ?? null, state: row.state, because: row.because },
  ...{ issuedAt: row.issued_at, expiresAt: row.expires_at, answeredAt: row.answered_at, online },
})
