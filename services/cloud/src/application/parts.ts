import { createHmac } from 'node:crypto'
import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { PaperKind, Place } from '@lanepay/domain/applicant/form.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { MendView } from './api.ts'
import type { ApplicationState } from './decide.ts'
import { type ApplicationKey, keyOf } from './place.ts'
import { type ApplicationRow, insertStep, type PaperRow, selectPapers } from './store.ts'
import type { Calendar } from './working-days.ts'

/* What the two sides of an application, whoever applies and whoever reviews, share. */

export type ApplicationDeps = {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly houseKey: Uint8Array
  readonly calendar: () => Promise<Calendar>
}

export const keyValues = ({ bucket, lotId, id }: ApplicationKey) => [bucket, lotId, id] as const

/** What is kept of a secret link: without the house key nobody finds it from the table. */
export const linkHash = (houseKey: Uint8Array, token: string): string =>
  createHmac('sha256', houseKey).update(`application-link ${token}`).digest('base64url')

/** A link is the application's id and a secret; anything else is read as none. */
export function readLink(unchecked: unknown): { readonly key: ApplicationKey; readonly token: string } | null {
  const [, id, token] =
    /^([1-9]\d{0,17})\.([A-Za-z0-9_-]{43})$/.exec(typeof unchecked === 'string' ? unchecked : '') ?? []
  return id === undefined ? null : { key: keyOf(id), token: token! }
}

export type Step = {
  readonly act: string
  readonly before: ApplicationState
  readonly after: ApplicationState
  readonly who: string
  readonly mend?: readonly MendView[]
  readonly changed?: readonly Place[]
  readonly checks?: readonly string[]
  readonly note?: string
}
/** In the transaction of what was done: no state is left for a reason that is not recorded. */
export const writeStep = (tx: Tx, key: ApplicationKey, now: Instant, { act, before, after, who, ...why }: Step) =>
  tx.query(insertStep, [...keyValues(key), instantOut(now), act, before, after, who, why])

export const papersOf = (db: Tx, key: ApplicationKey): Promise<PaperRow[]> =>
  db.query<PaperRow>(selectPapers, keyValues(key))
export const kindsOf = (papers: readonly PaperRow[]): readonly PaperKind[] => papers.map(({ kind }) => kind)

export const standingOf = ({ state, suspended_from, reviewer, lot_number }: ApplicationRow) => ({
  ...{ state, reviewer, suspendedFrom: suspended_from, hasLot: lot_number !== null },
})
