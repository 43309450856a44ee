import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { CommandResult } from '@lanepay/lot-link/messages.ts'
import type { Operation } from '@lanepay/lot-systems/called.ts'
import { type LotError, mayAskAgain, wrongOf } from '@lanepay/lot-systems/lot-system.ts'
import {
  isEndedForGood,
  type Permit,
  type Permits,
  type PermitTariff,
  priceOfPeriods,
  type Renewed,
  standingOf,
} from '@lanepay/lot-systems/permits.ts'
import { deleteMessage } from '../bolink/message-store.ts'
import type { Outbox } from '../bolink/outbox.ts'
import { isTooFar } from '../renewal/decide.ts'
import type { NoCard, SoftwareCard, SoftwareCards } from '../renewal/software.ts'
import { monthsAfter } from '../vehicle/decide.ts'
import type { Calling } from './call.ts'
import type { Called } from './settings.ts'
import { selectGoesBack } from './store.ts'
import { untilRenewed } from './until-told.ts'

/** What lies in the outbox: a permit that is paid for, with the command it came of. */
export type RenewalOwed = { readonly kind: 'renewal'; readonly renewed: Renewed; readonly command: string }

/** As lots say what is bought several of. */
const periods: Readonly<Record<number, string>> = { 1: '月', 3: '季', 6: '半年', 12: '年' }

const noCardOf = (error: LotError): NoCard =>
  error.kind === 'offline' || mayAskAgain(error) ? { kind: 'offline' } : { kind: 'refused', detail: wrongOf(error) }

/** Month cards that called systems keep themselves: asked for, never kept here, and made longer by what is told to the lot until it has it. */
export function calledPermits(options: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly calling: Calling
  readonly calledOf: (lot: LotKey) => Promise<Result<Called, 'not-called'>>
  readonly outbox: Outbox
  readonly onResult: (lot: LotKey, result: CommandResult) => Promise<void>
}): {
  readonly cards: SoftwareCards
  /** Tells what is owed once; what has no end yet is told again, by its steps. */
  send(called: Called, id: Id, owed: RenewalOwed): Promise<void>
} {
  const { database, clock, newId, calling, calledOf, outbox, onResult } = options
  type PaidRow = { readonly goes_back: boolean; readonly sends: number }
  /** How often a renewal was told; null: a person gives its money back, which ends it. */
  const sendsOf = async (lot: LotKey, id: string, command: string): Promise<number | null> => {
    const [db, key] = [database.of(lot.bucket), [lot.bucket, lot.lotId, id]]
    const [paid] = await db.query<PaidRow>(selectGoesBack, key)
    if (!paid?.goes_back) return paid?.sends ?? 0
    await onResult(lot, { id: command, at: clock.now(), state: 'refused', because: 'refunded' })
    await db.query(deleteMessage, key)
    return null
  }
  const asking = <I, O>(called: Called, operation: Operation<object, I, O>, input: I) =>
    calling.call(called, operation, input, newId())

  /** Of a permit that does not say what it costs, what its kind does. */
  const tariffsFor = async (
    called: Called,
    { tariffs }: Permits<object>,
    permit: Permit,
  ): Promise<Result<readonly PermitTariff[], LotError>> =>
    permit.price !== null || tariffs === undefined ? ok([]) : asking(called, tariffs, null)

  const cards: SoftwareCards = {
    async ofPlate(lot, plate) {
      const called = await calledOf(lot)
      const ways = called.ok ? called.value.system.permits : undefined
      if (!called.ok || ways === undefined) return ok([])
      const { settings } = called.value
      const found = await asking(called.value, ways.find, { plate })
      if (!found.ok) return err(noCardOf(found.error))
      return ok(
        found.value.map((permit): SoftwareCard => {
          const { product, plates, until, months, price, phone } = permit
          return {
            ...{ key: permit.permit, plates, product, productKey: permit.kind, until, phone, permit },
            ...{ period: periods[months] ?? `${months} 个月`, periodFen: typeof price === 'number' ? price : null },
            ...(settings.lateRenewal === undefined ? {} : { late: settings.lateRenewal }),
          }
        }),
      )
    },

    async price(lot, { permit, late }, { months: wanted, startAt, now }) {
      const called = await calledOf(lot)
      const ways = called.ok ? called.value.system.permits : undefined
      if (!called.ok || ways === undefined || permit === undefined)
        return err({ kind: 'refused', detail: 'it keeps no permits' })
      const months = wanted * permit.months
      const end = monthsAfter(startAt, months)
      if (isEndedForGood(permit.until, now, late) || end <= now) return err({ kind: 'ended' })
      const to = end - 1_000
      if (isTooFar(end, now) || (permit.most !== null && to > permit.most)) return err({ kind: 'too-far' })
      const tariffs = await tariffsFor(called.value, ways, permit)
      if (!tariffs.ok) return err(noCardOf(tariffs.error))
      const priceFen = priceOfPeriods(permit, wanted, tariffs.value)
      if (priceFen === null) return err({ kind: 'refused', detail: `no price of ${wanted} periods` })
      const { until, names } = permit
      const terms = { permit: permit.permit, until, names, periods: wanted, months, from: startAt, to }
      return ok({ priceFen, time: { from: startAt, to: end }, startAt: null, lotTradeNo: null, permit: terms })
    },

    async tell(lot, { payment, key, permit, plate, amountFen, channel, paidAt }) {
      if (permit === null) throw new Error(`payment ${payment} is of no permit of lot ${lot.lotId}`)
      const command = numberOf('command', lot, payment)
      const number = numberOf('trade', lot, payment)
      const renewed: Renewed = { ...permit, plate, payment: number, channel, amountFen: fen(amountFen), paidAt }
      const owed: RenewalOwed = { kind: 'renewal', renewed, command }
      // Told in vain for a day, and then given back by a person.
      if ((await sendsOf(lot, payment, command)) === null) return
      await outbox.tell(
        lot,
        {
          ...{ id: payment, service: owed.kind, answeredBy: [command], localId: null, body: JSON.stringify(owed) },
          // One card's payments go one after another.
          orderId: `card:${key}`,
        },
        untilRenewed,
      )
    },
  }

  const standing = async (called: Called, { find }: Permits<object>, renewed: Renewed) => {
    const found = await asking(called, find, { plate: renewed.plate })
    // Nothing is told yet by a question that is refused: it is asked again as one without an answer.
    if (!found.ok) return err<LotError>(mayAskAgain(found.error) ? found.error : { kind: 'offline' })
    const standing = standingOf(found.value, renewed)
    return standing.ok ? standing : err<LotError>({ kind: 'refused', because: `card-${standing.error}` })
  }
  /** Ok: it has it. `isAgain`: it was told before, and that was not answered. */
  const told = async (called: Called, renewed: Renewed, isAgain: boolean): Promise<Result<null, LotError>> => {
    const { permits } = called.system
    if (permits === undefined) return err({ kind: 'refused', because: 'unsupported' })
    const before = permits.unnumbered ? await standing(called, permits, renewed) : null
    if (before?.ok === false) return before
    if (before?.value === 'has-it') return ok(null)
    const read = await calling.call(called, permits.renew, renewed, renewed.payment)
    if (read.ok || (before === null && !isAgain) || mayAskAgain(read.error)) return read
    // A no may be to the second of two tellings, of which the first took its time, or was done without an answer.
    const after = await standing(called, permits, renewed)
    if (after.ok) return after.value === 'has-it' ? ok(null) : read
    return mayAskAgain(after.error) ? after : read
  }

  return {
    cards,
    async send(called, id, { renewed, command }) {
      const sends = await sendsOf(called, id, command)
      if (sends === null) return
      const read = await told(called, renewed, sends > 1)
      if (!read.ok && mayAskAgain(read.error)) return // told again, by its steps
      const became = read.ok
        ? ({ state: 'done' } as const)
        : ({ state: 'refused', because: (read.error as Extract<LotError, { kind: 'refused' }>).because } as const)
      // The money of a refused one goes back by rule, with an alarm (renewal/renewal.ts).
      await onResult(called, { id: command, at: clock.now(), ...became })
      await database.of(called.bucket).query(deleteMessage, [called.bucket, called.lotId, id])
    },
  }
}
