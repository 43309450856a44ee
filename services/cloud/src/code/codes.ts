import { createHmac, randomBytes } from 'node:crypto'
import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { fonts } from '@lanepay/print/fonts.ts'
import { printable } from '@lanepay/print/printable.ts'
import { lockLot, selectLanes } from '../enrol/store.ts'
import { type LaneRow, type LotRow, selectLot } from '../lot/store.ts'
import type { Acting } from '../staff/route.ts'
import { noteLine } from '../staff/trail.ts'
import { parseAlias } from './alias.ts'
import type { CodeLine, CodesView, CodeVersion, ScreenMade } from './api.ts'
import { checkNumber } from './check-number.ts'
import { decideReplace, decideRevoke, nextSerial, printedOf } from './decide.ts'
import type { CodesRefusal } from './errors.ts'
import { type CodePlace, codePlaces, placeName } from './places.ts'
import { codeUrl } from './printed.ts'
import {
  type AliasRow,
  type CodeRow,
  deleteAlias,
  endCode,
  insertAlias,
  insertCode,
  keptOf,
  selectAliases,
  selectCodes,
  selectCodesOfPlace,
} from './store.ts'
import type { Code } from './token.ts'

export type CodesDeps = {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly houseKey: Buffer
  readonly publicUrl: string
}
/** A lot and who acts there. */
export type AtLot = Pick<Acting['lot'], 'lot' | 'who' | 'operatorId'>

/** What hangs at one place of a lot now. */
export type Hanging = CodePlace & {
  readonly lane: Pick<LaneRow, 'lane_id' | 'name'> | null
  readonly rows: readonly CodeRow[]
  /** Null: nothing is printed for it any more. */
  readonly live: { readonly url: string; readonly checkNumber: string; readonly serial: number } | null
}

/** The codes of one lot: what hangs, and how it changes. Each change leaves a line in the trail. */
export function lotCodes(deps: CodesDeps) {
  const { database, clock, houseKey, newId } = deps

  /** Every place of the lot, and what hangs there. */
  async function hanging(lot: LotKey): Promise<{ readonly lot: LotRow; readonly places: readonly Hanging[] }> {
    const db = database.of(lot.bucket)
    const key = [lot.bucket, lot.lotId]
    const [[row], lanes, codes] = await Promise.all([
      db.query<LotRow>(selectLot, key),
      db.query<LaneRow>(selectLanes, key),
      db.query<CodeRow>(selectCodes, key),
    ])
    const places = codePlaces(lanes).map((place): Hanging => {
      const rows = codes.filter(({ kind, lane_id }) => kind === place.kind && lane_id === place.laneId)
      const { serial, state } = printedOf(rows.map(keptOf))
      const code = { ...lot, ...place, serial }
      return {
        ...place,
        lane: lanes.find(({ lane_id }) => lane_id === place.laneId) ?? null,
        rows,
        live: state === 'live' ? { url: codeUrl(deps, code), checkNumber: checkNumber(code), serial } : null,
      }
    })
    return { lot: row!, places }
  }

  async function view(lot: LotKey): Promise<CodesView> {
    const [{ lot: row, places }, aliases, { has }] = await Promise.all([
      hanging(lot),
      database.reference.query<AliasRow>(selectAliases, [lot.lotId]),
      fonts(),
    ])
    const names = [row.name, ...places.map(({ lane }) => lane?.name ?? '')].join('')
    return {
      now: clock.now(),
      lot: { number: lot.lotId, name: row.name },
      unprintable: printable(names, has).missing,
      codes: places.map((place) => lineOf(place, aliases)),
    }
  }
  function lineOf({ kind, laneId, lane, rows, live }: Hanging, aliases: readonly AliasRow[]): CodeLine {
    const printed = rows.filter(({ screen_name }) => screen_name === null).map(versionOf)
    return {
      ...{ code: placeName({ kind, laneId }), kind, lane: lane && { id: lane.lane_id, name: lane.name } },
      current: printed.at(-1) ?? asEver,
      live: live && { url: live.url, checkNumber: live.checkNumber },
      former: printed.slice(0, -1).reverse(),
      screens: rows.flatMap((row) =>
        row.screen_name === null
          ? []
          : [{ ...versionOf(row), name: row.screen_name, goodSeconds: row.good_seconds!, seenAt: row.seen_at }],
      ),
      aliases: aliases
        .filter((one) => one.kind === kind && one.lane_id === laneId)
        .map(({ alias, made_at, made_by }) => ({
          ...{
            alias,
            url: `${deps.publicUrl}/${encodeURI(alias).replaceAll('#', '%23')}`,
            madeAt: made_at,
            madeBy: made_by,
          },
        })),
    }
  }

  /** One change at one place, decided on what hangs there, with whoever else changes the lot's codes waiting. */
  const change = <T>(
    { lot, who, operatorId }: AtLot,
    place: CodePlace,
    told: { readonly reason?: string },
    decide: (rows: readonly CodeRow[]) => Result<
      {
        readonly does: readonly (readonly [Statement, readonly unknown[]])[]
        readonly before: string
        readonly after: string
        readonly answer: T
      },
      CodesRefusal
    >,
  ): Promise<Result<T, CodesRefusal>> =>
    database.of(lot.bucket).transaction(async (tx) => {
      const key = [lot.bucket, lot.lotId]
      await tx.query(lockLot, key)
      const lanes = await tx.query<LaneRow>(selectLanes, key)
      if (!codePlaces(lanes).some((one) => one.kind === place.kind && one.laneId === place.laneId))
        return err('code-unknown')
      const at = [...key, place.kind, place.laneId]
      const decided = decide(await tx.query<CodeRow>(selectCodesOfPlace, at))
      if (!decided.ok) return decided
      const { does, before, after, answer } = decided.value
      for (const [statement, values] of does) await tx.query(statement, [...at, ...values])
      await noteLine(tx, { houseKey, newId, now: clock.now() }, lot, who, {
        ...{ act: 'codes.change', operatorId, about: `code ${placeName(place)}`, before, after },
        ...told,
      })
      return ok(answer)
    })
  const now = () => instantOut(clock.now())
  const called = (serial: number) => `version ${serial + 1}`

  return {
    hanging,
    view,

    /** Another code hangs there from now on; whoever scans this one is told so. Answers the new serial. */
    replace: (at: AtLot, place: CodePlace, serial: number, reason: string) =>
      change(at, place, { reason }, (rows) => {
        const next = decideReplace(rows.map(keptOf), serial)
        if (!next.ok) return next
        return ok({
          does: [
            [endCode, [serial, 'replaced', now(), at.who.account, reason]],
            [insertCode, [next.value, now(), at.who.account, null, null, null]],
          ],
          ...{ before: called(serial), after: called(next.value), answer: next.value },
        })
      }),

    /** Nothing hangs there any more, or a screen shows nothing any more. */
    revoke: (at: AtLot, place: CodePlace, serial: number, reason: string) =>
      change(at, place, { reason }, (rows) => {
        const may = decideRevoke(rows.map(keptOf), serial)
        if (!may.ok) return may
        return ok({
          does: [[endCode, [serial, 'revoked', now(), at.who.account, reason]]],
          ...{ before: called(serial), after: 'revoked', answer: null },
        })
      }),

    /** A screen of its own in the lane; its secret is told this once. */
    addScreen: (at: AtLot, place: CodePlace, told: { readonly name: string; readonly goodSeconds: number }) =>
      change<ScreenMade>(at, place, {}, (rows) => {
        // Inside a lot nobody stands at a screen of a lane.
        if (place.kind === 'prepay') return err('code-unknown')
        const next = nextSerial(rows.map(keptOf))
        if (!next.ok) return next
        const secret = screenSecret({ ...at.lot, ...place, serial: next.value })
        return ok({
          does: [
            [
              insertCode,
              [next.value, now(), at.who.account, told.name, screenHash(houseKey, secret), told.goodSeconds],
            ],
          ],
          ...{ before: '', after: `screen, ${called(next.value)}` },
          answer: { version: next.value + 1, secret, url: `${deps.publicUrl}/api/lane-screen/code` },
        })
      }),

    /** What is printed elsewhere leads to this place from now on. */
    async addAlias(at: AtLot, place: CodePlace, unchecked: string): Promise<Result<string, CodesRefusal>> {
      const alias = parseAlias(unchecked)
      if (!alias.ok) return alias
      const { lot, who } = at
      const [taken] = await database.reference.query<AliasRow>(selectAliasExactly, [alias.value])
      const isSame = taken?.lot_id === lot.lotId && taken.kind === place.kind && taken.lane_id === place.laneId
      if (taken) return isSame ? ok(alias.value) : err('alias-taken')
      const { places } = await hanging(lot)
      if (!places.some((one) => one.kind === place.kind && one.laneId === place.laneId)) return err('code-unknown')
      return noted(at, `alias ${alias.value}`, { after: placeName(place) }, async (tx) => {
        const values = [alias.value, lot.bucket, lot.lotId, place.kind, place.laneId, now(), who.account]
        const [made] = await tx.query(insertAlias, values)
        return made ? ok(alias.value) : err('alias-taken')
      })
    },
    removeAlias: (at: AtLot, alias: string, reason: string): Promise<Result<string, CodesRefusal>> =>
      noted(at, `alias ${alias}`, { after: 'gone', reason }, async (tx) => {
        const [gone] = await tx.query(deleteAlias, [alias, at.lot.lotId])
        return gone ? ok(alias) : err('alias-unknown')
      }),
  }

  function noted<T>(
    { lot, who, operatorId }: AtLot,
    about: string,
    line: { readonly after: string; readonly reason?: string },
    act: (tx: Parameters<typeof noteLine>[0]) => Promise<Result<T, CodesRefusal>>,
  ): Promise<Result<T, CodesRefusal>> {
    return database.of(lot.bucket).transaction(async (tx) => {
      const done = await act(tx)
      if (done.ok)
        await noteLine(tx, { houseKey, newId, now: clock.now() }, lot, who, {
          ...{ act: 'codes.alias', operatorId, about, ...line },
        })
      return done
    })
  }
}
export type LotCodes = ReturnType<typeof lotCodes>

const selectAliasExactly: Statement = {
  name: 'select-code-alias-exactly',
  text: 'select alias, bucket, lot_id, kind, lane_id, made_at, made_by from code_alias where alias = $1',
}

/** A code that nobody has ever replaced has no row. */
const asEver: CodeVersion = {
  ...{ version: 1, state: 'live', madeAt: null, madeBy: null, endedAt: null, endedBy: null, endedBecause: null },
}
const versionOf = (row: CodeRow): CodeVersion => ({
  ...{ version: row.serial + 1, state: row.state, madeAt: row.made_at, madeBy: row.made_by },
  ...{ endedAt: row.ended_at, endedBy: row.ended_by, endedBecause: row.ended_because },
})

/** Carries its way home, and 192 bits that nobody guesses. */
const screenSecret = ({ bucket, lotId, kind, laneId, serial }: Code): string =>
  `screen.${bucket}.${lotId}.${kind}.${laneId}.${serial}.${randomBytes(24).toString('base64url')}`
export function parseScreenSecret(unchecked: string): Code | null {
  const [, bucket, lotId, kind, laneId, serial] =
    /^screen\.(\d{1,3})\.([1-9]\d{0,6})\.(entry|exit)\.([1-9]\d{0,2})\.([1-9]\d{0,3})\.[\w-]{32}$/.exec(unchecked) ?? []
  if (kind === undefined || Number(bucket) > 255) return null
  return {
    ...{ bucket: Number(bucket), lotId: Number(lotId), kind: kind as Code['kind'] },
    ...{ laneId: Number(laneId), serial: Number(serial) },
  }
}
/** What is kept of a secret: without the house key nobody makes one that fits. */
export const screenHash = (houseKey: Uint8Array, secret: string): string =>
  createHmac('sha256', houseKey).update(`lane-screen ${secret}`).digest('base64url')
