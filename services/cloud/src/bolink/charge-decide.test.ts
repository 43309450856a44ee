import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Standing, turnOf } from './charge-decide.ts'

const second = 1_000
const total = 500
const chargeSeconds = 110
const money = {
  none: null,
  pending: { state: 'pending', isAsked: true },
  'taken back, unclear': { state: 'closed', isAsked: true },
  closed: { state: 'closed', isAsked: false },
  unapplied: { state: 'unapplied', isAsked: false },
  paid: { state: 'paid', isAsked: false },
  'paid too little': { state: 'paid', isAsked: false, leftFen: total - 1 },
  'paid, given back': { state: 'paid', isAsked: false, leftFen: 0 },
  'paid, goes back by rule later': { state: 'paid', isAsked: false, goesBackAt: 10_000 * second },
  'paid, goes back by rule now': { state: 'paid', isAsked: false, goesBackAt: 1 * second },
} as const
type Money = keyof typeof money
type Row = Partial<Standing> & { readonly is: Money }
const aCharge = ({ is, ...more }: Row): Standing => ({
  ...{ id: 'before', payType: 'sweepcode', tradeNo: null, askedAt: 0, answered: 2, isOver: false },
  payment: money[is] && { id: '1', leftFen: total, goesBackAt: null, ...money[is] },
  ...more,
})
/** In a word: what is done, of which charge before, and why not. */
const said = (charges: readonly Standing[], id: string, at: number, tradeNo: string | null = null): string => {
  const turn = turnOf(charges, { id, totalFen: total, tradeNo }, at * second, chargeSeconds)
  if (turn.act === 'charge') return turn.over ? `charge, ${turn.over.id} is over` : 'charge'
  if (turn.act === 'no') return turn.over ? `no: ${turn.because}, ${turn.over.id} is over` : `no: ${turn.because}`
  return turn.act
}

test('what an exit hears by the charge before it of its record', () => {
  // the charge before, seconds since it was asked for; another code, the same request
  const table: [Row, number, string, string][] = [
    [{ is: 'pending' }, 20, 'wait', 'charge'],
    [{ is: 'pending' }, 109.999, 'wait', 'charge'],
    [{ is: 'pending' }, 110, 'take-back', 'take-back'],
    [{ is: 'taken back, unclear' }, 40, 'wait', 'charge'],
    [{ is: 'taken back, unclear' }, 110, 'no: unclear', 'no: failed, before is over'],
    [{ is: 'closed' }, 20, 'charge, before is over', 'no: failed, before is over'],
    [{ is: 'closed' }, 1_000, 'charge, before is over', 'no: failed, before is over'],
    [{ is: 'unapplied' }, 20, 'charge, before is over', 'no: failed, before is over'],
    [{ is: 'paid' }, 20, 'paid', 'paid'],
    [{ is: 'paid' }, 100_000, 'paid', 'paid'],
    [{ is: 'paid too little' }, 20, 'no: paid-otherwise', 'no: paid-otherwise'],
    [{ is: 'paid, given back' }, 20, 'charge, before is over', 'no: failed, before is over'],
    [{ is: 'paid, goes back by rule later' }, 3_600, 'paid', 'paid'],
    [{ is: 'paid, goes back by rule now' }, 3_600, 'charge, before is over', 'no: failed, before is over'],
    // not answered yet
    [{ is: 'none', answered: null }, 14.999, 'look', 'charge'],
    [{ is: 'none', answered: null }, 15, 'charge, before is over', 'charge'],
    [{ is: 'pending', answered: null }, 14.999, 'look', 'charge'],
    [{ is: 'pending', answered: null }, 15, 'wait', 'charge'],
    [{ is: 'taken back, unclear', answered: null }, 14.999, 'look', 'charge'],
    [{ is: 'paid', answered: null }, 5, 'paid', 'paid'],
    // over
    [{ is: 'pending', isOver: true }, 20, 'take-back', 'charge'],
    [{ is: 'taken back, unclear', isOver: true }, 40, 'no: unclear', 'charge'],
    [{ is: 'closed', isOver: true, answered: 0 }, 20, 'charge', 'charge'],
    [{ is: 'none', isOver: true, answered: 0 }, 20, 'charge', 'charge'],
    [{ is: 'paid', isOver: true, answered: 1 }, 109.999, 'paid', 'charge'],
    [{ is: 'paid', isOver: true, answered: 1 }, 110, 'charge', 'charge'],
    [{ is: 'paid too little', isOver: true, answered: 1 }, 20, 'charge', 'charge'],
    [{ is: 'paid, given back', isOver: true, answered: 1 }, 20, 'charge', 'charge'],
  ]
  for (const [row, at, another, same] of table) {
    const charges = [aCharge(row)]
    const what = `${JSON.stringify(row)} after ${at} s`
    assert.equal(said(charges, 'another', at), another, what)
    assert.equal(said(charges, 'before', at), same, `${what}, the same again`)
  }
})

test('a first one is charged, and so is another number of a vendor that has been paid for by its own', () => {
  assert.equal(said([], 'first', 0), 'charge')
  const paid = (isOver: boolean) => [aCharge({ is: 'paid', isOver, tradeNo: 'T1' })]
  assert.equal(said(paid(true), 'another', 20, 'T2'), 'charge')
  assert.equal(said(paid(false), 'another', 20, 'T2'), 'no: paid-otherwise', 'while its own has not been taken')
  const pending = [aCharge({ is: 'pending', tradeNo: 'T1' })]
  assert.equal(said(pending, 'another', 20, 'T1'), 'wait')
  assert.equal(
    said(pending, 'another', 20, 'T2'),
    'no: unclear',
    'what becomes of that is told under its own number alone',
  )
})

test('law: while one of a record is not certain none is begun, and two minutes after it none waits', () => {
  const kinds = Object.keys(money) as Money[]
  const aRow = fc.record({
    ...{ id: fc.constantFrom('a', 'b', 'c', 'd'), is: fc.constantFrom(...kinds), isOver: fc.boolean() },
    ...{ answered: fc.constantFrom(null, 0, 1, 2), askedAt: fc.nat(100 * second) },
  })
  fc.assert(
    fc.property(fc.uniqueArray(aRow, { selector: ({ id }) => id, maxLength: 3 }), fc.nat(300), (rows, at) => {
      const charges = rows.map(aCharge)
      const turn = said(charges, 'd', at)
      const own = rows.find(({ id }) => id === 'd')
      const unclear = (row: Row) => row.is === 'pending' || row.is === 'taken back, unclear'
      const open = rows.filter(({ isOver }) => !isOver)
      // As the decision itself keeps them: one at a time.
      fc.pre(rows.filter((row) => unclear(row) || !row.isOver).length <= 1)
      if (!own && rows.some(unclear)) assert.doesNotMatch(turn, /^charge/)
      if (!own && open.some(({ is }) => is === 'paid' || is === 'paid, goes back by rule later'))
        assert.equal(turn, 'paid')
      if (at >= 100 + chargeSeconds) assert.doesNotMatch(turn, /^(wait|look)/)
    }),
  )
})
