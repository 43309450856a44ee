import { type AskError, type AskRefund, askRefund } from '@lanepay/cloud/refund/ask.ts'
import { rightRefusalSays } from '@lanepay/cloud/refund/right.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { parseYuan, toYuan } from '@lanepay/domain/money.ts'
import { numberOf, parseNumber } from '@lanepay/domain/numbers.ts'
import { readOrTell } from './config.ts'
import { Told } from './keep.ts'
import { openLiveData } from './live-data.ts'
import { withCode } from './second-factor.ts'
import { typed } from './typed.ts'
import { whoMay } from './who-may.ts'

const usage = `lanepay refund TRADENUMBER AMOUNT --by NAME --reason TEXT
  TRADENUMBER: the payment's number, 32 digits, as the driver's bill and the channel show it
  AMOUNT: in yuan, like 12.50, or all: what is left of the payment`
/** Apart from the cloud processes, which count from 0. */
const nodeNumber = 1021

/**
 * `lanepay refund TRADENUMBER AMOUNT --by NAME --reason TEXT`: gives back a payment or a part of it. Asks for the code of the
 * person's authenticator over the limit, and never takes it from the command line, where others can read it.
 */
export async function runRefund(args: readonly string[]): Promise<void> {
  const { number, amountFen, reason, ...typed } = readArgs(args)
  const settings = readOrTell()
  const data = await openLiveData(settings)
  try {
    const { by, rights, take } = await whoMay(settings, usage, data.database, {
      ...{ by: typed.by, act: 'refunds.ask', lot: number, about: `payment ${numberOf('trade', number, number.id)}` },
    })
    const newId = idMaker(() => systemClock.now(), nodeNumber)
    const ask = (secondFactor: AskRefund['secondFactor']) =>
      askRefund(
        { database: data.database, clock: systemClock, newId, rights },
        { lot: number, payment: number.id, amountFen, reason, by, secondFactor },
      )
    const answer = await withCode({ home: settings.home, by, why: rightRefusalSays, take }, ask)
    if (!answer.ok) throw new Told(refusalSays(answer.error))
    const { refundNumber, amountFen: given, dueAt } = answer.value
    const when = dueAt > systemClock.now() ? `from ${new Date(dueAt).toISOString()} on` : 'now'
    console.log(
      `${refundNumber}  ¥${toYuan(given)}; a worker sends it ${when}, under this number, until the channel answers`,
    )
  } finally {
    await data.close()
  }
}

function readArgs(args: readonly string[]) {
  const options = { by: { type: 'string' }, reason: { type: 'string' } } as const
  const parsed = typed(args, options, usage)
  const [trade = '', amount = '', ...more] = parsed.positionals
  const { by, reason } = parsed.values
  if (more.length > 0 || !by || reason === undefined) throw new Told(usage)
  const number = parseNumber('trade', trade)
  if (!number.ok) throw new Told(`TRADENUMBER: "${trade}" is no number of a payment of ours`)
  if (amount === 'all') return { number: number.value, amountFen: 'all' as const, by, reason }
  const yuan = parseYuan(amount)
  if (!yuan.ok) throw new Told(`AMOUNT: "${amount}" is no amount in yuan, and not all`)
  return { number: number.value, amountFen: yuan.value, by, reason }
}

/** What a person reads; nothing was done. */
export function refusalSays(error: AskError): string {
  switch (error.kind) {
    case 'payment-not-found':
      return 'TRADENUMBER: there is no such payment here'
    case 'not-an-amount':
      return 'AMOUNT: more than 0, in whole fen'
    case 'not-a-reason':
      return '--reason: 1 to 80 characters'
    case 'not-paid':
      return `TRADENUMBER: this payment is ${error.state}, so there is nothing to give back`
    case 'goes-back-by-itself':
      return 'TRADENUMBER: this payment counts for no stay, and goes back by itself'
    case 'whole-only':
      return `AMOUNT: this payment counts for no stay, so it goes back whole: ¥${toYuan(error.wholeFen)}, or all`
    case 'more-than-left':
      return `AMOUNT: of this payment ¥${toYuan(error.leftFen)} are left`
    case 'too-late':
      return `TRADENUMBER: the channel took refunds of it until ${new Date(error.until).toISOString()}; pay the driver back outside`
    case 'too-many-refunds':
      return `TRADENUMBER: the channel takes ${error.most} refunds of one payment, and they are used up`
    case 'not-enough-held':
      return "AMOUNT: the lot's operator, or the platform, holds less than its part of it at this channel: see lanepay statement"
    default:
      return `--by: ${rightRefusalSays(error)}`
  }
}
