import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { simpleTariff, type TariffDocument } from '@lanepay/domain/tariff/tariff.ts'
import type { Lists } from '@lanepay/lot-link/messages.ts'
import { aCoupon, clearance, correction, hour, minute, type TestLot, t0, testLot } from '../fixtures.ts'
import { pricesBy } from './prices.ts'

/*
 * What surrounds a price (tariffs.md 6), in a lot that runs: vehicles are read, lists and coupons come from the cloud, payments are
 * heard of, and the lot is asked what is owed. That each rule is right in itself is the tariff engine's to prove; here it is proven
 * that a lot feeds it what it needs. A lot's day begins at ten in the morning, 1 June 2026.
 */

let lot: TestLot
const [car, green, other] = ['粤B12345', '粤BD12345', '粤B67890']
const five = simpleTariff({ hourFen: 500, leaveMinutes: 15 })
const [name, plan] = Object.entries(five.plans)[0]!
const by = (over: Partial<TariffDocument>): TariffDocument => ({ ...five, ...over })
function charges(document: TariffDocument): void {
  const prices = pricesBy(document)
  assert.ok(prices.ok, JSON.stringify(prices))
  lot.lot.price = prices.value
}
function drive(lane: number, plate: string): string {
  lot.opens(lot.read(lane, plate).opening)
  lot.drivesThrough(lane)
  return lot.lot.store.openSessions(plate as never)[0]?.id ?? ''
}
const owes = (plate: string) => {
  const quote = lot.quote({ plate })
  return 'quote' in quote ? quote.quote.owedFen : quote.because
}
/** Pays what it owes by phone. */
const pays = (plate: string) => {
  const [session] = lot.lot.store.openSessions(plate as never)
  lot.command(clearance(lot, { session: session!.id, paidFen: owes(plate) as number }))
}
/** Pays at the exit and is gone. */
function leaves(plate: string): void {
  if (owes(plate) !== 0) pays(plate)
  drive(2, plate)
}
const coupon = (worth: Parameters<typeof aCoupon>[1]['worth']) =>
  lot.command(aCoupon(lot, { coupon: JSON.stringify(worth).slice(0, 40), for: { plate: car }, worth }))

describe('what surrounds a price reaches a lot that runs', () => {
  beforeEach(() => {
    lot = testLot()
    charges(five)
  })
  afterEach(() => lot.close())

  describe('who pays and stays too long', () => {
    for (const [what, payment, fen] of [
      ['owes the difference', { exitMinutes: 15, overstay: 'difference' }, 500],
      ['begins a new stay', { exitMinutes: 15, overstay: 'newStay' }, 1000],
    ] as const)
      test(what, () => {
        charges(by({ payment }))
        drive(1, car)
        lot.pass(30 * minute)
        pays(car)
        lot.pass(15 * minute)
        assert.equal(owes(car), 0, 'within the time to leave')
        lot.pass(70 * minute)
        assert.equal(owes(car), fen)
      })
  })

  describe('coupons', () => {
    const worths: [string, Parameters<typeof coupon>[0], number][] = [
      ['money', { kind: 'amount', fen: 300 }, 700],
      ['minutes', { kind: 'minutes', minutes: 60 }, 500],
      ['a percentage', { kind: 'percent', pay: 50 }, 500],
      ['the whole', { kind: 'whole' }, 0],
      ['until an instant', { kind: 'until', at: t0 + 90 * minute }, 500],
    ]
    for (const [what, worth, fen] of worths)
      test(what, () => {
        drive(1, car)
        coupon(worth)
        lot.pass(2 * hour)
        assert.equal(owes(car), fen)
      })
  })

  test('an allowance once a day is used by the first visit, and there again the next day', () => {
    charges(by({ allowances: [{ firstMinutes: 60, per: 'day', times: 1 }] }))
    const visits = [0, 1, 2].map((visit) => {
      if (visit === 2) lot.pass(24 * hour)
      drive(1, car)
      lot.pass(2 * hour)
      const fen = owes(car)
      leaves(car)
      lot.pass(hour)
      return fen
    })
    assert.deepEqual(visits, [500, 1000, 500])
  })
  test('an allowance for new energy knows it by its plate', () => {
    charges(by({ allowances: [{ firstMinutes: 60, per: 'day', times: 1, when: { vehicle: 'nev' } }] }))
    for (const plate of [car, green]) drive(1, plate)
    lot.pass(2 * hour)
    assert.deepEqual([owes(car), owes(green)], [1000, 500])
  })
  test('who comes back within the time goes on with the same stay', () => {
    /** 50 minutes, paid; then away, and 5 minutes again. */
    const again = (awayMinutes: number) => {
      drive(1, car)
      lot.pass(50 * minute)
      leaves(car)
      lot.pass(awayMinutes * minute)
      drive(1, car)
      lot.pass(5 * minute)
      const quote = lot.quote({ plate: car })
      assert.ok('quote' in quote)
      const { owedFen, priceFen, lines } = quote.quote
      assert.equal(
        lines.reduce((sum, { amountFen }) => sum + amountFen, 0),
        priceFen,
      )
      leaves(car)
      lot.pass(3 * hour)
      return [owedFen, lines.at(-1)?.text.en]
    }
    charges(by({ visits: { resumeWithinMinutes: 30 }, plans: { [name]: { ...plan!, free: { minutes: 15 } } } }))
    assert.deepEqual(again(20), [500, 'Paid for earlier visits'], '75 minutes in all: the second hour is owed')
    assert.deepEqual(again(31), [0, 'Free time'], 'a stay of its own')
  })
  test('all visits of a day share the cap of its window', () => {
    charges(
      by({
        visits: { window: { minutes: 1440, anchor: 'firstEntry' } },
        plans: { [name]: { ...plan!, ...capped(1200) } },
      }),
    )
    drive(1, car)
    lot.pass(2 * hour)
    leaves(car)
    lot.pass(hour)
    drive(1, car)
    lot.pass(5 * hour)
    assert.equal(owes(car), 200)
  })

  describe('month cards and passes', () => {
    const card = (windows?: Lists['cards'][number]['windows']): Partial<Lists> => ({
      cards: [{ card: 'A', plates: [car], spaces: 1, from: 0, until: t0 + 24 * hour, ...(windows ? { windows } : {}) }],
    })
    for (const [what, lists, fen] of [
      ['all day', card(), 0],
      ['by time of day', card([{ from: '08:00', to: '11:00' }]), 500],
      [
        'on other days',
        card([{ days: ['sunday'], from: '00:00', to: '24:00' }].map((one) => ({ ...one, to: '23:59' }))),
        1000,
      ],
    ] as const)
      test(what, () => {
        lot.lists(lists)
        drive(1, car)
        lot.pass(2 * hour)
        assert.equal(owes(car), fen)
      })
  })

  test('classes of vehicles: by the plate, and as a person corrects it', () => {
    charges(by({ choose: [{ when: { vehicle: 'large' }, plan: name, times: [2, 1] }, { plan: name }] }))
    const session = drive(1, car)
    lot.opens(lot.read(1, other, { colour: 'yellow' }).opening)
    lot.drivesThrough(1)
    lot.pass(hour)
    assert.deepEqual([owes(car), owes(other)], [500, 1000])
    lot.command(correction(lot, { session, vehicleClass: 'large' }))
    assert.equal(owes(car), 1000)
  })
  test('workdays, holidays and days made up for, by a list of dates', () => {
    const free = { bands: [{ days: ['holiday'] }, ...plan!.bands] }
    const onMonday = (kind?: 'holiday' | 'workday') => {
      charges(by({ plans: { [name]: { ...plan!, ...free } }, ...(kind ? { calendar: { '2026-06-01': kind } } : {}) }))
      return owes(car)
    }
    drive(1, car)
    lot.pass(2 * hour)
    assert.deepEqual([onMonday(), onMonday('workday'), onMonday('holiday')], [1000, 1000, 0])
  })
  test('how full the lot was when it came in', () => {
    charges(by({ choose: [{ when: { occupancyAtLeast: 50 }, plan: name, times: [2, 1] }, { plan: name }] }))
    lot.lists({ capacity: 2 })
    for (const plate of [car, other]) drive(1, plate)
    lot.pass(hour)
    assert.deepEqual([owes(car), owes(other)], [500, 1000])
  })
  test('two caps at once: of twelve hours, and of a day', () => {
    const caps = [
      { over: { minutes: 720 }, fen: 2000 },
      { per: 'cycle', fen: 3000 },
    ]
    charges(by({ plans: { [name]: { ...plan!, cycle: { from: 'entry', minutes: 1440 }, caps } as never } }))
    drive(1, car)
    const after = [11, 23].map((hours) => {
      lot.pass(t0 + hours * hour - lot.now())
      return owes(car)
    })
    assert.deepEqual(after, [2000, 3000])
  })
  test('another list counts from its instant, for who comes in then or for all, as it says', () => {
    const dearer = simpleTariff({ hourFen: 1000, leaveMinutes: 15 })
    const from = new Date(t0 + hour).toISOString().replace('.000', '')
    const versions = (carsInside: string) => [
      { from: '2000-01-01T00:00:00Z', tariff: five },
      { from, carsInside, tariff: dearer },
    ]
    const order = (version: number, carsInside: string) =>
      lot.command({
        id: String(version).padStart(32, '4'),
        kind: 'tariff',
        issuedAt: lot.now(),
        expiresAt: lot.now() + hour,
        version,
        schedule: { versions: versions(carsInside) },
      })?.state
    drive(1, car)
    lot.pass(2 * hour)
    assert.deepEqual([order(1, 'old'), owes(car), order(2, 'new'), owes(car)], ['done', 1000, 'done', 2000])
    drive(1, other)
    lot.pass(hour)
    assert.equal(owes(other), 1000)
  })
})

/** At most so much in a day from the entry on. */
const capped = (fen: number): Partial<TariffDocument['plans'][string]> => ({
  cycle: { from: 'entry', minutes: 1440 },
  caps: [{ per: 'cycle', fen }],
})
