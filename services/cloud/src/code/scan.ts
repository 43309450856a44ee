import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { DriverErrorCode, Where } from '../driver/api.ts'
import type { LaneRow } from '../lot/store.ts'
import { printedOf, standingOf } from './decide.ts'
import { type CodeRow, keptOf, type ScannedLot, type ScannedRow, selectCodesOfPlace, selectScanned } from './store.ts'
import { type Code, parseCodeToken } from './token.ts'

/** Where a code leads: a lot, and but for a prepay code the lane it hangs at. */
export type Scanned = { readonly code: Code; readonly lot: ScannedLot; readonly lane: LaneRow | null }
export type ScanRefusal = {
  readonly code: DriverErrorCode
  readonly message: string
  readonly field?: string
  /** Where the code hung: the one that took its place is to be looked for there. */
  readonly where?: Where
}

export type Scan = {
  /** What is sealed into a token; asks nobody. */
  read(token: string): Result<Code, ScanRefusal>
  /** Where a token leads now, in one statement. */
  place(token: string): Promise<Result<Scanned, ScanRefusal>>
}

const said = {
  'code-malformed': 'this is not one of our codes, or a character of it is wrong',
  'code-replaced': 'this code was replaced: another hangs there now',
  'code-revoked': 'this code was revoked, and none has taken its place',
  'code-expired': 'a screen shows this code for seconds only: scan what it shows now',
} as const

export function scanning(deps: { readonly database: Database; readonly clock: Clock; readonly codeKey: Buffer }): Scan {
  const read: Scan['read'] = (token) => {
    const code = parseCodeToken(token, deps.codeKey)
    return code.ok ? code : err({ code: 'code-malformed', message: said['code-malformed'], field: 'code' })
  }
  return {
    read,
    async place(token) {
      const code = read(token)
      if (!code.ok) return code
      const { bucket, lotId, kind, serial } = code.value
      // Some systems were told of codes to pay inside that name a lane: they hang with all others.
      const laneId = kind === 'prepay' ? 0 : code.value.laneId
      const db = deps.database.of(bucket)
      const [row] = await db.query<ScannedRow>(selectScanned, [bucket, lotId, laneId, kind, serial])
      if (!row) return err({ code: 'lot-unknown', message: 'the lot of this code is not open here' })
      const { lane_name, direction, code_state, is_screen, ...lot } = row
      const lane =
        kind === 'prepay' || lane_name === null || direction === null
          ? null
          : { lane_id: laneId, name: lane_name, direction }
      if (kind !== 'prepay' && lane === null)
        return err({ code: 'lot-unknown', message: 'the lane of this code is not open here' })
      if (lane && lane.direction !== 'both' && lane.direction !== kind)
        return err({ code: 'lane-wrong-direction', message: `this is an ${kind} code at an ${lane.direction} lane` })
      const kept = code_state === null ? null : { state: code_state, isScreen: is_screen }
      const standing = standingOf(code.value, kept, deps.clock.now())
      if (standing === 'live') return ok({ code: code.value, lot, lane })
      if (standing === 'code-malformed') return err({ code: standing, message: said[standing], field: 'code' })
      const where: Where = { lot: lot.name, lane: lane?.name ?? null, helpPhone: lot.help_phone }
      if (standing === 'code-expired') return err({ code: standing, message: said[standing], where })
      // Nobody is sent to look for a code that is not there any more either.
      const rows = await db.query<CodeRow>(selectCodesOfPlace, [bucket, lotId, kind, laneId])
      const hangs = printedOf(rows.map(keptOf)).state === 'live'
      const told = standing === 'code-replaced' && hangs ? standing : 'code-revoked'
      return err({ code: told, message: said[told], where })
    },
  }
}
