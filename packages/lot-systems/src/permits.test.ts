import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import { isEndedForGood, type Permit, priceOfPeriods, standingOf } from './permits.ts'

const at = (text: string) => Date.parse(`${text}+08:00`)
const until = at('2026-06-30T23:59:59')

describe('a permit that has ended is made longer for as many days as its lot says', () => {
  const rows: [now: string, days: number | null, isOver: boolean, why: string][] = [
    ['2026-06-30T12:00:00', null, false, 'its last day is a day of it'],
    ['2026-07-01T00:00:00', null, true, 'yesterday, and its lot says nothing of late'],
    ['2026-07-01T23:59:59', 1, false, 'yesterday, whatever the hour'],
    ['2026-07-02T00:00:00', 1, true, 'the day before'],
    ['2026-07-07T23:59:59', 7, false, 'seven days are seven'],
    ['2026-07-08T00:00:00', 7, true, 'and no more'],
  ]
  for (const [now, days, isOver, why] of rows)
    test(`${now}, ${days} days: ${why}`, () =>
      assert.equal(isEndedForGood(until, at(now), days === null ? undefined : { days, from: 'end' }), isOver))
  test('of one that says no end nobody knows that it has ended', () =>
    assert.equal(isEndedForGood(null, until, undefined), false))
})

test('so many periods cost so many times one, or what that many are sold for, or what its kind costs; nothing is guessed', () => {
  const tariffs = [{ kind: 'A', name: '', price: fen(300) }]
  const rows: [Pick<Permit, 'price' | 'kind'>, periods: number, costs: number | null][] = [
    [{ price: fen(200), kind: null }, 3, 600],
    [{ price: { 1: fen(200), 3: fen(500) }, kind: null }, 3, 500],
    [{ price: { 1: fen(200), 3: fen(500) }, kind: null }, 2, null],
    [{ price: null, kind: 'A' }, 2, 600],
    [{ price: null, kind: 'B' }, 2, null],
    [{ price: null, kind: null }, 2, null],
    [{ price: fen(0), kind: null }, 1, null],
  ]
  for (const [permit, periods, costs] of rows)
    assert.equal(priceOfPeriods(permit, periods, tariffs), costs, JSON.stringify([permit, periods]))
})

test('before a renewal is told, its permit is as it was priced, has it already, or is another by now', () => {
  const permit: Permit = {
    ...{ permit: 'c1', plates: ['粤B12345'], product: '', until, most: null, months: 1, price: fen(1), kind: null },
    ...{ phone: null, names: {} },
  }
  const terms = { permit: 'c1', until, to: at('2026-07-31T23:59:59') }
  const standing = (now: readonly Permit[]) => {
    const read = standingOf(now, terms)
    return read.ok ? read.value : read.error
  }
  assert.equal(standing([permit]), 'as-priced')
  assert.equal(standing([{ ...permit, until: terms.to }]), 'has-it')
  assert.equal(standing([{ ...permit, until: terms.to - 1_000 }]), 'changed')
  assert.equal(standing([{ ...permit, permit: 'c2' }]), 'gone')
})
