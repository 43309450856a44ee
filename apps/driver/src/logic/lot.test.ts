import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Phone } from '../../test/phone.ts'
import { anOrder, aPayment, aQuote, nothingOwed, now, paid, payment } from '../../test/views.ts'
import { isUntold, watchesLot } from './lot.ts'

/*
 * The line to the lot is cut, and comes back, under a page that is already open.
 */
const prepay = { kind: 'prepay' } as const
const owing = () => Phone.scans().answers({ ask: 'quote', view: aQuote() })
const tapped = () => owing().tell({ type: 'pay' })
const online = (phone: Phone) => phone.state.place!.lotOnline
const cut = (phone: Phone) => phone.tell({ type: 'lot-seen', online: false })
const back = (phone: Phone) => phone.tell({ type: 'lot-seen', online: true })

// ---- before paying

const open: [string, () => Phone, boolean][] = [
  ['asking which vehicle', () => Phone.scans(prepay), true],
  ['the fee', owing, true],
  ['nothing owed', () => Phone.scans().answers({ ask: 'quote', view: nothingOwed() }), true],
  ['a lot that does not answer', () => Phone.scans().refuses('lot-offline'), true],
  ['a lot that is not there', () => Phone.scans().refuses('lot-absent'), true],
  ['another problem', () => Phone.scans().refuses('lot-full'), false],
  ['the fee while an order is made', tapped, false],
  ['opening', () => new Phone(), false],
  ['the sheet, where the payment says it', () => tapped().answers({ ask: 'pay', view: anOrder() }), false],
]
for (const [what, phone, looks] of open)
  test(`${what}: somebody ${looks ? 'looks' : 'need not look'} whether the lot is reached`, () =>
    assert.equal(watchesLot(phone().state), looks))
test('a line that is cut and comes back is known, and changes nothing else: the price still runs out when it did', () => {
  const phone = owing()
  const { stage, later, turn } = phone.state
  for (const [happens, is] of [
    [cut, false],
    [back, true],
  ] as const) {
    assert.equal(online(happens(phone)), is)
    assert.deepEqual([phone.state.stage, phone.state.later, phone.state.turn, phone.did], [stage, later, turn, []])
  }
})
test('a tap on pay that hears of the cut first brings up no sheet; the next tap brings up the same order', () => {
  const phone = tapped().answers({ ask: 'pay', view: anOrder({ lotOnline: false }) })
  assert.deepEqual([phone.on('fee').note, phone.effect('sheet'), online(phone)], ['lot-cut', undefined, false])
  phone.tell({ type: 'pay' })
  assert.deepEqual(phone.asks, { ask: 'pay', quote: '7001' })
  assert.ok(phone.answers({ ask: 'pay', view: anOrder({ lotOnline: false }) }).effect('sheet'))
})
test('that word is taken back with the line', () =>
  assert.equal(back(tapped().answers({ ask: 'pay', view: anOrder({ lotOnline: false }) })).on('fee').note, null))
test('one who was told before is not told again: the first tap brings up the sheet', () =>
  assert.ok(
    cut(owing())
      .tell({ type: 'pay' })
      .answers({ ask: 'pay', view: anOrder({ lotOnline: false }) })
      .effect('sheet'),
  ))
test('a lot that did not answer is asked again as soon as it is back', () => {
  const phone = Phone.scans().refuses('lot-offline')
  assert.equal(online(phone), false)
  assert.deepEqual(back(phone).asks, { ask: 'quote', plate: null })
})
test('but nobody is let in by a line that is back', () =>
  assert.equal(back(Phone.scans({ kind: 'entry' }).refuses('lot-offline')).asks, null))

// ---- while it is paid, and after

test('while the sheet is up the payment says it', () => {
  const phone = tapped().answers({ ask: 'pay', view: anOrder() }).waits()
  assert.equal(online(phone.answers({ ask: 'payment', view: aPayment({ lotOnline: false }) })), false)
  assert.equal(online(phone.waits().answers({ ask: 'payment', view: aPayment() })), true)
})
test('a paid driver who tries the gate again in vain is told so, and still learns that it opens', () => {
  const phone = tapped()
    .answers({ ask: 'pay', view: anOrder() })
    .waits()
    .answers({ ask: 'payment', view: paid({ gate: 'offline', lotOnline: false }) })
    .tell({ type: 'retry' })
    .refuses('lot-offline')
  assert.equal(phone.on('done').note, 'lot-offline')
  const { note, payment: known } = phone
    .waits()
    .answers({ ask: 'payment', view: paid({ gate: 'opened' }) })
    .on('done')
  assert.deepEqual([known.gate, note], ['opened', null])
})
const paidInside = (told: Parameters<typeof paid>[0]) =>
  Phone.scans(prepay)
    .tell({ type: 'ask-fee', plate: '粤B12345' })
    .answers({ ask: 'quote', view: aQuote() })
    .tell({ type: 'pay' })
    .answers({ ask: 'pay', view: anOrder() })
    .tell({ type: 'sheet-ended', payment, result: 'paid' })
    .answers({ ask: 'payment', view: paid(told) })
const untold: [string, Parameters<typeof paid>[0], boolean][] = [
  ['the lot has it', { lotTold: true }, false],
  ['the lot has it, and is away now', { lotTold: true, lotOnline: false }, false],
  ['it is on its way', { lotTold: false }, false],
  ['the lot is away and has not heard', { lotTold: false, lotOnline: false }, true],
  ['in a lane the gate says it', { lotTold: false, lotOnline: false, gate: 'offline' }, false],
  ['money that goes back', { lotTold: false, lotOnline: false, state: 'refunding' }, false],
]
for (const [what, told, is] of untold)
  test(`paid inside, ${what}: ${is ? 'the lot does not know' : 'nothing to say'}`, () =>
    assert.equal(isUntold(paidInside(told).on('done').payment), is))
test('paid inside and the lot away: asked until it has heard, ever more rarely, for over an hour', () => {
  const view = paid({ lotTold: false, lotOnline: false })
  const phone = paidInside({ lotTold: false, lotOnline: false })
  let waited = 0
  for (; phone.waitsFor !== null; phone.waits().answers({ ask: 'payment', view })) waited += phone.waitsFor
  assert.ok(waited > 3_600_000 && waited < 7_200_000, `${waited} ms`)
})
test('and no more once it has', () => {
  const phone = paidInside({ lotTold: false, lotOnline: false }).waits()
  assert.equal(phone.answers({ ask: 'payment', view: paid({ now: now + 1_000 }) }).waitsFor, null)
})
