import { createHmac } from 'node:crypto'
import type { Database } from '@lanepay/database/database.ts'
import { instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { checkTotp, type HmacSha1, parseTotpSecret } from '@lanepay/domain/totp.ts'
import { parseCode } from '../enrol/code.ts'
import { openAtRest, sealAtRest } from '../server/at-rest.ts'
import { selectFactor, takeRecovery, takeStep } from './factor-store.ts'

/*
 * The second factor: a code of the authenticator (RFC 6238), or in its place a recovery code. Each is good once, whichever process it is
 * shown to and however many at once: one statement decides who was first.
 */

export const hmacSha1: HmacSha1 = (key, message) => createHmac('sha1', key).update(message).digest()

export type CodeRefusal = 'no-second-factor' | 'code-wrong' | 'code-used'
export type TakenCode = { readonly by: 'authenticator' | 'recovery-code' }
type Deps = {
  readonly database: Database
  readonly houseKey: Uint8Array
  readonly clock: Clock
  readonly codeClock?: Clock
}

const purpose = 'staff-authenticator'
export const sealSecret = (houseKey: Uint8Array, staffId: string, secretText: string): string =>
  sealAtRest(houseKey, purpose, staffId, secretText)
/** In base 32. @throws Error where it was sealed with another key or for another person. */
export const openSecret = (houseKey: Uint8Array, staffId: string, sealed: string): string =>
  openAtRest(houseKey, purpose, staffId, sealed)

/** What is kept of a recovery code. */
export const recoveryHash = (houseKey: Uint8Array, staffId: string, code: string): string =>
  createHmac('sha256', houseKey).update(`staff-recovery ${staffId} ${code}`).digest('base64url')

/** Takes the code that a person shows, for good. */
export async function takeCode(deps: Deps, staffId: string, typed: string): Promise<Result<TakenCode, CodeRefusal>> {
  const { database, houseKey, clock } = deps
  const [row] = await database.reference.query<{ totp_sealed: string | null }>(selectFactor, [staffId])
  if (!row || row.totp_sealed === null) return err('no-second-factor')
  const recovery = parseCode(typed)
  if (recovery.ok) {
    const hash = recoveryHash(houseKey, staffId, recovery.value)
    const [taken] = await database.reference.query(takeRecovery, [staffId, hash, instantOut(clock.now())])
    return taken ? ok({ by: 'recovery-code' }) : err('code-wrong')
  }
  const checked = checkCode(deps, openSecret(houseKey, staffId, row.totp_sealed), typed)
  if (checked === null) return err('code-wrong')
  const [taken] = await database.reference.query(takeStep, [staffId, checked])
  return taken ? ok({ by: 'authenticator' }) : err('code-used')
}

/** The step whose code this is, now or a step off; null where it is none's. */
export function checkCode(
  { clock, codeClock = clock }: Pick<Deps, 'clock' | 'codeClock'>,
  secretText: string,
  code: string,
): number | null {
  const secret = parseTotpSecret(secretText)
  if (!secret.ok) throw new Error('a secret of ours is base 32')
  const checked = checkTotp(hmacSha1, { secret: secret.value, code, now: codeClock.now(), usedStep: null })
  return checked.ok ? checked.value : null
}
