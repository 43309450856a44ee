import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '@lanepay/domain/types.ts'
import { AlipaySdk } from 'alipay-sdk'
import fc from 'fast-check'
import { readAnswer, responseMember } from './answer.ts'
import { parseBeijing, toBeijing } from './beijing.ts'
import { alipayChannel } from './channel.ts'
import {
  alipay,
  alipayJson,
  anAnswer,
  appId,
  application,
  asNotification,
  bare,
  noon,
  paidAnswer,
  paidNotice,
  rsa2,
  signNotice,
  someSettings,
} from './fixtures.ts'
import { rsa2Holds } from './rsa2.ts'
import { httpParts, type Params, signedText, signParams } from './sign.ts'

const few = { numRuns: 40 } // each run is at least one RSA signature
const anyText = fc.string({ unit: 'grapheme', maxLength: 60 })
const aName = fc.stringMatching(/^[a-z_]{1,12}$/)
const anyParams = fc.dictionary(aName, anyText, { noNullPrototype: true }) as fc.Arbitrary<Params>

test('what is sent is what was signed: the decoded message verifies, whatever its values hold', () =>
  fc.assert(
    fc.asyncProperty(anyParams, async (params) => {
      const { query, body } = httpParts(await signParams(application.privateKey, params))
      const arrived = Object.fromEntries([...new URLSearchParams(query), ...new URLSearchParams(body)]) as Params
      assert.ok(rsa2Holds(application.publicKey, signedText(arrived), arrived.sign ?? ''))
    }),
    few,
  ))

test('the order of parameters and empty ones do not change what is signed', () =>
  fc.assert(
    fc.property(anyParams, aName, (params, empty) => {
      const turned = Object.fromEntries(Object.entries(params).reverse())
      assert.equal(signedText(turned), signedText(params))
      assert.equal(signedText({ ...params, [`${empty}_empty`]: '' }), signedText(params))
    }),
  ))

const member = responseMember('alipay.trade.query')
const isBelieved = (body: Uint8Array | string) => {
  const answer = readAnswer(body, member)
  if (!answer.ok || answer.value.sign === null) return null
  return rsa2Holds(alipay.publicKey, answer.value.signed, answer.value.sign) ? answer.value.signed : null
}
const flip = (bytes: Buffer, where: number, change: number): Buffer => {
  const index = where % bytes.length
  bytes[index] = (bytes[index] ?? 0) ^ change
  return bytes
}

test('the signed text is found whatever stands in it: braces, quotes, backslashes, a sign of its own', () =>
  fc.assert(
    fc.property(fc.dictionary(anyText, fc.jsonValue()), fc.stringMatching(/^[ \t\r\n]{0,3}$/), (said, space) => {
      const text = alipayJson({ ...said, sign: 'of its own' })
      const sign = rsa2(text)
      const s = space
      for (const body of [
        `${s}{${s}"${member}"${s}:${s}${text}${s},${s}"sign"${s}:${s}"${sign}"${s}}${s}`,
        `{"alipay_cert_sn":"x","sign":"${sign}","${member}":${text}}`,
      ])
        assert.equal(isBelieved(body), text)
    }),
    few,
  ))

test('an answer with any byte changed is refused, or still the text that was signed', () => {
  const text = alipayJson(paidAnswer())
  const body = anAnswer('alipay.trade.query', paidAnswer())
  assert.equal(isBelieved(body), text)
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (where, change) => {
      const believed = isBelieved(flip(Buffer.from(body), where, change))
      assert.ok(believed === null || believed === text)
    }),
    { numRuns: 2_000 },
  )
  for (let length = 0; length < body.length; length++) assert.equal(isBelieved(body.slice(0, length)), null)
})

const lie = alipayJson({ code: '10000', trade_status: 'TRADE_SUCCESS' })
const second: readonly (readonly [why: string, change: (body: string) => string])[] = [
  ['behind the signed one', (body) => `${body.slice(0, -1)},"${member}":${lie}}`],
  ['before the signed one', (body) => `{"${member}":${lie},${body.slice(1)}`],
  ['spelt with an escape', (body) => `${body.slice(0, -1)},"\\u0061${member.slice(1)}":${lie}}`],
  ['as text', (body) => `${body.slice(0, -1)},"${member}":"${lie.length}"}`],
  ['as nothing', (body) => `${body.slice(0, -1)},"${member}":null}`],
  ['of the signature', (body) => `${body.slice(0, -1)},"sign":"${rsa2(lie)}"}`],
  ['after the end', (body) => `${body}${body}`],
]
for (const [why, change] of second)
  test(`a second root member ${why} refuses the whole answer`, () =>
    assert.ok(!readAnswer(change(anAnswer('alipay.trade.query', paidAnswer())), member).ok))

const notJson = [
  '',
  '{',
  '{}',
  '[]',
  'null',
  '{"sign":"x"}',
  `{"${member}"}`,
  `{"${member}":}`,
  `{"${member}":{},}`,
  '{,}',
]
for (const body of [...notJson, `{"${member}":{} "sign":"x"}`, `{${member}:{}}`])
  test(`${JSON.stringify(body)} is no answer`, () => assert.ok(!readAnswer(body, member).ok))

test('an answer that is not UTF-8 is no answer', () => {
  assert.ok(!readAnswer(Buffer.from([0x7b, 0xd6, 0xd0, 0x7d]), member).ok)
  assert.ok(!readAnswer(Buffer.from(`\ufeff${anAnswer('alipay.trade.query', paidAnswer())}`), member).ok)
})

const channel = alipayChannel(someSettings(), { clock: { now: () => noon } })
const meaningful = (form: Uint8Array) =>
  Object.entries(Object.fromEntries(new URLSearchParams(Buffer.from(form).toString('utf8'))))
    .filter(([, value]) => value !== '')
    .toSorted()

test('a notification with any byte changed is refused, or says the very same', async () => {
  const { body } = asNotification(signNotice(paidNotice()))
  const original = await channel.readNotification({ headers: {}, body })
  assert.ok(original.ok)
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), async (where, change) => {
      const changed = flip(Buffer.from(body), where, change)
      const heard = await channel.readNotification({ headers: {}, body: changed })
      if (heard.ok) assert.deepEqual([meaningful(changed), heard], [meaningful(body), original])
    }),
    { numRuns: 2_000 },
  )
})

// The vendor's own client as the second opinion: it reads what we believe, and its signatures are ones we make.
const vendor = new AlipaySdk({
  appId,
  privateKey: bare(application.privateKey),
  alipayPublicKey: bare(alipay.publicKey),
})

test('what is believed here the vendor believes as well', () =>
  fc.assert(
    fc.property(fc.dictionary(aName, fc.stringMatching(/^[^%]{1,20}$/)), (more) => {
      const notice = signNotice({ ...paidNotice(), ...more, sign: '' })
      assert.ok(vendor.checkNotifySignV2(notice))
      const { sign, sign_type: _, ...rest } = notice
      assert.ok(rsa2Holds(alipay.publicKey, signedText(rest), sign ?? ''))
    }),
    few,
  ))

test('a second of Beijing time survives its way over the wire, whatever zone the host is in', () => {
  assert.equal(toBeijing(noon), '2026-06-01 12:00:00')
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800 }), fc.nat(999), (seconds, ms) => {
      const instant = (seconds * 1000 + ms) as Instant
      assert.equal(parseBeijing(toBeijing(instant)), seconds * 1000)
      assert.equal(parseBeijing(`${toBeijing(instant)}.${String(ms).padStart(3, '0')}`), instant)
    }),
  )
  for (const wrong of ['2026-06-01T12:00:00', '2026-06-01 12:00', '2026-13-01 12:00:00', '2026-06-01 24:00:00', '', 0])
    assert.equal(parseBeijing(wrong), null)
})
