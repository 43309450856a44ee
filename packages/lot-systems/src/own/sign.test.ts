import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import type { Instant } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import { signed } from '../../../lot-client/src/sign.ts'
import { type Call, judgeSigned, readSigned, signatureOf, windowMs } from './sign.ts'

const secret = 'the-secret-of-the-example-in-the-documents'
const now = 1_764_425_000_000 as Instant
const example: Call = {
  method: 'POST',
  path: '/connect/v1/entered',
  time: String(now),
  nonce: '0123456789abcdef',
  idempotency: 'R1.in',
  body: '{"stay":"R1","plate":"粤B12345","enteredAt":1764425000000,"lane":1}',
}
const claimed = (call: Call, signature = signatureOf(secret, call)) => ({
  ...call,
  key: { bucket: 1, lotId: 2, name: 'sandbox' },
  signature,
})

test('the worked example of the documentation', () => {
  const text = readFileSync(new URL('../../../../docs/connect.md', import.meta.url), 'utf8')
  assert.ok(text.includes(example.body))
  const [, lines = ''] = /is signed over\n\n```text\n([\s\S]*?)\n```/.exec(text) ?? []
  assert.equal(createHmac('sha256', secret).update(lines).digest('hex'), signatureOf(secret, example))
  assert.equal(/^lanepay-signature: ([0-9a-f]{64})$/m.exec(text)?.[1], signatureOf(secret, example))
})

describe('a signed call is judged', () => {
  const cases: readonly (readonly [what: string, call: Partial<Call>, number, string | null])[] = [
    ['as it was signed', {}, 0, null],
    ['at the end of the window', {}, windowMs, null],
    ['of a clock that is ahead by the window', {}, -windowMs, null],
    ['after the window', {}, windowMs + 1, 'time-off'],
    ['from further ahead', {}, -windowMs - 1, 'time-off'],
    ['with another body', { body: '{}' }, 0, 'wrong-signature'],
    ['to another path', { path: '/connect/v1/left' }, 0, 'wrong-signature'],
    ['by another method', { method: 'GET' }, 0, 'wrong-signature'],
    ['with another nonce', { nonce: '0123456789abcdeX' }, 0, 'wrong-signature'],
    ['with another idempotency key', { idempotency: 'R2.in' }, 0, 'wrong-signature'],
    ['with another time, however near', { time: String(now + 1) }, 0, 'wrong-signature'],
  ]
  for (const [what, changed, later, error] of cases)
    test(`${what}: ${error ?? 'taken'}`, () => {
      const call = { ...claimed(example), ...changed }
      const judged = judgeSigned(secret, call, (now + later) as Instant)
      assert.equal(judged.ok ? null : judged.error, error)
    })
  test('under another secret', () =>
    assert.deepEqual(judgeSigned(`${secret}x`, claimed(example), now), { ok: false, error: 'wrong-signature' }))
})

test('whatever the client signs, the cloud takes', () =>
  fc.assert(
    fc.property(
      fc.constantFrom('GET' as const, 'POST' as const),
      fc.webPath(),
      fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
      fc.option(fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/), { nil: undefined }),
      (method, path, body, idempotencyKey) => {
        const call = { method, path, body, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) }
        const headers = signed({ name: '7-42-a', secret }, call, now)
        const read = readSigned(headers, { method, path, body })
        assert.ok(read.ok)
        assert.deepEqual(read.value.key, { bucket: 7, lotId: 42, name: 'a' })
        assert.ok(judgeSigned(secret, read.value, now).ok)
      },
    ),
  ))

describe('a header that is not one is named', () => {
  const good = signed({ name: '7-42-a', secret }, { method: 'POST', path: '/', body: '', idempotencyKey: 'k' }, now)
  const cases: readonly (readonly [field: string, value: string | undefined])[] = [
    ['lanepay-key', undefined],
    ['lanepay-key', '42-a'],
    ['lanepay-key', '7-42-A'],
    ['lanepay-time', 'now'],
    ['lanepay-time', '-1'],
    ['lanepay-nonce', 'short'],
    ['lanepay-nonce', 'with a blank in it'],
    ['lanepay-signature', 'F'.repeat(64)],
    ['lanepay-signature', ''],
    ['idempotency-key', 'a/b'],
    ['idempotency-key', 'x'.repeat(65)],
  ]
  for (const [field, value] of cases)
    test(`${field}: ${value ?? 'left out'}`, () => {
      const { [field]: _, ...others } = good
      const read = readSigned(value === undefined ? others : { ...others, [field]: value }, {
        method: 'POST',
        path: '/',
        body: '',
      })
      assert.equal(read.ok ? null : read.error.field, field)
    })
})
