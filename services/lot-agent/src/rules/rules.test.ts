import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Id, Instant, Plate } from '@lanepay/domain/types.ts'
import type { Listed, Lists, MonthCard } from '@lanepay/lot-link/messages.ts'
import fc from 'fast-check'
import { decideEntry, type EntryDecision, type EntryFacts } from './admit.ts'
import { coverOf, type Hold } from './cover.ts'
import { decideExit, type ExitDecision, type ExitFacts, howItLeft } from './leave.ts'
import { emptyLists, listBook } from './lists.ts'
import { type CardStay, nextHolders } from './spaces.ts'

const t = (n: number) => n as Instant
const plate = '粤B12345' as Plate
const listed: Listed = { plate }
const card: MonthCard = { card: 'A-1', plates: [plate], spaces: 1, from: 0, until: 1_000 }
const nobody = { card: null, free: null, guest: null, blocked: null }

describe('who comes in', () => {
  const facts = (told: Partial<EntryFacts['known']>, over: Partial<EntryFacts> = {}): EntryFacts => ({
    known: { ...nobody, ...told },
    cardSpaceLeft: told.card !== undefined,
    inside: 10,
    capacity: 100,
    ...over,
  })
  const full = { inside: 100 }
  const admit = (as: 'visitor' | 'month-card' | 'free' | 'guest'): EntryDecision => ({ act: 'admit', as })
  const refuse = (because: 'blocked' | 'full'): EntryDecision => ({ act: 'refuse', because })
  const cases: [string, EntryFacts, EntryDecision][] = [
    ['a stranger', facts({}), admit('visitor')],
    ['a stranger, and the lot is full', facts({}, full), refuse('full')],
    ['a stranger, and nobody counts', facts({}, { ...full, capacity: null }), admit('visitor')],
    ['a stranger, more inside than places', facts({}, { inside: 101 }), refuse('full')],
    ['a lot that takes no visitors at all', facts({}, { inside: 0, capacity: 0 }), refuse('full')],
    ['a card with a space', facts({ card }), admit('month-card')],
    ['a card with a space, and the lot is full', facts({ card }, full), admit('month-card')],
    ['the second car of a one-space card', facts({ card }, { cardSpaceLeft: false }), admit('visitor')],
    ['the second car, and the lot is full', facts({ card }, { ...full, cardSpaceLeft: false }), refuse('full')],
    ['the free list, and the lot is full', facts({ free: listed }, full), admit('free')],
    ['an announced guest, and the lot is full', facts({ guest: listed }, full), admit('guest')],
    ['blocked', facts({ blocked: listed }), refuse('blocked')],
    ['blocked beats card and free list', facts({ blocked: listed, card, free: listed }), refuse('blocked')],
  ]
  for (const [what, given, expected] of cases) test(what, () => assert.deepEqual(decideEntry(given), expected))
})

describe('who is let out', () => {
  const stay = (over: Partial<NonNullable<ExitFacts['session']>> = {}) => ({
    owedFen: 0,
    clearedBy: null,
    wholeCovered: false,
    ...over,
  })
  const open = (cause: Extract<ExitDecision, { act: 'open' }>['cause']): ExitDecision => ({ act: 'open', cause })
  const cases: [string, ExitFacts, ExitDecision][] = [
    ['owes', { known: nobody, session: stay({ owedFen: 500 }) }, { act: 'ask-to-pay' }],
    ['owes nothing: within the free time', { known: nobody, session: stay() }, open({ kind: 'nothing-owed' })],
    [
      'a clearance stands',
      { known: nobody, session: stay({ clearedBy: '7' as Id }) },
      open({ kind: 'clearance', clearance: '7' }),
    ],
    [
      'a card covered all of it',
      { known: { ...nobody, card }, session: stay({ wholeCovered: true }) },
      open({ kind: 'month-card', card: 'A-1' }),
    ],
    [
      'a card covered a part and the rest is owed',
      { known: { ...nobody, card }, session: stay({ owedFen: 500 }) },
      { act: 'ask-to-pay' },
    ],
    [
      'the free list',
      { known: { ...nobody, free: listed }, session: stay({ wholeCovered: true }) },
      open({ kind: 'listed', list: 'free' }),
    ],
    ['nobody knows its entry', { known: nobody, session: null }, { act: 'call-a-person', because: 'no-entry' }],
    [
      'nobody knows its entry, but it has a card',
      { known: { ...nobody, card }, session: null },
      open({ kind: 'month-card', card: 'A-1' }),
    ],
  ]
  for (const [what, given, expected] of cases) test(what, () => assert.deepEqual(decideExit(given), expected))

  const ends: [string, Parameters<typeof howItLeft>, ReturnType<typeof howItLeft>][] = [
    ['paid', [{ kind: 'clearance', clearance: '7' }, 0], { how: 'left', owedFen: 0 }],
    [
      'released by a person far away, owing',
      [{ kind: 'command', command: '3' }, 500],
      { how: 'released-owing', owedFen: 500 },
    ],
    [
      'released by the attendant, owing',
      [{ kind: 'attendant', by: '张', reason: '抢修' }, 500],
      { how: 'released-owing', owedFen: 500 },
    ],
    ['opened by a person, owing nothing', [{ kind: 'command', command: '3' }, 0], { how: 'left', owedFen: 0 }],
    ['nobody opened', [null, 500], { how: 'escaped', owedFen: 500 }],
  ]
  for (const [what, given, expected] of ends)
    test(`how it left: ${what}`, () => assert.deepEqual(howItLeft(...given), expected))
})

describe('the spaces of a card', () => {
  const at = (session: number, enteredAt: number, holdsSince: number | null = null): CardStay => ({
    session: String(session) as Id,
    enteredAt: t(enteredAt),
    holdsSince: holdsSince === null ? null : t(holdsSince),
  })
  const cases: [string, CardStay[], number, string[]][] = [
    ['the first car', [at(1, 10)], 1, ['1']],
    ['the second waits', [at(1, 10, 10), at(2, 20)], 1, []],
    ['the first is gone: the second holds', [at(2, 20)], 1, ['2']],
    ['who came first is first', [at(3, 30), at(2, 20)], 1, ['2']],
    ['two spaces', [at(1, 10, 10), at(2, 20), at(3, 30)], 2, ['2']],
    ['fewer spaces than are held: nobody loses his', [at(1, 10, 10), at(2, 20, 20), at(3, 30)], 1, []],
  ]
  for (const [what, inside, spaces, expected] of cases)
    test(what, () => assert.deepEqual(nextHolders(inside, spaces), expected))

  test('law: never more holders than spaces, and none waits while one is free', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(50), fc.boolean()), { maxLength: 8 }),
        fc.integer({ min: 1, max: 4 }),
        (all, spaces) => {
          const inside = all.map(([enteredAt, holds], n) => at(n + 1, enteredAt, holds ? enteredAt : null))
          const held = inside.filter(({ holdsSince }) => holdsSince !== null).length
          const next = nextHolders(inside, spaces)
          assert.ok(held + next.length <= Math.max(spaces, held))
          assert.equal(held + next.length, Math.max(held, Math.min(spaces, inside.length)))
        },
      ),
    ))
})

describe('what is spared', () => {
  const stay = { enteredAt: t(100), at: t(200) }
  const hold = (from: number, to: number | null): Hold => ({
    card: 'A-1',
    from: t(from),
    to: to === null ? null : t(to),
  })
  const of = (over: Partial<Parameters<typeof coverOf>[0]>) =>
    coverOf({ ...stay, listed: [], cards: [card], holds: [], ...over }).map(({ from, to }) => [from, to])
  const cases: [string, Partial<Parameters<typeof coverOf>[0]>, number[][]][] = [
    ['nothing', {}, []],
    ['the whole stay', { holds: [hold(100, null)] }, [[100, 200]]],
    ['from when the other car was gone', { holds: [hold(150, null)] }, [[150, 200]]],
    ['until the card ran out', { cards: [{ ...card, until: 120 }], holds: [hold(100, null)] }, [[100, 120]]],
    ['from when the card began', { cards: [{ ...card, from: 130 }], holds: [hold(100, null)] }, [[130, 200]]],
    ['a card that is no more', { cards: [], holds: [hold(100, null)] }, []],
    ['a guest in his time', { listed: [{ plate, from: 90, until: 110 }] }, [[100, 110]]],
    ['the free list, always', { listed: [listed] }, [[100, 200]]],
    ['a guest of another day', { listed: [{ plate, until: 99 }] }, []],
  ]
  for (const [what, over, expected] of cases) test(what, () => assert.deepEqual(of(over), expected))
})

describe('the lists', () => {
  const lists = (over: Partial<Lists>): Lists => ({ ...emptyLists, ...over })
  test('a plate is on a list in its time only, both ends included', () => {
    const book = listBook(lists({ guests: [{ plate, from: 10, until: 20 }] }))
    assert.deepEqual(
      [9, 10, 20, 21].map((at) => book.known(plate, t(at)).guest !== null),
      [false, true, true, false],
    )
  })
  test('of several entries the one that is valid counts', () => {
    const book = listBook(
      lists({
        cards: [
          { ...card, until: 20 },
          { ...card, card: 'A-2', from: 30 },
        ],
      }),
    )
    assert.equal(book.known(plate, t(40)).card?.card, 'A-2')
    assert.equal(book.known('粤B99999' as Plate, t(40)).card, null)
  })
})
