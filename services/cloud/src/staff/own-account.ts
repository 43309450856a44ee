import { randomBytes, randomInt } from 'node:crypto'
import { instantOut, type Tx } from '@lanepay/database/database.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { totpSecretText, totpUri } from '@lanepay/domain/totp.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { grouped, makeCode } from '../enrol/code.ts'
import {
  type CodeRefusal,
  checkCode,
  openSecret,
  recoveryHash,
  sealSecret,
  type TakenCode,
  takeCode,
} from './factor.ts'
import { confirmFactor, dropRecovery, insertRecovery, noteFactorShown, setNextFactor } from './factor-store.ts'
import type { PersonRow } from './link.ts'
import { checkPassword, hashPassword, isPassword, type PasswordMistake } from './password.ts'
import { openPersonal } from './personal.ts'
import type { Who } from './route.ts'
import type { StaffDeps } from './sign-in.ts'
import { endSignIn, endSignIns, lockPerson, setPassword } from './sign-in-store.ts'
import type { Person } from './signed-in.ts'
import { type Line, noteLine, placeOf } from './trail.ts'
import { rightTry, takeTries } from './tries.ts'

/* What a person does with its own account: password, authenticator, sign-ins. Each leaves a line. */

export type OwnAccountRefusal =
  | { readonly kind: 'password-wrong' }
  | { readonly kind: 'too-many'; readonly until: Instant }
  | { readonly kind: PasswordMistake }
  | { readonly kind: CodeRefusal }
  | { readonly kind: 'authenticator-not-begun' }
  | { readonly kind: 'sign-in-unknown' }
export type Own = { readonly person: Person; readonly who: Who }

const recoveryCodes = 8
const secretBytes = 20 // RFC 4226 4, R6: 160 bits are recommended

export function ownAccount(deps: StaffDeps) {
  const { database, clock, houseKey, newId } = deps
  const place = ({ person }: Own) => placeOf(person.operatorId)
  const inOne = <T>(own: Own, act: (tx: Tx, row: PersonRow, now: Instant) => Promise<T>): Promise<T> =>
    twiceIfUnknown(() =>
      database.of(place(own).bucket).transaction(async (tx) => {
        const [row] = await tx.query<PersonRow>(lockPerson, [own.person.staffId])
        if (!row) throw new Error('the account was ended while its own request was under way')
        return act(tx, row, clock.now())
      }),
    )
  const note = (
    tx: Tx,
    own: Own,
    now: Instant,
    line: Omit<Line, 'operatorId' | 'about'> & { readonly about?: string },
  ) =>
    noteLine(tx, { houseKey, newId, now }, place(own), own.who, {
      ...{ operatorId: own.person.operatorId, about: `staff ${own.person.staffId}` },
      ...line,
    })
  /** Whoever found an open screen guesses here no faster than at the door. */
  const guarded = async <T>(own: Own, act: () => Promise<Result<T, OwnAccountRefusal>>) => {
    const keys = [{ kind: 'staff', of: own.person.staffId }] as const
    const until = await takeTries(deps, keys, clock.now())
    if (until !== null) return err({ kind: 'too-many', until } as const)
    const done = await act()
    if (done.ok) await rightTry(deps, keys, clock.now())
    return done
  }
  const passwordOf = async (own: Own): Promise<string | null> => inOne(own, async (_, row) => row.password)

  return {
    /** Shows the second factor again: what needs it may be done for the next minutes. */
    showFactor: (own: Own, code: string): Promise<Result<TakenCode, OwnAccountRefusal>> =>
      guarded(own, async () => {
        const taken = await takeCode(deps, own.person.staffId, code)
        if (!taken.ok) return err({ kind: taken.error })
        await inOne(own, async (tx, _, now) => {
          await tx.query(noteFactorShown, [own.person.signInId, instantOut(now)])
          await note(tx, own, now, { act: 'second-factor.show', after: taken.value.by })
        })
        return taken
      }),

    /** All sign-ins end, this one too: whoever has the old password, or a cookie from then, is out. */
    changePassword: (own: Own, old: string, next: string): Promise<Result<null, OwnAccountRefusal>> =>
      guarded(own, async () => {
        const hash = await passwordOf(own)
        if (hash === null || !(await isPassword(hash, old))) return err({ kind: 'password-wrong' })
        const hashed = await hashPassword(next, deps.cost)
        return inOne(own, async (tx, row, now): Promise<Result<null, OwnAccountRefusal>> => {
          if (row.password !== hash) return err({ kind: 'password-wrong' })
          const personal = openPersonal(houseKey, row.staff_id, row.sealed)
          const checked = checkPassword(next, { account: row.account, ...personal })
          if (!checked.ok) return err({ kind: checked.error })
          await tx.query(setPassword, [row.staff_id, hashed])
          await tx.query(endSignIns, [row.staff_id, instantOut(now)])
          await note(tx, own, now, { act: 'password.set', after: 'by the person' })
          return ok(null)
        })
      }),

    /** A new secret for an authenticator; the one in force stays so until a code of the new one was shown. */
    beginAuthenticator: (
      own: Own,
      password: string,
    ): Promise<Result<{ readonly secret: string; readonly uri: string }, OwnAccountRefusal>> =>
      guarded(own, async () => {
        const hash = await passwordOf(own)
        if (hash === null || !(await isPassword(hash, password))) return err({ kind: 'password-wrong' })
        const bytes = randomBytes(secretBytes)
        const secret = totpSecretText(bytes)
        const sealed = sealSecret(houseKey, own.person.staffId, secret)
        await inOne(own, (tx) => tx.query(setNextFactor, [own.person.staffId, sealed]))
        return ok({ secret, uri: totpUri('Lanepay', own.person.account, bytes) })
      }),

    /** Puts the new authenticator in force. Answers the recovery codes, which are shown this once; earlier ones work no more. */
    confirmAuthenticator: (own: Own, code: string): Promise<Result<readonly string[], OwnAccountRefusal>> =>
      guarded(own, () =>
        inOne(own, async (tx, row, now): Promise<Result<readonly string[], OwnAccountRefusal>> => {
          const { staff_id: staffId, totp_next_sealed: next } = row
          if (next === null) return err({ kind: 'authenticator-not-begun' })
          const step = checkCode(deps, openSecret(houseKey, staffId, next), code)
          if (step === null) return err({ kind: 'code-wrong' })
          const codes = Array.from({ length: recoveryCodes }, () => makeCode(randomInt))
          await tx.query(confirmFactor, [staffId, next, step])
          await tx.query(dropRecovery, [staffId])
          await tx.query(insertRecovery, [staffId, codes.map((one) => recoveryHash(houseKey, staffId, one))])
          await tx.query(noteFactorShown, [own.person.signInId, instantOut(now)])
          await note(tx, own, now, {
            act: 'authenticator.set',
            before: row.totp_sealed === null ? 'none' : 'another',
            after: `set up, with ${recoveryCodes} recovery codes`,
          })
          return ok(codes.map(grouped))
        }),
      ),

    /** Ends one of the person's sign-ins; its cookie is nobody's from then on. */
    endSignIn: (own: Own, signInId: string): Promise<Result<Id, OwnAccountRefusal>> =>
      inOne(own, async (tx, row, now): Promise<Result<Id, OwnAccountRefusal>> => {
        const [ended] = await tx.query(endSignIn, [signInId, row.staff_id, instantOut(now)])
        if (!ended) return err({ kind: 'sign-in-unknown' })
        await note(tx, own, now, { act: 'sign-in.end', about: `sign-in ${signInId}` })
        return ok(signInId as Id)
      }),
  }
}
export type OwnAccount = ReturnType<typeof ownAccount>
