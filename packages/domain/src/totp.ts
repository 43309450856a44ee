import { err, ok, type Result } from './result.ts'

/*
 * One-time codes by time (RFC 6238, with RFC 4226 for the code itself), as every authenticator application shows them: SHA-1,
 * 6 digits, a new code each 30 seconds. The keyed hash is given, because nothing is depended on here.
 */

export type HmacSha1 = (key: Uint8Array, message: Uint8Array) => Uint8Array

const stepMs = 30_000
/** A person's clock may be off by a step either way (RFC 6238 5.2). */
const stepsOff = 1
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
/** RFC 4226 4, requirement 6: 128 bits at least. */
const secretBytesAtLeast = 16

/** The secret of a person, in base 32 (RFC 4648 6) as it is typed into an application: spaces and small letters are fine. */
export function parseTotpSecret(unchecked: string): Result<Uint8Array, 'not-base32' | 'too-short'> {
  const text = unchecked.replace(/[\s-]/g, '').replace(/=+$/, '').toUpperCase()
  const bytes: number[] = []
  let [bits, held] = [0, 0]
  for (const letter of text) {
    const value = base32.indexOf(letter)
    if (value < 0) return err('not-base32')
    held = (held << 5) | value
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes.push(held >> bits)
      held &= (1 << bits) - 1
    }
  }
  return bytes.length < secretBytesAtLeast ? err('too-short') : ok(Uint8Array.from(bytes))
}

/** Which 30 seconds since 1970 an instant lies in (RFC 6238 4.2). */
export const totpStep = (now: number): number => Math.floor(now / stepMs)

/** The code of one step (RFC 4226 5.3). */
export function totpCode(hmac: HmacSha1, secret: Uint8Array, step: number, digits = 6): string {
  const counter = new Uint8Array(8)
  new DataView(counter.buffer).setBigUint64(0, BigInt(step))
  const hash = hmac(secret, counter)
  const at = hash[hash.length - 1]! & 15
  const truncated = new DataView(hash.buffer, hash.byteOffset).getUint32(at) & 0x7fffffff
  return String(truncated % 10 ** digits).padStart(digits, '0')
}

/**
 * Whether the code is the person's now, or of the step before or after. Answers its step, to be noted: a code is good once
 * (RFC 6238 5.2), so none of that step or before is taken again.
 */
export function checkTotp(
  hmac: HmacSha1,
  asked: { readonly secret: Uint8Array; readonly code: string; readonly now: number; readonly usedStep: number | null },
): Result<number, 'not-six-digits' | 'wrong-code' | 'used-code'> {
  const code = asked.code.replace(/\s/g, '')
  if (!/^\d{6}$/.test(code)) return err('not-six-digits')
  const current = totpStep(asked.now)
  for (let step = current - stepsOff; step <= current + stepsOff; step++) {
    if (totpCode(hmac, asked.secret, step) !== code) continue
    return asked.usedStep !== null && step <= asked.usedStep ? err('used-code') : ok(step)
  }
  return err('wrong-code')
}

/** A secret in base 32 (RFC 4648 6), without padding: what a person types where no code can be scanned. */
export function totpSecretText(secret: Uint8Array): string {
  let [bits, held] = [0, 0]
  let text = ''
  for (const byte of secret) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += base32[held >> bits]
      held &= (1 << bits) - 1
    }
  }
  return bits === 0 ? text : text + base32[held << (5 - bits)]
}

/** What an authenticator application reads from a code on the screen (otpauth:// as Google Authenticator's wiki has it). */
export const totpUri = (issuer: string, account: string, secret: Uint8Array): string =>
  `otpauth://totp/${encodeURIComponent(issuer)}:${encodeURIComponent(account)}?secret=${totpSecretText(secret)}&issuer=${encodeURIComponent(issuer)}`
