import { createHmac, timingSafeEqual } from 'node:crypto'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Instant, LotKey } from '@lanepay/domain/types.ts'

export const codeKinds = ['entry', 'prepay', 'exit'] as const
export type CodeKind = (typeof codeKinds)[number]
/** What a printed code says. A prepay code has no lane. `serial` counts the codes that hung there before it. */
export type Code = LotKey & {
  readonly kind: CodeKind
  readonly laneId: number
  readonly serial: number
  /**
   * Of a screen in the lane, which shows another code every few seconds: until when it may be scanned; and once it was, as
   * `opened`, until when that scan may be gone on with.
   */
  readonly shown?: { readonly until: Instant; readonly opened: boolean }
}

// Crockford's base 32: no I, L, O, U, so that a person can read a code out over the telephone.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const layouts = { printed: 1n, shown: 2n, opened: 3n } as const
/** Characters of the body: the place, and behind it for a screen's code the second in which it ends. */
const lengths = { place: 12, until: 8, seal: 10 } as const

/**
 * The token in a code's URL: 22 characters, of a screen 30. 60 bits say layout, kind, bucket, lot, lane and serial, 40 more the
 * time; 50 bits are an HMAC over them, so that a code cannot be made for somebody else's lot and a misread character is found.
 */
export function codeToken(code: Code, key: Buffer): string {
  const { shown } = code
  let packed: bigint = layouts[shown === undefined ? 'printed' : shown.opened ? 'opened' : 'shown']
  packed = (packed << 2n) | BigInt(codeKinds.indexOf(code.kind))
  packed = (packed << 8n) | BigInt(code.bucket)
  packed = (packed << 24n) | BigInt(code.lotId)
  packed = (packed << 10n) | BigInt(code.laneId)
  packed = (packed << 12n) | BigInt(code.serial)
  const until = shown === undefined ? '' : toText(BigInt(Math.floor(shown.until / 1000)), lengths.until)
  const body = toText(packed, lengths.place) + until
  return body + seal(body, key)
}

/** Reads a scanned token; lower case and the usual confusions (O for 0, I and L for 1) are forgiven. */
export function parseCodeToken(unchecked: string, key: Buffer): Result<Code, 'code-malformed'> {
  const text = unchecked.toUpperCase().replaceAll('O', '0').replaceAll('I', '1').replaceAll('L', '1')
  if (!/^[0-9A-HJKMNP-TV-Z]{22}(?:[0-9A-HJKMNP-TV-Z]{8})?$/.test(text)) return err('code-malformed')
  const body = text.slice(0, -lengths.seal)
  if (!timingSafeEqual(Buffer.from(seal(body, key)), Buffer.from(text.slice(-lengths.seal))))
    return err('code-malformed')
  let packed = fromText(body.slice(0, lengths.place))
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
  if (kind === undefined) return err('code-malformed')
  const place = { kind, bucket, lotId, laneId, serial }
  const until = body.slice(lengths.place)
  if (until === '') return packed === layouts.printed ? ok(place) : err('code-malformed')
  if (packed !== layouts.shown && packed !== layouts.opened) return err('code-malformed')
  const shown = { until: (Number(fromText(until)) * 1000) as Instant, opened: packed === layouts.opened }
  return ok({ ...place, shown })
}

function toText(value: bigint, length: number): string {
  let text = ''
  for (let rest = value, n = 0; n < length; n++, rest /= 32n) text = alphabet[Number(rest % 32n)] + text
  return text
}

function fromText(text: string): bigint {
  let value = 0n
  for (const character of text) value = value * 32n + BigInt(alphabet.indexOf(character))
  return value
}

function seal(body: string, key: Buffer): string {
  return toText(createHmac('sha256', key).update(`code:${body}`).digest().readBigUInt64BE() >> 14n, lengths.seal)
}
