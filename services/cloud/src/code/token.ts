import { createHmac, timingSafeEqual } from 'node:crypto'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { LotKey } from '@lanepay/domain/types.ts'

export const codeKinds = ['entry', 'prepay', 'exit'] as const
export type CodeKind = (typeof codeKinds)[number]
/** What a printed code says. A prepay code has no lane. `serial` counts the codes that hung there before it. */
export type Code = LotKey & { readonly kind: CodeKind; readonly laneId: number; readonly serial: number }

// Crockford's base 32: no I, L, O, U, so that a person can read a code out over the telephone.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const layout = 1n

/**
 * The token printed in a code's URL: 22 characters. 60 bits say layout, kind, bucket, lot, lane and serial; 50 bits are
 * an HMAC over them, so that a code cannot be made for somebody else's lot and a misread character is found.
 */
export function codeToken(code: Code, key: Buffer): string {
  let packed = layout
  packed = (packed << 2n) | BigInt(codeKinds.indexOf(code.kind))
  packed = (packed << 8n) | BigInt(code.bucket)
  packed = (packed << 24n) | BigInt(code.lotId)
  packed = (packed << 10n) | BigInt(code.laneId)
  packed = (packed << 12n) | BigInt(code.serial)
  const body = toText(packed, 12)
  return body + seal(body, key)
}

/** Reads a scanned token; lower case and the usual confusions (O for 0, I and L for 1) are forgiven. */
export function parseCodeToken(unchecked: string, key: Buffer): Result<Code, 'code-malformed'> {
  const text = unchecked.toUpperCase().replaceAll('O', '0').replaceAll('I', '1').replaceAll('L', '1')
  if (!/^[0-9A-HJKMNP-TV-Z]{22}$/.test(text)) return err('code-malformed')
  const body = text.slice(0, 12)
  if (!timingSafeEqual(Buffer.from(seal(body, key)), Buffer.from(text.slice(12)))) return err('code-malformed')
  let packed = 0n
  for (const character of body) packed = packed * 32n + BigInt(alphabet.indexOf(character))
  const take = (bits: bigint) => {
    const value = Number(packed & ((1n << bits) - 1n))
    packed >>= bits
    return value
  }
  const serial = take(12n)
  const laneId = take(10n)
  const lotId = take(24n)
  const bucket = take(8n)
  const kind = codeKinds[take(2n)]
  if (packed !== layout || kind === undefined) return err('code-malformed')
  return ok({ kind, bucket, lotId, laneId, serial })
}

function toText(value: bigint, length: number): string {
  let text = ''
  for (let rest = value, n = 0; n < length; n++, rest /= 32n) text = alphabet[Number(rest % 32n)] + text
  return text
}

function seal(body: string, key: Buffer): string {
  return toText(createHmac('sha256', key).update(`code:${body}`).digest().readBigUInt64BE() >> 14n, 10)
}
