import { type KeyObject, verify } from 'node:crypto'
import { promisify } from 'node:util'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { NotificationRefusal } from '../channel.ts'
import { fromBase64 } from './base64.ts'
import { findKey, type KeyRing } from './key-ring.ts'

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>
export type SignatureHeaders = {
  readonly timestamp: string
  readonly nonce: string
  readonly serial: string
  readonly signature: string
}

/** Another clock may differ from ours by less than this; it also bounds how long a message can be replayed. */
export const clockWindowMs = 300_000
const signatureType = 'WECHATPAY2-SHA256-RSA2048'
const probe = 'WECHATPAY/SIGNTEST/'

const refusal = (kind: NotificationRefusal['kind'], detail: string) => err({ kind, detail })

/** The four headers of wechat-pay.md 5.1, whatever the case of their names; an SM2 signature is refused. */
export function readSignatureHeaders(headers: Headers): Result<SignatureHeaders, NotificationRefusal> {
  let byName: Map<string, Headers[string]> | null = null
  const named = (name: string) => {
    const header = `wechatpay-${name}`
    let value = headers[header]
    if (value === undefined) {
      byName ??= new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
      value = byName.get(header)
    }
    return typeof value === 'string' && value !== '' ? value : null
  }
  const [timestamp, nonce, serial, signature] = ['timestamp', 'nonce', 'serial', 'signature'].map(named)
  if (!timestamp || !nonce || !serial || !signature)
    return refusal('malformed', 'one of the four Wechatpay-* headers is missing')
  const type = named('signature-type') ?? signatureType
  if (type !== signatureType) return refusal('bad-signature', `signature type not configured: ${type.slice(0, 40)}`)
  return ok({ timestamp, nonce, serial, signature })
}

/** Steps 2 to 4 of wechat-pay.md 5.1. `unknown-key` is the one refusal that fresh certificates may cure. */
export async function checkSignature(
  ring: KeyRing,
  headers: SignatureHeaders,
  body: Uint8Array,
  now: Instant,
): Promise<Result<void, NotificationRefusal>> {
  if (!/^\d{1,12}$/.test(headers.timestamp)) return refusal('malformed', 'Wechatpay-Timestamp is not in seconds')
  const offMs = now - Number(headers.timestamp) * 1000
  if (Math.abs(offMs) >= clockWindowMs) return refusal('stale', `timestamp differs by ${Math.round(offMs / 1000)} s`)
  const held = findKey(ring, headers.serial, now)
  if (!held) return refusal('unknown-key', `no key with serial ${headers.serial.slice(0, 60)}`)
  if (await verifies(held.key, signedText(headers, body), headers.signature)) return ok(undefined)
  // The probe only gets a name of its own, so that its counter is not mistaken for an attack.
  return refusal('bad-signature', headers.signature.startsWith(probe) ? 'signature probe' : 'does not verify')
}

const signedText = (headers: SignatureHeaders, body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${headers.timestamp}\n${headers.nonce}\n`), body, Buffer.from('\n')])

const verifyOnThreadPool = promisify<string, Uint8Array, KeyObject, Uint8Array, boolean>(verify)

/**
 * RSA-SHA256 over the bytes; a signature that is not even base64 simply does not verify. On the thread pool: of a notification it
 * is the dearest part, and the one thread that serves all has other things to do.
 */
export async function verifies(key: KeyObject, signed: Uint8Array, signature: string): Promise<boolean> {
  const bytes = fromBase64(signature)
  return bytes !== null && key.asymmetricKeyType === 'rsa' && verifyOnThreadPool('sha256', signed, key, bytes)
}
