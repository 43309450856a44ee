import { type Figure, figures } from './row.ts'

/*
 * What there is to count, as SQL over the tables where it happened: transfers of the ledger, stays, and openings of gates. The
 * same text counts what is new, what one lot has, and everything there is: whoever asks says from where the rows come.
 * Each answers `bucket, lot_id, of_id, kind, id, day, lane, channel, attendant, product` and the figures that it has, null for nothing.
 */

/** As a figure's column is called. */
export const columnOf = (figure: Figure): string => figure.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
export const figureColumns: readonly string[] = figures.map(columnOf)

/** Transfers that make a figure; others move what was counted before. */
export const countedCauses = [
  'payment-paid',
  'payment-unapplied',
  'refund-asked',
  'refund-failed',
  'share-owed',
  'share-taken-back',
  'fee-taken',
  'fee-given-back',
  'cash-taken',
  'cash-given-back',
  'cash-handed-over',
  'cash-corrected',
  'change-overpaid',
] as const
const causeList = countedCauses.map((cause) => `'${cause}'`).join(', ')

const dayOf = (instant: string): string => `(${instant} at time zone 'Asia/Shanghai')::date`
export const productOf = (session: string): string =>
  `case when ${session}.id is null then ''
              when ${session}.standing = 'month-card' then 'month-card'
              else 'parking' || coalesce(':' || ${session}.vehicle_class, '') end`
const ofKey = (table: string, id: string): string =>
  `(select k.* from ${table} k where k.bucket = t.bucket and k.lot_id = t.lot_id and k.id = ${id} limit 1)`

// The payment behind a transfer: its own cause, or that of the refund, the return or the share order that it is of.
const paymentOf = `
      case when t.cause in ('payment-paid', 'payment-unapplied', 'share-owed', 'fee-taken') then t.cause_id
           when t.cause in ('refund-asked', 'refund-failed', 'fee-given-back')
             then (select k.payment_id from refund k where k.bucket = t.bucket and k.lot_id = t.lot_id and k.id = t.cause_id)
           when t.cause = 'share-taken-back'
             then coalesce((select k.payment_id from share_return k where k.bucket = t.bucket and k.lot_id = t.lot_id and k.id = t.cause_id),
                           (select k.payment_id from share k where k.bucket = t.bucket and k.lot_id = t.lot_id and k.id = t.cause_id)) end`
const isCash = `t.cause in ('cash-taken', 'cash-given-back', 'cash-handed-over', 'cash-corrected', 'change-overpaid')`

const moneyFigures = `
         case when t.cause = 'payment-paid' then 1 when t.cause = 'payment-unapplied' and e.clearing is null then -1 end as payments,
         case when t.cause = 'payment-paid' then - e.clearing
              when t.cause = 'payment-unapplied' and e.clearing is null then - e.unapplied end as paid_fen,
         case when e.unapplied is not null then null when t.cause = 'refund-asked' then 1 when t.cause = 'refund-failed' then -1 end as refunds,
         case when e.unapplied is null and t.cause in ('refund-asked', 'refund-failed') then e.in_flight end as refunded_fen,
         case when t.cause in ('payment-paid', 'payment-unapplied') then e.fee
              when t.cause in ('fee-taken', 'fee-given-back') then - e.operator end as channel_fee_fen,
         case when t.cause in ('payment-paid', 'payment-unapplied', 'refund-asked', 'refund-failed') then e.platform end as platform_fee_fen,
         case when t.cause in ('share-owed', 'share-taken-back') then - e.operator end as shared_fen,
         case when not ${isCash} then e.operator end as net_fen,
         case when t.cause = 'payment-unapplied' then 1 end as unapplied_payments,
         case when t.cause = 'payment-unapplied' then e.unapplied end as unapplied_fen,
         case when t.cause = 'cash-taken' then 1 end as cash_payments,
         case when t.cause = 'cash-taken' then e.cash end as cash_fen,
         case when t.cause = 'cash-given-back' then 1 end as cash_given_back,
         case when t.cause = 'cash-given-back' then - e.cash end as cash_given_back_fen,
         case when t.cause = 'cash-handed-over' then 1 end as hand_overs,
         e.over_short as over_short_fen`
const theirEntries = `
   cross join lateral (
     select sum(a.fen) filter (where a.kind = 'channel-clearing') as clearing, sum(a.fen) filter (where a.kind = 'channel-fee') as fee,
            sum(a.fen) filter (where a.kind = 'operator-payable') as operator, sum(a.fen) filter (where a.kind = 'platform-fee') as platform,
            sum(a.fen) filter (where a.kind = 'unapplied-receipts') as unapplied, sum(a.fen) filter (where a.kind = 'refund-in-flight') as in_flight,
            sum(a.fen) filter (where a.kind = 'operator-cash') as cash, sum(a.fen) filter (where a.kind = 'cash-over-short') as over_short
       from unnest(t.kind, t.amount_fen) as a (kind, fen)
   ) as e`
/** What transfers `t` are counted for, by their own entries alone: not on which day, nor by which members. */
export const figuresOfTransfers = (transfers: string): string => `
  select t.bucket, t.lot_id, t.cause::text as kind, t.cause_id as id,
         ${moneyFigures}
    from ${transfers} t
   ${theirEntries}
   where t.cause in (${causeList})`

/**
 * Of transfers `t`. A payment that was unapplied after it had counted has no entry of the channel's: what it was counted as is taken
 * out, on its own day.
 */
export const factsOfTransfers = (transfers: string): string => `
  select t.bucket, t.lot_id, coalesce(p.session_id, c.session_id, t.cause_id) as of_id, t.cause::text as kind, t.cause_id as id,
         ${dayOf(`case when t.cause in ('payment-paid', 'payment-unapplied') then coalesce(p.paid_at, t.posted_at)
                    when t.cause = 'cash-corrected' then coalesce(h.handed_over_at, t.posted_at)
                    else coalesce(m.at, t.posted_at) end`)} as day,
         coalesce(p.lane_id::text, '') as lane, t.channel::text as channel, coalesce(x.scanned_by, h.attendant, '') as attendant,
         ${productOf('s')} as product,
         ${moneyFigures}
    from ${transfers} t
   ${theirEntries}
    left join lateral ${ofKey('payment', paymentOf)} as p on not ${isCash}
    left join lateral (select k.scanned_by from code_scan k where k.bucket = t.bucket and k.lot_id = t.lot_id and k.payment_id = p.id limit 1) as x on true
    left join lateral ${ofKey('clearance', 't.cause_id')} as c on t.cause = 'cash-taken'
    left join lateral (
      select k.at, k.shift_id from cash_move k
       where k.bucket = t.bucket and k.lot_id = t.lot_id and k.id = t.cause_id
         and (t.cause = 'cash-corrected' and k.what <> 'shift-handed-over'
              or k.what = case when t.cause = 'cash-handed-over' then 'shift-handed-over' else t.cause::text end)
       limit 1
    ) as m on ${isCash}
    left join lateral ${ofKey('shift', 'm.shift_id')} as h on true
    left join lateral ${ofKey('session', 'coalesce(p.session_id, c.session_id)')} as s on true
   where t.cause in (${causeList})`

/** Of stays `t`: that it began, unless it never should have, and that it ended. */
export const factsOfStays = (sessions: string): string => `
  select t.bucket, t.lot_id, t.id as of_id, 'entry' as kind, t.id, ${dayOf('t.entered_at')} as day,
         coalesce(t.entry_lane::text, '') as lane, '' as channel, '' as attendant, ${productOf('t')} as product,
         1 as entries, null::int8 as exits, null::int8 as stay_seconds, null::int8 as free_exits, null::int8 as released_owing,
         null::int8 as escaped, null::int8 as owed_fen
    from ${sessions} t
   where t.state <> 'voided' and t.renews_card is null
   union all
  select t.bucket, t.lot_id, t.id, 'exit', t.id, ${dayOf('t.left_at')},
         coalesce(t.exit_lane::text, ''), '', '', ${productOf('t')},
         null, 1, greatest(floor(extract(epoch from t.left_at - t.entered_at)), 0)::int8,
         case when coalesce(t.left_how, 'left') = 'left' and t.paid_fen = 0 and coalesce(t.owed_when_left_fen, 0) = 0 then 1 end,
         case when t.left_how = 'released-owing' then 1 end, case when t.left_how = 'escaped' then 1 end,
         case when t.left_how in ('released-owing', 'escaped') then t.owed_when_left_fen end
    from ${sessions} t
   where t.state = 'left' and t.renews_card is null`

// What a command opened for, by what it was made from.
const commanded = `(select case when k.payment_id is not null then 'payment' when k.body ->> 'reason' = 'nothing owed' then 'free' else 'person' end
                      from lot_command k
                     where k.bucket = t.bucket and k.lot_id = t.lot_id
                       and k.id = case when t.cause_id ~ '^3[0-9]{10}[0-8][0-9]{20}$' then substr(t.cause_id, 12, 19)::int8 end)`

/** Of movements of gates `t`, and of arms that went up without an order `unordered`. An opening is counted once and never changes. */
export const factsOfOpenings = (openings: string, unordered: string): string => `
  select o.bucket, o.lot_id, 0::int8 as of_id, 'opening' as kind, o.epoch || '/' || o.seq as id, ${dayOf('o.at')} as day,
         o.lane, '' as channel, o.attendant, '' as product,
         case when o.reason = 'entry' then 1 end as opened_for_entry, case when o.reason = 'payment' then 1 end as opened_for_payment,
         case when o.reason = 'free' then 1 end as opened_free, case when o.reason = 'card' then 1 end as opened_by_card,
         case when o.reason = 'person' then 1 end as opened_by_person, case when o.reason is null then 1 end as opened_unordered
    from (select t.bucket, t.lot_id, t.epoch, t.seq, t.at, t.lane_id::text as lane,
                 case when t.cause_kind = 'attendant' then split_part(coalesce(t.cause_id, ''), ': ', 1) else '' end as attendant,
                 case when t.cause_kind in ('entry', 'unplated-admission') then 'entry'
                      when t.cause_kind = 'clearance' then 'payment'
                      when t.cause_kind in ('nothing-owed', 'listed', 'area') then 'free'
                      when t.cause_kind = 'month-card' then 'card'
                      when t.cause_kind = 'attendant' then 'person'
                      when t.cause_kind = 'command' then ${commanded} end as reason
            from ${openings} t
           where not t.silent
           union all
          select t.bucket, t.lot_id, t.epoch, t.seq, t.at, coalesce(t.body ->> 'lane', ''), '', null
            from ${unordered} t
           where t.kind = 'unordered-opening') as o`

const partFigures = {
  transfers: figureColumns.slice(0, figureColumns.indexOf('entries')),
  stays: figureColumns.slice(figureColumns.indexOf('entries'), figureColumns.indexOf('opened_for_entry')),
  openings: figureColumns.slice(figureColumns.indexOf('opened_for_entry')),
}

/** Everything that ever happened, added up: `bucket, lot_id, dimension, day, member` and every figure. The law that rounds are held to. */
export const fromScratch = (): string => {
  const all = (facts: string, own: readonly string[]) =>
    `select f.bucket, f.lot_id, f.day, f.lane, f.channel, f.attendant, f.product, ${figureColumns.map((column) => (own.includes(column) ? `f.${column}::int8 as ${column}` : `null::int8 as ${column}`)).join(', ')}
       from (${facts}) as f`
  return `
  select f.bucket, f.lot_id, d.dimension, f.day, d.member, ${figureColumns.map((column) => `coalesce(sum(f.${column}), 0)::int8 as ${column}`).join(', ')}
    from (${all(factsOfTransfers('transfer'), partFigures.transfers)}
          union all
          ${all(factsOfStays('session'), partFigures.stays)}
          union all
          ${all(factsOfOpenings('gate_opening', 'lot_event'), partFigures.openings)}) as f
   cross join lateral (values ('lot', ''), ('lane', f.lane), ('channel', f.channel), ('attendant', f.attendant), ('product', f.product))
                       as d (dimension, member)
   group by f.bucket, f.lot_id, d.dimension, f.day, d.member`
}
