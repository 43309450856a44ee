import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isSigned, signOf } from '@lanepay/lot-systems/bolink/sign.ts'
import { compacted, rawMember } from '@lanepay/lot-systems/raw.ts'
import fc from 'fast-check'
import { captureKey, hiding } from './capture-hide.ts'
import { vectorsOf } from './capture-vectors.ts'

const key = '8403A41ED5EF20BC'
const hides = hiding({ key, salt: Buffer.from('one capture') })
const hidden = (data: string) => hides.message(data, 'nothing')
const body = (data: string, sign: string) => `{ "service_name":"in_park", "sign":"${sign}","token":"t","data": ${data}}`
const upload = (text: string, reply = '{"state":1,"service_name":"in_park"}') =>
  vectorsOf({ resource: 'upload', body: text, reply }, key, hides)

describe('what a capture hides', () => {
  for (const [what, text, kept] of [
    ['the digits of a plate', '{"car_number":"粤B12345"}', /^\{"car_number":"粤B\d{5}"\}$/],
    ['and not its letters', '{"car_number":"粤BD1234F"}', /"粤BD\d{4}F"/],
    ['a plate in a text', '{"x":"收到月卡续费-苏A45678"}', /"收到月卡续费-苏A\d{5}"/],
    ['a plate written with escapes', '{"x":"\\u7ca4B12345"}', /"粤B\d{5}"/],
    ['a plate with a point', '{"x":"粤B·12345"}', /"粤B·\d{5}"/],
    ['a telephone number', '{"x":"电话 13812345678"}', /"电话 138\d{8}"/],
    ['one that is a number', '{"x": 13812345678 }', /"x": 138\d{8} /],
    ['a name', '{"user_name":"张女士"}', /"某某"/],
    ['of an attendant', '{"uname":"李小明"}', /"某某"/],
    ['at the exit too', '{"out_uname":"李小明"}', /"某某"/],
    ['a picture', `{"content":"${'A'.repeat(600)}"}`, /"\/9j\/AAAA"/],
    ['the key, wherever it stands', `{"x":"key=${key}"}`, /"key=CAPTURED00000000"/],
    ['the code that a driver shows', '{"auth_code":"134567890123456789"}', /"auth_code":"\d{18}"/],
    ['a token', '{"token":"0300000712345678"}', /"token":"[0-9a-f]{32}"/],
  ] as const)
    test(what, () => {
      assert.match(hidden(text), kept)
      assert.notEqual(hidden(text), text)
      assert.equal(hidden(text), hidden(text))
    })

  test('in another capture the same plate is another one', () => {
    const other = hiding({ key, salt: Buffer.from('another capture') })
    assert.notEqual(other.message('{"x":"粤B12345"}', 'nothing'), hidden('{"x":"粤B12345"}'))
  })

  test('what is neither stays as it was written: order, blanks, escapes and numbers', () => {
    const text = '{ "b" : 0.10,\n "a":[1e2, "\\u005c\\/", true], "order_id":"A1_2C1500952427", "t": 1490875218 }'
    assert.equal(hidden(text), text)
    const word = fc.string({ unit: fc.constantFrom('a', '"', '\\', '中', ' ', '{', ':') })
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('p', 'q', 'r'), word), (said) => {
        assert.equal(hidden(JSON.stringify(said, null, 1)), JSON.stringify(said, null, 1))
      }),
    )
  })
})

describe('the sign of what is kept', () => {
  const data = '{"car_number":"粤B12345", "fee":0.0}'
  for (const [what, sign, verified] of [
    ['over the text as sent', signOf(data, key), true],
    ['over the text without blanks', signOf(compacted(data), key), true],
    ['with another key', signOf(data, 'WRONG'), false],
    ['none', '', false],
  ] as const)
    test(`${what}: ${verified ? 'fits what is kept' : 'is said to be none'}`, () => {
      const [up] = upload(body(data, sign))
      assert.equal(up?.sign?.verified, verified)
      assert.equal(isSigned(rawMember(up!.raw, 'data')!, captureKey, up!.sign!.expected), verified)
      assert.ok(!sign || !up!.raw.includes(sign))
    })
})

describe('what an exchange leaves', () => {
  for (const [what, left, kinds] of [
    ['a body that is no JSON, of which nothing is kept', upload('粤B12345'), ['up (none)']],
    ['a poll without a message', vectorsOf({ resource: 'download', body: '{}', reply: '{"state":0}' }, key, hides), []],
    [
      'the one word for two things, by its time',
      upload('{"service_name":"outpark","data":{"out_time":1}}'),
      ['up out_park', 'captured-reply outpark'],
    ],
    [
      'and as an answer to a payment',
      upload('{"service_name":"outpark","data":{"state":1}}'),
      ['down-reply outpark', 'captured-reply outpark'],
    ],
  ] as const)
    test(what, () => {
      assert.deepEqual(
        left.map(({ direction, service }) => `${direction} ${service}`),
        kinds,
      )
      assert.ok(left.every(({ raw }) => !raw.includes('12345')))
    })
})
