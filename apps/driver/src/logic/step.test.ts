import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Phone } from '../../test/phone.ts'
import { aCode, anEntry, anOrder, aPayment, aQuote, at, nothingOwed, now, paid, payment } from '../../test/views.ts'
import type { NoteName, Order, ProblemCode } from './stage.ts'

const order: Order = { payment, quote: '7001', amountFen: 1550, plate: '粤B12345', expiresAt: now + 300_000 }
const owing = (phone = Phone.scans()) => phone.answers({ ask: 'quote', view: aQuote() })
const atSheet = () => owing().tell({ type: 'pay' }).answers({ ask: 'pay', view: anOrder() })
const prepay = { kind: 'prepay' } as const
const asksPlate = (plate: string, remembered = {}) => Phone.scans(prepay, remembered).tell({ type: 'ask-fee', plate })
const owingInside = () => asksPlate('粤B12345').answers({ ask: 'quote', view: aQuote() })

// ---- the scan

test('an exit code asks for the fee with nothing typed and nothing tapped', () => {
  const phone = Phone.scans()
  assert.deepEqual(phone.asks, { ask: 'quote', plate: null })
  assert.equal(phone.answers({ ask: 'quote', view: aQuote() }).on('fee').quote.owedFen, 1550)
})
test('from the scan in the lane to the sheet it is one tap on the page', () => {
  const phone = owing().tell({ type: 'pay' }).answers({ ask: 'pay', view: anOrder() })
  assert.deepEqual(phone.effect('sheet')?.sheet, anOrder().sheet)
})
test('a prepay code asks which vehicle, with the last plate of this phone standing there', () =>
  assert.equal(Phone.scans(prepay, { lastPlate: '京A88888' }).on('typing').plate, '京A88888'))
test('of a lot that takes no payments it says so beside it, before anything is typed, and again when the plate is changed', () => {
  const phone = Phone.scans({ ...prepay, problem: 'lot-suspended' })
  assert.deepEqual(phone.on('typing'), { at: 'typing', plate: '', problem: 'lot-suspended' })
  const asked = phone.tell({ type: 'ask-fee', plate: '粤B12345' }).refuses('lot-suspended')
  assert.equal(asked.tell({ type: 'change-plate' }).on('typing').problem, 'lot-suspended')
})
test('an entry code asks to be let in at once', () =>
  assert.deepEqual(Phone.scans({ kind: 'entry' }).asks, { ask: 'enter' }))
test('a driver the wallet has not named is sent to be named', () => {
  const phone = Phone.scans({ identified: false, identifyUrl: '/p/X/who' })
  assert.equal(phone.effect('go')?.url, '/p/X/who')
})
test('one who came back without a name is asked before it is tried again', () => {
  const phone = Phone.scans({ identified: false, identifyUrl: '/p/X/who' }, { anonymous: true })
  assert.equal(phone.on('problem').code, 'not-identified')
  assert.equal(phone.tell({ type: 'retry' }).effect('go')?.url, '/p/X/who')
})
test('a browser that can name nobody is told which apps can', () =>
  assert.equal(Phone.scans({ identified: false }).on('problem').code, 'wallet-unsupported'))
for (const code of ['code-malformed', 'code-replaced', 'code-revoked', 'code-expired', 'lot-unknown'] as const)
  test(`a code that is ${code} fills the page, and asking again is not offered`, () => {
    const { code: shown, retry } = new Phone().refuses(code).on('problem')
    assert.deepEqual([shown, retry], [code, null])
  })

// ---- an exit whose lot does not know who stands there

const blind = (code = {}, remembered = {}) => Phone.scans(code, remembered).refuses('plate-needed')
test('the plate is asked for, with the last one of this phone standing there, and the fee is that of the plate', () => {
  const phone = blind({}, { lastPlate: '粤B12345' })
  assert.deepEqual(phone.on('typing'), { at: 'typing', plate: '粤B12345', problem: null })
  assert.deepEqual(phone.tell({ type: 'ask-fee', plate: '粤B12345' }).asks, { ask: 'quote', plate: '粤B12345' })
  const fee = phone.answers({ ask: 'quote', view: aQuote() })
  assert.equal(fee.effect('remember')?.plate, '粤B12345')
  assert.deepEqual(fee.waits().asks, { ask: 'quote', plate: '粤B12345' }, 'and it stays the plate that is asked about')
})
test('a plate that is not inside may be typed anew, and so may one whose fee is shown', () => {
  const phone = blind().tell({ type: 'ask-fee', plate: '粤B12354' }).refuses('no-session')
  assert.deepEqual(phone.on('typing'), { at: 'typing', plate: '粤B12354', problem: 'no-session' })
  phone.tell({ type: 'ask-fee', plate: '粤B12345' }).answers({ ask: 'quote', view: aQuote() })
  assert.equal(phone.tell({ type: 'change-plate' }).at, 'typing')
})
test("a driver without a plate is asked nothing: his pass is the vehicle, and he may say another's plate", () => {
  const phone = blind({ pass: '3KM7W9X' })
  assert.deepEqual(phone.asks, { ask: 'quote', plate: '3KM7W9X' })
  phone.answers({ ask: 'quote', view: aQuote({ plate: '3KM7W9X', pass: true }) })
  assert.equal(phone.tell({ type: 'change-plate' }).at, 'typing')
})
test('where the lot knows who stands in the lane, no other plate can be said', () =>
  assert.equal(owing().tell({ type: 'change-plate' }).at, 'fee'))

// ---- which vehicle

test('a plate that led to a fee is remembered', () => assert.equal(owingInside().effect('remember')?.plate, '粤B12345'))
test('a pass is not remembered as a plate', () =>
  assert.equal(
    asksPlate('3KM7W9X')
      .answers({ ask: 'quote', view: aQuote({ plate: '3KM7W9X', pass: true }) })
      .effect('remember'),
    undefined,
  ))
for (const code of ['no-session', 'plate-malformed', 'too-many'] as const)
  test(`${code} leaves the plate standing to be corrected`, () => {
    const { plate, problem } = asksPlate('粤B12345').refuses(code).on('typing')
    assert.deepEqual([plate, problem], ['粤B12345', code])
  })
test('another plate may be asked about from the fee', () =>
  assert.equal(owingInside().tell({ type: 'change-plate' }).at, 'typing'))
test('but not while an order is being made', () =>
  assert.equal(owingInside().tell({ type: 'pay' }).tell({ type: 'change-plate' }).at, 'fee'))

// ---- the lane

test('an empty lane is looked at again and again, ever more rarely', () => {
  const phone = Phone.scans()
  const waits: number[] = []
  for (let i = 0; i < 8; i++) {
    phone.refuses('lane-empty')
    assert.equal(phone.on('problem').code, 'lane-empty')
    waits.push(phone.waitsFor!)
    assert.deepEqual(phone.waits().asks, { ask: 'quote', plate: null })
  }
  assert.deepEqual(waits, [4_000, 4_000, 4_000, 6_000, 8_000, 10_000, 15_000, 15_000])
})
test('and in the end only when the driver asks', () => {
  const phone = Phone.scans()
  for (let i = 0; i < 30; i++) phone.refuses('lane-empty').waits()
  assert.equal(phone.refuses('lane-empty').waitsFor, null)
  assert.deepEqual(phone.tell({ type: 'retry' }).asks, { ask: 'quote', plate: null })
})
test('what the lot may answer otherwise later is asked again by itself; any other no of it only by the driver, if at all', () => {
  const no = (code: ProblemCode, about: { again?: true } = {}) => Phone.scans().refuses(code, about)
  for (const code of ['lot-offline', 'lot-absent', 'busy', 'device-silent'] as const)
    assert.deepEqual(no(code, { again: true }).waits().asks, { ask: 'quote', plate: null }, code)
  for (const code of ['not-priceable', 'permit-holder', 'locked', 'blocked', 'lot-offline'] as const) {
    assert.equal(no(code).waitsFor, null, code)
    assert.deepEqual(no(code).tell({ type: 'retry' }).asks, { ask: 'quote', plate: null }, code)
  }
  for (const code of ['lot-unclear', 'unsupported'] as const) {
    assert.equal(no(code).waitsFor, null, code)
    assert.deepEqual(no(code).tell({ type: 'retry' }).did, [], code)
  }
})
test('a vehicle that drives up is shown', () =>
  assert.equal(owing(Phone.scans().refuses('lane-empty').waits()).at, 'fee'))
test('a price that has run out is asked again before anybody pays it', () => {
  const phone = owing()
  assert.equal(phone.waitsFor, aQuote().expiresAt - now)
  phone.waits().answers({ ask: 'quote', view: aQuote({ owedFen: 2075, quote: '7002' }) })
  assert.equal(phone.on('fee').note, 'updated')
  assert.deepEqual(phone.tell({ type: 'pay' }).asks, { ask: 'pay', quote: '7002' })
})
test('an open page nobody touches stops asking for the price', () => {
  const phone = owing()
  for (let i = 0; i < 10; i++) phone.waits().answers({ ask: 'quote', view: aQuote() })
  assert.equal(phone.waitsFor, null)
})
test('another vehicle in the lane is said out loud, not slipped in', () =>
  assert.equal(
    owing()
      .waits()
      .answers({ ask: 'quote', view: aQuote({ plate: '京A88888', quote: '7002' }) })
      .on('fee').note,
    'vehicle-changed',
  ))

// ---- nothing to pay

test('nothing owed in the lane: the gate is what the page is about', () =>
  assert.equal(
    Phone.scans()
      .answers({ ask: 'quote', view: nothingOwed({ gate: 'opened' }) })
      .on('free').quote.gate,
    'opened',
  ))
test('a gate that is under way is asked about until it is open', () => {
  const phone = Phone.scans().answers({ ask: 'quote', view: nothingOwed({ gate: 'sent' }) })
  assert.equal(phone.waitsFor, 2_000)
  assert.equal(phone.waits().answers({ ask: 'quote', view: nothingOwed({ gate: 'opened' }) }).waitsFor, null)
})
test('a silent gate is asked to open again only by the driver', () => {
  const phone = Phone.scans().answers({ ask: 'quote', view: nothingOwed({ gate: 'silent' }) })
  assert.equal(phone.waitsFor, null)
  assert.deepEqual(phone.tell({ type: 'retry' }).asks, { ask: 'quote', plate: null })
})

// ---- paying

test('the second of two taps does nothing', () => {
  const phone = owing().tell({ type: 'pay' })
  assert.deepEqual(phone.tell({ type: 'pay' }).did, [])
})
test('an order is remembered before its sheet comes up, for as long as it may still be paid', () => {
  const effects = atSheet().did.map((effect) => effect.do)
  assert.ok(effects.indexOf('keep') < effects.indexOf('sheet'))
  assert.equal(atSheet().effect('keep')?.forMs, 300_000 + 15 * 60_000)
})
test('after the sheet the server is asked, and asks the channel', () =>
  assert.deepEqual(atSheet().tell({ type: 'sheet-ended', payment, result: 'paid' }).asks, {
    ask: 'payment',
    payment,
    urgent: true,
  }))
test('a sheet of another payment ends nothing here', () =>
  assert.deepEqual(atSheet().tell({ type: 'sheet-ended', payment: '9', result: 'paid' }).did, []))
test('what the wallet calls paid is waited for as long as it takes, with no button to pay', () => {
  const phone = atSheet().tell({ type: 'sheet-ended', payment, result: 'paid' })
  const waits: number[] = []
  for (let i = 0; i < 8; i++) {
    waits.push(phone.answers({ ask: 'payment', view: aPayment() }).waitsFor!)
    assert.equal(phone.on('waiting').because, 'paid')
    phone.waits()
  }
  assert.deepEqual(waits, [1_000, 1_000, 2_000, 3_000, 5_000, 8_000, 8_000, 8_000])
})
for (const result of ['cancelled', 'failed'] as const)
  test(`a sheet that was ${result} leads back to the fee, and the same order is taken up again`, () => {
    const phone = atSheet().tell({ type: 'sheet-ended', payment, result }).answers({ ask: 'payment', view: aPayment() })
    assert.equal(phone.on('fee').note, result)
    assert.deepEqual(phone.tell({ type: 'pay' }).asks, { ask: 'pay', quote: '7001' })
  })
test('a wallet that says cancelled and was paid all the same is believed by nobody', () =>
  assert.equal(
    atSheet().tell({ type: 'sheet-ended', payment, result: 'cancelled' }).answers({ ask: 'payment', view: paid() }).at,
    'done',
  ))
test('a sheet that never came up leads back to the fee', () =>
  assert.equal(atSheet().tell({ type: 'sheet-ended', payment, result: 'no-bridge' }).on('fee').note, 'no-bridge'))
test('a sheet that never says how it ended is found out by asking', () =>
  assert.equal(atSheet().waits().answers({ ask: 'payment', view: paid() }).at, 'done'))
test('an order that was closed unpaid is forgotten and the fee asked anew', () => {
  const phone = atSheet().tell({ type: 'sheet-ended', payment, result: 'unclear' })
  phone.answers({ ask: 'payment', view: aPayment({ state: 'closed' }) })
  assert.ok(phone.effect('forget'))
  assert.equal(owing(phone).on('fee').note, 'order-closed')
})

const refusals: [ProblemCode, 'new quote' | 'same quote' | 'held' | 'page'][] = [
  ['quote-expired', 'new quote'],
  ['quote-used', 'new quote'],
  ['quote-unknown', 'new quote'],
  ['vehicle-changed', 'new quote'],
  ['already-paid', 'new quote'],
  ['channel-refused', 'new quote'],
  ['channel-unclear', 'same quote'],
  ['too-many', 'same quote'],
  ['internal', 'same quote'],
  ['payment-pending', 'held'],
  ['no-session', 'page'],
  ['wallet-unsupported', 'page'],
]
for (const [code, then] of refusals)
  test(`an order refused with ${code}: ${then}`, () => {
    const phone = owing().tell({ type: 'pay' }).refuses(code)
    if (then === 'page') return assert.equal(phone.on('problem').code, code)
    assert.equal(phone.on('fee').note, code)
    if (then === 'new quote') {
      assert.deepEqual(phone.asks, { ask: 'quote', plate: null })
      assert.deepEqual(phone.tell({ type: 'pay' }).did, [], 'the old price is not paid')
    } else if (then === 'held') {
      assert.deepEqual(phone.tell({ type: 'pay' }).did, [], 'nothing is paid while an earlier payment is in doubt')
      assert.deepEqual(phone.waits().asks, { ask: 'quote', plate: null })
    } else assert.deepEqual(phone.tell({ type: 'pay' }).asks, { ask: 'pay', quote: '7001' })
  })
test('whoever has paid already sees that, not a fee', () => {
  const phone = owing().tell({ type: 'pay' }).refuses('already-paid')
  phone.answers({ ask: 'quote', view: nothingOwed({ state: 'already-paid', leaveBy: at('15:24'), gate: 'opened' }) })
  assert.equal(phone.at, 'free')
})
test('when the line is lost while an order is made, the driver taps again, and it is the same quote', () => {
  const phone = owing().tell({ type: 'pay' }).losesTheLine()
  assert.equal(phone.on('fee').note, 'no-line' satisfies NoteName)
  assert.equal(phone.waitsFor, null, 'no sheet comes up by itself')
  assert.equal(phone.tell({ type: 'on-line' }).on('fee').note, null)
  assert.deepEqual(phone.tell({ type: 'pay' }).asks, { ask: 'pay', quote: '7001' })
})

// ---- loaded anew in the middle of it

test('a page loaded anew takes the payment up again, before anything else', () => {
  const phone = Phone.scans({}, { kept: order })
  assert.deepEqual(phone.asks, { ask: 'payment', payment, urgent: true })
  assert.equal(phone.on('waiting').because, 'resumed')
})
test('if it was not paid, the same order may be paid, once', () => {
  const phone = Phone.scans({}, { kept: order }).answers({ ask: 'payment', view: aPayment() })
  assert.deepEqual(phone.tell({ type: 'pay' }).asks, { ask: 'pay', quote: '7001' })
  assert.deepEqual(phone.tell({ type: 'pay' }).did, [])
  assert.equal(phone.answers({ ask: 'pay', view: anOrder() }).on('sheet').order.payment, payment)
})
test('if it was paid, that is shown', () =>
  assert.equal(Phone.scans({}, { kept: order }).answers({ ask: 'payment', view: paid() }).at, 'done'))
test('if it was closed, the code begins over without a word', () => {
  const phone = Phone.scans({}, { kept: order }).answers({ ask: 'payment', view: aPayment({ state: 'closed' }) })
  assert.equal(owing(phone).on('fee').note, null)
})
test('if the server knows nothing of it, it is forgotten', () =>
  assert.ok(Phone.scans({}, { kept: order }).refuses('payment-unknown').effect('forget')))
test('if the wallet says the resumed order is paid, it is waited for', () => {
  const phone = Phone.scans({}, { kept: order }).answers({ ask: 'payment', view: aPayment() }).tell({ type: 'pay' })
  assert.equal(phone.refuses('already-paid').on('waiting').because, 'paid')
})

// ---- paid: the gate

test('a paid stay is asked about until the gate is open', () => {
  const phone = atSheet().tell({ type: 'sheet-ended', payment, result: 'paid' })
  phone.answers({ ask: 'payment', view: paid({ gate: 'sent' }) })
  assert.equal(phone.waitsFor, 1_000)
  phone.waits().answers({ ask: 'payment', view: paid({ gate: 'opened' }) })
  assert.equal(phone.waitsFor, null)
})
const shut = () =>
  atSheet()
    .tell({ type: 'sheet-ended', payment, result: 'paid' })
    .answers({ ask: 'payment', view: paid({ gate: 'silent' }) })
test('paid before a silent gate: it may be asked to open once more', () => {
  const phone = shut().tell({ type: 'retry' })
  assert.deepEqual(phone.asks, { ask: 'quote', plate: null })
  assert.deepEqual(phone.tell({ type: 'retry' }).did, [])
  phone.answers({ ask: 'quote', view: nothingOwed({ state: 'already-paid', gate: 'opened' }) })
  assert.equal(phone.on('done').payment.gate, 'opened')
})
test('a tap on the gate counts while the page only looks whether it is open: what that look says is of before the tap', () => {
  const phone = shut().waits()
  const { turn } = phone.state
  assert.deepEqual(phone.asks, { ask: 'payment', payment, urgent: false })
  assert.deepEqual(phone.tell({ type: 'retry' }).asks, { ask: 'quote', plate: null })
  phone.tell({ type: 'answered', turn, answer: { ask: 'payment', view: paid({ gate: 'silent' }) } })
  assert.equal(phone.on('done').opening, true)
})
test('a tap on the gate whose line was lost, and then a look: it may be tapped again', () => {
  const phone = shut().tell({ type: 'retry' }).losesTheLine().tell({ type: 'retry' })
  assert.deepEqual(phone.asks, { ask: 'payment', payment, urgent: false })
  assert.equal(phone.answers({ ask: 'payment', view: paid({ gate: 'silent' }) }).on('done').opening, false)
})
test('the gate is not asked for when another vehicle stands there by then', () =>
  assert.equal(
    shut()
      .tell({ type: 'retry' })
      .answers({ ask: 'quote', view: aQuote({ plate: '京A88888' }) })
      .on('done').payment.gate,
    'vehicle-changed',
  ))
test('help is called once', () => {
  const phone = shut().tell({ type: 'help' })
  assert.equal(phone.effect('help')?.payment, payment)
  assert.deepEqual(phone.tell({ type: 'help' }).did, [])
  assert.equal(phone.tell({ type: 'helped', ok: true }).on('done').help, 'asked')
})
test('a call for help that nobody heard may be made again', () =>
  assert.ok(shut().tell({ type: 'help' }).tell({ type: 'helped', ok: false }).tell({ type: 'help' }).effect('help')))
test('a call for help does not stop the page from seeing the gate open', () => {
  const phone = shut().tell({ type: 'help' }).tell({ type: 'helped', ok: true }).waits()
  const { help, payment: seen } = phone.answers({ ask: 'payment', view: paid({ gate: 'opened' }) }).on('done')
  assert.deepEqual([help, seen.gate], ['asked', 'opened'])
})
test('money that goes back is followed until it is back', () => {
  const phone = atSheet().tell({ type: 'sheet-ended', payment, result: 'paid' })
  phone.answers({ ask: 'payment', view: aPayment({ state: 'refunding' }) })
  assert.deepEqual(phone.waits().asks, { ask: 'payment', payment, urgent: false })
  assert.equal(phone.answers({ ask: 'payment', view: aPayment({ state: 'refunded' }) }).waitsFor, null)
})
test('paid inside the lot, a page loaded anew shows until when to leave for as long as that is', () => {
  const phone = owingInside().tell({ type: 'pay' }).answers({ ask: 'pay', view: anOrder() })
  phone.tell({ type: 'sheet-ended', payment, result: 'paid' }).answers({ ask: 'payment', view: paid() })
  assert.equal(phone.effect('keep')?.forMs, 15 * 60_000)
})

// ---- without a plate

test('the pass and what the gate did are shown and kept for this tab', () => {
  const phone = Phone.scans({ kind: 'entry' }).answers({ ask: 'enter', view: anEntry() })
  assert.equal(phone.on('entered').view.pass, '3KM7W9X')
  assert.ok(phone.effect('keep-entry'))
})
test('a page loaded anew asks for no second admission', () => {
  const phone = Phone.scans({ kind: 'entry' }, { keptEntry: anEntry() })
  assert.equal(phone.at, 'entered')
  assert.equal(phone.asks, null)
})
test('an admission that is pending is asked about', () =>
  assert.deepEqual(
    Phone.scans({ kind: 'entry' })
      .answers({ ask: 'enter', view: anEntry({ state: 'pending' }) })
      .waits().asks,
    { ask: 'enter' },
  ))
for (const code of ['lane-empty', 'has-plate', 'lot-full', 'not-admitted', 'lot-offline'] as const)
  test(`an admission refused with ${code} is asked again by nobody but the driver`, () => {
    const phone = Phone.scans({ kind: 'entry' }).refuses(code)
    assert.equal(phone.on('problem').code, code)
    assert.equal(phone.waitsFor, null)
    assert.deepEqual(phone.tell({ type: 'on-line' }).did, [])
    assert.deepEqual(phone.tell({ type: 'retry' }).asks, { ask: 'enter' })
  })
test('nor when the line was lost and comes back', () => {
  const phone = Phone.scans({ kind: 'entry' }).losesTheLine()
  assert.equal(phone.waitsFor, null)
  assert.deepEqual(phone.tell({ type: 'on-line' }).did, [])
  assert.deepEqual(phone.tell({ type: 'retry' }).asks, { ask: 'enter' })
})

// ---- the line

test('without a line the question is put again, ever more rarely, and at once when it is back', () => {
  const phone = new Phone()
  const waits: number[] = []
  for (let i = 0; i < 7; i++) {
    waits.push(phone.losesTheLine().waitsFor!)
    phone.waits()
  }
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000])
  assert.deepEqual(phone.losesTheLine().tell({ type: 'on-line' }).asks, { ask: 'code' })
  assert.equal(phone.answers({ ask: 'code', view: aCode() }).state.lost, 0)
})
test('an answer to an earlier question is not taken for one to a later', () => {
  const phone = owing()
  const turn = phone.state.turn
  phone.waits()
  assert.deepEqual(
    phone.tell({ type: 'answered', turn, answer: { ask: 'quote', view: aQuote({ owedFen: 1 }) } }).did,
    [],
  )
  assert.equal(phone.on('fee').quote.owedFen, 1550)
})
test('a page seen again after a while asks for the price anew', () => {
  assert.deepEqual(owing().tell({ type: 'seen', awayMs: 60_000 }).asks, { ask: 'quote', plate: null })
  assert.equal(owing().tell({ type: 'seen', awayMs: 1_000 }).asks, null)
})
test('a page seen again after the sheet asks for the payment at once', () =>
  assert.deepEqual(atSheet().tell({ type: 'seen', awayMs: 500 }).asks, { ask: 'payment', payment, urgent: false }))
