import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quoteStay, type Stay } from '@lanepay/domain/tariff/tariff.ts'
import { Told } from '../keep.ts'
import { explained } from './explain.ts'
import { at, careful, tariffOf } from './kit.fixtures.ts'
import { colourIn, couponIn, instantIn, lengthIn, paymentIn, percentIn } from './options.ts'

const tariff = tariffOf(careful)
const told = (stay: Stay, language: 'zh-CN' | 'en') =>
  explained(tariff, stay, quoteStay(tariff, stay), language).split('\n')

test('a stay is explained line by line to what is due, in English', () => {
  const stay = {
    enteredAt: at('2026-03-04T10:00'),
    at: at('2026-03-05T12:30:30'),
    payments: [{ paidAt: at('2026-03-04T11:00'), amountFen: 500 }],
    coupons: [{ kind: 'amount' as const, fen: 200 }],
  }
  assert.deepEqual(told(stay, 'en'), [
    '2026-03-04 10:00 - 2026-03-05 12:30:30 (26 h 30 min 30 s)',
    '    ¥5.00  1 × ¥5.00 per 60 min  2026-03-04 10:00 - 2026-03-04 11:00  [/plans/p/bands/0/steps/0]',
    '   ¥69.00  23 × ¥3.00 per 60 min  2026-03-04 11:00 - 2026-03-05 10:00  [/plans/p/bands/0/steps/1]',
    '  -¥44.00  At most ¥30.00 in this cycle  2026-03-04 10:00 - 2026-03-05 10:00  [/plans/p/caps]',
    '    ¥5.00  1 × ¥5.00 per 60 min  2026-03-05 10:00 - 2026-03-05 11:00  [/plans/p/bands/0/steps/0]',
    '    ¥6.00  2 × ¥3.00 per 60 min  2026-03-05 11:00 - 2026-03-05 12:30:30  [/plans/p/bands/0/steps/1]',
    '   -¥2.00  Money coupon',
    '   -¥5.00  Already paid  2026-03-04 11:00',
    'Price of the stay: ¥39.00',
    'Due: ¥34.00',
    'Leave by: 2026-03-04 11:15',
    'The same until: 2026-03-05 13:00',
  ])
})

test('and in Chinese, what was paid too much and the version included', () => {
  const stay = {
    enteredAt: at('2026-03-04T10:00'),
    at: at('2026-03-04T10:10'),
    payments: [{ paidAt: at('2026-03-04T10:05'), amountFen: 500 }],
  }
  assert.deepEqual(explained(tariff, stay, quoteStay(tariff, stay), 'zh-CN', at('2026-01-01T00:00')).split('\n'), [
    '价目版本，自此生效: 2026-01-01 00:00',
    '2026-03-04 10:00 - 2026-03-04 10:10 (10 分)',
    '   ¥0.00  免费时长  2026-03-04 10:00 - 2026-03-04 10:10  [/plans/p/free]',
    '  -¥5.00  已付  2026-03-04 10:05',
    '   ¥5.00  多付退回 ¥5.00',
    '停车费: ¥0.00',
    '应付: ¥0.00',
    '应退: ¥5.00',
    '请于此前离场: 2026-03-04 10:20',
    '此金额有效至: 2026-03-04 11:00',
  ])
})

const shanghai = 'Asia/Shanghai'
test('what is written after the command is read as it is meant', () => {
  const noon = at('2026-03-04T12:00')
  for (const written of [
    '2026-03-04T12:00',
    '2026-03-04 12:00',
    '2026-03-04T12:00:00',
    '2026-03-04T04:00Z',
    '2026-03-04T13:00+09:00',
  ])
    assert.equal(instantIn('--in', written, shanghai, 'en'), noon, written)
  assert.deepEqual(
    ['90m', '36h', '7d'].map((written) => lengthIn('--up-to', written, 'en')),
    [5400, 129_600, 604_800],
  )
  assert.deepEqual(paymentIn('--paid', '2026-03-04T12:00=12.5', shanghai, 'en'), { paidAt: noon, amountFen: 1250 })
  assert.deepEqual(
    ['whole', 'minutes:60', 'percent:50', 'amount:5.00', 'until:2026-03-04T12:00'].map((written) =>
      couponIn('--coupon', written, shanghai, 'en'),
    ),
    [
      { kind: 'whole' },
      { kind: 'minutes', minutes: 60 },
      { kind: 'percent', pay: 50 },
      { kind: 'amount', fen: 500 },
      { kind: 'until', at: noon },
    ],
  )
})

const wrong: readonly (readonly [option: string, read: () => unknown])[] = [
  ['--in', () => instantIn('--in', '12:00', shanghai, 'en')],
  ['--in', () => instantIn('--in', '2026-02-30T12:00', shanghai, 'en')],
  ['--in', () => instantIn('--in', '2026-02-03T25:00Z', shanghai, 'en')],
  ['--up-to', () => lengthIn('--up-to', '48', 'en')],
  ['--up-to', () => lengthIn('--up-to', '0h', 'en')],
  ['--up-to', () => lengthIn('--up-to', '9999d', 'en')],
  ['--colour', () => colourIn('--colour', 'pink', 'en')],
  ['--occupancy', () => percentIn('--occupancy', '101', 'en')],
  ['--paid', () => paymentIn('--paid', '2026-03-04T12:00', shanghai, 'en')],
  ['--paid', () => paymentIn('--paid', '2026-03-04T12:00=-5', shanghai, 'en')],
  ['--coupon', () => couponIn('--coupon', 'half', shanghai, 'en')],
  ['--coupon', () => couponIn('--coupon', 'minutes:x', shanghai, 'en')],
]
for (const [index, [option, read]] of wrong.entries())
  test(`what cannot be read is told with its option: ${option}, ${index}`, () =>
    assert.throws(read, (error) => error instanceof Told && error.message.startsWith(`${option} `)))
