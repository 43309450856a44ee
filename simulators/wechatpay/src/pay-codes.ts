import type { PayCode } from './book.ts'
import { randomDigits } from './sealing.ts'
import type { Works } from './works.ts'

/** A code refreshes every minute (wechat-pay.md 11). */
export const payCodeLivesMs = 60_000

/** A fresh code on this driver's screen: 18 digits, beginning 10 to 14. */
export function showPayCode(works: Pick<Works, 'book' | 'clock'>, user: string): string {
  const code = `1${randomDigits(1).replace(/[5-9]/, '3')}${randomDigits(16)}`
  if (works.book.get('pay-code', code)) return showPayCode(works, user)
  works.book.put('pay-code', code, { code, user, at: works.clock.now(), used: false })
  return code
}

/** Whose code this is, or the word for why it is nobody's now (wechat-pay.md 22.2). */
export function readPayCode(
  { book }: Pick<Works, 'book'>,
  digits: string,
  now: number,
): PayCode | 'AUTH_CODE_INVALID' | 'AUTH_CODE_ERROR' | 'AUTHCODEEXPIRE' {
  const shown = /^1[0-5]\d{16}$/.test(digits) ? book.get('pay-code', digits) : undefined
  if (!shown) return 'AUTH_CODE_INVALID'
  if (shown.used) return 'AUTH_CODE_ERROR'
  return now - shown.at > payCodeLivesMs ? 'AUTHCODEEXPIRE' : shown
}
