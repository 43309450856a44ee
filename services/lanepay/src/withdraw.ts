import { rightRefusalSays } from '@lanepay/cloud/refund/right.ts'
import {
  type AskWithdrawal,
  type AskWithdrawalError,
  askWithdrawal,
  cardChangedAt,
  isToldOf,
  withdrawalOutlook,
} from '@lanepay/cloud/withdrawal/ask.ts'
import { cardLockMs } from '@lanepay/cloud/withdrawal/decide.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { fen, parseYuan, toYuan } from '@lanepay/domain/money.ts'
import { readOrTell } from './config.ts'
import { Told } from './keep.ts'
import { keptClock } from './kept-clock.ts'
import { openLiveData } from './live-data.ts'
import { termsOf } from './parts.ts'
import { withCode } from './second-factor.ts'
import { typed } from './typed.ts'
import { whoMay } from './who-may.ts'

const usage = `lanepay withdraw BUCKET ACCOUNT AMOUNT --by NAME
  BUCKET, ACCOUNT: of the plan of the operator's lots; one withdrawal is of the lots of one bucket
  AMOUNT: in yuan, like 1200.00, or all: what is available; the fee is taken from it
lanepay withdraw BUCKET ACCOUNT
  says what is available, within which limits, and where it would go`
/** Apart from the cloud processes, which count from 0, and from other commands. */
const nodeNumber = 1020

/**
 * `lanepay withdraw BUCKET ACCOUNT AMOUNT --by NAME`: says what may be asked for, and asks for an instant withdrawal. Always asks for
 * the code of the person's authenticator, and never takes it from the command line, where others can read it.
 */
export async function runWithdraw(args: readonly string[]): Promise<void> {
  const { account, asked } = readArgs(args)
  const settings = readOrTell()
  const data = await openLiveData(settings)
  try {
    const clock = keptClock(settings.home)
    const deps = { database: data.database, clock, codeClock: systemClock, terms: termsOf(settings) }
    const outlook = await withdrawalOutlook(deps, account)
    if (!outlook.ok) throw new Told(refusalSays(outlook.error))
    console.log(outlookSays(outlook.value, clock.now()))
    if (asked === null) return
    const about = `account ${account.accountId} in bucket ${account.bucket}`
    const { by, rights, take } = await whoMay(settings, usage, data.database, {
      ...{ by: asked.by, act: 'withdrawals.ask', lot: null, about },
    })
    const newId = idMaker(() => clock.now(), nodeNumber)
    const why = `What leaves for a bank needs the code of ${asked.by}'s authenticator.`
    const answer = await withCode({ home: settings.home, by, why, take }, (secondFactor) =>
      askWithdrawal({ ...deps, newId, rights }, { ...account, ...asked, by, secondFactor }),
    )
    if (!answer.ok) throw new Told(refusalSays(answer.error))
    const { withdrawalNumber, amountFen, feeFen } = answer.value
    console.log(
      `${withdrawalNumber}  ¥${toYuan(amountFen)}, of it ¥${toYuan(feeFen)} fee and ¥${toYuan(fen(amountFen - feeFen))} to the bank; a worker sends it now, under this number, until the channel answers`,
    )
  } finally {
    await data.close()
  }
}

type Seen = Extract<Awaited<ReturnType<typeof withdrawalOutlook>>, { readonly ok: true }>['value']

function outlookSays({ payout, ...seen }: Seen, now: number): string {
  return [
    `Available  ¥${toYuan(seen.availableFen)}: what closed days prove`,
    `At once    from ¥${toYuan(seen.floorFen)} to ¥${toYuan(seen.mostAtOnceFen)}, of which ¥${toYuan(seen.instantFeeFen)} is the fee; today ¥${toYuan(seen.leftTodayFen)} are left of ¥${toYuan(seen.mostPerDayFen)}`,
    `To         ${payeeSays(payout, now)}`,
  ].join('\n')
}

function payeeSays(payout: Seen['payout'], now: number): string {
  if (payout.payout === 'mirrored') return 'its channel pays it out by itself'
  const { kind, bank, ending, holder } = payout
  if (kind === null && isToldOf(payout)) return 'nobody: no card is kept for it'
  const where =
    kind === null ? 'the card that the channel has' : kind === 'alipay' ? `Alipay ${ending}` : `${bank} ****${ending}`
  const opens = (cardChangedAt(payout) ?? 0) + cardLockMs
  const lock = now < opens ? `; it was changed, so at once only from ${new Date(opens).toISOString()} on` : ''
  return `${where}${holder === null ? '' : `, ${holder}`}${lock}`
}

type Account = Pick<AskWithdrawal, 'bucket' | 'accountId'>

function readArgs(args: readonly string[]): {
  readonly account: Account
  readonly asked: Pick<AskWithdrawal, 'amountFen' | 'by'> | null
} {
  const options = { by: { type: 'string' } } as const
  const parsed = typed(args, options, usage)
  const [bucket = '', account = '', amount = '', ...more] = parsed.positionals
  const { by } = parsed.values
  if (more.length > 0 || account === '' || (amount === '') !== (by === undefined)) throw new Told(usage)
  if (!/^\d{1,3}$/.test(bucket) || Number(bucket) > 255) throw new Told(`BUCKET: "${bucket}" is not 0 to 255`)
  if (!/^[1-9]\d{0,8}$/.test(account)) throw new Told(`ACCOUNT: "${account}" is no number of an account`)
  const of = { bucket: Number(bucket), accountId: Number(account) }
  if (by === undefined) return { account: of, asked: null }
  if (amount === 'all') return { account: of, asked: { by, amountFen: 'all' } }
  const yuan = parseYuan(amount)
  if (!yuan.ok) throw new Told(`AMOUNT: "${amount}" is no amount in yuan, and not all`)
  return { account: of, asked: { by, amountFen: yuan.value } }
}

/** What a person reads; nothing was done. */
function refusalSays(error: AskWithdrawalError): string {
  switch (error.kind) {
    case 'account-not-found':
      return 'ACCOUNT: there is no such account in use'
    case 'not-an-amount':
      return 'AMOUNT: more than 0, in whole fen'
    case 'not-paid-out-by-us':
      return 'ACCOUNT: its channel pays it out by itself; the plan of its lots says "payout": "channel" where we are to'
    case 'no-card':
      return 'ACCOUNT: no bank card is kept for it, and this channel has to be told one'
    case 'card-changed':
      return `ACCOUNT: its bank card was changed; at once again from ${new Date(error.until).toISOString()} on`
    case 'card-changing':
      return 'ACCOUNT: its channel has been told another bank card and has not said yet what became of it'
    case 'under-floor':
      return `AMOUNT: at least ¥${toYuan(error.floorFen)}, the least of an instant withdrawal`
    case 'over-limit':
      return `AMOUNT: at most ¥${toYuan(error.mostFen)} at once`
    case 'over-daily-limit':
      return `AMOUNT: ¥${toYuan(error.leftFen)} are left of what may go at once today`
    case 'more-than-available':
      return `AMOUNT: ¥${toYuan(error.availableFen)} are available: what closed days prove`
    default:
      return `--by: ${rightRefusalSays(error)}`
  }
}
