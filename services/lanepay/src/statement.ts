import { selectBucketOfLot, selectLot } from '@lanepay/cloud/lot/store.ts'
import { paymentsOfRefunds } from '@lanepay/cloud/refund/of-lot.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import { channelNames, type Id, type LotKey } from '@lanepay/domain/types.ts'
import { accountKinds } from '@lanepay/ledger/post.ts'
import { statementOf } from '@lanepay/ledger/statement.ts'
import { statementCsv, statementText } from '@lanepay/ledger/statement-text.ts'
import { readOrTell } from './config.ts'
import { Told } from './keep.ts'
import { openLiveData } from './live-data.ts'
import { typed } from './typed.ts'

const usage = `lanepay statement LOTNUMBER ACCOUNT [--channel wechatpay] [--party NUMBER] [--from DAY] [--until DAY] [--csv]
  ACCOUNT: ${accountKinds.join(', ')}
  --party: whose account it is, where it is not the lot's operator or the platform; of a drawer its shift, left out the lot's own
  --from, --until: days like 2026-11-01 at Beijing; from the first, up to and without the last. Left out: this day`

const dayMs = 86_400_000
const beijingMs = 8 * 3_600_000
/** The platform's own; others are of the lot's operator unless told otherwise. */
const ofPlatform: readonly string[] = ['channel-clearing', 'channel-fee', 'platform-fee', 'cash-drawer']
/** Cash is at no channel. */
const ofCash: readonly string[] = ['cash-drawer', 'operator-cash', 'cash-over-short', 'change-owed']

/** `lanepay statement LOTNUMBER ACCOUNT`: what an account was, what changed it, and what it was then. */
export async function runStatement(args: readonly string[]): Promise<void> {
  const asked = readArgs(args)
  const data = await openLiveData(readOrTell())
  try {
    const [found] = await data.database.reference.query<{ bucket: number }>(selectBucketOfLot, [asked.lotId])
    if (!found) throw new Told(`LOTNUMBER: a lot that is open here`)
    const lot: LotKey = { bucket: found.bucket, lotId: asked.lotId }
    const db = data.database.of(lot.bucket)
    const [row] = await db.query<{ operator_id: string }>(selectLot, [lot.bucket, lot.lotId])
    const party = asked.party ?? (ofPlatform.includes(asked.kind) ? '0' : row!.operator_id)
    const statement = await db.transaction((tx) =>
      statementOf(tx, { lot, kind: asked.kind, party, channel: asked.channel }, asked),
    )
    if (!statement)
      throw new Told(
        `There is no account ${asked.kind} of ${party} by ${asked.channel} at lot ${asked.lotId}: nothing was ever posted to it.`,
      )
    const refunds = await paymentsOfRefunds(
      data.database,
      lot,
      statement.lines.map(({ causeId }) => causeId),
    )
    const wording = {
      instant: (ms: number) => new Date(ms + beijingMs).toISOString().slice(0, 19).replace('T', ' '),
      about: ({ cause, causeId }: { cause: string; causeId: Id }) => about(lot, cause, causeId, refunds),
    }
    process.stdout.write((asked.csv ? statementCsv : statementText)(statement, wording))
  } finally {
    await data.close()
  }
}

/** The number under which the channel knows it, so that a line is found on the channel's bill. */
function about(lot: LotKey, cause: string, causeId: Id, refunds: ReadonlyMap<Id, Id>): string {
  const payment = refunds.get(causeId)
  if (payment !== undefined) return `refund ${numberOf('refund', lot, causeId)} of ${numberOf('trade', lot, payment)}`
  if (/^change-(offered|taken|returned)$/.test(cause)) return `change ${numberOf('change', lot, causeId)}`
  if (cause === 'share-paid') return `share ${numberOf('share', lot, causeId)}`
  const isPayment = cause.startsWith('payment-') || cause === 'share-owed'
  return isPayment ? `payment ${numberOf('trade', lot, causeId)}` : causeId
}

function readArgs(args: readonly string[]) {
  const options = {
    channel: { type: 'string' },
    party: { type: 'string' },
    from: { type: 'string' },
    until: { type: 'string' },
    csv: { type: 'boolean' },
  } as const
  const parsed = typed(args, options, usage)
  const [lot = '', kindText = '', ...more] = parsed.positionals
  if (!/^[1-9]\d{0,6}$/.test(lot) || more.length > 0) throw new Told(usage)
  const kind = accountKinds.find((one) => one === kindText)
  if (!kind) throw new Told(`ACCOUNT: one of ${accountKinds.join(', ')}`)
  const { channel: channelText = 'wechatpay', party, csv = false } = parsed.values
  const channel = ofCash.includes(kind) ? ('cash' as const) : channelNames.find((one) => one === channelText)
  if (!channel) throw new Told(`--channel: one of ${channelNames.join(', ')}`)
  if (party !== undefined && !/^\d{1,18}$/.test(party)) throw new Told('--party: a number')
  const today = Math.floor((systemClock.now() + beijingMs) / dayMs) * dayMs - beijingMs
  const from = parsed.values.from === undefined ? today : dayOf('--from', parsed.values.from)
  const until = parsed.values.until === undefined ? from + dayMs : dayOf('--until', parsed.values.until)
  if (until <= from) throw new Told('--until: a day after --from')
  return { lotId: Number(lot), kind, channel, party, csv, from, until }
}

function dayOf(option: string, text: string): number {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00+08:00`) : Number.NaN
  // A 31st of June is not quietly the 1st of July.
  if (Number.isNaN(at) || new Date(at + beijingMs).toISOString().slice(0, 10) !== text)
    throw new Told(`${option}: a day like 2026-11-01`)
  return at
}
