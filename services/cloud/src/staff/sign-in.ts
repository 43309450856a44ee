import { createHmac } from 'node:crypto'
import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { seal, unseal } from '../driver/sealed.ts'
import { type CodeRefusal, takeCode } from './factor.ts'
import { type Cost, hashPassword, isPassword, isWeaker, usualCost } from './password.ts'
import { forgetSignIns, insertSignIn, raisePassword, type SignInRow, selectForSignIn } from './sign-in-store.ts'
import { lastsMs } from './signed-in.ts'
import { makeToken, tokenHash } from './token.ts'
import { noteLine, placeOf } from './trail.ts'
import { networkOf, rightTry, type TryKey, takeTries } from './tries.ts'

export type StaffDeps = {
  readonly database: Database
  readonly clock: Clock
  /** By which authenticators run; left out: `clock`. A telephone knows nothing of a clock that a person pushed ahead. */
  readonly codeClock?: Clock
  readonly newId: () => Id
  readonly houseKey: Uint8Array
  /** Of passwords that are set from now on; left out: as usual. */
  readonly cost?: Cost
  /** How a password is held against a hash; left out: as usual. */
  readonly fits?: typeof isPassword
}
export type SignInAsk = {
  readonly account: string
  readonly password: string
  readonly code?: string
  readonly address: string
  /** What the browser calls itself; shown to the person beside each of its sign-ins. */
  readonly browser: string
  /** What this browser was given when it last signed somebody in. */
  readonly browserSeal: string | undefined
}
export type SignInRefusal =
  | { readonly kind: 'sign-in-wrong' }
  | { readonly kind: 'code-needed' }
  | { readonly kind: Exclude<CodeRefusal, 'no-second-factor'> }
  | { readonly kind: 'too-many'; readonly until: Instant }
export type SignedIn = { readonly token: string; readonly staffId: Id; readonly browserSeal: string }

/** How long it is kept where a person was signed in, for whoever looks into a misuse. */
const keptMs = 90 * 86_400_000
const browserPurpose = 'lp_staff_browser'
/** What a browser keeps for having signed an account in. */
const browserSealOf = (houseKey: Uint8Array, account: string): string =>
  seal(browserPurpose, { a: accountKey(houseKey, account) }, Buffer.from(houseKey))
const accountKey = (houseKey: Uint8Array, account: string): string =>
  createHmac('sha256', houseKey).update(`staff-browser ${account}`).digest('base64url')
const knowsBrowser = (houseKey: Uint8Array, account: string, given: string | undefined): boolean =>
  (unseal(browserPurpose, given, Buffer.from(houseKey)) as { a?: string } | null)?.a === accountKey(houseKey, account)

/** What an account may be called; never a telephone number. */
export const accountForm = /^[a-z][a-z0-9._-]{2,31}$/
/** However it was typed. */
export const tidyAccount = (unchecked: string): string => unchecked.normalize('NFKC').trim().toLowerCase()

/**
 * Signs a person in: always under a token that nobody has had before, whatever the browser brought along. An account that is not there, or
 * has ended, costs the same work and gets the same answer as a wrong password. Where an authenticator is set up its code is asked for too.
 */
export function signingIn(deps: StaffDeps): (asked: SignInAsk) => Promise<Result<SignedIn, SignInRefusal>> {
  const { database, clock, newId, houseKey, cost = usualCost, fits = isPassword } = deps
  const nobodys = hashPassword(makeToken(), cost)
  return async (asked) => {
    const account = tidyAccount(asked.account)
    const keys: TryKey[] = knowsBrowser(houseKey, account, asked.browserSeal)
      ? [{ kind: 'browser', of: asked.browserSeal! }]
      : [
          { kind: 'pair', of: `${account} ${networkOf(asked.address)}` },
          { kind: 'address', of: networkOf(asked.address) },
          { kind: 'account', of: account },
        ]
    const until = await takeTries(deps, keys, clock.now())
    if (until !== null) return err({ kind: 'too-many', until })
    // What cannot be an account is not asked for: the database would not take every text.
    const [row] = accountForm.test(account) ? await database.reference.query<SignInRow>(selectForSignIn, [account]) : []
    const isRight = await fits(row?.password ?? (await nobodys), asked.password)
    if (!row || row.password === null || !isRight) return err({ kind: 'sign-in-wrong' })
    if (row.has_factor && asked.code === undefined) {
      await rightTry(deps, keys, clock.now())
      return err({ kind: 'code-needed' })
    }
    const now = clock.now()
    if (row.has_factor) {
      const taken = await takeCode(deps, row.staff_id, asked.code!)
      if (!taken.ok) return err({ kind: taken.error === 'code-used' ? 'code-used' : 'code-wrong' })
    }
    if (isWeaker(row.password, cost))
      await database.reference.query(raisePassword, [
        ...[row.staff_id, row.password, await hashPassword(asked.password, cost)],
      ])
    const token = makeToken()
    const signInId = newId()
    const place = placeOf(row.operator_id)
    await twiceIfUnknown(() =>
      database.of(place.bucket).transaction(async (tx) => {
        const inserted = await tx.query(insertSignIn, [
          ...[signInId, tokenHash(token), row.staff_id, instantOut(now), instantOut(now + lastsMs)],
          ...[row.has_factor ? instantOut(now) : null, asked.address, asked.browser.slice(0, 200)],
        ])
        if (inserted.length === 0) return // a repeat after a lost answer
        await tx.query(forgetSignIns, [row.staff_id, instantOut(now - keptMs)])
        const who = { staffId: row.staff_id as Id, account, role: row.role, address: asked.address, lookId: null }
        await noteLine(tx, { houseKey, newId, now }, place, who, {
          ...{ act: 'sign-in', operatorId: row.operator_id, about: `sign-in ${signInId}` },
        })
      }),
    )
    await rightTry(deps, keys, now)
    return ok({ token, staffId: row.staff_id as Id, browserSeal: browserSealOf(houseKey, account) })
  }
}
