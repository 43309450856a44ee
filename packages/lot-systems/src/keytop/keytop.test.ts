import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import type { Paid, QuoteOf } from '../called.ts'
import { mayAskAgain } from '../lot-system.ts'
import { keytop } from './keytop.ts'

const around = {
  settings: { address: 'https://keytop.example/unite-api', appId: '10031', appSecret: 'test-secret-A', parkId: '1039' },
  ...{ now: 1_700_000_000_000, nonce: '', requestId: '42' },
}
const said = (body: unknown) => ({ status: 200, headers: {}, body: JSON.stringify(body) })
const order = { orderNo: '8', plateNo: '粤B12345', entryTime: '2026-06-01 10:45:00', payableAmount: 500, delayTime: 20 }
const plate = { plate: '粤B12345', stay: null }

describe('KeyTop: what an answer means', () => {
  const cases: readonly (readonly [body: unknown, expected: string | number, again: boolean, why: string])[] = [
    [{ resCode: '0', data: order }, 500, false, 'money is in fen'],
    [{ resCode: 0, data: JSON.stringify({ ...order, payableAmount: '500' }) }, 500, false, 'its data as a text'],
    [
      { resCode: '0', data: { ...order, payableAmount: undefined, payable: 700 } },
      700,
      false,
      'the name of older ones',
    ],
    [{ resCode: '0', data: { ...order, payableAmount: 5.5 } }, 'unreadable', false, 'yuan are no fen'],
    [{ resCode: '0', data: null }, 'no-session', false, 'no order'],
    [{ resCode: '1', resMsg: '失败' }, 'no-session', false, 'a no without a reason: nobody to be priced'],
    [{ resCode: '2001' }, 'offline', true, 'the lot fails'],
    [{ resCode: '-1' }, 'busy', true, 'too often'],
    [{ resCode: '1001' }, 'unauthorised', false, 'a wrong key'],
    [{ resCode: '1102' }, 'unauthorised', false, 'not our lot'],
    [[], 'offline', true, 'no answer of its kind'],
  ]
  for (const [body, expected, again, why] of cases)
    test(`${JSON.stringify(body)}: ${expected}: ${why}`, () => {
      const read = keytop.quote.read(said(body), plate)
      assert.equal(
        read.ok ? read.value.owedFen : read.error.kind === 'refused' ? read.error.because : read.error.kind,
        expected,
      )
      assert.equal(!read.ok && mayAskAgain(read.error), again)
    })

  test('a stay is its record, and where that is not named, its plate and entry: the same in every order', () => {
    const stayOf = (more: object) => {
      const read = keytop.quote.read(said({ resCode: '0', data: { ...order, ...more } }), plate)
      return read.ok && read.value.stay
    }
    assert.equal(stayOf({ trafficId: 'T-1' }), 'T-1')
    assert.equal(stayOf({ orderNo: '9' }), stayOf({ orderNo: '10' }))
    assert.notEqual(stayOf({}), stayOf({ entryTime: '2026-06-02 10:45:00' }))
  })

  test('a payment that it refuses without a reason is told again, one of an order that stands no more is not', () => {
    const paid = {
      stay: '7',
      plate: '粤B12345',
      bill: '8',
      payment: '9',
      channel: 'alipay',
      paidAt: 0,
      lane: null,
    } as const
    const again = (resCode: string) => {
      const read = keytop.paid.read(said({ resCode }), { ...paid, amountFen: fen(500) })
      return read.ok ? 'told' : mayAskAgain(read.error)
    }
    assert.deepEqual([again('0'), again('1'), again('500'), again('2102')], ['told', true, true, false])
  })
})

test('KeyTop: a lane is asked about by its device and opened by its node', () => {
  const bodyOf = ({ body }: { readonly body: string | null }) => JSON.parse(body!)
  const lane = '12/10.0.0.9'
  assert.equal(bodyOf(keytop.quote.ask({ lane, pass: null }, around)).deviceCode, '10.0.0.9')
  const ask = keytop.open!.ask({ lane, stay: null, reason: 'help', by: 'wang' }, around)
  assert.deepEqual(
    [ask.path, bodyOf(ask).serviceCode, bodyOf(ask).nodeId],
    ['/api/control/GateControl', 'gateControl', '12'],
  )
  assert.equal(bodyOf(keytop.quote.ask({ lane: '12', pass: null }, around)).deviceCode, '12')
})

test('KeyTop: a price is asked for by one name: in a lane by its device, and where that sees nobody, by the card of who asks', () => {
  const names = (of: QuoteOf) => {
    const said = JSON.parse(keytop.quote.ask(of, around).body!)
    return ['plateNo', 'cardNo', 'deviceCode'].filter((name) => name in said).map((name) => [name, said[name]])
  }
  const standing = { lane: '12/10.0.0.9', pass: '3ACDEFG' }
  assert.deepEqual(names(standing), [['deviceCode', '10.0.0.9']])
  assert.deepEqual(names(keytop.quoteNext!(standing)!), [['cardNo', '3ACDEFG']])
  assert.deepEqual(names(plate), [['plateNo', '粤B12345']])
  for (const one of [plate, { ...standing, pass: null }]) assert.equal(keytop.quoteNext!(one), null)
})

test('KeyTop: the device of a lane opens for its own order; the order of a card names none, and its gate is ordered', () => {
  const gate = (plate: string, lane: string | null) => {
    const paid = { stay: '7', plate, bill: '8', payment: '9', channel: 'alipay', paidAt: 0, lane } as const
    const read = keytop.paid.read(said({ resCode: '0' }), { ...paid, amountFen: fen(500) })
    assert.ok(read.ok)
    return read.value.gate
  }
  assert.deepEqual([gate('粤B12345', '12'), gate('3ACDEFG', '12'), gate('粤B12345', null)], ['opened', null, null])
})

describe('KeyTop: coupons', () => {
  const bodyOf = ({ body }: { readonly body: string | null }) => JSON.parse(body!)
  const paid: Paid = {
    ...{ stay: '7', plate: '粤B12345', bill: '8', payment: '9', channel: 'alipay', paidAt: 0, lane: null },
    amountFen: fen(100),
  }

  test('are said with the price that they lower, by plate and by lane', () => {
    const asked = bodyOf(keytop.quote.ask({ ...plate, worth: { kind: 'amount', fen: 100 } }, around))
    assert.deepEqual([asked.plateNo, asked.freeMoney, asked.freeTime], ['粤B12345', 100, 0])
    const standing = { lane: '12/10.0.0.9', pass: null, worth: { kind: 'minutes', minutes: 60 } } as const
    const { deviceCode, freeMoney, freeTime } = bodyOf(keytop.quote.ask(standing, around))
    assert.deepEqual([deviceCode, freeMoney, freeTime], ['10.0.0.9', 0, 60])
    assert.equal('freeMoney' in bodyOf(keytop.quote.ask(plate, around)), false)
  })
  test('what is paid and what is taken off are together what was to be paid, as in its printed example', () => {
    const lowered = { worth: { kind: 'amount', fen: 100 }, fen: fen(100) } as const
    const { payableAmount, amount, freeMoney, freeTime, freeDetail } = bodyOf(
      keytop.paid.ask({ ...paid, lowered }, around),
    )
    assert.deepEqual([payableAmount, amount, freeMoney, freeTime], [200, 100, 100, 0])
    assert.equal(freeDetail, '{"code":"","money":100,"time":0,"type":0}')
    const plain = bodyOf(keytop.paid.ask(paid, around))
    assert.deepEqual([plain.payableAmount, plain.freeMoney, plain.freeDetail], [100, 0, ''])
  })
  test('how much was taken off is what the order says; one without a word for it says nothing', () => {
    const read = (more: object) =>
      keytop.quote.read(said({ resCode: '0', data: { ...order, ...more } }), { ...plate, worth: { kind: 'whole' } })
    const [told, silent] = [read({ deductionAmount: '150' }), read({})]
    assert.ok(told.ok && silent.ok)
    assert.deepEqual([told.value.loweredFen, silent.value.loweredFen], [150, undefined])
  })
  test('what an order is made of, where it says all of it', () => {
    const made = (more: object) => {
      const read = keytop.quote.read(said({ resCode: '0', data: { ...order, ...more } }), plate)
      return read.ok && read.value.made && { ...read.value.made, paidFen: read.value.paidFen }
    }
    const figures = { totalAmount: 900, deductionAmount: '100', paidAmount: 300 }
    assert.deepEqual(made(figures), { totalFen: 900, discountFen: 100, paidFen: 300 })
    assert.equal(made({ totalAmount: 900 }), undefined)
  })
  test('of all, a part in a hundred, and until an instant it has no word', () => {
    for (const worth of [
      { kind: 'whole' } as const,
      { kind: 'percent', pay: 80 } as const,
      { kind: 'until', at: 0 } as const,
    ])
      assert.equal(keytop.coupons!.takes(worth), false)
  })
})
