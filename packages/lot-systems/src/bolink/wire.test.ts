import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import fc from 'fast-check'
import { compacted, parseObject, rawMember } from '../raw.ts'
import { down } from './down.ts'
import { readMessage, writeMessage } from './fields.ts'
import { isSigned, signOf } from './sign.ts'
import { answers, up } from './up.ts'

const key = '8403A41ED5EF20BC'

describe('the text that is signed', () => {
  const bodies: readonly (readonly [what: string, body: string, raw: string | null])[] = [
    ['as it stands', '{"data":{"fee":0.0,"a":[1, 2]},"sign":"x"}', '{"fee":0.0,"a":[1, 2]}'],
    ['blanks count', '{ "sign":"x" , "data" : { "a" : 1 } }', '{ "a" : 1 }'],
    ['a brace in a text ends nothing', '{"data":{"a":"}\\"}"},"z":1}', '{"a":"}\\"}"}'],
    ['one inside another is not meant', '{"other":{"data":1}}', null],
    ['of two the last one, as JSON has it', '{"data":1,"data":2}', '2'],
    ['an escaped name is the name', '{"d\\u0061ta":true}', 'true'],
    ['a list has no members', '["data",1]', null],
    ['what is cut off has none', '{"data":{"a":1}', null],
  ]
  for (const [what, body, raw] of bodies) test(what, () => assert.equal(rawMember(body, 'data'), raw))

  test('is found in whatever JSON there is', () =>
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), fc.nat(3), (others, data, indent) => {
        const body = JSON.stringify({ ...others, data }, null, indent)
        const raw = rawMember(body, 'data')
        assert.ok(raw !== null)
        assert.deepEqual(JSON.parse(raw), JSON.parse(JSON.stringify(data)))
        assert.equal(compacted(raw), JSON.stringify(data))
      }),
    ))
})

describe('a signature', () => {
  const data = '{"order_id":"A1","fee":0.0}'
  test('is of the very spelling: printed anew it is another', () =>
    assert.equal(isSigned('{"order_id":"A1","fee":0}', key, signOf(data, key)), false))
  test('may have been made before the blanks were put in, and in lower case', () =>
    assert.ok(isSigned('{ "order_id": "A1",\n "fee": 0.0 }', key, signOf(data, key).toLowerCase())))
  test('of another key, or of no length, is none', () => {
    assert.equal(isSigned(data, key, signOf(data, 'another')), false)
    assert.equal(isSigned(data, key, ''), false)
  })
})

describe('fields', () => {
  const fits = { car_number: ' 京HP00G6', in_time: '1490875218', order_id: 325101, empty_plot: '', extra: { a: 1 } }
  test('are taken in every spelling that lots use', () =>
    assert.deepEqual(readMessage(up.in_park, fits), {
      ok: true,
      value: { car_number: '京HP00G6', in_time: 1490875218, order_id: '325101' },
    }))
  const refused: readonly (readonly [field: string, value: unknown, because: string])[] = [
    ['in_time', undefined, 'missing'],
    ['in_time', 'yesterday', 'malformed'],
    ['in_time', 1490875218.5, 'malformed'],
    ['car_number', null, 'missing'],
    ['car_number', '京\u0000', 'malformed'],
    ['order_id', { a: 1 }, 'malformed'],
  ]
  for (const [field, value, because] of refused)
    test(`${field} ${JSON.stringify(value)} is ${because}`, () =>
      assert.deepEqual(readMessage(up.in_park, { ...fits, [field]: value }), { ok: false, error: { field, because } }))

  const amounts: readonly (readonly [given: unknown, fen: number | null])[] = [
    ['6.5', 650],
    [6.5, 650],
    ['0.0', 0],
    [0.07, 7],
    [0.1 + 0.2, 30],
    [0.305, null],
    ['12元', 1200],
    ['1.005', null],
    [1e-7, null],
    ['NaN', null],
  ]
  for (const [given, expected] of amounts)
    test(`${String(given)} yuan are ${expected} fen`, () => {
      const read = readMessage(answers.query_price, { state: 1, price: given })
      assert.equal(read.ok ? read.value.price : null, expected)
    })

  test('what we write reads back the same, and no amount loses a fen', () =>
    fc.assert(
      fc.property(
        fc.nat(100_000_000),
        fc.string().filter((text) => !text.includes('\u0000')),
        (amount, remark) => {
          const message = {
            car_number: '京HP00G6',
            service_name: 'prepay_order',
            prepay: fen(amount),
            prepay_type: 1,
            pay_channel: 0,
            order_id: '9009',
            park_id: '20003',
            trade_no: '1',
            query_time: 1,
            pay_time: 2,
            arrive_money: fen(amount),
            fee: fen(0),
            account_type: 1,
            remark,
          }
          const object = parseObject(writeMessage(down.prepay_order, message))
          assert.deepEqual(object.ok && readMessage(down.prepay_order, object.value), { ok: true, value: message })
        },
      ),
    ))
})
