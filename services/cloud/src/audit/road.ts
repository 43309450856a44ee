import type { Invariant } from './invariant.ts'

/* What must hold of clearances, gates and lots' logs. */

export const ofTheRoad: readonly Invariant[] = [
  {
    says: 'every clearance was told to the lot or is still being told',
    todo: 'the lot may not know that this vehicle may leave: tell its attendant',
    name: 'audit-told',
    rows: ({ told }) => `
    select bucket, lot_id, id, 'clearance ' || id || ' of session ' || session_id || ' was not told, and nobody tells it' as about
      from ${told} x where told_at is null and answered_at is null and send_at is null`,
  },
  {
    says: 'every gate opening has one cause, and no clearance or command opens more than once',
    todo: 'look at the pictures of both openings: a second vehicle may have left by it',
    name: 'audit-openings',
    rows: ({ caused }) => `
    select g.bucket, g.lot_id, min(g.seq) as id,
           case when g.cause_id is null then 'an opening by a ' || g.cause_kind || ' names none, at ' || min(g.at)
                else g.cause_kind || ' ' || g.cause_id || ' opened ' || count(*) || ' times, first at ' || min(g.at) end as about
      from ${caused} g
     group by g.bucket, g.lot_id, g.cause_kind, g.cause_id
    having count(*) > 1 or g.cause_id is null`,
  },
  {
    says: 'every opening by a clearance or a command rests on one that we made',
    todo: "the lot opened by something nobody here knows of: look at the lot's own log and pictures",
    name: 'audit-opening-cause',
    rows: ({ openings }) => `
    select g.bucket, g.lot_id, g.seq as id,
           'event ' || g.epoch || '/' || g.seq || ' opened lane ' || g.lane_id || ' by ' || g.cause_kind || ' ' || g.cause_id || ', which is not there' as about
      from ${openings} g
     where (g.cause_kind = 'clearance'
            and not exists (select from clearance c where c.bucket = g.bucket and c.lot_id = g.lot_id and c.id = g.cause_id::int8))
        or (g.cause_kind = 'command'
            and not exists (select from lot_command c
                             where c.bucket = g.bucket and c.lot_id = g.lot_id and c.id = substr(g.cause_id, 12, 19)::int8))`,
  },
  {
    says: 'no event of a lot is missing between the first and the committed one',
    todo: "the lot will not tell it again: read it on the lot's own page, by its number",
    name: 'audit-log',
    rows: ({ logs }) => `
    select l.bucket, l.lot_id, l.epoch as id,
           'log ' || l.epoch || ' of ' || l.device || ' is committed up to ' || l.committed_seq || ', and has ' || count(e.seq) || ' of '
             || l.committed_seq - l.seq || ' events after ' || l.seq as about
      from ${logs} l
      left join lot_event e on e.bucket = l.bucket and e.lot_id = l.lot_id and e.epoch = l.epoch and e.device = l.device and e.seq > l.seq
     group by l.bucket, l.lot_id, l.device, l.epoch, l.committed_seq, l.seq
    having count(e.seq) <> l.committed_seq - l.seq or coalesce(max(e.seq), l.seq) <> l.committed_seq`,
  },
]
