import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Compile } from 'typebox/compile'
import { Ask, Command, Events, isKnownEvent, LotEvent } from './messages.ts'

const piece = Compile(Events)
const fits = (...events: unknown[]) => piece.Check({ epoch: '1', events })
const known = { seq: 1, at: 0, kind: 'vacated', lane: 1, occupancy: '7', went: 'through' }
const later = { seq: 2, at: 0, kind: 'charged', kilowattHours: 12 }
const kinds = LotEvent.anyOf.map(({ properties }) => properties.kind.const)

describe('a piece of a log', () => {
  const cases: [string, readonly unknown[], boolean][] = [
    ['of what we know', [known], true],
    ['with a field that we do not know', [{ ...known, weather: 'rain' }], true],
    ['with a kind that we do not know', [known, later], true],
    ['of nothing else', [later], true],
    ['with a known kind without its fields', [{ seq: 1, at: 0, kind: 'vacated' }], false],
    ['with a known kind and a field of another shape', [{ ...known, lane: 'one' }], false],
    ['with an unknown kind and no place in the log', [{ at: 0, kind: 'charged' }], false],
    ['with an unknown kind and no time', [{ seq: 1, kind: 'charged' }], false],
    ['with a place before the first', [{ ...later, seq: 0 }], false],
    ['without a kind', [{ seq: 1, at: 0 }], false],
    ['with a kind that no database keeps', [{ ...later, kind: 'char\0ged' }], false],
    ['with a kind that is a sentence', [{ ...later, kind: 'was charged' }], false],
    ['with one broken event among good ones', [known, later, { ...known, seq: 3, went: 'up' }], false],
    ['of nothing', [], false],
  ]
  for (const [what, events, good] of cases)
    test(`${what} is ${good ? 'taken' : 'refused'}`, () => assert.equal(fits(...events), good))
})

describe('a scan', () => {
  const asks = Compile(Ask)
  const scan = { id: 'a-1', kind: 'pay-code', plate: '粤B12345', lane: 2, by: '张师傅', code: '134567890123456789' }
  const { code: _, lane: __, ...bare } = scan
  const cases: [string, object, boolean][] = [
    ['with a lane and a code', scan, true],
    ['of a vehicle inside, asking what became of it', bare, true],
    ['with a field that we do not know', { ...scan, tip: 100 }, true],
    ['without a name of its own', { ...scan, id: '' }, false],
    ['with a name that is a topic', { ...scan, id: 'a/b' }, false],
    ['with a code that is no code', { ...scan, code: '12 34' }, false],
    ['with a code longer than any', { ...scan, code: '1'.repeat(65) }, false],
    ['by nobody', { ...scan, by: '' }, false],
    ['of no vehicle', { ...scan, plate: undefined }, false],
    ['at a lane that is a word', { ...scan, lane: 'exit' }, false],
    ['of another kind', { ...scan, kind: 'refund' }, false],
  ]
  for (const [what, ask, good] of cases)
    test(`${what} is ${good ? 'taken' : 'refused'}`, () => assert.equal(asks.Check(ask), good))
})

describe('coupons', () => {
  const commands = Compile(Command)
  const coupon = {
    id: '3'.repeat(32),
    issuedAt: 0,
    expiresAt: 1,
    kind: 'coupon',
    coupon: 'shop-7-0001',
    for: { plate: '粤B12345' },
    worth: { kind: 'amount', fen: 500 },
    validUntil: 9,
  }
  const cases: [string, object, boolean][] = [
    ['for a plate', {}, true],
    ['for a stay', { for: { session: '7' } }, true],
    ['worth minutes', { worth: { kind: 'minutes', minutes: 60 } }, true],
    ['worth a part', { worth: { kind: 'percent', pay: 0 } }, true],
    ['worth the whole', { worth: { kind: 'whole' } }, true],
    ['worth all until an instant', { worth: { kind: 'until', at: 7 } }, true],
    ['with a field that we do not know', { shop: '7' }, true],
    ['for nobody', { for: {} }, false],
    ['worth what nobody knows', { worth: { kind: 'points', points: 3 } }, false],
    ['worth half a fen', { worth: { kind: 'amount', fen: 0.5 } }, false],
    ['worth less than nothing', { worth: { kind: 'amount', fen: -500 } }, false],
    ['without a name', { coupon: '' }, false],
    ['without an end', { validUntil: undefined }, false],
  ]
  for (const [what, over, good] of cases)
    test(`one ${what} is ${good ? 'taken' : 'refused'}`, () =>
      assert.equal(commands.Check({ ...coupon, ...over }), good))
  test('are told by what used them, and an event of an older agent tells of none', () => {
    const cleared = { seq: 1, at: 0, kind: 'cleared', session: '7', clearance: '8', paidFen: 500, leaveBy: 9 }
    const opened = { seq: 2, at: 0, kind: 'gate-opened', lane: 2, occupancy: '7', session: '7' }
    const cause = { kind: 'nothing-owed', coupons: ['A'] }
    assert.ok(fits(cleared, { ...opened, cause }, { ...opened, seq: 3, cause: { kind: 'nothing-owed' } }))
    assert.ok(fits({ ...cleared, coupons: ['A', 'B'] }))
    assert.ok(!fits({ ...cleared, coupons: 'A' }) && !fits({ ...cleared, coupons: [''] }))
  })
})

describe('every kind that we know', () => {
  for (const kind of kinds)
    test(`${kind} is refused when nothing of it is there, and is known`, () => {
      assert.equal(fits({ seq: 1, at: 0, kind }), false)
      assert.equal(isKnownEvent({ seq: 1, at: 0, kind }), true)
    })
  test('whatever else is called a kind is kept, and is not known', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z0-9-]{0,39}$/), (kind) => {
        fc.pre(!kinds.some((one) => one === kind))
        assert.equal(fits({ seq: 1, at: 0, kind }), true)
        assert.equal(isKnownEvent({ seq: 1, at: 0, kind }), false)
      }),
    )
  })
})
