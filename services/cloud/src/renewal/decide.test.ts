import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Card, Product } from '../vehicle/lists.ts'
import { isTooFar, lineOf, renewableCards, standingOf, startOf } from './decide.ts'

const at = (text: string) => Date.parse(`${text}+08:00`)
const now = at('2026-11-15T10:00')
const product: Product = { id: '1', name: '业主月卡', monthFen: 30_000, spaces: 1, windows: null, ended: false }
const card: Card = {
  ...{ id: '7', card: 'A-101', product: '1', plates: ['粤B12345'], spaces: 1, holder: null, stoppedAt: null },
  ...{ from: at('2026-01-01T00:00'), until: at('2026-12-01T00:00') },
}
const kept = (how: { card?: Partial<Card>; product?: Partial<Product>; blocked?: boolean } = {}) => ({
  cards: [{ ...card, ...how.card }],
  products: [{ ...product, ...how.product }],
  listed: how.blocked ? [{ list: 'blocked' as const, plate: '粤B12345', from: null, until: null, note: '' }] : [],
})
const night = [{ from: '18:00', until: '08:00' }] as unknown as NonNullable<Product['windows']>

describe('a driver may make longer', () => {
  const rows: [string, Parameters<typeof kept>[0], 'whole' | 'rows', boolean][] = [
    ['a card of his plate', {}, 'whole', true],
    ['one that is over', { card: { until: at('2026-02-01T00:00') } }, 'whole', true],
    ['none that was stopped', { card: { stoppedAt: now } }, 'whole', false],
    ['none of another plate', { card: { plates: ['粤B99999'] } }, 'whole', false],
    ['none that is sold no more', { product: { ended: true } }, 'whole', false],
    ['none that costs nothing: a person decides on those', { product: { monthFen: 0 } }, 'whole', false],
    ['none of a plate that is blocked', { blocked: true }, 'whole', false],
    ['one for a part of the day, where the lot has a word for it', { product: { windows: night } }, 'whole', true],
    ['else none', { product: { windows: night } }, 'rows', false],
  ]
  for (const [what, how, takenBy, may] of rows)
    test(what, () => assert.equal(renewableCards(kept(how), '粤B12345', takenBy, () => null).length, may ? 1 : 0))
})

test('whose card it is shows who knows the end of the telephone that is noted with it', () => {
  const rows: [string | null, string | undefined, ReturnType<typeof standingOf>][] = [
    ['138-0013-8000', '8000', 'proven'],
    ['13800138000', '0000', 'unproven'],
    ['13800138000', undefined, 'unproven'],
    [null, '8000', 'open'],
    ['12', undefined, 'open'],
  ]
  for (const [phone, end, standing] of rows) assert.equal(standingOf(phone, end), standing, `${phone} ${end}`)
})

test('it goes on from its end; where that is past, or unknown, from today at Beijing', () => {
  assert.equal(startOf(at('2026-12-01T00:00'), now), at('2026-12-01T00:00'))
  assert.equal(startOf(at('2026-02-01T00:00'), now), at('2026-11-15T00:00'))
  assert.equal(startOf(null, at('2026-11-15T00:30')), at('2026-11-15T00:00'))
  // Of a lot whose cards go on without a gap.
  assert.equal(startOf(at('2026-11-14T00:00'), now, 'end'), at('2026-11-14T00:00'))
  assert.equal(startOf(null, now, 'end'), at('2026-11-15T00:00'))
})

test('nobody pays more than about three years ahead', () => {
  assert.deepEqual(
    ['2029-11-01T00:00', '2029-12-31T00:00'].map((day) => isTooFar(at(day), now)),
    [false, true],
  )
})

test('its price says how many months of what; of what is no month, how the lot calls it', () => {
  const texts = (months: number, period: string) =>
    Object.values(lineOf({ product: '业主', period }, months, 1, {}).text)
  assert.deepEqual(texts(1, '月'), ['月卡续费 1 个月（业主）', 'Month card, 1 month (业主)'])
  assert.deepEqual(texts(2, '季'), ['月卡续费 2 期（季）（业主）', 'Month card, 2 × 季 (业主)'])
})
