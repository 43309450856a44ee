import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  boxAround,
  historyOf,
  isPriceTooLate,
  isWhatIsOwed,
  metresBetween,
  notThrough,
  orderIdOf,
  parseOrderId,
  payTypeOf,
  placeOf,
  stateOfWord,
  toldAgainAt,
} from './decide.ts'

const minute = 60_000

test('a notice is told again after 1, 2, 3 and 10 minutes, 1, 6, 12, 24 and 72 hours and 30 days', () => {
  const minutes = [1, 2, 3, 10, 60, 360, 720, 1440, 4320, 43_200]
  assert.deepEqual(
    minutes.map((_, index) => (toldAgainAt(index + 1, 5) ?? 0) - 5),
    minutes.map((one) => one * minute),
  )
  assert.equal(toldAgainAt(11, 5), null)
})

const words: [string, 0 | 1 | null][] = [
  ['success', 1],
  [' SUCCESS\r\n', 1],
  ['"success"', 1],
  ['fail', 0],
  ['', null],
  ['successful', null],
  ['no success', null],
  ['<html>success</html>', null],
]
for (const [text, state] of words)
  test(`a wallet of the older book answers ${JSON.stringify(text)}: ${state === null ? 'nothing is known' : `state ${state}`}`, () =>
    assert.equal(stateOfWord(text), state))

const fates: [number, boolean, ReturnType<typeof notThrough>, string][] = [
  [5, true, 'told-again', 'a no may be a mistake of the moment'],
  [6, true, 'put-aside', 'what is still refused holds nobody up'],
  [6, false, 'told-again-person-called', 'a wallet that is away gets all, in order'],
  [10, false, 'told-again-person-called', 'until it has been told as often as it may'],
  [11, false, 'put-aside', 'then it is given up'],
]
for (const [tries, isRefused, fate, why] of fates)
  test(`a notice ${isRefused ? 'refused' : 'not answered'} at try ${tries}: ${fate}: ${why}`, () =>
    assert.equal(notThrough(tries, isRefused), fate))

const amounts: [number | null, number, boolean, string][] = [
  [500, 500, true, 'what is owed is taken'],
  [499, 500, false, 'less would leave a debt'],
  [501, 500, false, 'more is nobody’s'],
  [null, 500, true, 'a charge of ours names no amount: it is what is owed'],
]
for (const [said, owed, taken, why] of amounts)
  test(`${said} paid of ${owed}: ${why}`, () => assert.equal(isWhatIsOwed(said, owed), taken))

test('a lot may take ten minutes to say a price', () => {
  assert.deepEqual([isPriceTooLate(0, 10 * minute), isPriceTooLate(0, 10 * minute + 1)], [false, true])
})

test('an order is read back as what it was written of, and anything else is none of ours', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: 1, max: 9_999_999 }),
      fc.bigInt(1n, (1n << 63n) - 1n),
      (bucket, lotId, session) =>
        assert.deepEqual(parseOrderId(orderIdOf({ bucket, lotId }, String(session))), {
          ...{ bucket, lotId, session: String(session) },
        }),
    ),
  )
  for (const text of [
    '',
    '1',
    '1-2',
    '256-1-1',
    '1-0-1',
    '1-1-0',
    '1-1-9223372036854775808',
    '1-1-1-1',
    'A1_2C1551763319',
  ])
    assert.equal(parseOrderId(text), null, text)
})

test('an end by the same car’s coming again is told as that, whatever was paid', () => {
  const ends = [true, false].flatMap((superseded) =>
    [true, false].map((paidByChannel) => payTypeOf({ superseded, paidByChannel })),
  )
  assert.deepEqual(ends, [2, 2, 1, 0])
})

describe('places and history', () => {
  test('distances are right to a metre in a kilometre, and nothing near lies outside the box', () => {
    const here = { lngE6: 120_155_070, latE6: 30_274_085 }
    // One thousandth of a degree to the north is 111 m, to the east 96 m at this latitude.
    assert.equal(Math.round(metresBetween(here, { ...here, latE6: here.latE6 + 1000 })), 111)
    assert.equal(Math.round(metresBetween(here, { ...here, lngE6: here.lngE6 + 1000 })), 96)
    const box = boxAround(here, 2000)
    for (const corner of [
      { lngE6: box.west, latE6: here.latE6 },
      { lngE6: box.east, latE6: here.latE6 },
      { lngE6: here.lngE6, latE6: box.south },
      { lngE6: here.lngE6, latE6: box.north },
    ])
      assert.ok(metresBetween(here, corner) >= 2000)
  })
  test('a place is degrees as text, and on the earth', () => {
    assert.deepEqual(placeOf('121.808248', '31.151266'), { lngE6: 121_808_248, latE6: 31_151_266 })
    for (const [lng, lat] of [
      ['', '31'],
      ['181', '31'],
      ['121', '90.1'],
      ['1e2', '31'],
    ])
      assert.equal(placeOf(lng!, lat!), null)
  })
  test('of what is over the last 180 days are asked for, twenty to a page', () => {
    const now = Date.UTC(2026, 10, 2)
    const day = 86_400_000
    assert.deepEqual(historyOf({}, now), { from: now - 180 * day, until: now, page: 1, size: 20 })
    assert.equal(historyOf({ start_time: 0 }, now)!.from, now - 180 * day)
    for (const said of [{ size: 101 }, { page: 0 }, { end_time: Math.floor((now - 181 * day) / 1000) }])
      assert.equal(historyOf(said, now), null)
  })
})
