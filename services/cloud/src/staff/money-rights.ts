import { fen } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import type { RefundRights } from '../refund/right.ts'
import { type ActName, reaches, type Scope } from './acts.ts'
import { type CodeRefusal, openSecret, takeCode } from './factor.ts'
import type { PersonRow } from './link.ts'
import { selectLotsOfPerson } from './manage-store.ts'
import type { StaffDeps } from './sign-in.ts'
import { selectMoneyPerson } from './sign-in-store.ts'
import { noteLine, placeOf } from './trail.ts'

/*
 * An account as the rights of the commands that move money know a person (refund/right.ts): of its operator, and never without a second
 * factor, whatever the amount. There is no screen here whose sign-in could have shown one shortly before.
 */

export type MoneyRights = {
  readonly rights: RefundRights
  /** Takes the code that the person typed, for good and for all processes; leaves a line of what it was shown for. */
  takeCode(code: string): Promise<Result<null, CodeRefusal>>
}

/** What an account may of an act; of one lot, or (null) of all that its operator has. */
export async function moneyRightsOf(
  deps: StaffDeps,
  asked: { readonly account: string; readonly act: ActName; readonly lot: LotKey | null; readonly about: string },
): Promise<Result<MoneyRights, 'account-unknown' | 'not-allowed' | 'no-second-factor'>> {
  const { database, clock, houseKey, newId } = deps
  const { account, act, lot, about } = asked
  const [person] = await database.reference.query<PersonRow>(selectMoneyPerson, [account])
  if (!person) return err('account-unknown')
  const { staff_id: staffId, operator_id: operatorId, role } = person
  const scope: Scope = operatorId === null ? 'platform' : 'operator'
  if (!reaches(role, act, scope)) return err('not-allowed')
  if (!person.all_lots) {
    const own = await database.reference.query<{ lot_id: number }>(selectLotsOfPerson, [staffId])
    if (lot === null || !own.some(({ lot_id }) => lot_id === lot.lotId)) return err('not-allowed')
  }
  if (person.totp_sealed === null) return err('no-second-factor')
  const totpSecret = openSecret(houseKey, staffId, person.totp_sealed)
  return ok({
    rights: {
      ...{ limitFen: fen(0), limitOfOperator: {} },
      people: [{ name: account, operators: operatorId === null ? 'all' : [operatorId], totpSecret }],
    },
    takeCode: async (code) => {
      // A recovery code is for signing in: what is asked for next reads six digits.
      if (!/^\s*(?:\d\s*){6}$/.test(code)) return err('code-wrong')
      const taken = await takeCode(deps, staffId, code)
      if (!taken.ok) return taken
      const place = lot ?? placeOf(operatorId)
      const who = { staffId: staffId as Id, account, role, address: '', lookId: null }
      await twiceIfUnknown(() =>
        database.of(place.bucket).transaction((tx) =>
          noteLine(tx, { houseKey, newId, now: clock.now() }, place, who, {
            ...{ act, operatorId, about, after: 'second factor shown for it, by a command' },
          }),
        ),
      )
      return ok(null)
    },
  })
}
