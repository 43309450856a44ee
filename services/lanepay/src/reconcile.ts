import { parseArgs } from 'node:util'
import { alarms as makeAlarms } from '@lanepay/cloud/alarm/alarm.ts'
import { clearing } from '@lanepay/cloud/clearing/clear.ts'
import { channelAccounts } from '@lanepay/cloud/payment/accounts.ts'
import { dayAfter, dayOf, isDay } from '@lanepay/cloud/reconciliation/day.ts'
import { classes } from '@lanepay/cloud/reconciliation/decide.ts'
import { reconciliation } from '@lanepay/cloud/reconciliation/reconcile.ts'
import { type BillSummary, type OpenDiscrepancy, resultsOf } from '@lanepay/cloud/reconciliation/results.ts'
import { type SettleError, settleDiscrepancy } from '@lanepay/cloud/reconciliation/settle.ts'
import { refunds as makeRefunds } from '@lanepay/cloud/refund/refund.ts'
import type { Database } from '@lanepay/database/database.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { fen, toYuan } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id } from '@lanepay/domain/types.ts'
import { readOrTell } from './config.ts'
import { Told } from './keep.ts'
import { openLiveData } from './live-data.ts'
import { jsonLog } from './log.ts'
import { channelSettings, openChannels } from './parts.ts'
import type { Settings } from './settings.ts'

const usage = `lanepay reconcile                          fetches and compares what is due, then says what differs
lanepay reconcile settle DAY PROOF ITEM --by NAME --because REASON [--account ACCOUNT] [--lot LOTNUMBER]
  DAY, PROOF and ITEM as lanepay reconcile prints them, like 2026-06-02 trade payment:320048631644565504`
/** Apart from the cloud processes, which count from 0. */
const nodeNumber = 1019
const shownAtMost = 50

/** `lanepay reconcile [settle ...]`: our book against the channels' bills; ends with 1 while a person has something to settle. */
export async function runReconcile(args: readonly string[]): Promise<void> {
  const [task] = args
  if (task !== undefined && task !== 'settle') throw new Told(usage)
  const settings = readOrTell()
  const asked = task === 'settle' ? settlementAsked(args.slice(1)) : null
  const data = await openLiveData(settings)
  try {
    if (asked !== null) {
      const settled = await settleDiscrepancy(data.database, asked.which, { ...asked.word, now: systemClock.now() })
      if (!settled.ok) throw new Told(refusals[settled.error])
      console.log(`settled: ${settled.value.day} ${settled.value.proof} ${settled.value.item}`)
      return
    }
    await workDue(settings, data.database)
    const since = dayAfter(dayOf(systemClock.now()), -7)
    const { bills, open, first } = await resultsOf(data.database, { since, most: shownAtMost })
    for (const bill of bills) console.log(billSays(bill))
    for (const one of first) console.log(discrepancySays(one))
    console.log(`${open} discrepancies are open${open > first.length ? `, the first ${first.length} are shown` : ''}`)
    if (open > 0) process.exitCode = 1
  } finally {
    await data.close()
  }
}

async function workDue(settings: Settings, database: Database): Promise<void> {
  const clock = systemClock
  const log = jsonLog('warn', (line) => process.stderr.write(line))
  const newId = idMaker(() => clock.now(), nodeNumber)
  const channels = openChannels(channelSettings(settings), clock, log)
  await Promise.all(Object.values(channels).map((channel) => channel.refreshKeys(clock.now())))
  const alarms = makeAlarms({ database, clock, log, newId })
  const accounts = channelAccounts(database)
  const publicUrl = settings.publicUrl ?? `http://localhost:${settings.httpPort}`
  const refunds = makeRefunds({ database, clock, log, channels, accounts, alarms, publicUrl })
  // A worker tells the lots: each clearance is its own outbox.
  const clear = clearing({ database, clock, newId, gateSeconds: settings.gateSeconds, onCommand: () => {} })
  await reconciliation({ database, clock, log, newId, channels, clear, refunds }).round()
}

const options = {
  by: { type: 'string' },
  because: { type: 'string' },
  account: { type: 'string' },
  lot: { type: 'string' },
} as const

function settlementAsked(args: readonly string[]) {
  const { values, positionals } = (() => {
    try {
      return parseArgs({ args: [...args], options, allowPositionals: true })
    } catch (error) {
      throw new Told(`${(error as Error).message}\n${usage}`)
    }
  })()
  const [day = '', proof = '', item = '', ...more] = positionals
  const { by = '', because = '', account, lot } = values
  if (!isDay(day) || item === '' || more.length > 0) throw new Told(usage)
  for (const number of [account, lot]) if (number !== undefined && !/^\d{1,9}$/.test(number)) throw new Told(usage)
  return {
    which: {
      ...{ day, proof, item },
      ...(account === undefined ? {} : { accountId: Number(account) }),
      ...(lot === undefined ? {} : { lotId: Number(lot) }),
    },
    word: { who: by, why: because },
  }
}

const refusals: Readonly<Record<SettleError, string>> = {
  'not-found': `There is no such discrepancy, or more than one: name its --account and --lot.\n${usage}`,
  'not-with-a-person': 'It is not with a person: it waits for an explanation, or has ended.',
  'no-name': `--by: who settles it\n${usage}`,
  'no-reason': `--because: how it was settled\n${usage}`,
}

function billSays({ account_id, channel, day, kind, state, lines, because, due_at }: BillSummary): string {
  const when = due_at === null ? '' : `, again ${new Date(due_at).toISOString()}`
  return `${day}  account ${account_id} (${channel})  ${kind}: ${state}${lines === null ? '' : `, ${lines} lines`}${because === null ? '' : `, ${because}`}${when}`
}

function discrepancySays(one: OpenDiscrepancy): string {
  const yuan = (amount: string | null) => (amount === null ? 'nothing' : `¥${toYuan(fen(Number(amount)))}`)
  const { says, todo } = classes[one.class]
  const money =
    one.ours_fen === null && one.theirs_fen === null
      ? ''
      : `  ours ${yuan(one.ours_fen)}, theirs ${yuan(one.theirs_fen)}`
  return [
    `${one.day} ${one.proof} ${one.item}  ${one.lot_id === 0 ? `account ${one.account_id}` : `lot ${one.lot_id}`}  ${one.class}, ${one.state}, of the ${one.owner}${money}`,
    `  ${numberSays(one)}${one.about}`,
    `  ${says}${one.state === 'found' ? '' : `\n  -> ${todo}`}`,
  ].join('\n')
}

/** What the channel knows it by. */
function numberSays({ bucket, lot_id, item }: OpenDiscrepancy): string {
  const [what, id = ''] = item.split(':')
  if (what !== 'payment' && what !== 'refund') return ''
  return `${numberOf(what === 'payment' ? 'trade' : 'refund', { bucket, lotId: lot_id }, id as Id)}: `
}
