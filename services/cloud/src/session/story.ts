import type { Database } from '@lanepay/database/database.ts'
import { firstIdAt, instantOfId } from '@lanepay/domain/ids.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id, Instant, LotKey } from '@lanepay/domain/types.ts'
import { isKnownEvent, type LotEvent } from '@lanepay/lot-link/messages.ts'
import type { PaymentParts } from '../payment/api.ts'
import { partsOf } from '../payment/parts.ts'
import type { PaymentOfStay, QuoteView, StoryLine } from './api.ts'
import {
  type ActRow,
  type AlarmRow,
  type ClearanceRow,
  type CommandOfStay,
  type EventRow,
  type InvoiceRow,
  type PaymentRow,
  type QuoteRow,
  type SilentRow,
  type StandingRow,
  type StayNow,
  selectActs,
  selectAlarms,
  selectClearances,
  selectCommands,
  selectEvents,
  selectInvoices,
  selectPayments,
  selectQuotes,
  selectSilent,
  selectStanding,
  selectStay,
} from './story-store.ts'

export type Story = {
  readonly stay: StayNow
  readonly standing: StandingRow | null
  readonly lines: readonly StoryLine[]
  readonly quotes: readonly QuoteView[]
  readonly payments: readonly PaymentOfStay[]
}

/** The clock of a lot may be ahead of ours by so much before an alarm says so. */
const aheadMs = 3_600_000
/** What is still done about a stay that has ended: a late payment goes back, a debt is paid. */
const afterMs = 31 * 86_400_000

/** Everything that is known of a stay, in the order in which it happened; null where the lot has no such stay. */
export async function storyOf(database: Database, lot: LotKey, session: string, now: Instant): Promise<Story | null> {
  const db = database.of(lot.bucket)
  const key = [lot.bucket, lot.lotId]
  const [stay] = await db.query<StayNow>(selectStay, [...key, session])
  if (!stay) return null
  const [standing] = await db.query<StandingRow>(selectStanding, [...key, session])
  const events = await db.query<EventRow>(selectEvents, [...key, session])
  const isOver = stay.state !== 'inside' && stay.state !== 'leaving'
  const last = Math.max(stay.entered_at, ...events.map(({ at }) => at), stay.left_at ?? 0)
  const from = firstIdAt(Math.min(instantOfId(stay.id as Id), stay.entered_at) - aheadMs)
  const until = firstIdAt(isOver ? Math.min(last + afterMs, now + aheadMs) : now + aheadMs)
  const range = [...key, from, until, session]

  const quotes = await db.query<QuoteRow>(selectQuotes, range)
  const payments = await db.query<PaymentRow>(selectPayments, range)
  const clearances = await db.query<ClearanceRow>(selectClearances, range)
  const commands = await db.query<CommandOfStay>(selectCommands, range)
  const paid = payments.map(({ id }) => id)
  const parts = await partsOf(db, lot, paid)
  const stood = [
    ...new Set(events.flatMap(({ body }) => ('occupancy' in body && body.occupancy !== null ? [body.occupancy] : []))),
  ]
  const silent = stood.length === 0 ? [] : await db.query<SilentRow>(selectSilent, [...key, stood])
  const alarms = await db.query<AlarmRow>(selectAlarms, [...key, from, until, stood, paid, session])
  const acts = await db.query<ActRow>(selectActs, [...key, session])

  const invoices = await db.query<InvoiceRow>(selectInvoices, [...key, session])

  const numberOfPayment = (id: string) => numberOf('trade', lot, id as Id)
  const lines = [
    ...events.map(({ at, body }) => lineOfEvent(at, body)),
    ...silent.map(
      (row): StoryLine => ({ at: row.at, kind: 'gate-silent', lane: row.lane_id, facts: { cause: row.cause_kind } }),
    ),
    ...quotes.map(
      (row): StoryLine => ({ at: row.quoted_at, kind: 'quoted', amountFen: row.owed_fen, ...inLane(row.lane_id) }),
    ),
    ...payments.flatMap((row) => linesOfPayment(row, numberOfPayment(row.id))),
    ...paid.flatMap((id) => linesOfParts(parts.of(id))),
    ...clearances.map(
      (row): StoryLine => ({
        ...{ at: row.answered_at ?? row.made_at, kind: 'clearance-told', amountFen: row.paid_fen, state: row.state },
        ...{ number: numberOfPayment(row.id), ...inLane(row.lane_id), ...why(row.because) },
      }),
    ),
    ...commands.map((row) => lineOfCommand(row, numberOf('command', lot, row.id as Id))),
    ...alarms.map(
      (row): StoryLine => ({
        ...{ at: row.raised_at, kind: 'alarm', state: row.ended_at === null ? 'open' : 'ended', because: row.because },
        ...{ facts: { alarm: row.kind }, ...inLane(row.lane_id) },
      }),
    ),
    ...invoices.map(
      (row): StoryLine => ({
        ...{ at: row.said_at, kind: row.kind === 'invoice' ? 'to-be-invoiced' : 'invoice-wanted', number: row.key },
        ...(row.amount_fen === null ? {} : { amountFen: row.amount_fen }),
        ...(row.state === null ? {} : { state: row.state }),
        ...{ facts: { invoice: row.key }, ...why(row.because) },
      }),
    ),
    ...acts.map(
      (row): StoryLine => ({
        ...{ at: row.at, kind: 'act', by: row.account, because: row.reason, facts: { act: row.act, after: row.after } },
      }),
    ),
  ]
  return {
    stay,
    standing: standing ?? null,
    // Of the same instant, as they were gathered: the lot's log in its own order, then what the cloud did about it.
    lines: lines.toSorted((a, b) => a.at - b.at),
    quotes: quotes.map((row) => ({
      ...{ quotedAt: row.quoted_at, expiresAt: row.expires_at, priceFen: row.price_fen },
      ...{ paidBeforeFen: row.paid_before_fen, owedFen: row.owed_fen, lines: row.lines },
      payment: row.payment_id === null ? null : numberOfPayment(row.payment_id),
    })),
    payments: payments.map((row) => ({
      ...{ number: numberOfPayment(row.id), channel: row.channel, amountFen: row.amount_fen, state: row.state },
      ...{ createdAt: row.created_at, paidAt: row.paid_at },
      money: { ...parts.of(row.id), refundedFen: row.refunded_fen, shareAt: row.share_at },
    })),
  }
}

const inLane = (lane: number | null): { lane?: number } => (lane === null ? {} : { lane })
const why = (because: string | null): { because?: string } => (because === null ? {} : { because })

/** What a lot's log says of it; a kind that this cloud has no word for is shown by its name. */
function lineOfEvent(at: number, body: LotEvent): StoryLine {
  const { kind } = body
  if (!isKnownEvent(body)) return { at, kind }
  const said = body as LotEvent & { lane?: number; by?: string; reason?: string; because?: string }
  const line: StoryLine = {
    ...{ at, kind },
    ...(typeof said.lane === 'number' ? { lane: said.lane } : {}),
    ...(typeof said.by === 'string' ? { by: said.by } : {}),
    ...why(said.reason ?? said.because ?? null),
  }
  switch (body.kind) {
    case 'entered':
      return { ...line, picture: true, facts: { plate: body.plate, as: body.as ?? null } }
    case 'occupied':
      return { ...line, picture: true, facts: { leaving: body.leaving } }
    case 'vacated':
      return { ...line, facts: { went: body.went } }
    case 'left':
      return { ...line, at: Math.min(at, body.leftAt), amountFen: body.owedFen, facts: { how: body.how ?? 'left' } }
    case 'corrected': {
      const { plate, enteredAt, vehicleClass } = body
      const set = { plate, enteredAt, vehicleClass }
      return {
        ...line,
        facts: Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined)) as never,
      }
    }
    case 'gate-opened': {
      const { cause } = body
      const person = 'by' in cause && cause.by !== undefined ? { by: cause.by, ...why(cause.reason ?? null) } : {}
      return { ...line, ...person, facts: { cause: cause.kind } }
    }
    case 'cash-taken':
    case 'cleared':
      return { ...line, amountFen: body.paidFen }
    case 'cash-given-back':
    case 'change-owed':
    case 'change-settled':
    case 'change-overpaid':
      return { ...line, amountFen: body.amountFen }
    case 'area-entered':
    case 'area-left':
      return { ...line, facts: { area: body.area } }
    case 'misread-offered':
      return { ...line, picture: true, facts: { plate: body.plate } }
    default:
      return line
  }
}

function linesOfPayment(row: PaymentRow, number: string): StoryLine[] {
  const of = { number, amountFen: row.amount_fen, facts: { channel: row.channel }, ...inLane(row.lane_id) }
  return [
    { ...of, at: row.created_at, kind: 'payment-made', state: row.state },
    ...(row.cleared_at === null
      ? []
      : [{ ...of, at: row.cleared_at, kind: row.state === 'unapplied' ? 'unapplied' : 'paid' }]),
  ]
}

/** What went back and who asked for it, and what became of each party's part. */
const linesOfParts = ({ refunds, shares, returns }: PaymentParts): StoryLine[] => [
  ...refunds.flatMap(({ refund: number, amountFen, askedBy, askedAt, doneAt, reason, state, because }): StoryLine[] => [
    {
      ...{ at: askedAt, kind: 'refund-asked', number, amountFen, state, because: reason },
      ...(askedBy === null ? {} : { by: askedBy }),
    },
    ...(doneAt === null ? [] : [{ at: doneAt, kind: 'refund-done', number, amountFen }]),
    ...(state === 'failed' ? [{ at: askedAt, kind: 'refund-failed', number, amountFen, ...why(because) }] : []),
  ]),
  ...shares.map((one): StoryLine => ({ ...lineOfPart(one), kind: 'shared', number: one.share })),
  ...returns.map((one): StoryLine => ({ ...lineOfPart(one), kind: 'share-returned' })),
]
const lineOfPart = ({
  party,
  amountFen,
  state,
  because,
  askedAt,
  doneAt,
}: Omit<PaymentParts['returns'][number], 'way'>) => ({
  ...{ at: doneAt ?? askedAt, amountFen, state, facts: { party }, ...why(because) },
})

const moneyKinds: ReadonlySet<string> = new Set([
  ...['refund-asked', 'refund-done', 'refund-failed', 'shared', 'share-returned'],
])
const isOfMoney = ({ kind, facts }: StoryLine): boolean =>
  moneyKinds.has(kind) || (kind === 'alarm' && /^(?:refund|share)-/.test(String(facts?.alarm)))
/** The same for who may not read money: what was paid and that some of it went back, and not how much, to whom, or who asked. */
export const withoutMoney = (story: Story): Story => ({
  ...story,
  lines: story.lines.filter((line) => !isOfMoney(line)),
  payments: story.payments.map((payment) => ({ ...payment, money: null })),
})

function lineOfCommand(row: CommandOfStay, number: string): StoryLine {
  const { by, reason, lane } = row.body
  return {
    ...{ at: row.issued_at, kind: 'order', number, state: row.state },
    ...inLane(row.lane_id ?? lane ?? null),
    ...(typeof by === 'string' ? { by } : {}),
    ...why(reason ?? null),
    facts: { order: row.kind, ...(row.because === null ? {} : { answer: row.because }) },
  }
}
