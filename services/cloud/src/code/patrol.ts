import { instantOut } from '@lanepay/database/database.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { newest } from '../staff/look.ts'
import { noteLine } from '../staff/trail.ts'
import { aliasOf } from './alias.ts'
import type { FoundView, PatrolLine, PatrolPlace, PatrolsQuery, PatrolsView, PatrolView } from './api.ts'
import { checkNumber, parseCheckNumber } from './check-number.ts'
import type { AtLot, CodesDeps, Hanging, LotCodes } from './codes.ts'
import { type Found, standingOf, verdictOf } from './decide.ts'
import type { CodesRefusal } from './errors.ts'
import { type CodePlace, placeName } from './places.ts'
import {
  type CodeRow,
  endPatrol,
  type FoundRow,
  insertPatrol,
  lockPatrol,
  noteFound,
  type PatrolRow,
  selectCodesOfPlace,
  selectFound,
  selectPatrol,
  selectPatrols,
} from './store.ts'
import { type Code, parseCodeToken } from './token.ts'

/*
 * Somebody goes round a lot with the list of what should hang there, scans what does, and is told on the spot: right, an old one, that of
 * another place, of another lot, of somebody else. What was found last at a place is what the patrol keeps.
 */

const pageLength = 50
/** Of what somebody else has stuck over ours so much is kept. */
const mostFound = 80

export function patrols({ database, clock, newId, houseKey, publicUrl }: CodesDeps, codes: Pick<LotCodes, 'hanging'>) {
  const should = async (lot: LotKey) => {
    const { lot: row, places } = await codes.hanging(lot)
    // Where nothing is printed, nothing should hang: what is found there all the same is looked at in the list of codes.
    return { name: row.name, places: places.filter((place) => place.live !== null || place.rows.some(isLiveScreen)) }
  }
  const ourHost = new URL(publicUrl).host

  return {
    async begin({ lot, who, operatorId }: AtLot): Promise<Id> {
      const id = newId()
      await database.of(lot.bucket).transaction(async (tx) => {
        await tx.query(insertPatrol, [lot.bucket, lot.lotId, id, instantOut(clock.now()), who.account])
        const line = { act: 'codes.patrol', operatorId, about: `patrol ${id}`, after: 'begun' }
        await noteLine(tx, { houseKey, newId, now: clock.now() }, lot, who, line)
      })
      return id
    },

    /** In order of time, a page at a time. */
    async list(lot: LotKey, { show, text, before, order = 'desc' }: PatrolsQuery): Promise<PatrolsView> {
      const start = before ?? (order === 'asc' ? '0' : newest)
      const values = [lot.bucket, lot.lotId, start, pageLength + 1, show ?? null, text?.trim().toLowerCase() || null]
      const rows = await database.of(lot.bucket).query<PatrolRow>(selectPatrols[order], values)
      const shown = rows.slice(0, pageLength)
      return { patrols: shown.map(lineOf), next: rows.length > pageLength ? shown.at(-1)!.id : null }
    },

    /** The list as it should be now, with what was found; null: there is no such patrol. `next` has found nothing yet. */
    async view(lot: LotKey, patrol: string): Promise<PatrolView | null> {
      const db = database.of(lot.bucket)
      const key = [lot.bucket, lot.lotId, patrol]
      const [row] = await db.query<PatrolRow>(selectPatrol, key)
      if (!row) return null
      const found = await db.query<FoundRow>(selectFound, key)
      return { ...lineOf(row), ...(await listOf(lot, found)) }
    },
    listOf,

    /** What was scanned or typed at a place; null: nothing hangs there. */
    async found(
      { lot, who }: AtLot,
      patrol: string,
      at: { readonly place: CodePlace; readonly found: string | null },
    ): Promise<Result<FoundView, CodesRefusal>> {
      const { places } = await should(lot)
      if (!places.some(isAt(at.place))) return err('code-unknown')
      const what = at.found === null ? ({ what: 'nothing' } as const) : await readFound(at.found, lot)
      const verdict = verdictOf(lot, at.place, what)
      const told = toldOf(what, at.found)
      const now = clock.now()
      return database.of(lot.bucket).transaction(async (tx) => {
        const [row] = await tx.query<PatrolRow>(lockPatrol, [lot.bucket, lot.lotId, patrol])
        if (!row) return err('patrol-unknown')
        if (row.ended_at !== null) return err('patrol-ended')
        await tx.query(noteFound, [
          ...[lot.bucket, lot.lotId, patrol, at.place.kind, at.place.laneId, verdict, told],
          ...[instantOut(now), who.account],
        ])
        return ok({ code: placeName(at.place), verdict, found: told, at: now, by: who.account })
      })
    },

    /** Ends it, with how many places there were and how many were right: what nobody looked at is not. Ending twice is ending once. */
    async end({ lot, who, operatorId }: AtLot, patrol: string): Promise<Result<null, CodesRefusal>> {
      const { places } = await should(lot)
      return database.of(lot.bucket).transaction(async (tx) => {
        const key = [lot.bucket, lot.lotId, patrol]
        const [row] = await tx.query<PatrolRow>(lockPatrol, key)
        if (!row) return err('patrol-unknown')
        if (row.ended_at !== null) return ok(null)
        const found = await tx.query<FoundRow>(selectFound, key)
        const rightly = found.filter(
          (one) => one.verdict === 'right' && places.some(isAt({ kind: one.kind, laneId: one.lane_id })),
        ).length
        const now = clock.now()
        await tx.query(endPatrol, [...key, instantOut(now), places.length, rightly])
        const after = `${rightly} of ${places.length} right`
        const line = { act: 'codes.patrol', operatorId, about: `patrol ${patrol}`, before: 'begun', after }
        await noteLine(tx, { houseKey, newId, now }, lot, who, line)
        return ok(null)
      })
    },
  }

  async function listOf(lot: LotKey, found: readonly FoundRow[]): Promise<Pick<PatrolView, 'now' | 'lot' | 'list'>> {
    const { name, places } = await should(lot)
    return {
      now: clock.now(),
      lot: { number: lot.lotId, name },
      list: places.map(({ kind, laneId, lane, live }): PatrolPlace => {
        const row = found.find((one) => one.kind === kind && one.lane_id === laneId)
        return {
          ...{
            code: placeName({ kind, laneId }),
            kind,
            lane: lane?.name ?? null,
            checkNumber: live?.checkNumber ?? '',
          },
          found: row
            ? {
                ...{ code: placeName({ kind, laneId }), verdict: row.verdict, found: row.found },
                ...{ at: row.at, by: row.by },
              }
            : null,
        }
      }),
    }
  }

  /** A check number, an address of ours, or one that leads to us; what leads elsewhere is somebody else's, whatever stands behind it. */
  async function readFound(text: string, lot: LotKey): Promise<Found> {
    const numbered = parseCheckNumber(text)
    // A check number names no bucket. Of another lot it is foreign in any.
    if (numbered.ok) return standing({ bucket: lot.bucket, ...numbered.value })
    const address = URL.canParse(text) ? new URL(text) : null
    if (address !== null && address.host !== ourHost) return { what: 'not-ours' }
    const path = address === null ? text : address.pathname + address.search
    const token = parseCodeToken(path.replace(/^\/p\//, '').replace(/[?#].*$/s, ''), houseKey)
    if (token.ok) return standing(token.value)
    const alias = await aliasOf(database, path)
    if (alias === null) return { what: 'not-ours' }
    // An alias leads to whatever hangs there: there is no old one of it.
    const code = { bucket: alias.bucket, lotId: alias.lot_id, kind: alias.kind, laneId: alias.lane_id }
    return { what: 'code', code, standing: 'live' }
  }
  async function standing(code: Code): Promise<Found> {
    const at = [code.bucket, code.lotId, code.kind, code.laneId]
    const rows = await database.of(code.bucket).query<CodeRow>(selectCodesOfPlace, at)
    const row = rows.find(({ serial }) => serial === code.serial)
    const kept = row ? { state: row.state, isScreen: row.screen_name !== null } : null
    return { what: 'code', code, standing: standingOf(code, kept, clock.now()) }
  }
}
export type Patrols = ReturnType<typeof patrols>

const isAt =
  (place: CodePlace) =>
  ({ kind, laneId }: CodePlace): boolean =>
    kind === place.kind && laneId === place.laneId
const isLiveScreen = ({ state, screen_name }: Hanging['rows'][number]): boolean =>
  state === 'live' && screen_name !== null

/** What hangs there, as it is kept: the number of a code of ours, or the beginning of what is not. */
function toldOf(found: Found, scanned: string | null): string | null {
  if (found.what === 'nothing' || scanned === null) return null
  if (found.what === 'not-ours' || found.standing === 'code-malformed')
    return scanned
      .replace(/\p{Cc}/gu, ' ')
      .toWellFormed()
      .slice(0, mostFound)
  const { code } = found
  return 'serial' in code ? checkNumber(code as Code) : `${code.lotId} ${placeName(code)}`
}

const lineOf = (row: PatrolRow): PatrolLine => ({
  ...{ patrol: row.id, begunAt: row.begun_at, begunBy: row.begun_by },
  ...{ endedAt: row.ended_at, places: row.places, rightly: row.rightly },
})
