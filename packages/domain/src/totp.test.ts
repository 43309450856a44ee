import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { checkTotp, type HmacSha1, parseTotpSecret, totpCode, totpSecretText, totpStep, totpUri } from './totp.ts'

const hmac: HmacSha1 = (key, message) => createHmac('sha1', key).update(message).digest()
/** The secret of RFC 6238 appendix B, and the same in base 32. */
const secret = Buffer.from('12345678901234567890')
const typed = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

describe('one-time codes', () => {
  // RFC 6238 appendix B, the rows of SHA-1.
  for (const [seconds, code] of [
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
    [20000000000, '65353130'],
  ] as const)
    test(`at ${seconds} s the code is ${code}`, () =>
      assert.equal(totpCode(hmac, secret, totpStep(seconds * 1000), 8), code))
  // RFC 4226 appendix D, by the counter.
  for (const [counter, code] of Object.entries([
    ...['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'],
  ]))
    test(`the code of step ${counter} is ${code}`, () => assert.equal(totpCode(hmac, secret, Number(counter)), code))
})

describe('a typed code', () => {
  const now = 1_700_000_000_000
  const codeAt = (ms: number) => totpCode(hmac, secret, totpStep(ms))
  const check = (code: string, usedStep: number | null = null) => checkTotp(hmac, { secret, code, now, usedStep })
  const step = totpStep(now)
  for (const [what, code, usedStep, expected] of [
    ['of now', codeAt(now), null, { ok: true, value: step }],
    [
      'with a space in it, as it is shown',
      `${codeAt(now).slice(0, 3)} ${codeAt(now).slice(3)}`,
      null,
      { ok: true, value: step },
    ],
    ['of 30 s ago', codeAt(now - 30_000), null, { ok: true, value: step - 1 }],
    ['of a clock that is 30 s ahead', codeAt(now + 30_000), null, { ok: true, value: step + 1 }],
    ['of a minute ago', codeAt(now - 60_000), null, { ok: false, error: 'wrong-code' }],
    ['of a minute ahead', codeAt(now + 60_000), null, { ok: false, error: 'wrong-code' }],
    ['that was used', codeAt(now), step, { ok: false, error: 'used-code' }],
    ['older than one that was used', codeAt(now - 30_000), step, { ok: false, error: 'used-code' }],
    ['newer than one that was used', codeAt(now), step - 1, { ok: true, value: step }],
    ['of five digits', '12345', null, { ok: false, error: 'not-six-digits' }],
    ['of letters', 'abcdef', null, { ok: false, error: 'not-six-digits' }],
    ['of nothing', '', null, { ok: false, error: 'not-six-digits' }],
  ] as const)
    test(what, () => assert.deepEqual(check(code, usedStep), expected))
})

describe('a secret', () => {
  for (const [what, text, expected] of [
    ['as it is', typed, { ok: true, value: Uint8Array.from(secret) }],
    [
      'in small letters and groups',
      'gezd gnbv gy3t qojq gezd gnbv gy3t qojq',
      { ok: true, value: Uint8Array.from(secret) },
    ],
    ['that is not base 32', typed.replace('G', '1'), { ok: false, error: 'not-base32' }],
    ['of ten bytes', 'GEZDGNBVGY3TQOJQ', { ok: false, error: 'too-short' }],
    ['of nothing', '', { ok: false, error: 'too-short' }],
  ] as const)
    test(what, () => assert.deepEqual(parseTotpSecret(text), expected))
  test('any secret reads back', () =>
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 40 }), (bytes) => {
        let [bits, held, text] = [0n, 0n, '']
        for (const byte of bytes) {
          held = (held << 8n) | BigInt(byte)
          bits += 8n
        }
        while (bits % 5n !== 0n) [held, bits] = [held << 1n, bits + 1n]
        for (let at = bits - 5n; at >= 0n; at -= 5n)
          text += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number((held >> at) & 31n)]
        assert.deepEqual(parseTotpSecret(text), { ok: true, value: bytes })
        assert.equal(totpSecretText(bytes), text)
      }),
    ))
  test('as an application reads it: whose it is, and nothing that an address could be mistaken for', () => {
    const uri = new URL(totpUri('Lanepay 阳光', 'li.wei', secret))
    assert.deepEqual(
      [uri.protocol, uri.host, decodeURIComponent(uri.pathname), Object.fromEntries(uri.searchParams)],
      ['otpauth:', 'totp', '/Lanepay 阳光:li.wei', { secret: typed, issuer: 'Lanepay 阳光' }],
    )
  })
})
