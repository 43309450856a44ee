import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { aboutAsKept, aboutInWords, saidInWords } from './trail-said.ts'

describe('before and after in the trail', () => {
  const said: readonly (readonly [kept: string, zh: string, en: string])[] = [
    ['owner, all lots', '负责人，全部车场', 'Owner, all lots'],
    [
      'attendant, lot 4001 lanes 1 2, lot 4002',
      '值守人员，车场 4001 的通道 1 2，车场 4002',
      'Attendant, lot 4001 lanes 1 2, lot 4002',
    ],
    ['refund 7, 450 fen, second factor shown', '退款 7，¥4.50，已出示动态口令', 'refund 7, ¥4.50, second factor shown'],
    [
      'account 11, 120000 fen, of it 300 fee',
      '账户 11，¥1200.00，其中手续费 ¥3.00',
      'account 11, ¥1200.00, of it ¥3.00 fee',
    ],
    [
      'lane 2, order 9, picture of 2026-11-29T16:30:00.000Z',
      '通道 2，指令 9，2026-11-30 00:30:00 的图片',
      'lane 2, order 9, picture of 2026-11-30 00:30:00',
    ],
    [
      'close, order 9, lane 2, left 2026-11-29T00:00:00.000Z',
      '结束，指令 9，通道 2，离场 2026-11-29 08:00:00',
      'closed, order 9, lane 2, left 2026-11-29 08:00:00',
    ],
    [
      'wechatpay from 2026-11-30T16:00:00.000Z: 2 parties',
      '微信支付，2026-12-01 00:00:00 起，2 方',
      'WeChat Pay from 2026-12-01 00:00:00: 2 parties',
    ],
    [
      'asked of the channel: card 3: card 0128',
      '已向渠道申请：第 3 张卡：尾号 0128',
      'asked of the channel: card 3: ending 0128',
    ],
    ['from 2026-12-01T00:00:00+08:00', '2026-12-01 00:00:00 起', 'from 2026-12-01 00:00:00'],
    ['fee 60', '平台费率 0.6%', 'platform fee 0.6%'],
    ['in-review', '审核中', 'in review'],
    ['exit-2', '出口码，通道 2', 'exit code, lane 2'],
    ['', '', ''],
  ]
  for (const [kept, zh, en] of said)
    test(`says ${kept || 'nothing'} as people do`, () =>
      assert.deepEqual([saidInWords(kept, 'zh'), saidInWords(kept, 'en')], [zh, en]))

  test('leaves what it does not know as it is, whatever stands beside it', () =>
    assert.equal(
      saidInWords('Sunny Garden; help phone 400-1; lane 1 North', 'zh'),
      'Sunny Garden，求助电话 400-1，通道 1 North',
    ))
})

describe('what a line is about', () => {
  test('is read in Chinese, and searched for as it is read', () => {
    for (const about of ['lot 4001', 'share rule 7', 'card 385', 'sign-in 9', 'staff 385235807620861952']) {
      const read = aboutInWords(about, 'zh')
      assert.doesNotMatch(read, /[a-z]/)
      assert.equal(aboutAsKept(read), about)
      assert.equal(aboutInWords(about, 'en'), about)
    }
  })
  test('a part of a number stays one', () => assert.equal(aboutAsKept(' 385235 '), '385235'))
  test('what is not known is shown as it is', () =>
    assert.equal(aboutInWords('payments-2026-11-01-2026-12-01', 'zh'), 'payments-2026-11-01-2026-12-01'))
})
