import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import fc from 'fast-check'
import { loggedOut } from '../logged-in.ts'
import { isUnusable, mayAskAgain } from '../lot-system.ts'
import { jieshun } from './jieshun.ts'
import { asciiJson, jieshunSign } from './sign.ts'

const settings = {
  ...{ address: 'https://jieshun.example/jsaims', cid: '88', usr: '88', psw: '888888', signKey: 'test-secret-A' },
  ...{ businesserCode: '88', parkCode: '0010028888' },
}
const around = { settings, now: 0, nonce: '', requestId: '1', token: 'T' }
const text = (body: string) => ({ status: 200, headers: {}, body })
const answer = (attributes: object) => JSON.stringify({ resultCode: 0, dataItems: [{ attributes }] })
const order = { retcode: '0', orderNo: 'BK1', carNo: '粤-B12345', startTime: '2026-06-01 10:45:00', totalFee: '5.00' }
const plate = { plate: '粤B12345', stay: null }
const outcome = (body: string) => {
  const read = jieshun.quote.read(text(body), plate)
  return read.ok ? read.value.owedFen : read.error.kind === 'refused' ? read.error.because : read.error.kind
}

describe('JieShun: what an answer means', () => {
  const cases: readonly (readonly [body: string, expected: string | number, why: string])[] = [
    [answer(order), 500, 'money is in yuan, by its decimals'],
    [answer({ ...order, totalFee: 5 }), 500, 'or a number'],
    [answer({ ...order, totalFee: 0.07 }), 7, 'which is not multiplied'],
    [answer({ ...order, totalFee: '5.001' }), 'unreadable', 'no such money'],
    [JSON.stringify(answer(order)), 500, 'an answer as the JSON text of a text'],
    [answer({ ...order, retcode: 9, totalFee: '5.00' }), 0, 'paid, and within the time to leave'],
    [answer({ ...order, retcode: '10' }), 0, 'within the free time'],
    [answer({ ...order, retcode: '13' }), 500, 'less by a discount'],
    [answer({ retcode: '2' }), 'no-session', 'not inside'],
    [answer({ ...order, retcode: '5' }), 'permit-holder', 'a permit'],
    [answer({ ...order, retcode: '6' }), 'not-priceable', 'no price list'],
    [answer({ retcode: '1' }), 'busy', 'its device fails'],
    [answer({ retcode: '9999' }), 'busy', 'whatever else'],
    [JSON.stringify({ resultCode: 0, dataItems: [] }), 'no-session', 'no order'],
    [answer({ ...order, retcode: undefined }), 'offline', 'it does not say what became of it'],
    [answer({ ...order, retcode: 'OK' }), 'offline', 'nor by a word that nobody knows'],
    [JSON.stringify({ resultCode: 1 }), 'offline', 'its server fails'],
    [JSON.stringify({ resultCode: 2 }), 'invalid', 'our mistake'],
    [JSON.stringify({ resultCode: 6 }), loggedOut.because, 'the token stands no more'],
    ['<html>', 'offline', 'no answer of its kind'],
  ]
  for (const [body, expected, why] of cases)
    test(`${body}: ${expected}: ${why}`, () => assert.equal(outcome(body), expected))

  test('similar plates are those that it names, in our spelling; none is an answer too', () => {
    const read = (body: string) => {
      const said = jieshun.similar!.read(text(body), { plate: '粤B12345' })
      return said.ok ? said.value : said.error
    }
    const items = ['粤-B1234S', '京-A11111', null].map((carNo) => ({
      attributes: { carNo, enterTime: order.startTime },
    }))
    assert.deepEqual(read(JSON.stringify({ resultCode: 0, dataItems: items })), ['粤B1234S', '京A11111'])
    for (const dataItems of [[], null, undefined])
      assert.deepEqual(read(JSON.stringify({ resultCode: 0, dataItems })), [])
    assert.deepEqual(read(JSON.stringify({ resultCode: 6 })), loggedOut)
  })

  test('what a price is made of, where it says all of it', () => {
    const made = (more: object) => {
      const read = jieshun.quote.read(text(answer({ ...order, ...more })), plate)
      return read.ok && read.value.made && { ...read.value.made, paidFen: read.value.paidFen }
    }
    const figures = { serviceFee: '9.00', discountFee: '1.00', deductFee: 3 }
    assert.deepEqual(made(figures), { totalFen: 900, discountFen: 100, paidFen: 300 })
    assert.equal(made({ serviceFee: '9.00' }), undefined)
  })

  test('a payment is done when its order says so; what it says otherwise is told again, but not an order that is not there', () => {
    const paid = {
      stay: '7',
      plate: '粤B12345',
      bill: 'BK1',
      payment: '9',
      channel: 'wechatpay',
      paidAt: 0,
      lane: 'B1',
    } as const
    const read = (body: string) => {
      const said = jieshun.paid.read(text(body), { ...paid, amountFen: fen(500) })
      return said.ok ? said.value.gate : mayAskAgain(said.error)
    }
    assert.equal(read(answer({ retCode: 0 })), 'opened')
    assert.equal(read(answer({ retCode: 1 })), true)
    assert.equal(read(JSON.stringify({ resultCode: 2233 })), false)
  })

  const unclear: readonly (readonly [why: string, body: string])[] = [
    ['no items', JSON.stringify({ resultCode: 0 })],
    ['no item among them', JSON.stringify({ resultCode: 0, dataItems: [] })],
    ['an item that says nothing', answer({})],
    ['one with an empty code', answer({ retCode: '' })],
    ['one with a word', answer({ retCode: 'SUCCESS' })],
  ]
  const told = { stay: '7', plate: '粤B12345', bill: 'BK1', payment: '9', channel: 'wechatpay', paidAt: 0 } as const
  for (const [why, body] of unclear)
    test(`${why}: not paid, not let in, not held, and not refused for good either`, () => {
      const offline = { ok: false, error: { kind: 'offline' } }
      for (const read of [
        jieshun.paid.read(text(body), { ...told, lane: 'B1', amountFen: fen(500) }),
        jieshun.admit!.read(text(body), { lane: 'A1', pass: '3ACDEFG' }),
        jieshun.lock!.read(text(body), { stay: null, plate: '粤B12345', locked: true }),
      ])
        assert.deepEqual(read, offline)
    })

  test('a login without a token is a mistake of the settings', () => {
    assert.deepEqual(jieshun.login!.read(text('{"resultCode":0,"token":"T"}'), null), { ok: true, value: 'T' })
    for (const body of ['{"resultCode":0}', '{"resultCode":6}', '{"resultCode":3}']) {
      const read = jieshun.login!.read(text(body), null)
      assert.ok(!read.ok && isUnusable(read.error), body)
    }
  })
})

describe('JieShun: a call', () => {
  test('what is signed is what is sent, byte for byte, and all of it ASCII', () => {
    const { path } = jieshun.quote.ask(plate, around)
    const query = new URL(path, settings.address).searchParams
    const p = query.get('p')!
    assert.equal(query.get('sn'), jieshunSign(p, settings.signKey))
    assert.match(p, /^[ -~]+$/)
    assert.equal(JSON.parse(p).attributes.carNo, '粤-B12345')
    assert.equal(query.get('tn'), 'T')
  })
  test('a vehicle is held by 0 and let go by 1; who is not inside, and what it will not do, are a no', () => {
    const flag = (locked: boolean) => {
      const { path } = jieshun.lock!.ask({ stay: null, plate: '粤B12345', locked }, around)
      return JSON.parse(new URL(path, settings.address).searchParams.get('p')!).attributes
    }
    const parkCode = settings.parkCode
    assert.deepEqual(flag(true), { parkCode, carNo: '粤-B12345', lockFlag: 0 })
    assert.equal(flag(false).lockFlag, 1)
    const read = (body: string) => {
      const said = jieshun.lock!.read(text(body), { stay: null, plate: '粤B12345', locked: true })
      return said.ok ? said.value.locked : said.error.kind === 'refused' ? said.error.because : said.error.kind
    }
    assert.deepEqual(
      [
        read(answer({ retcode: '0' })),
        read(answer({ retcode: '2' })),
        read(answer({ retcode: '9999' })),
        read('<html>'),
      ],
      [true, 'no-session', 'not-admitted', 'offline'],
    )
  })
  test('without a hyphen where the lot has none', () => {
    const { path } = jieshun.quote.ask(plate, { ...around, settings: { ...settings, hyphen: false } })
    assert.equal(JSON.parse(new URL(path, settings.address).searchParams.get('p')!).attributes.carNo, '粤B12345')
  })
  test('escaped text means the same', () =>
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (any) => assert.equal(JSON.parse(asciiJson(any)), any))))
})
