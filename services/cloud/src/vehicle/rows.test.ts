import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { noChange } from './decide.ts'
import type { Card, Kept, Listed, Product } from './lists.ts'
import {
  nameOf,
  operationOf,
  type PaidByDriver,
  type RowStanding,
  renewalsOf,
  rowOf,
  rowsOf,
  rowsToWant,
  toldOfRow,
  withoutQuestion,
  withoutWord,
} from './rows.ts'

const day = 86_400_000
const now = 100 * day
const product: Product = { id: '1', name: '业主月卡', monthFen: 30_000, spaces: 1, windows: null, ended: false }
const nights: Product = { ...product, id: '2', name: '夜间', windows: [{ from: '18:00', to: '08:00' }] }
const card: Card = {
  ...{ id: '10', card: 'A-1', product: '1', plates: ['粤B12345'], spaces: 1, from: 0, until: now + day },
  ...{ holder: 'sealed', stoppedAt: null },
}
const free: Listed = { list: 'free', plate: '粤B00001', from: null, until: null, note: '' }
const kept = (more: Partial<Kept> = {}): Kept => ({
  capacity: null,
  products: [product],
  cards: [],
  listed: [],
  ...more,
})
const namesOf = (of: Kept, known: readonly string[] = []) => rowsOf(of, new Set(known), now).map(nameOf)

describe('the rows that are to stand at the lot', () => {
  test('are products, then cards, then vehicles; nothing says whose a card is', () => {
    const rows = rowsOf(
      kept({ cards: [card], listed: [free, { ...free, list: 'blocked', plate: '粤B00002' }] }),
      new Set(),
      now,
    )
    assert.deepEqual(rows.map(nameOf), ['product 1', 'card 10', 'free 粤B00001', 'blocked 粤B00002'])
    assert.doesNotMatch(JSON.stringify(rows), /sealed/)
  })
  test('a product that is sold no more stays while a card has it', () => {
    const products = [{ ...product, ended: true }]
    assert.deepEqual(namesOf(kept({ products, cards: [card] })), ['product 1', 'card 10'])
    assert.deepEqual(namesOf(kept({ products, cards: [{ ...card, stoppedAt: now }] })), [])
  })
  test('what is long over stays where it was told, and is not told where it never was', () => {
    const cards = [{ ...card, until: now - 32 * day }]
    assert.deepEqual(namesOf(kept({ cards })), ['product 1'])
    assert.deepEqual(namesOf(kept({ cards }), ['card 10']), ['product 1', 'card 10'])
  })
  test('what has no word that is sure is left out, and a change of it is refused', () => {
    const guest: Listed = { ...free, list: 'guests' }
    const until: Listed = { ...free, list: 'blocked', until: now + day }
    const timed = { ...card, product: '2' }
    assert.deepEqual(namesOf(kept({ products: [nights], cards: [timed], listed: [guest, until] })), [])
    const of = { products: [product, nights] }
    assert.equal(withoutWord({ ...noChange, put: [guest] }, of), 'guests')
    assert.equal(withoutWord({ ...noChange, put: [until] }, of), 'blocked-times')
    assert.equal(withoutWord({ ...noChange, cards: [timed] }, of), 'windows')
    assert.equal(withoutWord({ ...noChange, capacity: null }, of), 'capacity')
    // To stop such a card, and to take a guest off, nothing is to be said.
    assert.equal(withoutWord({ ...noChange, cards: [{ ...timed, stoppedAt: now }] }, of), null)
    assert.equal(withoutWord({ ...noChange, removed: [guest], put: [free], cards: [card] }, of), null)
  })
  test('of software that only asks who is blocked nothing else is kept, and what is kept may go', () => {
    const blocked: Listed = { ...free, list: 'blocked', until: now + day }
    assert.equal(withoutQuestion({ ...noChange, put: [blocked], removed: [free] }), null)
    assert.equal(withoutQuestion({ ...noChange, cards: [{ ...card, stoppedAt: now }] }), null)
    for (const change of [{ put: [free] }, { put: [{ ...free, list: 'guests' as const }] }, { cards: [card] }])
      assert.equal(withoutQuestion({ ...noChange, ...change }), 'all-but-blocked')
    assert.equal(withoutQuestion({ ...noChange, capacity: 5 }), 'all-but-blocked')
  })
})

test('a change wants the rows that changed, those that go first, and a product after its cards', () => {
  const was = rowsOf(kept({ cards: [card], listed: [free] }), new Set(), now)
  assert.deepEqual(rowsToWant(was, was), [])
  const longer = rowsOf(kept({ cards: [{ ...card, until: now + 31 * day }], listed: [] }), new Set(), now)
  assert.deepEqual(
    rowsToWant(was, longer).map(({ wanted, ...row }) => [nameOf(row), wanted !== null]),
    [
      ['free 粤B00001', false],
      ['card 10', true],
    ],
  )
  assert.deepEqual(rowsToWant(was, []).map(nameOf), ['card 10', 'free 粤B00001', 'product 1'])
  // What is to go already goes once.
  assert.deepEqual(rowsToWant([{ kind: 'card', key: '10', wanted: null }], []), [])
})

describe('what is told of a row', () => {
  const text = (one: Card) => rowsOf(kept({ cards: [one] }), new Set(), now)[1]!.wanted
  const a = text(card)
  const cases: readonly (readonly [what: string, told: string | null, sent: string | null, operation: string])[] = [
    ['is new there', null, a, 'add'],
    ['goes', a, null, 'delete'],
    ['goes, and nobody knows whether it came', null, null, 'delete'],
    ['has another plate', a, text({ ...card, plates: ['粤B2'] }), 'change'],
    ['is longer', a, text({ ...card, until: now + 9 * day }), 'change-validity'],
    ['is longer and has another plate', a, text({ ...card, until: now + 9 * day, plates: ['粤B2'] }), 'change'],
    ['is the same, and nobody knows what was taken', a, a, 'change'],
  ]
  for (const [what, told, sent, operation] of cases)
    test(`that ${what}: ${operation}`, () => assert.equal(operationOf(told, sent), operation))
  test('is read as it was written', () => {
    const { plates, from, until } = card
    assert.deepEqual(rowOf(a), { kind: 'card', card: 'A-1', product: '1', plates, from, until })
  })
})

describe('how a row stands', () => {
  const row: RowStanding = {
    ...{ kind: 'card', key: '10', wanted: 'a', told: null, unsure: false, isOnItsWay: false },
    ...{ wantedAt: 1, againAt: null, refused: null, answeredAt: null },
  }
  const cases: readonly (readonly [what: string, row: Partial<RowStanding>, state: string])[] = [
    ['not told yet', {}, 'waiting'],
    ['on its way', { isOnItsWay: true }, 'waiting'],
    ['taken', { told: 'a', answeredAt: 2 }, 'told'],
    [
      'taken, and told again because an answer before was lost',
      { told: 'a', unsure: true, isOnItsWay: true },
      'waiting',
    ],
    ['refused', { refused: '已满', answeredAt: 2 }, 'refused'],
    ['never answered', { unsure: true, againAt: 9 }, 'silent'],
  ]
  for (const [what, more, state] of cases)
    test(`${what}: ${state}`, () => assert.equal(toldOfRow({ ...row, ...more }).state, state))
  test('a refusal is in the words of the software', () =>
    assert.deepEqual(toldOfRow({ ...row, refused: '已满', answeredAt: 2 }), {
      state: 'refused',
      because: '已满',
      at: 2,
    }))
})

describe('what was paid for cards', () => {
  const step = { card: '10', kind: 'renewed', after: '', reason: '', noted: { fen: 30_000, as: 'cash' } } as const
  const longer = { ...card, until: now + 31 * day }
  const paid = (more: object, before = card, after = longer, byDriver: PaidByDriver | null = null) =>
    renewalsOf({ cards: [after], steps: [{ ...step, ...more }] }, { cards: [before] }, now, byDriver)
  test('is for the time from its former end, or from today where it had run out', () => {
    assert.deepEqual(paid({}), [
      {
        ...{ card: '10', plates: ['粤B12345'], from: now + day, until: now + 31 * day, paidAt: now },
        ...{ paidFen: 30_000, as: 'cash' },
      },
    ])
    const [again] = paid({}, { ...card, until: now - 9 * day }, { ...longer, from: now })
    assert.equal(again!.from, now)
  })
  test('by its driver is his payment, under its number, when and as he has paid it', () => {
    const his = { tradeNo: '3000', paidAt: now - 5_000, paidFen: 60_000, as: 'alipay' } as const
    const [told] = paid({ noted: null }, card, longer, his)
    assert.deepEqual(told, { card: '10', plates: ['粤B12345'], from: now + day, until: now + 31 * day, ...his })
  })
  test('is nothing where none was noted, and of a card that was opened or changed', () => {
    for (const more of [{ noted: null }, { kind: 'opened' }, { kind: 'changed' }]) assert.deepEqual(paid(more), [])
  })
})
