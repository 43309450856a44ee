import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseSchedule } from '@lanepay/domain/tariff/tariff.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { BesideStay } from '../bolink/beside.ts'
import { grossOf } from '../bolink/figures.ts'
import { compareStays, sumsOf, type Verdict } from './compare.ts'
import { comparedSays } from './says.ts'

/* What another platform charged, by our price list: the first half hour free, then 5 yuan an hour. */

const at = (text: string) => Date.parse(`2026-11-02T${text}:00+08:00`) as Instant
const hourly = {
  timeZone: 'Asia/Shanghai',
  choose: [{ plan: 'p' }],
  plans: { p: { free: { minutes: 30 }, bands: [{ steps: [{ to: null, every: 60, fen: 500 }] }] } },
}
const parsed = parseSchedule({ versions: [{ from: '2026-01-01T00:00:00+08:00', tariff: hourly }] })
const schedule = parsed.ok ? parsed.value : assert.fail(JSON.stringify(parsed))
const stay = (over: Partial<BesideStay>): BesideStay => ({
  ...{ order: 'a', plate: '粤B12345', colour: 'blue', enteredAt: at('10:00'), leftAt: at('11:30'), saidFen: 1000 },
  ...{ payType: 'cash', ...over },
})
const card = { card: 'A', plates: ['粤B00001'], spaces: 1, from: at('00:00'), until: at('23:00') }
const lists = {
  cards: [card, { ...card, plates: ['粤B00002'], windows: [{ from: '11:00', to: '12:00' }] }],
  free: [{ plate: '粤B00003' }],
  guests: [{ plate: '粤B00004', from: at('10:00'), until: at('10:30') }],
} as unknown as Parameters<typeof compareStays>[1]

describe('a stay that another platform charged', () => {
  const rows: [what: string, over: Partial<BesideStay>, ourFen: number, verdict: Verdict][] = [
    ['costs the same', {}, 1000, 'same'],
    ['costs more with us', { saidFen: 800 }, 1000, 'more'],
    ['costs less with us', { leftAt: at('10:20'), saidFen: 500 }, 0, 'less'],
    ['went on their month card, which we do not have', { saidFen: 0, payType: 'monthuser' }, 1000, 'only-there'],
    ['went on a month card of both', { plate: '粤B00001', saidFen: 0, payType: 'monthuser' }, 0, 'same'],
    ['paid, and has a month card with us', { plate: '粤B00001' }, 0, 'only-here'],
    ['is free with us', { plate: '粤B00003' }, 0, 'only-here'],
    ['has a card for its last half hour', { plate: '粤B00002' }, 500, 'only-here'],
    ['was announced for its first half hour', { plate: '粤B00004', saidFen: 500 }, 500, 'same'],
  ]
  for (const [what, over, ourFen, verdict] of rows)
    test(what, () => {
      const [compared] = compareStays(schedule, lists, [stay(over)])
      assert.deepEqual([compared!.ourFen, compared!.verdict], [ourFen, verdict])
    })
  test('adds up by verdict, and is told in both languages, those that differ one by one', () => {
    const compared = compareStays(schedule, lists, [stay({}), stay({ order: 'b', saidFen: 800 })])
    const sums = sumsOf(compared)
    assert.deepEqual(Object.fromEntries(sums), {
      same: { stays: 1, saidFen: 1000, ourFen: 1000 },
      more: { stays: 1, saidFen: 800, ourFen: 1000 },
    })
    assert.deepEqual(comparedSays(compared, sums, 'en').split('\n'), [
      ...['all  2 stays  theirs ¥18.00  ours ¥20.00', 'the same  1 stays  theirs ¥10.00  ours ¥10.00'],
      ...['we take more  1 stays  theirs ¥8.00  ours ¥10.00', ''],
      'b  粤B12345  2026-11-02 10:00:00  2026-11-02 11:30:00  cash  theirs ¥8.00  ours ¥10.00  we take more',
    ])
    assert.match(comparedSays(compared, sums, 'zh'), /^合计 {2}2 笔[\s\S]*我们多收$/)
  })
})

describe('what is compared is the price before anything was taken off', () => {
  type Money = Parameters<typeof grossOf>[0]
  const rows: [string, Record<string, number>, number][] = [
    ['the gross amount', { total: 300, amount_receivable: 1000 }, 1000],
    [
      'of coupons and prepayments, where only the rest is told',
      { total: 300, reduce_amount: 200, electronic_prepay: 500 },
      1000,
    ],
    ['nothing else is told', { total: 500 }, 500],
  ]
  for (const [what, said, fen] of rows) test(what, () => assert.equal(grossOf(said as unknown as Money), fen))
})
