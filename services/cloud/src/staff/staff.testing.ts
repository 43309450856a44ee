import { randomBytes } from 'node:crypto'
import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import type { Role } from './acts.ts'
import { cookieName } from './cookie.ts'
import { ownPageHeader } from './own-page.ts'
import { lastsMs } from './signed-in.ts'
import { makeToken, tokenHash } from './token.ts'

const insertPerson: Statement = {
  name: 'test-insert-staff',
  text: `insert into staff (staff_id, account, sealed, role, operator_id, party, all_lots, totp_sealed, made_at)
         values ($1, $2, '', $3, $4, $5, $6, $7, $8)`,
}
const insertLot: Statement = {
  name: 'test-insert-staff-lot',
  text: 'insert into staff_lot (staff_id, lot_id, lanes) values ($1, $2, $3)',
}
const insertSignIn: Statement = {
  name: 'test-insert-staff-sign-in',
  text: `insert into staff_sign_in (sign_in_id, token_hash, staff_id, began_at, seen_at, ends_at, factor_at, address, browser)
         values ($1, $2, $3, $4, $4, $5, $6, '127.0.0.1', 'a test')`,
}

/**
 * Somebody with this role who is signed in, for tests that are about something else: the headers of its requests. Without lots it may
 * see all of its operator's; its second factor was just shown.
 */
export async function signedInAs(
  database: Database,
  now: number,
  told: {
    readonly role: Role
    readonly operatorId?: string
    readonly party?: string
    readonly lots?: readonly { readonly lot: number; readonly lanes?: readonly number[] }[]
  },
): Promise<Readonly<Record<string, string>>> {
  const id = randomBytes(7).readUIntBE(0, 6) + 1
  const token = makeToken()
  await database.reference.query(insertPerson, [
    ...[id, `test-${id}`, told.role, told.operatorId ?? null, told.party ?? null, told.lots === undefined],
    ...['set up', instantOut(now)],
  ])
  for (const { lot, lanes } of told.lots ?? []) await database.reference.query(insertLot, [id, lot, lanes ?? null])
  await database.reference.query(insertSignIn, [
    ...[id, tokenHash(token), id, instantOut(now), instantOut(now + lastsMs), instantOut(now)],
  ])
  return { cookie: `${cookieName(false)}=${token}`, [ownPageHeader]: '1' }
}
