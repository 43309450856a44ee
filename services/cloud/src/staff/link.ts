import { createHmac } from 'node:crypto'
import { instantOut, type Statement, type Tx } from '@lanepay/database/database.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import type { Role } from './acts.ts'
import { checkPassword, hashPassword, type PasswordMistake } from './password.ts'
import { openPersonal } from './personal.ts'
import type { StaffDeps } from './sign-in.ts'
import { endSignIns, lockPerson, setPassword } from './sign-in-store.ts'
import { isToken, makeToken } from './token.ts'
import { noteLine, placeOf } from './trail.ts'

/*
 * One-time links by which a person sets its own password: nobody ever types one for somebody else, or knows it. The last link of an account
 * is the one that works.
 */

export const linkLastsMs = 48 * 3_600_000

export type PersonRow = {
  staff_id: string
  account: string
  sealed: string
  role: Role
  operator_id: string | null
  party: string | null
  all_lots: boolean
  password: string | null
  totp_sealed: string | null
  totp_next_sealed: string | null
}

/** What is kept of a link: without the house key nobody finds it from the table. */
const linkHash = (houseKey: Uint8Array, link: string): string =>
  createHmac('sha256', houseKey).update(`staff-link ${link}`).digest('base64url')

const insertLink: Statement = {
  name: 'insert-staff-link',
  text: 'insert into staff_link (code_hash, staff_id, made_at, expires_at) values ($1, $2, $3, $4)',
}
export const endLinks: Statement = {
  name: 'end-staff-links',
  text: 'delete from staff_link where staff_id = $1 and used_at is null',
}
const selectLink: Statement = {
  name: 'select-staff-link',
  text: `select l.staff_id, l.expires_at, l.used_at, p.operator_id
           from staff_link l join staff p on p.staff_id = l.staff_id where l.code_hash = $1 and p.ended_at is null`,
}
const useLink: Statement = {
  name: 'use-staff-link',
  text: 'update staff_link set used_at = $2 where code_hash = $1 and used_at is null returning staff_id',
}

/** Makes a link in the transaction of whoever asked for it; the account's earlier ones work no more. */
export async function offerLink(tx: Tx, houseKey: Uint8Array, staffId: string, now: Instant) {
  const link = makeToken()
  const expiresAt = (now + linkLastsMs) as Instant
  await tx.query(endLinks, [staffId])
  await tx.query(insertLink, [linkHash(houseKey, link), staffId, instantOut(now), instantOut(expiresAt)])
  return { link, expiresAt }
}

export type LinkRefusal = 'link-unknown' | 'link-used' | 'link-expired' | PasswordMistake

/** Sets the password of the link's account. Who was signed in with the old one is so no more. */
export async function acceptLink(
  deps: StaffDeps,
  link: string,
  password: string,
  address: string,
): Promise<Result<{ readonly account: string }, LinkRefusal>> {
  const { database, clock, houseKey, newId } = deps
  if (!isToken(link)) return err('link-unknown')
  const hash = linkHash(houseKey, link)
  type LinkRow = { staff_id: string; expires_at: number; used_at: number | null; operator_id: string | null }
  const [found] = await database.reference.query<LinkRow>(selectLink, [hash])
  if (!found) return err('link-unknown')
  if (found.used_at !== null) return err('link-used')
  if (clock.now() >= found.expires_at) return err('link-expired')
  const hashed = await hashPassword(password, deps.cost) // slow on purpose, so before any row is locked
  const place = placeOf(found.operator_id)
  return twiceIfUnknown(() =>
    database.of(place.bucket).transaction(async (tx): Promise<Result<{ account: string }, LinkRefusal>> => {
      const now = clock.now()
      const [person] = await tx.query<PersonRow>(lockPerson, [found.staff_id])
      if (!person) return err('link-unknown')
      const personal = openPersonal(houseKey, person.staff_id, person.sealed)
      const checked = checkPassword(password, { account: person.account, ...personal })
      if (!checked.ok) return checked
      if ((await tx.query(useLink, [hash, instantOut(now)])).length === 0) return err('link-used')
      await tx.query(setPassword, [person.staff_id, hashed])
      await tx.query(endSignIns, [person.staff_id, instantOut(now)])
      const { account, role } = person
      const who = { staffId: person.staff_id as Id, account, role, address, lookId: null }
      await noteLine(tx, { houseKey, newId, now }, place, who, {
        ...{
          act: 'password.set',
          operatorId: person.operator_id,
          about: `staff ${person.staff_id}`,
          after: 'by a link',
        },
      })
      return ok({ account: person.account })
    }),
  )
}
