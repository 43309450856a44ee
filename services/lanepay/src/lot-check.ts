import { selectBucketOfLot } from '@lanepay/cloud/lot/store.ts'
import { type Checked, type CheckName, checkLot, isReady, type Outcome } from '@lanepay/cloud/lot-check/decide.ts'
import { seenOf } from '@lanepay/cloud/lot-check/store.ts'
import { type AskRefund, askRefund } from '@lanepay/cloud/refund/ask.ts'
import { rightRefusalSays } from '@lanepay/cloud/refund/right.ts'
import type { Database } from '@lanepay/database/database.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { parsePlate } from '@lanepay/domain/plate.ts'
import { type Language, languageOf, type Text } from '@lanepay/domain/tariff/told/words.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import QRCode from 'qrcode'
import { readOrTell } from './config.ts'
import { byDatabase } from './database-clock.ts'
import { keptSecrets, Told } from './keep.ts'
import { keptClock } from './kept-clock.ts'
import { openLiveData } from './live-data.ts'
import { type Trial, tryLanes, tryOpening, tryPayment, tryQuote } from './lot-trial.ts'
import { refusalSays } from './refund.ts'
import { withCode } from './second-factor.ts'
import type { Settings } from './settings.ts'
import { typed } from './typed.ts'
import { whoMay } from './who-may.ts'

const usage = `lanepay lot check LOTNUMBER [--since MINUTES] [--lang zh-CN|en]
  --lanes: asks the lot's software for its lanes, where it lists them
  --quote PLATE: asks the lot what this vehicle owes now
  --pay PLATE --by NAME --reason TEXT: a payment of 1 fen by a phone, and its refund
  --open LANE --by NAME --reason TEXT: has a lane opened`
const word = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const options = { lanes: flag, since: word, lang: word, quote: word, pay: word, open: word, by: word, reason: word }
/** Apart from the cloud processes, which count from 0, and from other commands. */
const nodeNumber = 1014
/** So long somebody may take to scan and pay, and a lot or a channel to answer. */
const patienceMs = 10 * 60_000

const names: Readonly<Record<CheckName, Text>> = {
  heard: { 'zh-CN': '登录', en: 'login' },
  clock: { 'zh-CN': '时钟', en: 'clock' },
  lanes: { 'zh-CN': '通道', en: 'lanes' },
  quote: { 'zh-CN': '查费', en: 'price' },
  payment: { 'zh-CN': '测试支付', en: 'test payment' },
  refund: { 'zh-CN': '退款', en: 'refund' },
  opening: { 'zh-CN': '开闸', en: 'open' },
}
const outcomes: Readonly<Record<Outcome, Text>> = {
  pass: { 'zh-CN': '通过', en: 'pass' },
  fail: { 'zh-CN': '失败', en: 'FAIL' },
  'not-yet': { 'zh-CN': '待做', en: 'to do' },
  'not-possible': { 'zh-CN': '不支持', en: 'not possible' },
}

/**
 * `lanepay lot check LOTNUMBER`: the list for the day a lot moves over, from what the cloud has seen of it since so many minutes; or, told
 * so, one or more of its lines tried out now (lot-trial.ts). Ends with 1 as long as anything failed or is still to do.
 */
export async function runLotCheck(args: readonly string[]): Promise<void> {
  const { lotId, sinceMinutes, language, lanes, quote, pay, open } = readArgs(args)
  const settings = readOrTell()
  const data = await openLiveData(settings)
  try {
    const { database } = data
    const [found] = await database.reference.query<{ bucket: number }>(selectBucketOfLot, [lotId])
    if (!found) throw new Told('LOTNUMBER: a lot that is open here')
    const lot = { bucket: found.bucket, lotId }
    const clock = await byDatabase(database, keptClock(settings.home))
    const sinceMs = clock.now() - sinceMinutes * 60_000
    if (!lanes && quote === null && pay === null && open === null) {
      const checked = checkLot(await seenOf(database, lot, sinceMs), clock.now())
      console.log(listOf(checked, language))
      if (!isReady(checked)) process.exitCode = 1
      return
    }
    const trial: Trial = {
      ...{ database, clock, newId: idMaker(() => clock.now(), nodeNumber), lot, patienceMs },
      houseKey: Buffer.from(settings.houseKey ?? keptSecrets(settings.home).houseKey),
      publicUrl: settings.publicUrl ?? `http://localhost:${settings.httpPort}`,
      say: (said) => console.log(`\t.. ${said[language]}`),
      show: async (url) => console.log(`${await QRCode.toString(url, { type: 'terminal', small: true })}${url}`),
    }
    // Before anybody pays: what could not be given back is not begun.
    const giveBack = pay && (await givingBack(settings, trial, pay))
    const tried: Checked[] = []
    const note = (...checked: readonly Checked[]) => {
      tried.push(...checked)
      console.log(listOf(checked, language))
    }
    if (lanes) note(await tryLanes(trial, sinceMs))
    if (quote !== null) note((await tryQuote(trial, quote)).checked)
    if (pay && giveBack) note(...(await tryPayment(trial, { plate: pay.plate, sinceMs, giveBack, refusalSays })))
    if (open !== null) note(await tryOpening(trial, open))
    if (!isReady(tried)) process.exitCode = 1
  } finally {
    await data.close()
  }
}

/** Gives a test payment back in the name of the person, by the rights and the second factor of any other refund. */
async function givingBack(
  settings: Settings,
  {
    database,
    clock,
    newId,
    lot,
  }: Pick<Trial, 'clock' | 'newId'> & { readonly database: Database; readonly lot: LotKey },
  asked: { readonly by: string; readonly reason: string },
): Promise<(payment: Id) => ReturnType<typeof askRefund>> {
  const about = `test payment of lot ${lot.lotId}`
  const who = await whoMay(settings, usage, database, { by: asked.by, act: 'refunds.ask', lot, about })
  const { by, rights, take } = who
  return (payment) =>
    withCode({ home: settings.home, by, why: rightRefusalSays, take }, (secondFactor: AskRefund['secondFactor']) =>
      askRefund(
        { database, clock, newId, rights },
        { lot, payment, amountFen: 'all', reason: asked.reason, by, secondFactor },
      ),
    )
}

function readArgs(args: readonly string[]) {
  const { values, positionals } = typed(args, options, usage)
  const [number = '', ...more] = positionals
  const { since = '120', by, reason } = values
  if (!/^[1-9]\d{0,6}$/.test(number) || more.length > 0) throw new Told(usage)
  const refuse = (rule: string): never => {
    throw new Told(`${usage}\n  ${rule}`)
  }
  if (!/^[1-9]\d{0,4}$/.test(since)) refuse('--since: minutes, 1 to 99999')
  const language = languageOf(values.lang, process.env) ?? refuse(`--lang ${values.lang}: zh-CN or en`)
  const plateOf = (option: 'quote' | 'pay'): string | null => {
    const text = values[option]
    if (text === undefined) return null
    const plate = parsePlate(text, { overseas: true })
    return plate.ok ? plate.value : refuse(`--${option} ${text}: no plate`)
  }
  const person = () => ({
    by: by !== undefined && /^[^\p{Cc}]{1,60}$/u.test(by) ? by : refuse('--by: who does this, 1 to 60 characters'),
    reason:
      reason !== undefined && /^(?=.*\S)[^\p{Cc}]{1,80}$/u.test(reason)
        ? reason
        : refuse('--reason: 1 to 80 characters'),
  })
  const [quote, plate, { open: lane }] = [plateOf('quote'), plateOf('pay'), values]
  if (lane !== undefined && !/^[1-9]\d{0,3}$/.test(lane)) refuse(`--open ${lane}: the number of a lane`)
  if (plate === null && lane === undefined && (by !== undefined || reason !== undefined))
    refuse('--by, --reason: with --pay or --open')
  return {
    ...{ lotId: Number(number), sinceMinutes: Number(since), language: language as Language, quote },
    lanes: values.lanes === true,
    pay: plate === null ? null : { plate, ...person() },
    open: lane === undefined ? null : { lane: Number(lane), ...person() },
  }
}

/** The list as lines for a terminal; what to do stands under what is not well. */
export const listOf = (checked: readonly Checked[], language: Language): string =>
  checked
    .flatMap(({ check, outcome, says, toDo }) => [
      `${outcomes[outcome][language]}\t${names[check][language]}\t${says[language]}`,
      ...(toDo ? [`\t-> ${toDo[language]}`] : []),
    ])
    .join('\n')
