import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { simpleTariff } from '@lanepay/domain/tariff/tariff.ts'
import { parseOrder } from './decide.ts'

const card = { card: 'A', plates: ['粤B12345'], spaces: 1, from: 0, until: 100 }
const lists = { version: 1, cards: [card], free: [], guests: [], blocked: [], capacity: 100 }
const tariff = simpleTariff({ hourFen: 500, leaveMinutes: 15 })
const schedule = { versions: [{ from: '2026-12-01T00:00:00+08:00', tariff }] }
const person = { session: '7', by: '张师傅', reason: '看错一位' }

const good: [string, unknown][] = [
  ['lists', { kind: 'lists', lists }],
  ['a price list', { kind: 'tariff', version: 2, schedule }],
  ['price lists of a lot and of an area inside', { kind: 'tariff', version: 2, schedule, areas: { 地库: schedule } }],
  [
    'a coupon for a plate',
    {
      kind: 'coupon',
      coupon: 'shop-7-0001',
      for: { plate: '粤B12345' },
      worth: { kind: 'amount', fen: 500 },
      validUntil: 9,
    },
  ],
  [
    'a coupon for a stay',
    { kind: 'coupon', coupon: 'A', for: { session: '7' }, worth: { kind: 'percent', pay: 50 }, validUntil: 9 },
  ],
  ['a plate put right', { kind: 'correct', ...person, plate: '粤B12345' }],
  ['a session ended', { kind: 'void', ...person }],
]
for (const [what, order] of good)
  test(`an order: ${what}`, () => assert.deepEqual(parseOrder(order), { ok: true, value: order }))

test('the published example of a coupon is an order', () => {
  const example = readFileSync(new URL('../../../../docs/examples/coupon.json', import.meta.url), 'utf8')
  assert.equal(parseOrder(JSON.parse(example)).ok, true)
})

const bad: [string, unknown, string][] = [
  ['no object', [], '/'],
  ['no kind', {}, '/kind'],
  ['a kind that opens gates', { kind: 'open-gate', lane: 1, occupancy: '1', reason: 'x' }, '/kind'],
  [
    'a card without plates',
    { kind: 'lists', lists: { ...lists, cards: [{ ...card, plates: [] }] } },
    '/lists/cards/0/plates',
  ],
  ['a plate that is none', { kind: 'lists', lists: { ...lists, free: [{ plate: '粤B1234' }] } }, '/lists/free/0/plate'],
  ['a plate as somebody typed it', { kind: 'correct', ...person, plate: '粤b·12345' }, '/plate'],
  [
    'a card that never was',
    { kind: 'lists', lists: { ...lists, cards: [{ ...card, until: 0 }] } },
    '/lists/cards/0/until',
  ],
  [
    'a coupon for what is no plate in its one spelling',
    { kind: 'coupon', coupon: 'A', for: { plate: '粤b·12345' }, worth: { kind: 'whole' }, validUntil: 9 },
    '/for/plate',
  ],
  ['a coupon for nobody', { kind: 'coupon', coupon: 'A', for: {}, worth: { kind: 'whole' }, validUntil: 9 }, '/for'],
  [
    'a coupon worth nothing',
    { kind: 'coupon', coupon: 'A', for: { session: '7' }, worth: { kind: 'amount', fen: 0 }, validUntil: 9 },
    '/worth/fen',
  ],
  [
    'a coupon that takes nothing off',
    { kind: 'coupon', coupon: 'A', for: { session: '7' }, worth: { kind: 'percent', pay: 100 }, validUntil: 9 },
    '/worth/pay',
  ],
  [
    'a coupon without a name',
    { kind: 'coupon', coupon: '', for: { session: '7' }, worth: { kind: 'whole' }, validUntil: 9 },
    '/coupon',
  ],
  ['a person without a name', { kind: 'void', ...person, by: '' }, '/by'],
  ['no reason', { kind: 'void', session: '7', by: '张师傅' }, '/'],
  [
    'an impossible price list',
    { kind: 'tariff', version: 1, schedule: { versions: [{ from: 'soon', tariff }] } },
    '/schedule/versions/0/from',
  ],
  [
    'an impossible price list of an area',
    { kind: 'tariff', version: 1, schedule, areas: { 地库: { versions: [] } } },
    '/areas/地库/versions',
  ],
]
for (const [what, order, field] of bad)
  test(`refused: ${what}`, () => {
    const parsed = parseOrder(order)
    assert.ok(!parsed.ok)
    assert.ok(
      parsed.error.some((mistake) => mistake.field === field),
      JSON.stringify(parsed.error),
    )
  })

test('a card without plates is told in words of the lot', () => {
  const parsed = parseOrder({ kind: 'lists', lists: { ...lists, cards: [{ ...card, plates: [] }] } })
  assert.deepEqual(!parsed.ok && parsed.error, [
    { field: '/lists/cards/0/plates', rule: 'names at least one plate: a month card without plates lets nobody in' },
  ])
})
