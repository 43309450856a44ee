import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import { mayAskAgain } from '../lot-system.ts'
import { daoer } from './daoer.ts'
import { daoerSign } from './sign.ts'

const settings = { address: 'https://daoer.example', pid: '123456', key: 'a-key-of-ours', parkCode: 'TEST/1P1' }
const around = { settings, now: Date.parse('2026-06-01T10:45:00+08:00'), nonce: '1', requestId: '1' }
const said = (body: object | string, status = 200) => ({
  ...{ status, headers: {} },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
const bill = { recordNo: 'R1', plateNum: '粤B12345', enterTime: '2026-06-01 08:00:00', paidFee: 500, orderNo: 'TC1' }
const done = (data: object) => ({ code: 200, msg: '成功', data })

describe("Daoer's cloud: what an answer means", () => {
  const cases: readonly (readonly [
    body: object | string,
    status: number,
    expected: string | number,
    again: boolean,
  ])[] = [
    [done(bill), 200, 500, false],
    [{ ...done(bill), code: '200' }, 200, 500, false],
    [done({ ...bill, paidFee: '500' }), 200, 500, false],
    [{ ...done({}), data: JSON.stringify(bill) }, 200, 500, false],
    [done({ ...bill, paidFee: -100 }), 200, 0, false],
    [done({ ...bill, paidFee: '5.00' }), 200, 'unreadable', false],
    [done({}), 200, 'no-session', false],
    [{ code: 6003, msg: '' }, 200, 'no-session', false],
    [{ code: 6001, msg: '' }, 200, 'offline', true],
    [{ code: 500, msg: '' }, 200, 'offline', true],
    [{ code: 6004, msg: '' }, 200, 'busy', true],
    [{ code: 401, msg: '' }, 200, 'unauthorised', false],
    [{ code: 7777, msg: '' }, 200, 'invalid', false],
    ['<html>', 502, 'offline', true],
    ['<html>', 200, 'offline', true],
    ['', 403, 'unauthorised', false],
  ]
  for (const [body, status, expected, again] of cases)
    test(`${status} ${JSON.stringify(body)}: ${expected}`, () => {
      const read = daoer.quote.read(said(body, status), { plate: '粤B12345', stay: null })
      if (read.ok) return assert.equal(read.value.owedFen, expected)
      assert.equal(read.error.kind === 'refused' ? read.error.because : read.error.kind, expected)
      assert.equal(mayAskAgain(read.error), again)
    })

  const payment = { stay: 'R1', plate: '粤B12345', bill: 'TC1', payment: '9', channel: 'alipay', paidAt: 0 } as const
  const told: readonly (readonly [code: number, expected: string])[] = [
    [200, 'told: opened'],
    [405, 'told: silent'],
    [6006, 'told: silent'],
    [6005, 'again'],
    [6001, 'again'],
    [402, 'person'],
    [6003, 'person'],
  ]
  for (const [code, expected] of told)
    test(`a payment answered ${code}: ${expected}`, () => {
      const read = daoer.paid.read(said({ code, msg: '' }), { ...payment, amountFen: fen(500), lane: '2' })
      assert.equal(read.ok ? `told: ${read.value.gate}` : mayAskAgain(read.error) ? 'again' : 'person', expected)
    })
})

test("Daoer's cloud: two records whose numbers differ in their last digit are two stays, as text or as number", () => {
  const stayIn = (recordNo: string) => {
    const data = JSON.stringify(bill).replace('"R1"', recordNo)
    const read = daoer.quote.read(said(`{"code":200,"data":${data}}`), { plate: '粤B12345', stay: null })
    return read.ok && read.value.stay
  }
  assert.deepEqual(
    [stayIn('1866000000000000001'), stayIn('1866000000000000002')],
    ['1866000000000000001', '1866000000000000002'],
  )
  assert.equal(stayIn('"1866000000000000002"'), '1866000000000000002')
})

describe("Daoer's cloud: who stands at an exit", () => {
  const notice = {
    ...{ parkCode: 'TEST/1P1', recordNo: 'R1', plateNum: '粤B12345', leaveTime: '2026-06-01 10:45:00' },
    ...{ outChannelid: '2', paidFee: 500, orderNo: 'TC1' },
  }
  const heard = (more: object) => {
    const body = { pid: '123456', serviceName: 'preLeaveNotify', timestamp: 1, bizContent: { ...notice, ...more } }
    const sign = daoerSign(JSON.stringify(body), settings.key)
    const read = daoer.events!({ path: '', headers: {}, body: JSON.stringify({ ...body, sign }) }, around)
    return read.ok ? read.value.events : JSON.parse(read.error.body).msg
  }
  const stands = { kind: 'at-lane', stay: 'R1', plate: '粤B12345', lane: '2', at: around.now }
  const cases: readonly (readonly [more: object, expected: unknown])[] = [
    [{}, [stands]],
    [{ sweepCode: 0, sweepAuthCode: '' }, [stands]],
    [{ sweepCode: 1, sweepAuthCode: '134567890123456789' }, [{ ...stands, payCode: '134567890123456789' }]],
    [{ sweepCode: '1', sweepAuthCode: '134567890123456789' }, [{ ...stands, payCode: '134567890123456789' }]],
    [{ sweepCode: 1 }, 'sweepAuthCode'],
    [{ outChannelid: '' }, []],
    [{ outChannelid: '', sweepCode: 1, sweepAuthCode: '134567890123456789' }, 'outChannelid'],
  ]
  for (const [more, expected] of cases)
    test(`${JSON.stringify(more)}: ${Array.isArray(expected) ? 'said' : `no ${expected}`}`, () =>
      assert.deepEqual(heard(more), expected))
})

describe("Daoer's cloud: a call", () => {
  test('of a payment says whether it was inside, at an exit, or there without any act of the driver', () => {
    const payment = { stay: 'R1', plate: '粤B12345', bill: 'TC1', payment: '9', channel: 'alipay', paidAt: 0 } as const
    const type = (lane: string | null, more: { senseless?: true } = {}) => {
      const { body } = daoer.paid.ask({ ...payment, amountFen: fen(500), lane, ...more }, around)
      const said = contentOf(body)
      return [said.type, said.outChannelid]
    }
    assert.deepEqual(
      [type(null), type('2'), type('2', { senseless: true }), type(null, { senseless: true })],
      [
        [0, undefined],
        [1, '2'],
        [2, '2'],
        [0, undefined],
      ],
    )
  })
  const contentOf = (body: string | null) => JSON.parse(body!).bizContent
  test('says what is asked by its scene, and is signed over all of it', () => {
    const scene = (of: Parameters<typeof daoer.quote.ask>[0]) => contentOf(daoer.quote.ask(of, around).body)
    const parkCode = 'TEST/1P1'
    assert.deepEqual(scene({ plate: '粤B12345', stay: null }), {
      parkCode,
      payScene: 0,
      plateNum: '粤B12345',
      recordNo: '',
    })
    assert.deepEqual(scene({ plate: '3ACDEFG', stay: 'R1' }), {
      parkCode,
      payScene: 0,
      plateNum: '无3ACDEFG',
      recordNo: 'R1',
    })
    assert.deepEqual(scene({ lane: '2', pass: null }), { parkCode, payScene: 1, outChannelid: '2' })
    const { body } = daoer.quote.ask({ lane: '2', pass: '3ACDEFG' }, around)
    assert.equal(contentOf(body).payScene, 2)
    assert.equal(JSON.parse(body!).sign, daoerSign(body!, settings.key))
    assert.equal(JSON.parse(body!).timestamp, 1780281900)
  })
  test('who came in on a pass and is not there without a plate is asked about as one who has one', () => {
    assert.deepEqual(daoer.quoteNext!({ lane: '2', pass: '3ACDEFG' }), { lane: '2', pass: null })
    assert.equal(daoer.quoteNext!({ lane: '2', pass: null }), null)
    assert.equal(daoer.quoteNext!({ plate: '3ACDEFG', stay: null }), null)
  })
})
