import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { agentAbilities } from '@lanepay/lot-systems/agent/agent.ts'
import { calledSystem, isCalledName } from '@lanepay/lot-systems/called-systems.ts'
import type { Ability } from '@lanepay/lot-systems/lot-system.ts'
import { ownAbilities } from '@lanepay/lot-systems/own/own.ts'
import { bolinkAbilities } from '../bolink/lots.ts'
import { agentDevice } from '../device/agents.ts'
import type { LotSystemName } from '../lot/api.ts'
import { selectSystem } from '../lot/store.ts'
import type { Seen } from './decide.ts'
import { lanesSeen } from './lanes.ts'

// A person asks, on the day a lot moves: the least of many indexes.
const selectHeard: Statement = {
  name: 'lot-check-heard',
  text: `
  select (extract(epoch from greatest(
           (select max(seen_at) from bolink_computer where bucket = $1 and lot_id = $2),
           (select max(seen_at) from own_nonce where bucket = $1 and lot_id = $2),
           (select max(received_at) from lot_event where bucket = $1 and lot_id = $2 and device = $3)
         )) * 1000)::int8 as heard_at`,
}
const selectAgent: Statement = {
  name: 'lot-check-agent',
  text: 'select state from device_state where bucket = $1 and lot_id = $2 and device = $3 and until_at is null',
}
// Told late is told with the clock that it happened by, so the least late one says how far the clocks are apart.
const selectAhead: Statement = {
  name: 'lot-check-ahead',
  text: `
  select max((body ->> 'enteredAt')::int8 - (extract(epoch from received_at) * 1000)::int8)::int8 as ahead_ms
    from lot_event
   where bucket = $1 and lot_id = $2 and kind = 'entered' and received_at >= $3`,
}
const selectQuote: Statement = {
  name: 'lot-check-quote',
  text: `
  (select (extract(epoch from quoted_at) * 1000)::int8 as at, owed_fen
     from quote
    where bucket = $1 and lot_id = $2 and id >= $3
    order by id desc
    limit 1)
  union all
  -- what a person had it asked (questions.ts)
  (select (extract(epoch from asked_at) * 1000)::int8 as at, (answer ->> 'owedFen')::int4 as owed_fen
     from lot_check_question
    where bucket = $1 and lot_id = $2 and id >= $3 and (answer ->> 'owedFen')::int4 > 0
    order by id desc
    limit 1)
  order by at desc
  limit 1`,
}
const selectPayment: Statement = {
  name: 'lot-check-payment',
  text: `
  select p.id, p.amount_fen, p.paid_at is not null as is_paid, c.state as told, c.answered_at is not null or c.told_at is not null as answered,
         r.state as refund_state, r.because as refund_because, r.amount_fen as refund_fen
    from payment p
    left join clearance c on c.bucket = p.bucket and c.lot_id = p.lot_id and c.id = p.id
    left join refund r on r.bucket = p.bucket and r.lot_id = p.lot_id and r.payment_id = p.id
   where p.bucket = $1 and p.lot_id = $2 and p.id >= $3 and ($4::text is null or p.plate = $4)
   order by p.paid_at is null, p.id desc, r.id desc
   limit 1`,
}
const selectOpening: Statement = {
  name: 'lot-check-opening',
  text: `
  select state, because from lot_command
   where bucket = $1 and lot_id = $2 and id >= $3 and kind = 'open-gate'
   order by id desc
   limit 1`,
}

type PaymentRow = {
  readonly id: string
  readonly amount_fen: number
  readonly is_paid: boolean
  readonly told: string | null
  readonly answered: boolean
  readonly refund_state: string | null
  readonly refund_because: string | null
  readonly refund_fen: number
}

/** What was seen of a lot since an instant, whichever system runs it. Of several the last one counts; a paid one before one that is not. */
export async function seenOf(database: Database, lot: LotKey, sinceMs: number): Promise<Seen> {
  const db = database.of(lot.bucket)
  const of = [lot.bucket, lot.lotId]
  const since = [...of, firstIdAt(sinceMs)]
  const name = await systemNameOf(database, lot)
  const [heard] = await db.query<{ heard_at: number | null }>(selectHeard, [...of, agentDevice])
  const [agent] = await db.query<{ state: string }>(selectAgent, [...of, agentDevice])
  const [ahead] = await db.query<{ ahead_ms: number | null }>(selectAhead, [...of, instantOut(sinceMs)])
  const [quote] = await db.query<{ at: number; owed_fen: number }>(selectQuote, since)
  const payment = await paymentSeen(database, lot, sinceMs)
  const [opening] = await db.query<{ state: string; because: string | null }>(selectOpening, since)
  const heardAt = heard?.heard_at ?? null
  return {
    // An agent that is known to be lost was heard of, and is not there.
    heardAt: heardAt === null || (name === 'agent' && agent?.state === 'lost') ? null : Number(heardAt),
    isCalled: isCalledName(name),
    aheadMs: ahead?.ahead_ms === null || ahead?.ahead_ms === undefined ? null : Number(ahead.ahead_ms),
    quote: quote ? { at: Number(quote.at), owedFen: quote.owed_fen } : null,
    payment,
    opening: opening ?? null,
    canOpen: abilitiesOf(name).includes('opens-gate'),
    tellsEntries: abilitiesOf(name).includes('reports-entry'),
    lanes: abilitiesOf(name).includes('lists-lanes') ? { said: await lanesSeen(database, lot, sinceMs) } : null,
  }
}

/** The last payment of a lot since an instant, or of one plate; a paid one before one that is not. */
export async function paymentSeen(
  database: Database,
  { bucket, lotId }: LotKey,
  sinceMs: number,
  plate: string | null = null,
): Promise<(NonNullable<Seen['payment']> & { readonly id: Id }) | null> {
  const of = [bucket, lotId, firstIdAt(sinceMs), plate]
  const [row] = await database.of(bucket).query<PaymentRow>(selectPayment, of)
  if (!row) return null
  const { refund_state: state, refund_because: because, refund_fen: amountFen } = row
  return {
    ...{ id: row.id as Id, amountFen: row.amount_fen, isPaid: row.is_paid, lotSays: lotSays(row) },
    refund: state === null ? null : { state, because, amountFen },
  }
}

async function systemNameOf(database: Database, { bucket, lotId }: LotKey): Promise<LotSystemName> {
  const [row] = await database.of(bucket).query<{ system: LotSystemName }>(selectSystem, [bucket, lotId])
  return row?.system ?? 'agent'
}
const abilitiesOf = (name: LotSystemName): readonly Ability[] =>
  isCalledName(name)
    ? calledSystem(name).abilities
    : { agent: agentAbilities, bolink: bolinkAbilities, own: ownAbilities }[name]
/** What whatever runs a lot can do. */
export const abilitiesOfLot = async (database: Database, lot: LotKey): Promise<readonly Ability[]> =>
  abilitiesOf(await systemNameOf(database, lot))

function lotSays({ told, answered }: PaymentRow): 'took' | 'wait' | 'refused' | null {
  if (told === null) return null
  if (told === 'refused') return 'refused'
  return answered || told === 'opened' ? 'took' : 'wait'
}
