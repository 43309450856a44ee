import { once } from 'node:events'
import { alarms as makeAlarms } from '@lanepay/cloud/alarm/alarm.ts'
import { clearing } from '@lanepay/cloud/clearing/clear.ts'
import { channelAccounts } from '@lanepay/cloud/payment/accounts.ts'
import { type BillFileError, writeBillFile } from '@lanepay/cloud/reconciliation/bill-file.ts'
import { type Day, dayAfter, dayOf, isDay } from '@lanepay/cloud/reconciliation/day.ts'
import { classes, type DiscrepancyClass, discrepancyClasses } from '@lanepay/cloud/reconciliation/decide.ts'
import { reconciliation } from '@lanepay/cloud/reconciliation/reconcile.ts'
import { type BillSummary, type OpenDiscrepancy, resultsOf } from '@lanepay/cloud/reconciliation/results.ts'
import {
  historyOf,
  type PersonAct,
  type SettleError,
  settleDiscrepancies,
} from '@lanepay/cloud/reconciliation/settle.ts'
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
import { typed } from './typed.ts'

const usage = `lanepay reconcile                          fetches and compares what is due, then says what differs
lanepay reconcile take WHICH --by NAME                                     it is NAME's from now on
lanepay reconcile explain WHICH --number NUMBER --by NAME --because REASON   another number or item says why
lanepay reconcile settle WHICH --by NAME --because REASON                  it is done with
lanepay reconcile history DAY PROOF ITEM                                   every step of it
lanepay reconcile bill ACCOUNT DAY trade|fund-flow > FILE                  the channel's file, byte for byte
  WHICH: DAY PROOF ITEM as lanepay reconcile prints them, like 2026-06-02 trade payment:320048631644565504;
         or --day DAY --class CLASS: all of that class which the day left open
  Everywhere: [--account ACCOUNT] [--lot LOTNUMBER], where more than one is meant otherwise`
/** Apart from the cloud processes, which count from 0. */
const nodeNumber = 1019
const shownAtMost = 50

type Task = (data: Database, settings: Settings) => Promise<void>

/** `lanepay reconcile [...]`: our book against the channels' bills; without a task it ends with 1 while a person has something to settle. */
export async function runReconcile(args: readonly string[]): Promise<void> {
  const task = taskOf(args)
  const settings = readOrTell()
  const data = await openLiveData(settings)
  try {
    await task(data.database, settings)
  } finally {
    await data.close()
  }
}

/** What is asked for, checked before anything is opened. */
function taskOf([name, ...args]: readonly string[]): Task {
  switch (name) {
    case undefined:
      return proveAndSay
    case 'take':
    case 'explain':
    case 'settle':
      return actOn(name, args)
    case 'history':
      return tellHistory(args)
    case 'bill':
      return writeBill(args)
    default:
      throw new Told(usage)
  }
}

const proveAndSay: Task = async (database, settings) => {
  await workDue(settings, database)
  const since = dayAfter(dayOf(systemClock.now()), -7)
  const { bills, open, first } = await resultsOf(database, { since, most: shownAtMost })
  for (const bill of bills) console.log(billSays(bill))
  for (const one of first) console.log(discrepancySays(one))
  console.log(`${open} discrepancies are open${open > first.length ? `, the first ${first.length} are shown` : ''}`)
  if (open > 0) process.exitCode = 1
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
  number: { type: 'string' },
  account: { type: 'string' },
  lot: { type: 'string' },
  day: { type: 'string' },
  class: { type: 'string' },
} as const

function scopeOf({ account, lot }: { account?: string | undefined; lot?: string | undefined }) {
  for (const number of [account, lot]) if (number !== undefined && !/^\d{1,9}$/.test(number)) throw new Told(usage)
  return {
    ...(account === undefined ? {} : { accountId: Number(account) }),
    ...(lot === undefined ? {} : { lotId: Number(lot) }),
  }
}

function nameOf(positionals: readonly string[]) {
  const [day = '', proof = '', item = '', ...more] = positionals
  if (!isDay(day) || proof === '' || item === '' || more.length > 0) throw new Told(usage)
  return { day, proof, item }
}

const isClass = (unchecked: string): unchecked is DiscrepancyClass =>
  discrepancyClasses.some((one) => one === unchecked)

const doneWords: Readonly<Record<PersonAct['act'], string>> = { take: 'taken', explain: 'explained', settle: 'settled' }

function actOn(name: PersonAct['act'], args: readonly string[]): Task {
  const { values, positionals } = typed(args, options, usage)
  const { by = '', because = '', number = '', day, class: cls } = values
  const isMany = day !== undefined || cls !== undefined
  if (isMany && (positionals.length > 0 || !isDay(day ?? '') || !isClass(cls ?? ''))) throw new Told(usage)
  const scope = scopeOf(values)
  const which = isMany
    ? { day: day as Day, class: cls as DiscrepancyClass, ...scope }
    : { ...nameOf(positionals), ...scope }
  const act: PersonAct = name === 'explain' ? { act: name, by: number } : { act: name }
  return async (database) => {
    const done = await settleDiscrepancies(database, which, { who: by, why: because, now: systemClock.now() }, act)
    if (!done.ok) throw new Told(refusals[done.error])
    for (const one of done.value) console.log(`${doneWords[name]}: ${one.day} ${one.proof} ${one.item}`)
  }
}

function tellHistory(args: readonly string[]): Task {
  const { values, positionals } = typed(args, options, usage)
  const which = { ...nameOf(positionals), ...scopeOf(values) }
  return async (database) => {
    const steps = await historyOf(database, which)
    if (steps.length === 0) throw new Told(refusals['not-found'])
    for (const { at, state, who, why } of steps) console.log(`${new Date(at).toISOString()}  ${state}  ${who}: ${why}`)
  }
}

function writeBill(args: readonly string[]): Task {
  const [account = '', day = '', kind = '', ...more] = typed(args, options, usage).positionals
  if (!/^\d{1,9}$/.test(account) || !isDay(day) || (kind !== 'trade' && kind !== 'fund-flow') || more.length > 0)
    throw new Told(usage)
  return async (database) => {
    const written = await writeBillFile(database, { accountId: Number(account), day, kind }, async (bytes) => {
      if (!process.stdout.write(bytes)) await once(process.stdout, 'drain')
    })
    if (!written.ok) throw new Told(billRefusals[written.error])
    process.stderr.write(`${written.value.bytes} bytes, SHA-256 ${written.value.sha256}\n`)
  }
}

const billRefusals: Readonly<Record<BillFileError, string>> = {
  'no-bill': `No whole bill of that account, day and kind is there.\n${usage}`,
  'no-file': 'The channel had no file of that day, or it was fetched before files were kept.',
  damaged:
    'The file is not what was fetched: do not use what was written. Put the database back to before it was changed.',
}
const refusals: Readonly<Record<SettleError, string>> = {
  'not-found': `There is no such discrepancy, or more than one: name its --account and --lot.\n${usage}`,
  'not-with-a-person': 'It is not with a person: it waits for an explanation, or has ended.',
  'no-name': `--by: who it is\n${usage}`,
  'no-reason': `--because: why, or how it was settled\n${usage}`,
  'no-explanation': `--number: the number or item that explains it\n${usage}`,
  'explanation-not-found': 'That number reads as one of ours, or as an item found here, and there is no such one.',
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
