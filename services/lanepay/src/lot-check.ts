import { selectBucketOfLot } from '@lanepay/cloud/lot/store.ts'
import { type Checked, type CheckName, checkLot, isReady, type Outcome } from '@lanepay/cloud/lot-check/decide.ts'
import { seenOf } from '@lanepay/cloud/lot-check/store.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { type Language, languageOf, type Text } from '@lanepay/domain/tariff/told/words.ts'
import { readOrTell } from './config.ts'
import { Told } from './keep.ts'
import { openLiveData } from './live-data.ts'
import { typed } from './typed.ts'

const usage = 'lanepay lot check LOTNUMBER [--since MINUTES] [--lang zh-CN|en]'

const names: Readonly<Record<CheckName, Text>> = {
  heard: { 'zh-CN': '登录', en: 'login' },
  clock: { 'zh-CN': '时钟', en: 'clock' },
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
 * `lanepay lot check LOTNUMBER`: the list for the day a lot moves over, from what the cloud has seen of it since so many minutes. It only
 * looks: payments and gates are a person's. Ends with 1 as long as anything failed or is still to do.
 */
export async function runLotCheck(args: readonly string[]): Promise<void> {
  const { values, positionals } = typed(args, { since: { type: 'string' }, lang: { type: 'string' } }, usage)
  const [number = '', ...more] = positionals
  const { since = '120' } = values
  if (!/^[1-9]\d{0,6}$/.test(number) || more.length > 0) throw new Told(usage)
  if (!/^[1-9]\d{0,4}$/.test(since)) throw new Told(`${usage}\n  --since: minutes, 1 to 99999`)
  const language = languageOf(values.lang, process.env)
  if (!language) throw new Told(`${usage}\n  --lang ${values.lang}: zh-CN or en`)
  const lotId = Number(number)
  const data = await openLiveData(readOrTell())
  try {
    const [found] = await data.database.reference.query<{ bucket: number }>(selectBucketOfLot, [lotId])
    if (!found) throw new Told('LOTNUMBER: a lot that is open here')
    const now = systemClock.now()
    const seen = await seenOf(data.database, { bucket: found.bucket, lotId }, now - Number(since) * 60_000)
    const checked = checkLot(seen, now)
    console.log(listOf(checked, language))
    if (!isReady(checked)) process.exitCode = 1
  } finally {
    await data.close()
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
