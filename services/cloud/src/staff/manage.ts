import { instantOut, type Tx } from '@lanepay/database/database.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { cursorIn, cursorOut } from '../report/cursor.ts'
import { operatorRoles, platformRoles, type Role } from './acts.ts'
import type { PersonsView, StaffQuery, StaffSort } from './api.ts'
import { lotsOf } from './door.ts'
import { dropFactor, dropRecovery } from './factor-store.ts'
import { endLinks, offerLink, type PersonRow } from './link.ts'
import {
  dropLots,
  endPerson,
  insertLots,
  insertPerson,
  type ListedRow,
  selectLotsOfPerson,
  selectPersons,
  setRights,
} from './manage-store.ts'
import { masked, openPersonal, type Personal, sealPersonal } from './personal.ts'
import type { Who } from './route.ts'
import { accountForm, type StaffDeps, tidyAccount } from './sign-in.ts'
import { endSignIns, lockPerson } from './sign-in-store.ts'
import { noteLine, placeOf } from './trail.ts'

/*
 * Accounts of persons: opened, changed and ended by whoever may, each leaving a line. Nobody sets another's password: a link does (link.ts).
 */

/** Whose persons: one operator's, or (null) the platform's and its partners. */
export type Realm = { readonly operatorId: string | null }
export type GivenLots = 'all' | readonly { readonly lot: number; readonly lanes?: readonly number[] }[]
export type GivenRights = { readonly role: Role; readonly party?: string; readonly lots: GivenLots }
export type NewPerson = Personal & GivenRights & { readonly account: string }

export type ManageRefusal =
  | { readonly kind: 'account-malformed' | 'account-taken' | 'person-unknown' | 'own-account' | 'operator-unknown' }
  /** Not a role of this operator, or of the platform. */
  | { readonly kind: 'role-not-here'; readonly roles: readonly Role[] }
  | { readonly kind: 'party-needed' | 'party-not-here' | 'all-lots-needed' | 'lots-needed' | 'lanes-not-here' }
  /** It is nowhere, or somebody else's: nobody hears which. */
  | { readonly kind: 'lot-unknown'; readonly lot: number }

/** What of given rights cannot be; pure but for the lots that there are. */
export function rightsMistake(realm: Realm, given: GivenRights, ownLots: readonly number[]): ManageRefusal | null {
  const { role, party, lots } = given
  const here: readonly Role[] = realm.operatorId === null ? [...platformRoles, 'partner'] : operatorRoles
  if (!here.includes(role)) return { kind: 'role-not-here', roles: here }
  if ((role === 'partner') !== (party !== undefined))
    return { kind: party === undefined ? 'party-needed' : 'party-not-here' }
  // Who gives rights to others could give itself the rest.
  if ((realm.operatorId === null || role === 'owner') && lots !== 'all') return { kind: 'all-lots-needed' }
  if (lots === 'all') return null
  if (lots.length === 0) return { kind: 'lots-needed' }
  if (role !== 'attendant' && lots.some(({ lanes }) => lanes !== undefined)) return { kind: 'lanes-not-here' }
  const foreign = lots.find(({ lot }) => !ownLots.includes(lot))
  return foreign ? { kind: 'lot-unknown', lot: foreign.lot } : null
}

/** Rights in a line of the trail: no personal data. */
const inShort = (role: Role, lots: GivenLots, party?: string | null): string =>
  [
    role,
    ...(party ? [`partner ${party}`] : []),
    lots === 'all'
      ? 'all lots'
      : lots.map(({ lot, lanes }) => `lot ${lot}${lanes ? ` lanes ${lanes.join(' ')}` : ''}`).join(', '),
  ].join(', ')

export type OfferedLink = { readonly staffId: Id; readonly link: string; readonly expiresAt: Instant }

export function managing(deps: StaffDeps) {
  const { database, clock, newId, houseKey } = deps
  const ownLotsOf = async ({ operatorId }: Realm) =>
    operatorId === null ? [] : (await lotsOf(database, operatorId)).map(({ lotId }) => lotId)
  const inOne = <T>(realm: Realm, act: (tx: Tx, now: Instant) => Promise<T>): Promise<T> =>
    twiceIfUnknown(() => database.of(placeOf(realm.operatorId).bucket).transaction((tx) => act(tx, clock.now())))
  const note = (
    tx: Tx,
    now: Instant,
    { realm, who }: { readonly realm: Realm; readonly who: Who },
    line: { act: string; about: string; before?: string; after?: string; reason?: string },
  ) => noteLine(tx, { houseKey, newId, now }, placeOf(realm.operatorId), who, { operatorId: realm.operatorId, ...line })
  const writeLots = async (tx: Tx, staffId: string, lots: GivenLots) => {
    await tx.query(dropLots, [staffId])
    if (lots !== 'all')
      for (const { lot, lanes } of lots) await tx.query(insertLots, [staffId, lot, lanes ? [...lanes] : null])
  }
  /** Somebody of this realm, locked; never oneself: nobody gives itself rights, or takes its own last ones by mistake. */
  const other = async (tx: Tx, realm: Realm, who: Who, staffId: string): Promise<Result<PersonRow, ManageRefusal>> => {
    const [row] = await tx.query<PersonRow>(lockPerson, [staffId])
    if (!row || row.operator_id !== realm.operatorId) return err({ kind: 'person-unknown' })
    return who.staffId === row.staff_id ? err({ kind: 'own-account' }) : ok(row)
  }
  const about = (staffId: string) => `staff ${staffId}`

  return {
    /** Opens an account. The link lets its person set a password, once. */
    async open(realm: Realm, who: Who, asked: NewPerson): Promise<Result<OfferedLink, ManageRefusal>> {
      const account = tidyAccount(asked.account)
      if (!accountForm.test(account)) return err({ kind: 'account-malformed' })
      const mistake = rightsMistake(realm, asked, await ownLotsOf(realm))
      if (mistake) return err(mistake)
      const staffId = newId()
      const sealed = sealPersonal(houseKey, staffId, asked)
      try {
        return await inOne(realm, async (tx, now) => {
          const [inserted] = await tx.query(insertPerson, [
            ...[staffId, account, sealed, asked.role, realm.operatorId, asked.party ?? null, asked.lots === 'all'],
            instantOut(now),
          ])
          if (!inserted) return err({ kind: 'account-taken' })
          await writeLots(tx, staffId, asked.lots)
          const offered = await offerLink(tx, houseKey, staffId, now)
          const after = inShort(asked.role, asked.lots, asked.party)
          await note(tx, now, { realm, who }, { act: 'staff.open', about: about(staffId), after })
          return ok({ staffId, ...offered })
        })
      } catch (error) {
        if ((error as { code?: string }).code === '23503') return err({ kind: 'operator-unknown' })
        throw error
      }
    },

    /** Gives another role, or other lots. What the person does next is judged by it; it stays signed in. */
    async change(realm: Realm, who: Who, staffId: string, given: GivenRights): Promise<Result<null, ManageRefusal>> {
      const mistake = rightsMistake(realm, given, await ownLotsOf(realm))
      if (mistake) return err(mistake)
      return inOne(realm, async (tx, now) => {
        const found = await other(tx, realm, who, staffId)
        if (!found.ok) return found
        const before = found.value
        type LotsRow = { lot_id: number; lanes: readonly number[] | null }
        const lotsBefore = (await tx.query<LotsRow>(selectLotsOfPerson, [staffId])).map(({ lot_id, lanes }) => ({
          ...{ lot: lot_id, ...(lanes ? { lanes } : {}) },
        }))
        await tx.query(setRights, [staffId, given.role, given.party ?? null, given.lots === 'all'])
        await writeLots(tx, staffId, given.lots)
        await note(
          tx,
          now,
          { realm, who },
          {
            ...{ act: 'staff.change', about: about(staffId), after: inShort(given.role, given.lots, given.party) },
            before: inShort(before.role, before.all_lots ? 'all' : lotsBefore, before.party),
          },
        )
        return ok(null)
      })
    },

    /** For good: the account's name is not used again, its sign-ins and links end now. */
    end: (realm: Realm, who: Who, staffId: string, reason: string): Promise<Result<null, ManageRefusal>> =>
      inOne(realm, async (tx, now) => {
        const found = await other(tx, realm, who, staffId)
        if (!found.ok) return found
        await tx.query(endPerson, [staffId, instantOut(now)])
        await tx.query(endSignIns, [staffId, instantOut(now)])
        await tx.query(endLinks, [staffId])
        await note(
          tx,
          now,
          { realm, who },
          { act: 'staff.end', about: about(staffId), before: found.value.role, reason },
        )
        return ok(null)
      }),

    /** A new link: the password in force stays so until it is used. */
    offerLink: (realm: Realm, who: Who, staffId: string, reason: string): Promise<Result<OfferedLink, ManageRefusal>> =>
      inOne(realm, async (tx, now) => {
        const found = await other(tx, realm, who, staffId)
        if (!found.ok) return found
        const offered = await offerLink(tx, houseKey, staffId, now)
        await note(tx, now, { realm, who }, { act: 'staff.link', about: about(staffId), reason })
        return ok({ staffId: staffId as Id, ...offered })
      }),

    /** For whoever lost authenticator and recovery codes: it sets up another. Its sign-ins end. */
    dropFactor: (realm: Realm, who: Who, staffId: string, reason: string): Promise<Result<null, ManageRefusal>> =>
      inOne(realm, async (tx, now) => {
        const found = await other(tx, realm, who, staffId)
        if (!found.ok) return found
        await tx.query(dropFactor, [staffId])
        await tx.query(dropRecovery, [staffId])
        await tx.query(endSignIns, [staffId, instantOut(now)])
        await note(
          tx,
          now,
          { realm, who },
          {
            ...{ act: 'staff.second-factor.drop', about: about(staffId), reason },
            before: found.value.totp_sealed === null ? 'none' : 'set up',
          },
        )
        return ok(null)
      }),

    /** A page of the persons of a realm, names and telephones masked; null where `after` is none that a page has said. */
    async list({ operatorId }: Realm, asked: StaffQuery): Promise<PersonsView | null> {
      const { text, role, ended, sort = 'account', after, limit = '50' } = asked
      const by = sort.replace(/^-/, '') as StaffSort
      const behind = after === undefined ? [null, null] : positionIn(after, by)
      if (behind === null) return null
      const find = text?.trim().toLowerCase() || null
      const lot = find !== null && /^[1-9]\d{0,6}$/.test(find) ? Number(find) : null
      const rows = await database.reference.query<ListedRow>(
        selectPersons[by][sort.startsWith('-') ? 'desc' : 'asc'],
        // One more than is shown says whether there are more.
        [operatorId, ended !== undefined, find, lot, role ?? null, ...behind, Number(limit) + 1],
      )
      const shown = rows.slice(0, Number(limit))
      const last = shown.at(-1)
      return {
        persons: shown.map((row) => ({
          ...{ id: row.staff_id, account: row.account, role: row.role, partner: row.party },
          ...masked(openPersonal(houseKey, row.staff_id, row.sealed)),
          lots: row.all_lots ? ('all' as const) : row.lots,
          ...{ hasPassword: row.has_password, hasSecondFactor: row.has_factor },
          ...{ madeAt: row.made_at, endedAt: row.ended_at, seenAt: row.seen_at },
        })),
        next: rows.length > shown.length && last ? cursorOut([last.sort_key, last.account]) : null,
      }
    },
  }
}
/** The key and the account of the row before. */
function positionIn(unchecked: string, by: StaffSort): readonly [key: string, account: string] | null {
  const [key, account] = cursorIn(unchecked, 2) ?? []
  const isText = (part: unknown): part is string => typeof part === 'string' && /^[^\0]{1,64}$/.test(part)
  if (!isText(key) || !isText(account)) return null
  return by !== 'seen' || /^\d{1,17}$/.test(key) ? [key, account] : null
}
export type Managing = ReturnType<typeof managing>
