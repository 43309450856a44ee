import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '@lanepay/domain/types.ts'
import { inWordsOf, type Shown, shown } from './text.ts'

const now = Date.UTC(2026, 5, 1, 2) as Instant
const days = (n: number) => (now + n * 86_400_000) as Instant
const plate = '粤B12345'

const usual: [string, Shown, string[], string?][] = [
  ['nobody there', shown.idle, ['欢迎光临', '扫码缴费 减速慢行']],
  ['a visitor', shown.welcome(plate), [plate, '欢迎光临'], '欢迎光临'],
  ['a month card', shown.monthCard(plate, days(8), now), [plate, '月租车', '有效期8天'], '欢迎光临'],
  [
    'one in its last week',
    shown.monthCard(plate, days(7.9), now),
    [plate, '月租车', '有效期7天'],
    '欢迎光临 有效期7天',
  ],
  ['one whose plate a person compares', shown.wait(plate), [plate, '请稍候', '等待人工确认'], '请稍候'],
  ['a full lot', shown.full, ['车位已满', '请稍候'], '车位已满'],
  [
    'a fee',
    shown.owes(plate, days(-1.05), { owedFen: 1050 }, now),
    [plate, '停车1天1小时12分', '收费10.50元', '请扫码缴费'],
    '请缴费10.50元',
  ],
]
for (const [what, words, show, say] of usual)
  test(`${what}, in the usual words`, () => {
    assert.deepEqual([...words.show], show)
    assert.equal(words.say, say)
    assert.equal(inWordsOf(undefined, words), words)
    assert.equal(inWordsOf({ goodbye: { show: ['再见'] } }, words), words, 'those of another moment change nothing')
  })

const own = {
  welcome: { show: ['您好 {plate}'] },
  monthCard: { show: ['{plate}', '至{until}'], say: '还有{days}天' },
  owes: { show: ['{fee}', '{stay}', '{plate} {plate}'], say: '{fee}元' },
}
const others: [string, Shown, string[], string][] = [
  ['a visitor, in silence', shown.welcome(plate), [`您好 ${plate}`], ''],
  ['a month card', shown.monthCard(plate, days(30), now), [plate, '至2026-07-01'], '还有30天'],
  ['a fee', shown.owes(plate, days(-0.5), { owedFen: 500 }, now), ['5', '12小时0分', `${plate} ${plate}`], '5元'],
]
for (const [what, words, show, say] of others)
  test(`${what}, in a lot's own words`, () => {
    const { show: shows, say: says } = inWordsOf(own, words)
    assert.deepEqual([shows, says], [show, say])
  })

test('what a plate looks like is never a template', () => {
  assert.deepEqual(inWordsOf(own, shown.welcome('{fee}')).show, ['您好 {fee}'])
})
