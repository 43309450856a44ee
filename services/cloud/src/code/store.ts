import type { Statement } from '@lanepay/database/database.ts'
import type { LotRow } from '../lot/store.ts'
import { bothWays } from '../report/both-ways.ts'
import type { CodeState, FoundVerdict } from './api.ts'
import type { Kept } from './decide.ts'
import type { CodeKind } from './token.ts'

/** `suspended`: it takes no payments now. */
export type ScannedLot = LotRow & { readonly suspended: boolean }
/** A lot, a lane of it and a code that hangs there, as one scan needs them. */
export type ScannedRow = ScannedLot & {
  readonly lane_name: string | null
  readonly direction: 'entry' | 'exit' | 'both' | null
  readonly code_state: CodeState | null
  readonly is_screen: boolean
}
// Three look-ups by their keys in one statement: a scan is on the road, and what hangs costs it nothing.
export const selectScanned: Statement = {
  name: 'select-scanned-code',
  text: `
  select lot.bucket, lot.lot_id, lot.operator_id, lot.name, lot.help_phone, lot.platform_fee_basis_points, lot.suspended_at is not null as suspended,
         lane.name as lane_name, lane.direction, code.state as code_state, code.secret_hash is not null as is_screen
    from lot
    left join lane on lane.bucket = lot.bucket and lane.lot_id = lot.lot_id and lane.lane_id = $3
    left join lot_code code on code.bucket = lot.bucket and code.lot_id = lot.lot_id
          and code.kind = $4 and code.lane_id = $3 and code.serial = $5
   where lot.bucket = $1 and lot.lot_id = $2`,
}

export type CodeRow = {
  readonly kind: CodeKind
  readonly lane_id: number
  readonly serial: number
  readonly state: CodeState
  readonly made_at: number | null
  readonly made_by: string | null
  readonly ended_at: number | null
  readonly ended_by: string | null
  readonly ended_because: string | null
  readonly screen_name: string | null
  readonly good_seconds: number | null
  readonly seen_at: number | null
}
export const keptOf = ({ serial, state, screen_name }: CodeRow): Kept => ({
  ...{ serial, state, isScreen: screen_name !== null },
})

const codeColumns = `kind, lane_id, serial, state, made_at, made_by, ended_at, ended_by, ended_because, screen_name, good_seconds, seen_at`
export const selectCodes: Statement = {
  name: 'select-codes-of-lot',
  text: `select ${codeColumns} from lot_code where bucket = $1 and lot_id = $2 order by kind, lane_id, serial`,
}
export const selectCodesOfPlace: Statement = {
  name: 'select-codes-of-place',
  text: `select ${codeColumns} from lot_code where bucket = $1 and lot_id = $2 and kind = $3 and lane_id = $4 order by serial`,
}
/** What was made before codes were kept gets its row when it ends. */
export const endCode: Statement = {
  name: 'end-code',
  text: `
  insert into lot_code (bucket, lot_id, kind, lane_id, serial, state, ended_at, ended_by, ended_because)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  on conflict (bucket, lot_id, kind, lane_id, serial) do update
     set state = excluded.state, ended_at = excluded.ended_at, ended_by = excluded.ended_by, ended_because = excluded.ended_because
   where lot_code.state <> 'replaced'`,
}
export const insertCode: Statement = {
  name: 'insert-code',
  text: `
  insert into lot_code (bucket, lot_id, kind, lane_id, serial, state, made_at, made_by, screen_name, secret_hash, good_seconds)
  values ($1, $2, $3, $4, $5, 'live', $6, $7, $8, $9, $10)`,
}

export type ScreenRow = {
  readonly state: CodeState
  readonly secret_hash: string | null
  readonly good_seconds: number
  readonly seen_at: number | null
  readonly lot_name: string
  readonly lane_name: string
}
export const selectScreen: Statement = {
  name: 'select-lane-screen',
  text: `
  select code.state, code.secret_hash, code.good_seconds, code.seen_at, lot.name as lot_name, lane.name as lane_name
    from lot_code code
    join lot on lot.bucket = code.bucket and lot.lot_id = code.lot_id
    join lane on lane.bucket = code.bucket and lane.lot_id = code.lot_id and lane.lane_id = code.lane_id
   where code.bucket = $1 and code.lot_id = $2 and code.kind = $3 and code.lane_id = $4 and code.serial = $5`,
}
export const noteScreen: Statement = {
  name: 'note-lane-screen',
  text: `update lot_code set seen_at = $6 where bucket = $1 and lot_id = $2 and kind = $3 and lane_id = $4 and serial = $5`,
}

export type AliasRow = {
  readonly alias: string
  readonly bucket: number
  readonly lot_id: number
  readonly kind: CodeKind
  readonly lane_id: number
  readonly made_at: number
  readonly made_by: string
}
// The name with its query counts before the name alone.
export const selectAlias: Statement = {
  name: 'select-code-alias',
  text: `
  select alias, bucket, lot_id, kind, lane_id, made_at, made_by from code_alias
   where alias in ($1, $2) order by length(alias) desc limit 1`,
}
export const selectAliases: Statement = {
  name: 'select-code-aliases',
  text: `select alias, bucket, lot_id, kind, lane_id, made_at, made_by from code_alias where lot_id = $1 order by alias`,
}
export const insertAlias: Statement = {
  name: 'insert-code-alias',
  text: `
  insert into code_alias (alias, bucket, lot_id, kind, lane_id, made_at, made_by) values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (alias) do nothing returning alias`,
}
export const deleteAlias: Statement = {
  name: 'delete-code-alias',
  text: 'delete from code_alias where alias = $1 and lot_id = $2 returning kind, lane_id',
}

export type PatrolRow = {
  readonly id: string
  readonly begun_at: number
  readonly begun_by: string
  readonly ended_at: number | null
  readonly places: number | null
  readonly rightly: number | null
}
const patrolColumns = 'id, begun_at, begun_by, ended_at, places, rightly'
export const insertPatrol: Statement = {
  name: 'insert-code-patrol',
  text: 'insert into code_patrol (bucket, lot_id, id, begun_at, begun_by) values ($1, $2, $3, $4, $5)',
}
export const selectPatrols = bothWays(
  'select-code-patrols',
  (beyond, way) => `
  select ${patrolColumns} from code_patrol
   where bucket = $1 and lot_id = $2 and id ${beyond} $3
     and ($5::text is null or case $5::text when 'going' then ended_at is null when 'wrong' then rightly < places else rightly = places end)
     and ($6::text is null or position($6 in begun_by) > 0)
   order by id ${way} limit $4`,
)
export const selectPatrol: Statement = {
  name: 'select-code-patrol',
  text: `select ${patrolColumns} from code_patrol where bucket = $1 and lot_id = $2 and id = $3`,
}
export const lockPatrol: Statement = {
  name: 'lock-code-patrol',
  text: `select ${patrolColumns} from code_patrol where bucket = $1 and lot_id = $2 and id = $3 for no key update`,
}
export const endPatrol: Statement = {
  name: 'end-code-patrol',
  text: 'update code_patrol set ended_at = $4, places = $5, rightly = $6 where bucket = $1 and lot_id = $2 and id = $3',
}
export type FoundRow = {
  readonly kind: CodeKind
  readonly lane_id: number
  readonly verdict: FoundVerdict
  readonly found: string | null
  readonly at: number
  readonly by: string
}
export const selectFound: Statement = {
  name: 'select-code-found',
  text: `
  select kind, lane_id, verdict, found, at, by from code_found
   where bucket = $1 and lot_id = $2 and patrol = $3 order by kind, lane_id`,
}
export const noteFound: Statement = {
  name: 'note-code-found',
  text: `
  insert into code_found (bucket, lot_id, patrol, kind, lane_id, verdict, found, at, by)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  on conflict (bucket, lot_id, patrol, kind, lane_id) do update
     set verdict = excluded.verdict, found = excluded.found, at = excluded.at, by = excluded.by`,
}
