import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { simpleTariff } from '@lanepay/domain/tariff/tariff.ts'
import type { CommandResult, CouponWorth, QuoteAnswer } from '@lanepay/lot-link/messages.ts'
import { aCoupon, clearance, hour, minute, type TestLot, testLot } from '../fixtures.ts'
import { pricesBy } from '../stay/prices.ts'

/* Five yuan for each started hour, from the first minute; 15 minutes to leave after paying. */

const plate = '粤B12345'
const other = '粤B67890'
let lot: TestLot
const byTariff = () => {
  const price = pricesBy(simpleTariff({ hourFen: 500, leaveMinutes: 15 }))
  assert.ok(price.ok)
  lot.lot.price = price.value
}
describe('coupons', () => {
  beforeEach(() => {
    lot = testLot()
    byTariff()
  })
  afterEach(() => lot.close())

  function park(who = plate): string {
    lot.opens(lot.read(1, who).opening)
    lot.drivesThrough(1)
    return lot.lot.store.openSessions(who as never)[0]!.id
  }
  const quoted = (session: string): QuoteAnswer => {
    const answer = lot.quote({ session })
    assert.ok('quote' in answer)
    return answer.quote
  }
  const owes = (session: string): number => quoted(session).owedFen
  const five: CouponWorth = { kind: 'amount', fen: 500 }
  /** For the plate and a day, unless told. */
  const gives = (coupon: string, over: Partial<Parameters<typeof aCoupon>[1]> = {}): CommandResult =>
    lot.command(aCoupon(lot, { coupon, for: { plate }, worth: five, ...over }))!
  const said = ({ state, because }: CommandResult) => [state, because]
  const pays = (session: string, paidFen: number) => lot.command(clearance(lot, { session, paidFen }))
  /** Which coupons the events of a kind tell. */
  const told = (kind: 'cleared' | 'cash-taken' | 'left') =>
    lot.events().flatMap((event) => (event.kind === kind && 'coupons' in event ? [event.coupons] : []))
  /** At the exit, where the gate opens for nothing owed. */
  const driveOut = (who = plate) => {
    const { opening } = lot.read(2, who)
    assert.ok(opening, 'nothing is owed')
    lot.opens(opening)
    lot.drivesThrough(2)
  }

  describe('a coupon is worth', () => {
    const cases: [what: string, worth: CouponWorth, owed: number][] = [
      ['money', { kind: 'amount', fen: 300 }, 1200],
      ['more money than is owed: nothing is given back', { kind: 'amount', fen: 9_900 }, 0],
      ['time', { kind: 'minutes', minutes: 60 }, 1000],
      ['a part of the fee', { kind: 'percent', pay: 50 }, 750],
      ['the whole fee', { kind: 'whole' }, 0],
      ['the fee until an instant', { kind: 'until', at: 0 }, 500],
    ]
    for (const [what, worth, owed] of cases)
      test(`${what}: of 15 yuan ${owed / 100} are owed, and a line says why`, () => {
        const session = park()
        const at = lot.now() + 2 * hour
        lot.pass(2.5 * hour)
        gives('A', { worth: worth.kind === 'until' ? { ...worth, at } : worth })
        const { owedFen, priceFen, lines } = quoted(session)
        assert.deepEqual([owedFen, priceFen], [owed, owed])
        assert.equal(lines.filter(({ kind }) => kind === 'coupon').length, 1)
        assert.equal(
          lines.reduce((sum, { amountFen }) => sum + amountFen, 0),
          owed,
        )
      })
  })

  describe('it is used once', () => {
    test('by the payment that it made cheaper; the log tells by which, and the next stay pays in full', () => {
      const session = park()
      lot.pass(2.5 * hour)
      gives('A')
      assert.deepEqual([owes(session), owes(session)], [1000, 1000], 'a quote does not use it')
      pays(session, 1000)
      assert.deepEqual(told('cleared'), [['A']])
      driveOut()
      assert.deepEqual(told('left'), [['A']])
      const next = park()
      lot.pass(2.5 * hour)
      assert.equal(owes(next), 1500)
    })
    test('and stays in the price of its stay: who leaves too late owes the difference only', () => {
      const session = park()
      lot.pass(2.5 * hour)
      gives('A', { validMs: minute })
      pays(session, 1000)
      lot.pass(hour)
      assert.equal(owes(session), 500)
    })
    test('the log says at the end by how much each lowered the price; together that is all they did', () => {
      const session = park()
      lot.pass(2.5 * hour)
      gives('A', { validMs: hour, worth: { kind: 'amount', fen: 300 } })
      gives('B', { worth: { kind: 'percent', pay: 50 } })
      const owed = owes(session)
      pays(session, owed)
      driveOut()
      const left = lot.events().findLast((event) => event.kind === 'left')
      assert.deepEqual(left?.coupons, ['A', 'B'])
      assert.equal(left?.couponFen?.[0], 300)
      assert.equal(
        left?.couponFen?.reduce((sum, fen) => sum + fen, 0),
        1500 - owed,
      )
    })
    test('by cash', () => {
      const session = park()
      lot.pass(2.5 * hour)
      gives('A')
      assert.equal(lot.cash(session, 1000).refused, undefined)
      assert.deepEqual(told('cash-taken'), [['A']])
      assert.equal(lot.lot.store.coupon('A')?.usedBy, session)
    })
    test('by the opening for nothing owed, whose cause says so', () => {
      park()
      lot.pass(2.5 * hour)
      gives('A', { worth: { kind: 'whole' } })
      driveOut()
      const opened = lot.events().findLast((event) => event.kind === 'gate-opened')
      assert.deepEqual(opened?.cause, { kind: 'nothing-owed', coupons: ['A'] })
      assert.deepEqual(told('left'), [['A']])
      const next = park()
      lot.pass(hour)
      assert.equal(owes(next), 500)
    })
    test('who turns back at the open gate has it still, for this stay and no other', () => {
      const session = park()
      lot.pass(hour)
      gives('A', { worth: { kind: 'whole' } })
      lot.opens(lot.read(2, plate).opening)
      lot.backsOff(2)
      lot.pass(hour)
      assert.equal(owes(session), 0)
      driveOut()
    })
    test('by leaving, where a person opened', () => {
      const session = park()
      lot.pass(hour)
      lot.read(2, plate)
      const opening = lot.openByHand(2).opening
      gives('A', { worth: { kind: 'amount', fen: 200 } })
      lot.opens(opening)
      lot.drivesThrough(2)
      const left = lot.events().findLast((event) => event.kind === 'left')
      assert.deepEqual([left?.how, left?.owedFen, left?.coupons], ['released-owing', 300, ['A']])
      assert.equal(lot.lot.store.coupon('A')?.usedBy, session)
    })
    test('not by a payment of the whole fee: it is there for the next stay', () => {
      const session = park()
      lot.pass(2.5 * hour)
      gives('A')
      pays(session, 1500)
      assert.deepEqual(told('cleared'), [])
      driveOut()
      const next = park()
      lot.pass(hour)
      assert.equal(owes(next), 0)
    })
    test('of two that would do, the one that ends first', () => {
      const session = park()
      lot.pass(hour)
      gives('late', { validMs: 48 * hour })
      gives('soon', { validMs: hour })
      assert.equal(owes(session), 0)
      driveOut()
      assert.deepEqual(told('left'), [['soon']])
      assert.equal(lot.lot.store.coupon('late')?.usedBy, null)
    })
    test('by the stay that it is for, and by no other', () => {
      const session = park()
      lot.pass(hour)
      gives('A', { for: { session } })
      const another = park(other)
      lot.pass(hour)
      assert.deepEqual([owes(session), owes(another)], [500, 500])
    })
  })

  describe('whatever is repeated', () => {
    test('the same order: one coupon', () => {
      const session = park()
      lot.pass(2.5 * hour)
      const order = aCoupon(lot, { coupon: 'A', for: { plate }, worth: five })
      for (let n = 0; n < 3; n += 1) assert.equal(lot.command(order)?.state, 'done')
      assert.equal(owes(session), 1000)
    })
    test('the same coupon in another order, before and after it was used', () => {
      const session = park()
      lot.pass(2.5 * hour)
      const validUntil = lot.now() + 24 * hour
      const order = () => ({ ...aCoupon(lot, { coupon: 'A', for: { plate }, worth: five }), validUntil }) as never
      for (let n = 0; n < 2; n += 1) assert.deepEqual(said(lot.command(order())!), ['done', undefined])
      assert.equal(owes(session), 1000)
      pays(session, 1000)
      assert.deepEqual(said(lot.command(order())!), ['done', 'it was used'])
      driveOut()
      const next = park()
      lot.pass(2.5 * hour)
      assert.equal(owes(next), 1500)
    })
    test('another coupon of the same name is refused, and changes nothing', () => {
      const session = park()
      lot.pass(2.5 * hour)
      gives('A')
      assert.deepEqual(said(gives('A', { worth: { kind: 'whole' } })), ['refused', 'another-coupon'])
      assert.deepEqual(said(gives('A', { for: { plate: other } })), ['refused', 'another-coupon'])
      assert.equal(owes(session), 1000)
    })
    test('the payment: used once; after a power cut: still used', () => {
      const session = park()
      lot.pass(2.5 * hour)
      gives('A')
      const payment = clearance(lot, { session, paidFen: 1000 })
      lot.command(payment)
      lot.restart()
      byTariff()
      lot.command(payment)
      assert.deepEqual(told('cleared'), [['A']])
      assert.deepEqual([owes(session), lot.lot.store.coupon('A')?.usedBy], [0, session])
    })
  })

  describe('its time', () => {
    test('it is good until its instant, inclusive, and no quote stands beyond it', () => {
      const session = park()
      lot.pass(2.5 * hour)
      gives('A', { validMs: 5 * minute })
      assert.equal(quoted(session).expiresAt, lot.now() + 5 * minute)
      lot.pass(5 * minute)
      assert.equal(owes(session), 1000)
      lot.pass(1)
      assert.equal(owes(session), 1500)
    })
    test('what was quoted with it is paid with it, though it ends while the driver pays', () => {
      const session = park()
      lot.pass(2.5 * hour)
      gives('A', { validMs: 5 * minute })
      lot.pass(10 * minute)
      pays(session, 1000)
      assert.deepEqual(told('cleared'), [['A']])
    })
    test('it may come before its car', () => {
      gives('A')
      const session = park()
      lot.pass(hour)
      assert.equal(owes(session), 0)
    })
    test('while its car stands at the exit and owes no more than it: the gate opens', () => {
      park()
      lot.pass(hour)
      assert.equal(lot.read(2, plate).opening, null)
      const order = aCoupon(lot, { coupon: 'A', for: { plate }, worth: five })
      assert.equal(lot.command(order)?.state, 'done')
      const opening = lot.lot.store.waitingOpening(2)
      assert.deepEqual(opening?.cause, { kind: 'nothing-owed', coupons: ['A'] })
      assert.equal(lot.lot.store.command(order.id)?.opening, opening?.id, 'the gate is rung')
    })
    test('long after it ended it is forgotten, but not while its stay is inside', () => {
      const session = park()
      lot.pass(hour)
      gives('A', { validMs: minute })
      gives('B', { validMs: minute, for: { plate: other } })
      pays(session, 0)
      const later = (lot.now() + hour) as never
      lot.lot.store.turn(() => lot.lot.store.forgetBefore(later))
      assert.deepEqual([lot.lot.store.coupon('A')?.usedBy, lot.lot.store.coupon('B')], [session, null])
      driveOut()
      lot.lot.store.turn(() => lot.lot.store.forgetBefore(later))
      assert.equal(lot.lot.store.coupon('A'), null)
    })
  })

  describe('refused, and why', () => {
    const cases: [what: string, over: () => Partial<Parameters<typeof aCoupon>[1]>, said: readonly string[]][] = [
      ['one that has ended', () => ({ validMs: -1 }), ['expired', 'it ended before it came']],
      ['for no stay', () => ({ for: { session: '404' } }), ['refused', 'no-session']],
      [
        'for a stay that is over',
        () => {
          const session = park()
          driveOut()
          return { for: { session } }
        },
        ['refused', 'session-ended'],
      ],
      ['for what is no plate', () => ({ for: { plate: 'x!' } }), ['refused', 'not-a-plate']],
      [
        'the twenty-first at once',
        () => {
          for (let n = 0; n < 20; n += 1) gives(`${n}`)
          return {}
        },
        ['refused', 'too-many'],
      ],
    ]
    for (const [what, over, expected] of cases)
      test(what, () => {
        const about = over()
        assert.deepEqual(said(gives('A', about)), expected)
        assert.equal(lot.lot.store.coupon('A'), null)
      })
  })
})
