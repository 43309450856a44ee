import { err, ok, type Result } from './result.ts'
import type { Fen } from './types.ts'

/** @throws RangeError when the number is not a whole, safe number of fen: that is a bug upstream, not input. */
export function fen(whole: number): Fen {
  if (!Number.isSafeInteger(whole)) throw new RangeError(`whole fen, got ${whole}`)
  return whole as Fen
}

/** `1234` -> `"12.34"`: for screens, Alipay and bills. */
export function toYuan(amount: Fen): string {
  const sign = amount < 0 ? '-' : ''
  const whole = Math.abs(amount)
  return `${sign}${Math.floor(whole / 100)}.${String(whole % 100).padStart(2, '0')}`
}

/** `"12.34"`, `"12.3"`, `"12"` -> 1234 fen. By text, never through a float; more than two decimals is refused. */
export function parseYuan(unchecked: string): Result<Fen, 'not-yuan'> {
  const parts = /^(-?)(\d{1,12})(?:\.(\d{1,2}))?$/.exec(unchecked)
  if (!parts) return err('not-yuan')
  const whole = Number(parts[2]) * 100 + Number((parts[3] ?? '').padEnd(2, '0'))
  return ok(fen(parts[1] ? -whole : whole))
}

/** A part of an amount in basis points (1/10,000), rounded down, so that parts never exceed the whole. */
export function basisPointsOf(amount: Fen, basisPoints: number): Fen {
  return fen(Number((BigInt(amount) * BigInt(basisPoints)) / 10_000n))
}
