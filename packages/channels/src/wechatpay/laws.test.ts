import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import vendor from 'wechatpay-axios-plugin'
import { seal, unseal } from './aes-gcm.ts'
import {
  aCertificate,
  aKeyPair,
  apiV3Key,
  at,
  merchant,
  noon,
  pemOf,
  platform,
  publicKeyId,
  signedHeaders,
} from './fixtures.ts'
import { certificateRingKey, encryptingKey, findKey, mergeKeys, publicRingKey } from './key-ring.ts'
import { decryptField, encryptField } from './oaep.ts'
import { authorization, lines, randomNonce, requestText, signText } from './sign.ts'
import { cleanText } from './text.ts'
import { parseTime, toChinaTime } from './time.ts'
import { v2Sign, v2Verifies } from './v2-sign.ts'
import { readV2Xml, writeV2Xml } from './v2-xml.ts'
import { checkSignature, type Headers, readSignatureHeaders, verifies } from './verify.ts'

const key = Buffer.from(apiV3Key)
const ring = [publicRingKey({ id: publicKeyId, pem: pemOf(platform.publicKey) })]
const check = async (headers: Headers, body: string, now: Instant = noon) => {
  const signed = readSignatureHeaders(headers)
  return signed.ok ? checkSignature(ring, signed.value, Buffer.from(body), now) : signed
}
const few = { numRuns: 40 } // each run is at least one RSA signature
const anyText = fc.string({ unit: 'binary', maxLength: 200 })
const printable = fc.stringMatching(/^[A-Za-z0-9]{1,32}$/)

test('a nonce is 32 characters, and none comes twice, however many are drawn at once', () => {
  const nonces = Array.from({ length: 5_000 }, randomNonce)
  for (const nonce of nonces) assert.match(nonce, /^[0-9A-F]{32}$/)
  assert.equal(new Set(nonces).size, nonces.length)
})
test('what is signed verifies', () =>
  fc.assert(
    fc.asyncProperty(anyText, async (text) => {
      assert.ok(await verifies(merchant.publicKey, Buffer.from(text), await signText(merchant.privateKey, text)))
    }),
    few,
  ))

test('a message verifies as sent; one changed byte of body, nonce, timestamp or signature and it does not', () =>
  fc.assert(
    fc.asyncProperty(anyText, fc.nat(), fc.integer({ min: 1, max: 255 }), async (body, where, change) => {
      const headers = signedHeaders(body)
      assert.ok((await check(headers, body)).ok)
      const flip = (text: string) => {
        const bytes = Buffer.from(text)
        const index = where % bytes.length
        bytes[index] = (bytes[index] ?? 0) ^ change
        return bytes
      }
      if (body.length > 0) {
        const signed = readSignatureHeaders(headers)
        assert.ok(signed.ok && !(await checkSignature(ring, signed.value, flip(body), noon)).ok)
      }
      for (const name of ['wechatpay-nonce', 'wechatpay-timestamp', 'wechatpay-signature'])
        assert.ok(!(await check({ ...headers, [name]: flip(headers[name] ?? '').toString('latin1') }, body)).ok)
    }),
    few,
  ))

test('a timestamp moved inside the clock window does not verify either', async () => {
  const headers = signedHeaders('{}')
  const moved = String(Number(headers['wechatpay-timestamp']) + 1)
  const checked = await check({ ...headers, 'wechatpay-timestamp': moved }, '{}')
  assert.equal(!checked.ok && checked.error.kind, 'bad-signature')
})

const windows: readonly (readonly [offMs: number, verdict: string])[] = [
  [0, 'ok'],
  [299_999, 'ok'],
  [300_000, 'stale'],
  [-299_999, 'ok'],
  [-300_000, 'stale'],
  [86_400_000, 'stale'],
]
for (const [offMs, verdict] of windows)
  test(`a message whose clock is ${offMs / 1000} s behind ours is ${verdict}`, async () => {
    const checked = await check(signedHeaders('{}'), '{}', (noon + offMs) as Instant)
    assert.equal(checked.ok ? 'ok' : checked.error.kind, verdict)
  })

const refused: readonly (readonly [
  headers: Readonly<Record<string, string | undefined>>,
  kind: string,
  why: string,
])[] = [
  [{ 'wechatpay-timestamp': undefined }, 'malformed', 'no timestamp'],
  [{ 'wechatpay-nonce': undefined }, 'malformed', 'no nonce'],
  [{ 'wechatpay-serial': undefined }, 'malformed', 'no serial'],
  [{ 'wechatpay-signature': undefined }, 'malformed', 'no signature'],
  [{ 'wechatpay-timestamp': '1780286400.5' }, 'malformed', 'seconds are whole'],
  [{ 'wechatpay-serial': 'PUB_KEY_ID_0' }, 'unknown-key', 'a key nobody told us of'],
  [{ 'wechatpay-signature': 'WECHATPAY/SIGNTEST/abc' }, 'bad-signature', 'the probe'],
  [{ 'wechatpay-signature': '%%%' }, 'bad-signature', 'not even base64'],
  [{ 'wechatpay-signature-type': 'WECHATPAY2-SM2-WITH-SM3' }, 'bad-signature', 'SM2 is not configured'],
]
for (const [told, kind, why] of refused)
  test(`a message is ${kind}: ${why}`, async () => {
    const checked = await check({ ...signedHeaders('{}'), ...told }, '{}')
    assert.equal(!checked.ok && checked.error.kind, kind)
  })

const respellings: readonly (readonly [why: string, spell: (signature: string) => string])[] = [
  ['a space inside', (signature) => `${signature.slice(0, 9)} ${signature.slice(9)}`],
  ['a line end behind', (signature) => `${signature}\n`],
  ['no padding', (signature) => signature.replace(/=+$/, '')],
]
for (const [why, spell] of respellings)
  test(`a signature spelt another way does not verify, though a lenient reader would take it: ${why}`, async () => {
    const headers = signedHeaders('{}')
    const checked = await check(
      { ...headers, 'wechatpay-signature': spell(headers['wechatpay-signature'] ?? '') },
      '{}',
    )
    assert.equal(!checked.ok && checked.error.kind, 'bad-signature')
  })

test('header names are read in any case', async () => {
  const headers = Object.entries(signedHeaders('{}')).map(([name, value]) => [name.toUpperCase(), value])
  assert.ok((await check(Object.fromEntries(headers), '{}')).ok)
})

test('a sealed text opens to itself, and with any byte changed not at all', () =>
  fc.assert(
    fc.property(anyText, printable, fc.nat(), (plain, data, where) => {
      const sealed = seal(key, plain, 'fdasflkja484', data)
      assert.deepEqual(unseal(key, sealed), { ok: true, value: Buffer.from(plain).toString() })
      const bytes = Buffer.from(sealed.ciphertext, 'base64')
      const index = where % bytes.length
      bytes[index] = (bytes[index] ?? 0) ^ 1
      assert.ok(!unseal(key, { ...sealed, ciphertext: bytes.toString('base64') }).ok)
      assert.ok(!unseal(key, { ...sealed, associatedData: `${data}x` }).ok)
      assert.ok(!unseal(Buffer.from(apiV3Key.toUpperCase()), sealed).ok)
    }),
  ))

for (const ciphertext of ['', 'AAAA', 'not base64', 'A'.repeat(24)])
  test(`"${ciphertext}" does not open and does not crash`, () =>
    assert.ok(!unseal(key, { nonce: 'fdasflkja484', associatedData: '', ciphertext }).ok))
test('a nonce of another length than 12 bytes does not open and does not crash', () =>
  assert.ok(!unseal(key, { ...seal(key, 'a', 'fdasflkja484', ''), nonce: '' }).ok))

test('a sensitive field decrypts to itself with the right key only', () => {
  const stranger = aKeyPair()
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (plain) => {
      const field = encryptField(merchant.publicKey, plain)
      assert.ok(field.ok)
      assert.deepEqual(decryptField(merchant.privateKey, field.value), {
        ok: true,
        value: Buffer.from(plain).toString(),
      })
      const wrong = decryptField(stranger.privateKey, field.value)
      assert.ok(!wrong.ok || wrong.value !== plain || plain === '')
    }),
    few,
  )
})

test('a field of 214 bytes fits, one more is refused by name', () => {
  assert.ok(encryptField(merchant.publicKey, 'a'.repeat(214)).ok)
  assert.deepEqual(encryptField(merchant.publicKey, 'a'.repeat(215)), { ok: false, error: 'too-long' })
})

test('clean text never exceeds its bytes, holds nothing of 4 bytes, and cleaning it again changes nothing', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 0, max: 127 }), (text, limit) => {
      const clean = cleanText(text, limit)
      assert.ok(Buffer.byteLength(clean) <= limit)
      assert.ok([...clean].every((character) => Buffer.byteLength(character) <= 3))
      assert.equal(cleanText(clean, limit), clean)
    }),
  ))

test('a time written reads back to its second', () =>
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
      assert.equal(parseTime(toChinaTime((seconds * 1000 + 999) as Instant)), seconds * 1000)
    }),
  ))

test('the older interfaces: what is signed verifies, what is changed does not', () =>
  fc.assert(
    fc.property(fc.dictionary(printable, printable, { minKeys: 1 }), printable, (fields, added) => {
      for (const type of ['MD5', 'HMAC-SHA256'] as const) {
        const signed = { ...fields, sign: v2Sign(fields, 'k', type) }
        assert.ok(v2Verifies(signed, 'k', type))
        assert.ok(!v2Verifies({ ...signed, added_field: added }, 'k', type))
        assert.ok(!v2Verifies(signed, 'l', type))
      }
    }),
  ))

const hostileXml = [
  '<!DOCTYPE xml [<!ENTITY a "b">]><xml><x>&a;</x></xml>',
  '<xml><x>&a;</x></xml>',
  '<xml><a><b>1</b></a></xml>',
  '<xml><a>1</a><a>2</a></xml>',
  '<xml><a x="1">1</a></xml>',
  '<xml><a>1</b></xml>',
  '<xml><a>1</a>',
  '',
]
for (const xml of hostileXml) test(`v2 XML refused: ${xml}`, () => assert.ok(!readV2Xml(xml).ok))

const certificate = (serial: string, from: string, until: string) =>
  certificateRingKey(aCertificate({ pair: platform, serial, from: at(from), until: at(until) }))
const [older, newer] = [
  certificate('5F00000000000001', '2021-07-01T00:00:00Z', '2026-07-01T00:00:00Z'),
  certificate('5F00000000000002', '2026-05-01T00:00:00Z', '2031-05-01T00:00:00Z'),
]

test('the ring keeps both certificates while both are valid, and drops the one that has expired', () => {
  const both = mergeKeys([older], [newer], noon)
  assert.deepEqual([findKey(both, '5F00000000000001', noon), findKey(both, '5f00000000000002', noon)], [older, newer])
  const later = at('2026-08-01T00:00:00Z')
  assert.equal(findKey(both, '5F00000000000001', later), undefined)
  assert.deepEqual(mergeKeys(both, [], later), [newer])
})

test('fields are encrypted with the public key, else with the newest certificate that is already effective', () => {
  const publicKey = ring[0]
  assert.ok(publicKey)
  assert.equal(encryptingKey([older, publicKey, newer], noon), publicKey)
  assert.equal(encryptingKey([older, newer], noon), newer)
  assert.equal(encryptingKey([newer, older], at('2026-04-01T00:00:00Z')), older)
  assert.equal(encryptingKey([older, newer], at('2032-01-01T00:00:00Z')), undefined)
})

test('an independent SDK signs, seals and encrypts as we do, and opens what we made', async () => {
  const { Aes, Formatter, Rsa } = vendor
  const request = {
    method: 'POST',
    path: '/v3/a?b=%E7%B2%A4',
    timestamp: '1780286400',
    nonce: 'N',
    body: '{"a":"粤"}\n',
  } as const
  const text = Formatter.request('POST', request.path, 1780286400, 'N', request.body)
  assert.equal(requestText(request), text)
  assert.equal(lines('a', 'b'), Formatter.joinedByLineFeed('a', 'b'))
  const signature = Rsa.sign(text, merchant.privateKey)
  const items = (header: string) => header.replace(/^\S+ /, '').split(',').toSorted() // their order is free (4)
  assert.deepEqual(
    items(await authorization({ mchid: '1900000001', serial: 'AB', privateKey: merchant.privateKey }, request)),
    items(Formatter.authorization('1900000001', 'N', signature, 1780286400, 'AB')),
  )
  const ciphertext = Aes.AesGcm.encrypt('粤B12345', apiV3Key, 'fdasflkja484', 'transaction')
  assert.deepEqual(seal(key, '粤B12345', 'fdasflkja484', 'transaction').ciphertext, ciphertext)
  const field = encryptField(merchant.publicKey, '张三')
  assert.equal(field.ok && Rsa.decrypt(field.value, merchant.privateKey), '张三')
})

test('v2 XML reads back as it was written, whatever stands in it', () =>
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z][a-z_]{0,9}$/), fc.string({ minLength: 1 })), (fields) => {
      const read = readV2Xml(writeV2Xml(fields))
      assert.deepEqual(read.ok && { ...read.value }, { ...fields })
    }),
  ))
