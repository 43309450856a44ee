import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Instant, LotKey } from '@lanepay/domain/types.ts'

/*
 * The signature of our own protocol (docs/connect.md, Signing): HMAC-SHA256, in hex, under the lot's key over six lines, each but the last ended
 * by a line feed: method, path with query, time, nonce, idempotency key (empty where there is none), SHA-256 of the body in hex.
 */

export const headersOf = {
  key: 'lanepay-key',
  time: 'lanepay-time',
  nonce: 'lanepay-nonce',
  signature: 'lanepay-signature',
  idempotency: 'idempotency-key',
} as const

/** A call signed so long before or after our clock is not taken, and a nonce is remembered for twice as long. */
export const windowMs = 5 * 60_000

/** Key names carry their way home: `<bucket>-<lot>-<name>`. */
export type KeyName = LotKey & { readonly name: string }
export const keyNameOf = ({ bucket, lotId, name }: KeyName): string => `${bucket}-${lotId}-${name}`

export type Call = {
  readonly method: string
  readonly path: string
  readonly time: string
  readonly nonce: string
  readonly idempotency: string
  readonly body: string
}
export type SignedCall = Call & { readonly key: KeyName; readonly signature: string }

const rules = {
  key: /^(?<bucket>\d{1,3})-(?<lot>\d{1,7})-(?<name>[a-z0-9]{1,20})$/,
  time: /^\d{1,15}$/,
  nonce: /^[A-Za-z0-9_-]{16,64}$/,
  signature: /^[0-9a-f]{64}$/,
} as const
/** What a call may name itself, so that it is done once. */
export const idempotencyRule = /^[A-Za-z0-9._-]{1,64}$/

/** Reads what a call claims; `not-signed` names the first header that is missing or malformed. Nothing is proven yet. */
export function readSigned(
  headers: Readonly<Record<string, unknown>>,
  called: Pick<Call, 'method' | 'path' | 'body'>,
): Result<SignedCall, { readonly field: string; readonly rule: string }> {
  for (const [name, rule] of Object.entries(rules)) {
    const field = headersOf[name as keyof typeof rules]
    const value = headers[field]
    if (typeof value !== 'string' || !rule.test(value)) return err({ field, rule: rule.source })
  }
  const { bucket, lot, name } = rules.key.exec(String(headers[headersOf.key]))!.groups!
  const idempotency = headers[headersOf.idempotency] ?? ''
  if (typeof idempotency !== 'string' || (idempotency !== '' && !idempotencyRule.test(idempotency)))
    return err({ field: headersOf.idempotency, rule: idempotencyRule.source })
  return ok({
    ...called,
    key: { bucket: Number(bucket), lotId: Number(lot), name: name! },
    time: String(headers[headersOf.time]),
    nonce: String(headers[headersOf.nonce]),
    signature: String(headers[headersOf.signature]),
    idempotency,
  })
}

export const signatureOf = (secret: string, { method, path, time, nonce, idempotency, body }: Call): string =>
  createHmac('sha256', secret)
    .update([method, path, time, nonce, idempotency, createHash('sha256').update(body).digest('hex')].join('\n'))
    .digest('hex')

/** Whether whoever has this secret signed it, lately. Whether it came before is not known here. */
export function judgeSigned(
  secret: string,
  call: SignedCall,
  now: Instant,
): Result<null, 'wrong-signature' | 'time-off'> {
  const expected = Buffer.from(signatureOf(secret, call), 'hex')
  if (!timingSafeEqual(expected, Buffer.from(call.signature, 'hex'))) return err('wrong-signature')
  return Math.abs(Number(call.time) - now) > windowMs ? err('time-off') : ok(null)
}
