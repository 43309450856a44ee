import type { Statement } from '@lanepay/database/database.ts'
import type { PaperKind } from '@lanepay/domain/applicant/form.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'
import { bothWays } from '../report/both-ways.ts'
import type { MendView } from './api.ts'
import type { ChannelState } from './channel.ts'
import type { ApplicationState } from './decide.ts'

export type ApplicationRow = {
  id: string
  kind: 'operator' | 'partner'
  state: ApplicationState
  suspended_from: ApplicationState | null
  sealed: string
  version: number
  lot_name: string | null
  operator_id: string | null
  made_at: number
  saved_at: number
  submitted_at: number | null
  reviewer: string | null
  reviewer_account: string | null
  mend: readonly MendView[]
  approved_at: number | null
  lot_bucket: number | null
  lot_number: number | null
  party: string | null
  account: string | null
  opened_at: number | null
  platform_fee_basis_points: number | null
}
const columns = `a.id, a.kind, a.state, a.suspended_from, a.sealed, a.version, a.lot_name, a.operator_id, a.made_at, a.saved_at, a.submitted_at,
         a.reviewer, a.mend, a.approved_at, a.lot_bucket, a.lot_number, a.party, a.account, a.opened_at, a.platform_fee_basis_points,
         (select s.account from staff s where s.staff_id = a.reviewer) as reviewer_account`

export const insertApplication: Statement = {
  name: 'insert-application',
  text: `
  insert into application (bucket, lot_id, id, kind, state, link_hash, sealed, version, operator_id, made_at, saved_at, mend)
  values ($1, $2, $3, $4, 'draft', $5, $6, 0, $7, $8, $8, '[]')
  on conflict (bucket, lot_id, id) do nothing`,
}
export const selectApplication: Statement = {
  name: 'select-application',
  text: `select ${columns} from application a where a.bucket = $1 and a.lot_id = $2 and a.id = $3`,
}
export const selectByLink: Statement = {
  name: 'select-application-by-link',
  text: `select ${columns} from application a where a.bucket = $1 and a.lot_id = $2 and a.id = $3 and a.link_hash = $4`,
}
/** Whoever holds it writes alone to this application until the commit. */
export const lockApplication: Statement = {
  name: 'lock-application',
  text: `select ${columns} from application a where a.bucket = $1 and a.lot_id = $2 and a.id = $3 for update of a`,
}
export const setLink: Statement = {
  name: 'set-application-link',
  text: 'update application set link_hash = $4 where bucket = $1 and lot_id = $2 and id = $3',
}
export const saveForm: Statement = {
  name: 'save-application-form',
  text: `
  update application set sealed = $4, kind = $5, lot_name = $6, version = version + 1, saved_at = $7
   where bucket = $1 and lot_id = $2 and id = $3`,
}
/** Somebody is at it. */
export const touchApplication: Statement = {
  name: 'touch-application',
  text: 'update application set saved_at = $4 where bucket = $1 and lot_id = $2 and id = $3',
}
export const setState: Statement = {
  name: 'set-application-state',
  text: `
  update application set state = $4, suspended_from = $5, reviewer = $6, mend = $7, sealed = $8, submitted_at = $9, version = version + 1
   where bucket = $1 and lot_id = $2 and id = $3`,
}
export const setApproved: Statement = {
  name: 'set-application-approved',
  text: `
  update application
     set state = $4, approved_at = $5, operator_id = $6, lot_bucket = $7, lot_number = $8, party = $9, account = $10,
         platform_fee_basis_points = $11, mend = '[]', version = version + 1
   where bucket = $1 and lot_id = $2 and id = $3`,
}
export const setOpened: Statement = {
  name: 'set-application-opened',
  text: 'update application set opened_at = $4 where bucket = $1 and lot_id = $2 and id = $3 and opened_at is null returning id',
}

export type StepRow = {
  step: number
  at: number
  act: string
  after: ApplicationState
  who: string
  why: {
    readonly mend?: readonly MendView[]
    readonly changed?: readonly string[]
    readonly checks?: readonly string[]
    readonly note?: string
  }
}
export const insertStep: Statement = {
  name: 'insert-application-step',
  text: `
  insert into application_step (bucket, lot_id, application_id, step, at, act, before, after, who, why)
  select $1, $2, $3, coalesce(max(step), 0) + 1, $4, $5, $6, $7, $8, $9
    from application_step where bucket = $1 and lot_id = $2 and application_id = $3`,
}
export const selectSteps: Statement = {
  name: 'select-application-steps',
  text: `
  select step, at, act, after, who, why from application_step
   where bucket = $1 and lot_id = $2 and application_id = $3 order by step desc limit 200`,
}

export type PaperRow = {
  kind: PaperKind
  width: number
  height: number
  size: number
  sha256: string
  uploaded_at: number
}
export const selectPapers: Statement = {
  name: 'select-application-papers',
  text: `
  select kind, width, height, size, sha256, uploaded_at from application_paper
   where bucket = $1 and lot_id = $2 and application_id = $3 order by kind`,
}
export const selectPaper: Statement = {
  name: 'select-application-paper',
  text: 'select sealed, sha256 from application_paper where bucket = $1 and lot_id = $2 and application_id = $3 and kind = $4',
}
export const upsertPaper: Statement = {
  name: 'upsert-application-paper',
  text: `
  insert into application_paper (bucket, lot_id, application_id, kind, width, height, size, sha256, sealed, uploaded_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  on conflict (bucket, lot_id, application_id, kind) do update
     set width = excluded.width, height = excluded.height, size = excluded.size, sha256 = excluded.sha256, sealed = excluded.sealed,
         uploaded_at = excluded.uploaded_at`,
}
export const dropPaper: Statement = {
  name: 'drop-application-paper',
  text: 'delete from application_paper where bucket = $1 and lot_id = $2 and application_id = $3 and kind = $4',
}

export type ChannelRow = { channel: ChannelName; state: ChannelState; sign_url: string | null; told_at: number }
export const selectChannels: Statement = {
  name: 'select-application-channels',
  text: `
  select channel, state, sign_url, told_at from application_channel
   where bucket = $1 and lot_id = $2 and application_id = $3 order by channel`,
}
/** Asked again where it had to be mended; one that is live, or under way, stays what it is. */
export const askChannel: Statement = {
  name: 'ask-application-channel',
  text: `
  insert into application_channel (bucket, lot_id, application_id, channel, state, told_at) values ($1, $2, $3, $4, 'asked', $5)
  on conflict (bucket, lot_id, application_id, channel) do update set state = 'asked', told_at = excluded.told_at
   where application_channel.state = 'returned'`,
}
export const setChannel: Statement = {
  name: 'set-application-channel',
  text: `
  update application_channel set state = $5, sign_url = $6, told_at = $7
   where bucket = $1 and lot_id = $2 and application_id = $3 and channel = $4`,
}
export type DueRow = {
  bucket: number
  application_id: string
  channel: ChannelName
  state: ChannelState
  told_at: number
}
export const selectAtChannels: Statement = {
  name: 'select-applications-at-channels',
  // fanout: what channels have to be told or asked, a round of the worker
  text: `-- fanout
  select c.bucket, c.application_id, c.channel, c.state, c.told_at
    from application_channel c
    join application a on a.bucket = c.bucket and a.lot_id = c.lot_id and a.id = c.application_id
   where c.bucket = any($1) and c.state in ('asked', 'channel-review', 'to-sign')
     and a.opened_at is not null and a.state in ('approved', 'channel-review', 'to-sign')
   order by c.told_at limit $2`,
}

export type ToOpenRow = { bucket: number; id: string }
export const selectToOpen: Statement = {
  name: 'select-applications-to-open',
  // fanout: what is approved and not opened yet, a round of the worker
  text: `-- fanout
  select bucket, id from application
   where bucket = any($1) and approved_at is not null and opened_at is null and approved_at <= $2 order by approved_at limit 20`,
}

export const selectForgotten: Statement = {
  name: 'select-forgotten-applications',
  // fanout: drafts that nobody goes on with, a round of the worker
  text: `-- fanout
  select bucket, id from application where bucket = any($1) and state = 'draft' and saved_at < $2 order by saved_at limit 20`,
}
export const dropPapers: Statement = {
  name: 'drop-application-papers',
  text: 'delete from application_paper where bucket = $1 and lot_id = $2 and application_id = $3',
}
export const dropSteps: Statement = {
  name: 'drop-application-steps',
  text: 'delete from application_step where bucket = $1 and lot_id = $2 and application_id = $3',
}
export const dropApplication: Statement = {
  name: 'drop-application',
  text: 'delete from application where bucket = $1 and lot_id = $2 and id = $3',
}

export type QueueRowOfTable = {
  id: string
  kind: 'operator' | 'partner'
  state: ApplicationState
  lot_name: string | null
  lot_number: number | null
  made_at: number
  submitted_at: number | null
  reviewer_account: string | null
  at: number
}
// fanout: a reviewer's desk; never on the road. Drafts that nobody has handed in are no work.
export const selectQueue = bothWays(
  'select-application-queue',
  (beyond, way) => `-- fanout
  select a.id, a.kind, a.state, a.lot_name, a.lot_number, a.made_at, a.submitted_at,
         (select s.account from staff s where s.staff_id = a.reviewer) as reviewer_account,
         (extract(epoch from coalesce(a.submitted_at, a.made_at)) * 1000)::float8 as at
    from application a
   where ($1::text is null or a.state = $1)
     and ($1::text is not null or a.state <> 'draft' or $2::int8 is not null)
     and ($2::int8 is null or a.operator_id = $2)
     and ($3::int8 is null or a.reviewer = $3)
     and ($4::text is null or a.lot_name ilike $4)
     and ($5::int4 is null or a.lot_number = $5)
     and ($6::timestamptz is null or (coalesce(a.submitted_at, a.made_at), a.id) ${beyond} ($6, $7))
   order by coalesce(a.submitted_at, a.made_at) ${way}, a.id ${way} limit $8`,
)
export const countStates: Statement = {
  name: 'count-application-states',
  // fanout: how much work there is
  text: `-- fanout
  select state, count(*)::int4 as applications from application where ($1::int8 is null or operator_id = $1) group by state`,
}

/** The bucket of an operator's lots: its balance is in one place (scale.md 1.7). */
export const selectBucketOfOperator: Statement = {
  name: 'select-bucket-of-operator',
  text: '-- fanout\n select bucket, count(*)::int4 as lots from lot where operator_id = $1 group by bucket',
}
/** The emptiest bucket, for an operator that has no lot yet. */
export const selectEmptiestBucket: Statement = {
  name: 'select-emptiest-bucket',
  text: `
  select b as bucket from generate_series(0, 255) b
    left join lot_number n on n.bucket = b
   group by b order by count(n.lot_id), b limit 1`,
}
export const takeLotNumber: Statement = {
  name: 'take-lot-number',
  text: 'insert into lot_number (lot_id, bucket) values ($1, $2) on conflict (lot_id) do nothing returning lot_id',
}
/** The smallest free number from the first on; those below are given by hand. */
export const selectFreeLotNumber: Statement = {
  name: 'select-free-lot-number',
  text: `
  select min(free) as free from (
    select $1::int4 as free where not exists (select 1 from lot_number where lot_id = $1)
    union all
    select n.lot_id + 1 from lot_number n
     where n.lot_id >= $1 and n.lot_id < 9999999 and not exists (select 1 from lot_number m where m.lot_id = n.lot_id + 1)
  ) as candidates`,
}
export const selectOperatorName: Statement = {
  name: 'select-operator-name',
  text: 'select name from operator where operator_id = $1',
}
