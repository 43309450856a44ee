import { readFileSync } from 'node:fs'
import type { Language } from '@lanepay/domain/tariff/told/words.ts'
import {
  chargeRuleText,
  type RuleFault,
  readChargeRule,
  tariffOfChargeRule,
} from '@lanepay/lot-systems/hikvision/charge-rules.ts'
import { Told } from '../keep.ts'

const because: Readonly<Record<RuleFault['because'], Readonly<Record<Language, string>>>> = {
  malformed: { 'zh-CN': '读不出', en: 'cannot be read' },
  'unknown-form': {
    'zh-CN': '这种收费规则还不能转换：只认按单位时段和按总计时长两种',
    en: 'a form of rule that is not converted: only those by unit of time and by length of stay are',
  },
  'left-open': {
    'zh-CN': '平台的说明没有写清它的含义，请按公示牌自己写出价目',
    en: "the platform's description does not say what it means: write the price list by what is posted",
  },
}
const whichFree = {
  'zh-CN': '停得更久时免费时长是否扣除？请写 --free count（不扣）或 --free deduct（扣）',
  en: 'is the free time taken off a longer stay? Say --free count (it is not) or --free deduct (it is)',
}
const noFree = { 'zh-CN': '只能是 count 或 deduct', en: 'only count or deduct' }

/**
 * A price list of ours, made of a `chargeRuleDetail` that Hikvision's ISC platform exported into a file; to be checked by `tariff check`.
 * @throws Told when the file cannot be read, or what of the rule nobody knows the meaning of.
 */
export function listFromHikvision(name: string, free: string | undefined, language: Language): string {
  if (free !== undefined && free !== 'count' && free !== 'deduct') throw new Told(`--free ${free}: ${noFree[language]}`)
  const rule = readChargeRule(textOf(name))
  const list = rule.ok ? tariffOfChargeRule(rule.value, free ?? null) : rule
  if (list.ok) return JSON.stringify(list.value, null, 2)
  const { field, because: why } = list.error
  if (field === 'freeTime' && why === 'left-open') throw new Told(`${name} freeTime: ${whichFree[language]}`)
  const inWords = rule.ok ? `\n${chargeRuleText(rule.value)}` : ''
  throw new Told(`${[name, field].join(' ').trim()}: ${because[why][language]}${inWords}`)
}

function textOf(name: string): string {
  try {
    return readFileSync(name, 'utf8')
  } catch (error) {
    throw new Told((error as Error).message)
  }
}
