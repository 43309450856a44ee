import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import { mayAskAgain } from '../lot-system.ts'
import { hikvision } from './hikvision.ts'

const said = (body: object | string, status = 200) => ({
  ...{ status, headers: {} },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
const bill = { billSyscode: 'b1', plateNo: '浙A12345', enterTime: '2018-07-26T15:00:00+08:00', supposeCost: '3.00' }
const done = (data: object | null) => ({ code: '0', msg: 'success', data })

describe("Hikvision's platform: what an answer means", () => {
  const cases: readonly (readonly [
    body: object | string,
    status: number,
    expected: string | number,
    again: boolean,
  ])[] = [
    [done(bill), 200, 300, false],
    [{ ...done(bill), code: 0 }, 200, 300, false],
    [done({ ...bill, supposeCost: 3 }), 200, 300, false],
    [done({ ...bill, supposeCost: '-1.00' }), 200, 0, false],
    [done({ ...bill, supposeCost: '3.001' }), 200, 'unreadable', false],
    [done(null), 200, 'no-session', false],
    [done({ ...bill, enterTime: '' }), 200, 'no-session', false],
    [{ code: '0x02e33400' }, 200, 'no-session', false],
    [{ code: '0x02E13000' }, 200, 'offline', true],
    [{ code: '0x02e13661' }, 200, 'quote-stale', false],
    [{ code: '0x02e13201' }, 200, 'invalid', false],
    [{ code: '0x02e13a00' }, 200, 'lot-full', false],
    ['', 401, 'unauthorised', false],
    ['', 502, 'offline', true],
  ]
  for (const [body, status, expected, again] of cases)
    test(`${status} ${JSON.stringify(body)}: ${expected}`, () => {
      const read = hikvision.quote.read(said(body, status), { plate: '浙A12345', stay: null })
      if (read.ok) return assert.equal(read.value.owedFen, expected)
      assert.equal(read.error.kind === 'refused' ? read.error.because : read.error.kind, expected)
      assert.equal(mayAskAgain(read.error), again)
    })

  test('a payment of a bill that stands no more is a person’s: asking again does not make it stand', () => {
    const paid = {
      stay: 's',
      plate: '浙A12345',
      bill: 'b1',
      payment: '9',
      channel: 'wechatpay',
      paidAt: 0,
      lane: null,
    } as const
    const read = hikvision.paid.read(said({ code: '0x02e13661' }), { ...paid, amountFen: fen(300) })
    assert.ok(!read.ok && !mayAskAgain(read.error))
    assert.deepEqual(hikvision.paid.read(said(done(null)), { ...paid, amountFen: fen(300) }), {
      ok: true,
      value: { gate: null },
    })
  })
})

const settings = {
  ...{ address: 'https://isc.example', appKey: '29666671', appSecret: 'test-secret-A', parkSyscode: 'p' },
  eventKey: 'aKeyThatNobodyGuesses',
}

describe("Hikvision's platform: coupons and arms", () => {
  const around = { settings, now: 0, nonce: 'n', requestId: '1' }
  const asked = ({ path, body }: { readonly path: string; readonly body: string | null }) => [
    path.replace('/artemis/api/pms/', ''),
    JSON.parse(body!),
  ]
  const plate = { plate: '浙A12345', stay: null }
  test('a coupon is said with the bill that it lowers: fen, minutes or all of it', () => {
    assert.deepEqual(asked(hikvision.quote.ask({ ...plate, worth: { kind: 'amount', fen: 200 } }, around)), [
      'v1/pay/preBill',
      { plateNo: '浙A12345', parkSyscode: 'p', deductRuleType: 0, deductContent: '200' },
    ])
    const lane = { lane: 'r1', pass: null }
    assert.deepEqual(asked(hikvision.quote.ask({ ...lane, worth: { kind: 'minutes', minutes: 60 } }, around))[1], {
      ...{ roadwaySyscode: 'r1', deductRuleType: 4, deductContent: '60' },
    })
    assert.deepEqual(asked(hikvision.quote.ask({ ...lane, worth: { kind: 'whole' } }, around))[1], {
      ...{ roadwaySyscode: 'r1', deductRuleType: 2 },
    })
    assert.equal(asked(hikvision.quote.ask(plate, around))[0], 'v1/pay/quickPreBill')
  })
  test('what it lowered is what the bill says of this coupon', () => {
    const worth = { kind: 'amount', fen: 200 } as const
    const read = hikvision.quote.read(said(done({ ...bill, currentDeduceCost: '2.00' })), { ...plate, worth })
    assert.ok(read.ok)
    assert.deepEqual([read.value.owedFen, read.value.loweredFen], [300, 200])
    for (const worth of [{ kind: 'percent', pay: 80 } as const, { kind: 'until', at: 0 } as const])
      assert.equal(hikvision.coupons!.takes(worth), false)
  })
  test('what a bill is made of, where it says all of it', () => {
    const made = (more: object) => {
      const read = hikvision.quote.read(said(done({ ...bill, ...more })), plate)
      return read.ok && read.value.made && { ...read.value.made, paidFen: read.value.paidFen }
    }
    const figures = { totalCost: '9.00', deduceCost: '1.00', paidCost: '3.00' }
    assert.deepEqual(made(figures), { totalFen: 900, discountFen: 100, paidFen: 300 })
    assert.equal(made({ ...figures, paidCost: undefined }), undefined)
  })
  test('an arm goes down by 0 and stays up by 3', () => {
    const arm = (move: 'close' | 'hold-open') =>
      asked(hikvision.move!.ask({ lane: 'r1', move, reason: '清洗', by: 'wang' }, around))
    assert.deepEqual(arm('close'), ['v1/deviceControl', { roadwaySyscode: 'r1', command: 0 }])
    assert.deepEqual(arm('hold-open'), ['v1/deviceControl', { roadwaySyscode: 'r1', command: 3 }])
  })
})

describe("Hikvision's platform: what it tells", () => {
  const event = (eventType: number, data: object) => ({
    eventId: 'e',
    eventType,
    happenTime: '2018-05-21T10:54:56.955+08:00',
    data,
  })
  const seen = { plateNo: '浙AF608S', roadwayIndex: 'r1', plateColor: 4, time: '2018-05-21T10:54:56.955+08:00' }
  const refused = { inResult: { rlsResult: { releaseReason: 370 } } }
  const atEntry = (releaseReason: number) => ({ ...seen, inoutType: 0, inResult: { rlsResult: { releaseReason } } })
  const kinds = (events: readonly object[], path = '?key=aKeyThatNobodyGuesses') => {
    const read = hikvision.events!(
      { path, headers: {}, body: JSON.stringify({ params: { events } }) },
      { settings, now: 0 },
    )
    return read.ok
      ? read.value.events.map((one) => (one.kind === 'refused' ? `refused: ${one.because}` : one.kind))
      : read.error.status
  }
  const told: readonly (readonly [what: string, events: readonly object[], expected: readonly string[]])[] = [
    ['an entry', [event(771760131, seen)], ['entered']],
    ['an entry that was refused', [event(771760131, { ...seen, ...refused })], []],
    ['an exit', [event(771760134, seen)], ['left']],
    ['a vehicle at the exit', [event(771760133, seen)], ['at-lane']],
    ['one of its list of blocked vehicles, refused', [event(771756034, atEntry(320))], ['refused: blocked']],
    ['the same by its reason alone', [event(771760130, atEntry(380))], ['refused: blocked']],
    [
      'one of that list whom a person let in',
      [event(771756034, atEntry(281)), event(771760131, atEntry(281))],
      ['entered'],
    ],
    ['one of that list at an exit', [event(771756034, { ...atEntry(380), inoutType: 1 })], []],
    ...[303, 323, 351, 384].map(
      (reason) => [`it is full (${reason})`, [event(771760130, atEntry(reason))], ['refused: full']] as const,
    ),
    ['it is full, and a person let it in', [event(771760131, atEntry(223))], ['entered']],
    ['refused for another reason', [event(771760130, atEntry(324))], []],
    ['a vehicle at the entry', [event(771760130, { ...seen, inoutType: 0 })], []],
    ['a plate put right at the entry', [event(771760130, { ...seen, inoutType: 0, eventCmd: 5 })], ['corrected']],
    ['the same, told as the entry', [event(771760131, { ...seen, inoutType: 0, eventCmd: 5 })], ['corrected']],
    ['a bay', [event(771764225, seen)], []],
    ['no plate', [event(771760131, { ...seen, plateNo: '' })], []],
    ['an entry of this lot, by its name', [event(771760131, { ...seen, parkIndex: 'p' })], ['entered']],
    ['an entry of another lot of the platform', [event(771760131, { ...seen, parkIndex: 'p2' })], []],
    ['an exit there', [event(771760134, { ...seen, parkIndex: 'p2' })], []],
    ['a vehicle at the exit there', [event(771760133, { ...seen, parkIndex: 'p2' })], []],
    ['several at once, in their order', [event(771760131, seen), event(771760134, seen)], ['entered', 'left']],
  ]
  for (const [what, events, expected] of told) test(what, () => assert.deepEqual(kinds(events), expected))
  test('without the key of its address nothing is believed', () => {
    assert.equal(kinds([event(771760131, seen)], '?key=another'), 401)
    assert.equal(kinds([event(771760131, seen)], ''), 401)
  })
})
