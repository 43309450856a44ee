import { type LotRow, selectBucketOfLot, selectLot } from '@lanepay/cloud/lot/store.ts'
import { channelAccounts } from '@lanepay/cloud/payment/accounts.ts'
import { leaveToOperator, shareAgain } from '@lanepay/cloud/share/person.ts'
import { parseRuleFile } from '@lanepay/cloud/share/rule-file.ts'
import { endRule, type LotToShare, putRule, type RuleDeps, rulesOf } from '@lanepay/cloud/share/rules.ts'
import { refusalSays, ruleSays, rulesSay } from '@lanepay/cloud/share/says.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { toYuan } from '@lanepay/domain/money.ts'
import { parseNumber } from '@lanepay/domain/numbers.ts'
import { channelNames } from '@lanepay/domain/types.ts'
import { readOrTell, readPlanOrTell } from './config.ts'
import { Told } from './keep.ts'
import { openLiveData } from './live-data.ts'
import { jsonLog } from './log.ts'
import { channelSettings, openChannels } from './parts.ts'
import type { Settings } from './settings.ts'

const usage = `lanepay share put LOTNUMBER FILE        a rule of one channel, from its time on
lanepay share show LOTNUMBER            all rules, and which hold
lanepay share end LOTNUMBER CHANNEL     ${channelNames.join(' or ')}: nothing more is shared
lanepay share again TRADENUMBER         what a channel did not pay is tried once more
lanepay share leave TRADENUMBER         what a channel did not pay is the operator's`
/** Apart from the cloud processes, which count from 0. */
const nodeNumber = 1020

/** `lanepay share put|show|end|again|leave`: what of a lot's payments belongs to whom, and what becomes of what was not paid. */
export async function runShare([task = '', subject = '', ...more]: readonly string[]): Promise<void> {
  const tasks: Readonly<Record<string, readonly [act: Act, takes: number]>> = {
    put: [put, 1],
    show: [show, 0],
    end: [end, 1],
    again: [again, 0],
    leave: [leave, 0],
  }
  const [act, takes] = Object.hasOwn(tasks, task) ? tasks[task]! : []
  if (!act || subject === '' || more.length !== takes) throw new Told(usage)
  console.log(await act(readOrTell(), subject, more[0] ?? ''))
}

type Act = (settings: Settings, subject: string, more: string) => Promise<string>

async function put(settings: Settings, lotNumber: string, file: string): Promise<string> {
  const rule = readPlanOrTell(file, usage, (unchecked) => parseRuleFile(unchecked, systemClock.now()))
  const channel = openChannels(
    channelSettings(settings),
    systemClock,
    jsonLog('warn', (line) => process.stderr.write(line)),
  )[rule.channel]
  if (!channel) throw new Told(`${file}: ${rule.channel} is not configured here`)
  return withLot(settings, lotNumber, async (deps, lot) => {
    const account = await channelAccounts(deps.database).ofOperator(lot.operatorId, rule.channel)
    if (!account) throw new Told(`${file}: the operator of lot ${lotNumber} takes no ${rule.channel}`)
    await channel.refreshKeys(systemClock.now())
    const kept = await putRule(deps, lot, { channel, merchant: account.merchant }, rule)
    if (!kept.ok) throw new Told(`${file} cannot work:\n${refusalSays(kept.error)}`)
    return ruleSays(kept.value, '')
  })
}

const show: Act = (settings, lotNumber) =>
  withLot(settings, lotNumber, async ({ database }, lot) => rulesSay(await rulesOf(database, lot), systemClock.now()))

const end: Act = (settings, lotNumber, name) => {
  const channel = channelNames.find((one) => one === name)
  if (!channel) throw new Told(`CHANNEL: ${channelNames.join(' or ')}\n${usage}`)
  return withLot(settings, lotNumber, async (deps, lot) => ruleSays(await endRule(deps, lot, channel), ''))
}

const again: Act = (settings, trade) =>
  withPayment(settings, trade, shareAgain, (number, yuan) => `${number}  ¥${yuan}; a worker asks the channel for it`)
const leave: Act = (settings, trade) =>
  withPayment(settings, trade, leaveToOperator, (number, yuan) => `${number}  ¥${yuan} is the operator's`)

async function withLot(
  settings: Settings,
  lotNumber: string,
  act: (deps: RuleDeps, lot: LotToShare & { readonly operatorId: string }) => Promise<string>,
): Promise<string> {
  if (!/^[1-9]\d{0,6}$/.test(lotNumber)) throw new Told(`LOTNUMBER: 1 to 9999999, as in the lot's plan\n${usage}`)
  return withData(settings, async (deps) => {
    const lotId = Number(lotNumber)
    const [found] = await deps.database.reference.query<{ bucket: number }>(selectBucketOfLot, [lotId])
    const [lot] = found ? await deps.database.of(found.bucket).query<LotRow>(selectLot, [found.bucket, lotId]) : []
    if (!lot) throw new Told(`LOTNUMBER: no lot ${lotNumber} is open here`)
    const { bucket, operator_id: operatorId, platform_fee_basis_points: platformFeeBasisPoints } = lot
    return act(deps, { bucket, lotId, operatorId, platformFeeBasisPoints })
  })
}

async function withPayment(
  settings: Settings,
  trade: string,
  act: typeof shareAgain,
  say: (number: string, yuan: string) => string,
): Promise<string> {
  const number = parseNumber('trade', trade)
  if (!number.ok) throw new Told(`TRADENUMBER: "${trade}" is no number of a payment of ours`)
  return withData(settings, async (deps) => {
    const decided = await act(deps, number.value, number.value.id)
    if (!decided.ok) throw new Told(refusalSays(decided.error))
    return say(decided.value.shareNumber, toYuan(decided.value.amountFen))
  })
}

async function withData(settings: Settings, act: (deps: RuleDeps) => Promise<string>): Promise<string> {
  const data = await openLiveData(settings)
  try {
    return await act({
      database: data.database,
      clock: systemClock,
      newId: idMaker(() => systemClock.now(), nodeNumber),
    })
  } finally {
    await data.close()
  }
}
