import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { NotPriceable } from '@lanepay/domain/tariff/tariff.ts'
import type { LotEvent, MonthCard } from '@lanepay/lot-link/messages.ts'
import { clearance, correction, hour, minute, openGate, type TestLot, testLot, voiding } from './fixtures.ts'

/* What a lot knows of its vehicles: cards, lists, a full lot, persons who put things right, and everything that goes on a gate that was not asked. */

let lot: TestLot
describe('vehicles of every kind', () => {
  beforeEach(() => {
    lot = testLot()
  })
  afterEach(() => lot.close())

  const [mine, yours, other] = ['粤B11111', '粤B22222', '粤B33333'] as const
  const card = (over: Partial<MonthCard> = {}): MonthCard => ({
    card: 'A-1',
    plates: [mine, yours],
    spaces: 1,
    from: 0,
    until: lot.now() + 90 * 24 * hour,
    ...over,
  })
  const last = <K extends LotEvent['kind']>(kind: K) =>
    lot.events().findLast((event) => event.kind === kind) as Extract<LotEvent, { kind: K }> | undefined
  function park(plate: string): string {
    lot.opens(lot.read(1, plate).opening)
    lot.drivesThrough(1)
    return last('entered')!.session
  }
  const standing = (lane: number) => lot.lot.store.occupancy(lane)!
  const owes = (plate: string) => {
    const answer = lot.quote({ plate: plate as never })
    return 'quote' in answer ? answer.quote.owedFen : answer.because
  }
  /** It comes to the exit, is let out and is gone. */
  function leave(plate: string) {
    lot.opens(lot.read(2, plate).opening)
    lot.drivesThrough(2)
  }

  describe('month cards', () => {
    test('comes and goes without paying, and is greeted as what it is', () => {
      lot.lists({ cards: [card()] })
      assert.deepEqual(lot.read(1, mine).shown?.show, [mine, '月租车', '有效期90天'])
      lot.opens(lot.lot.store.openingOf(standing(1).number))
      lot.drivesThrough(1)
      assert.equal(last('entered')?.as, 'month-card')
      lot.pass(8 * hour)
      assert.equal(owes(mine), 0)
      leave(mine)
      assert.deepEqual(last('gate-opened')?.cause, { kind: 'month-card', card: 'A-1' })
      assert.equal(last('left')?.how, 'left')
    })
    test('two cars on one space: the second pays until the first is gone, and not after', () => {
      lot.lists({ cards: [card()] })
      park(mine)
      park(yours)
      assert.equal(last('entered')?.as, 'visitor')
      lot.pass(2 * hour)
      leave(mine)
      assert.equal(owes(yours), 1000, 'two hours beside the first')
      lot.pass(10 * hour)
      assert.equal(owes(yours), 1000, 'ten hours on its own space')
    })
    test('two spaces are two cars', () => {
      lot.lists({ cards: [card({ spaces: 2 })] })
      park(mine)
      park(yours)
      lot.pass(5 * hour)
      assert.deepEqual([owes(mine), owes(yours)], [0, 0])
    })
    test('bought while inside: pays for before', () => {
      park(mine)
      lot.pass(2 * hour)
      lot.lists({ cards: [card()] })
      lot.pass(5 * hour)
      assert.equal(owes(mine), 1000)
    })
    test('run out while inside: pays for after', () => {
      lot.lists({ cards: [card({ until: lot.now() + hour })] })
      park(mine)
      lot.pass(3 * hour)
      assert.equal(owes(mine), 1000)
    })
    test('nobody knows its entry: the card lets it out all the same', () => {
      lot.lists({ cards: [card()] })
      assert.equal(lot.read(2, mine).opening?.cause.kind, 'month-card')
    })
    test('an older list that comes late changes nothing', () => {
      lot.lists({ version: 7, cards: [card()] })
      assert.equal(lot.lists({ version: 6 }).because, 'a newer version is in force')
      park(mine)
      assert.equal(last('entered')?.as, 'month-card')
    })
    test('a list that cannot be is refused, and the old one stays', () => {
      lot.lists({ cards: [card()] })
      const answer = lot.lists({ cards: [card(), card()] })
      assert.deepEqual([answer.state, answer.because?.split(':')[0]], ['refused', '/cards/1/card'])
      park(mine)
      assert.equal(last('entered')?.as, 'month-card')
    })
    test('a refusal is in the log and in the cloud, once more when it is put right', () => {
      const told = () =>
        lot.events().flatMap((event) => (event.kind === 'device' ? [[event.device, event.state, event.because]] : []))
      lot.lists({ cards: [card(), card()] })
      lot.restart()
      lot.lists({ cards: [card()] })
      lot.lists({ cards: [] })
      assert.deepEqual(told(), [
        [
          'lists',
          'ill',
          'the lists of version 1 cannot work, those before stay in force: /cards/1/card: card A-1 is there twice',
        ],
        ['lists', 'well', 'the lists of version 2 work'],
      ])
    })
    test('what is known of cards survives a power cut', () => {
      lot.lists({ cards: [card()] })
      park(mine)
      lot.restart()
      lot.pass(5 * hour)
      assert.equal(owes(mine), 0)
    })
  })

  describe('who is not let in', () => {
    test('a full lot: refused once, however often it is looked at, and let in when a place is free', () => {
      lot.lists({ capacity: 1 })
      park(mine)
      assert.deepEqual(lot.read(1, yours).shown?.show, ['车位已满', '请稍候'])
      assert.equal(lot.read(1, yours).opening, null)
      assert.equal(lot.events().filter(({ kind }) => kind === 'refused').length, 1)
      assert.equal(last('refused')?.because, 'full')
      leave(mine)
      assert.equal(lot.read(1, yours).opening?.state, 'ordered')
      assert.equal(last('entered')?.plate, yours)
    })
    test('a full lot: a driver without plate hears so', () => {
      lot.lists({ capacity: 0 })
      lot.read(1, null)
      assert.deepEqual(lot.admit('a', 1, '3AC4DEF'), { because: 'lot-full' })
    })
    test('blocked; a person may let it in all the same, and then it is inside', () => {
      lot.lists({ blocked: [{ plate: mine }] })
      assert.equal(lot.read(1, mine).opening, null)
      assert.equal(last('refused')?.because, 'blocked')
      lot.opens(lot.openByHand(1).opening)
      lot.drivesThrough(1)
      assert.deepEqual([last('entered')?.plate, last('entered')?.as], [mine, 'visitor'])
      assert.deepEqual(last('gate-opened')?.cause, { kind: 'attendant', by: '张师傅', reason: '抢修' })
    })
  })

  describe('looks that are no arrivals', () => {
    test('a burst: one character that readers confuse is the same car', () => {
      lot.read(1, '粤B8S0D1')
      assert.equal(lot.read(1, '粤BBS0D1').opening, null)
      assert.equal(lot.events().filter(({ kind }) => kind === 'entered').length, 1)
      assert.equal(last('read-ignored')?.because, 'repeated')
    })
    test('the tail of a car that has gone through', () => {
      park(mine)
      assert.equal(lot.read(1, mine).opening, null)
      assert.equal(lot.events().filter(({ kind }) => kind === 'entered').length, 1)
      lot.pass(minute)
      lot.read(1, mine)
      assert.equal(lot.events().filter(({ kind }) => kind === 'entered').length, 2, 'a minute later it is an arrival')
    })
    test('against the way of the lane', () => {
      assert.equal(lot.read(1, mine, { reverse: true }).opening, null)
      assert.equal(last('read-ignored')?.because, 'wrong-direction')
    })
  })

  describe('a vehicle that the camera saw turn back', () => {
    const turnsBack = (lane: number, plate: string | null) => lot.read(lane, plate, { trigger: 'turned-back' })
    test('in front of an entry is not inside, and opens nothing', () => {
      lot.read(1, mine)
      assert.equal(turnsBack(1, mine).opening, null)
      assert.deepEqual([last('vacated')?.went, last('left')?.how, lot.lot.store.inside()], ['back', 'left', 0])
      assert.equal(lot.lot.store.waitingOpening(1)?.state, undefined, 'the order is withdrawn')
    })
    test('in front of an exit is inside still, and owes what it owed', () => {
      park(mine)
      lot.pass(hour)
      lot.read(2, mine)
      turnsBack(2, mine)
      assert.deepEqual([last('vacated')?.went, lot.lot.store.occupancy(2), owes(mine)], ['back', null, 500])
    })
    test('where another stands by now, says nothing of that one', () => {
      park(yours)
      lot.pass(hour)
      lot.read(2, yours)
      turnsBack(2, mine)
      assert.equal(standing(2).plate, yours)
    })
    test('where nobody stands, leaves nothing but the record', () => {
      assert.deepEqual([turnsBack(1, mine).opening, lot.kinds()], [null, []])
    })
  })

  describe('how stays end', () => {
    test('through within the free time: owes nothing', () => {
      park(mine)
      lot.pass(10 * minute)
      leave(mine)
      assert.deepEqual(
        [last('gate-opened')?.cause.kind, last('left')?.how, last('left')?.owedFen],
        ['nothing-owed', 'left', 0],
      )
    })
    test('released owing: a person far away opened, and what was owed stands', () => {
      park(mine)
      lot.pass(hour)
      lot.read(2, mine)
      lot.command(openGate(lot, 2, standing(2).number))
      lot.opens(lot.lot.store.waitingOpening(2))
      lot.drivesThrough(2)
      assert.deepEqual([last('left')?.how, last('left')?.owedFen], ['released-owing', 500])
    })
    test('escaped: it follows closely under the arm that opened for another', () => {
      park(mine)
      const escaped = park(yours)
      lot.pass(hour)
      lot.command(clearance(lot, { session: lot.lot.store.openSessions(mine as never)[0]!.id, paidFen: 500 }))
      lot.opens(lot.read(2, mine).opening)
      lot.input(2, 3, true)
      lot.input(2, 1, false)
      lot.input(2, 2, true)
      lot.read(2, yours) // stands at the camera while the first is under the arm
      lot.input(2, 1, false)
      lot.input(2, 2, true)
      lot.input(2, 2, false)
      assert.deepEqual([last('left')?.session, last('left')?.how, last('left')?.owedFen], [escaped, 'escaped', 500])
      assert.equal(last('unordered-passage')?.session, escaped)
    })
    test('follows another in: it is inside, and nobody let it in', () => {
      lot.lists({ capacity: 1 })
      lot.opens(lot.read(1, mine).opening)
      lot.input(1, 3, true)
      lot.input(1, 1, false)
      lot.input(1, 2, true)
      assert.equal(lot.read(1, yours).opening, null)
      lot.input(1, 1, false)
      lot.input(1, 2, true)
      lot.input(1, 2, false)
      assert.deepEqual([last('entered')?.plate, last('entered')?.as], [yours, 'unadmitted'])
    })
    test('an arm that goes up by itself is told of', () => {
      lot.input(1, 3, true)
      assert.equal(last('unordered-opening')?.lane, 1)
      lot.input(1, 3, false)
      lot.opens(lot.read(1, mine).opening)
      lot.input(1, 3, true)
      assert.equal(lot.events().filter(({ kind }) => kind === 'unordered-opening').length, 1, 'this one was ordered')
    })
    test('voided, with who and why', () => {
      const session = park(mine)
      assert.equal(lot.command(voiding(lot, session))?.state, 'done')
      assert.deepEqual([last('voided')?.by, last('voided')?.reason], ['张师傅', '同一辆车记了两次'])
      assert.equal(lot.lot.store.inside(), 0)
      assert.equal(lot.command(voiding(lot, session))?.because, 'session-ended')
    })
  })

  describe('a misread', () => {
    test('exactly one stay fits: a person is asked, nothing is taken; his yes lets it out', () => {
      const session = park('粤B8S0D1')
      lot.pass(10 * minute)
      // However often it is read: he waits, and the person is asked once.
      for (let n = 0; n < 3; n++)
        assert.deepEqual(lot.read(2, '粤BBS0D1').shown?.show, ['粤BBS0D1', '请稍候', '等待人工确认'])
      assert.equal(lot.events().filter(({ kind }) => kind === 'misread-offered').length, 1)
      assert.equal(last('misread-offered')?.session, session)
      assert.equal(standing(2).session, null)
      lot.command(correction(lot, { session, plate: '粤BBS0D1' }))
      const opening = lot.lot.store.waitingOpening(2)
      assert.equal(opening?.session, session)
      lot.opens(opening)
      lot.drivesThrough(2)
      assert.deepEqual([last('left')?.session, last('left')?.how], [session, 'left'])
    })
    test('two stays fit: nobody is offered', () => {
      park('粤B8S0D1')
      lot.pass(minute)
      park('粤BBS0Q1')
      assert.deepEqual(lot.read(2, '粤BBS0D1').shown?.show, ['粤BBS0D1', '无入场记录', '请联系管理员'])
      assert.equal(last('misread-offered'), undefined)
    })
  })

  describe('persons who put things right', () => {
    const wrong: [string, (session: string) => Parameters<typeof correction>[1], string][] = [
      ['a session that is not there', () => ({ session: '1', plate: other }), 'no-session'],
      ['a plate that is none', (session) => ({ session, plate: 'hello' }), 'not-a-plate'],
      ['the plate of another who is inside', (session) => ({ session, plate: yours }), 'plate-inside'],
      ['an entry that is to come', (session) => ({ session, enteredAt: lot.now() + 1 }), 'entered-after-now'],
      ['nothing', (session) => ({ session, plate: mine }), 'nothing-to-correct'],
    ]
    for (const [what, about, because] of wrong)
      test(`refused: ${what}`, () => {
        const session = park(mine)
        lot.pass(minute)
        park(yours)
        const answer = lot.command(correction(lot, about(session)))
        assert.deepEqual([answer?.state, answer?.because], ['refused', because])
        assert.equal(last('corrected'), undefined)
      })
    test('an earlier entry and a larger class cost more, with who and why', () => {
      const session = park(mine)
      lot.pass(hour)
      assert.equal(owes(mine), 500)
      lot.command(correction(lot, { session, enteredAt: lot.now() - 2 * hour, vehicleClass: 'large' }))
      assert.equal(owes(mine), 2000)
      const { by, reason, vehicleClass } = last('corrected')!
      assert.deepEqual([by, reason, vehicleClass], ['张师傅', '看了照片', 'large'])
    })
    test('said twice is done once', () => {
      const session = park(mine)
      const command = correction(lot, { session, plate: other })
      assert.deepEqual(lot.command(command), lot.command(command))
      assert.equal(lot.events().filter(({ kind }) => kind === 'corrected').length, 1)
    })
  })

  describe('cash', () => {
    test('all that is owed, and the gate opens', () => {
      const session = park(mine)
      lot.pass(hour)
      lot.read(2, mine)
      const { opening, refused } = lot.cash(session, 500)
      assert.deepEqual([refused, opening?.cause.kind], [undefined, 'clearance'])
      assert.deepEqual([last('cash-taken')?.by, last('cash-taken')?.paidFen], ['张师傅', 500])
      lot.opens(opening)
      lot.drivesThrough(2)
      assert.equal(last('left')?.how, 'left')
    })
    test('another amount than is owed now, nothing owed, or twice: nothing happens', () => {
      const session = park(mine)
      assert.equal(lot.cash(session, 0).refused, 'nothing-owed')
      lot.pass(hour)
      assert.equal(lot.cash(session, 400).refused, 'owes-otherwise')
      lot.cash(session, 500)
      assert.equal(lot.cash(session, 500).refused, 'nothing-owed')
      assert.equal(lot.events().filter(({ kind }) => kind === 'cash-taken').length, 1)
    })
  })

  describe('a stay that the price list has no price for', () => {
    const noPrice = () => {
      const { price } = lot.lot
      lot.lot.price = (stay) => {
        if (stay.vehicleClass === 'tram' || stay.at - stay.enteredAt > 24 * hour) throw new NotPriceable()
        return price(stay)
      }
    }
    test('at the exit: a person is called, and nothing opens by itself; his opening is one owing nothing that is known', () => {
      park(mine)
      noPrice()
      lot.pass(25 * hour)
      const { opening, shown } = lot.read(2, mine)
      assert.deepEqual([opening, shown?.show], [null, [mine, '请联系管理员']])
      assert.equal(owes(mine), 'not-priceable')
      lot.opens(lot.openByHand(2).opening)
      lot.drivesThrough(2)
      assert.equal(last('left')?.how, 'left')
    })
    test('a class without a price is refused, and nothing of the correction is kept', () => {
      const session = park(mine)
      noPrice()
      const answer = lot.command(correction(lot, { session, plate: other, vehicleClass: 'tram' }))
      assert.deepEqual([answer?.state, answer?.because], ['refused', 'not-priceable'])
      assert.equal(lot.lot.store.openSessions(mine as never).length, 1)
    })
    test('what was paid still lets it out', () => {
      const session = park(mine)
      noPrice()
      lot.pass(25 * hour)
      lot.command(clearance(lot, { session, paidFen: 500 }))
      assert.equal(lot.read(2, mine).opening?.cause.kind, 'clearance')
    })
  })
})
