import { firstIdOf } from '../audit/scope.ts'
import { outOfDrawer } from '../shift/said.ts'
import type { Filter, List } from './list.ts'
import { column } from './lists-money.ts'
import { alarmWords, causeWords, openingWords, owingWords, shiftSources, stayWords } from './words.ts'

/* The lists of what happened at the lots: stays, gates, shifts with their cash, alarms. */

const sum = { total: true } as const
const by = (key: string, sql: string): Filter => ({ key, sql })
const madeIn = (id: string): string =>
  `${id} >= ${firstIdOf('$3::timestamptz')} and ${id} < ${firstIdOf('$4::timestamptz')}`

/** An instant that a lot's software has said, in ms; null where it is none that a calendar has. */
const saidAt = (member: string): string =>
  `case when (body ->> '${member}')::float8 between 0 and 4102444800000 then to_timestamp((body ->> '${member}')::float8 / 1000) end`
/**
 * Shifts of a connected lot's own software (bolink-protocol.md 7.1, work_record), in the place of ours by when they began; of one whose
 * beginning was never said, by its end. Its attendants are numbers of its own.
 */
const softwareShifts = `
        select 'software', ${firstIdOf('k.place')}, k.key, k.lot_id, k.body ->> 'booth', k.body ->> 'person', k.began, k.ended, null, null
          from (select key, lot_id, body, ${saidAt('startedAt')} as began, ${saidAt('endedAt')} as ended,
                       coalesce(${saidAt('startedAt')}, ${saidAt('endedAt')}) as place
                  from bolink_kept where bucket = $1 and lot_id = $2 and kind = 'shift' and ended_at is null) k
         where k.place >= $3 and k.place < $4`
/** A shift whose end was never said is over when its person begins another one. */
const nextShift = `(
             select min(n.began)
               from (select ${saidAt('startedAt')} as began from bolink_kept
                      where bucket = $1 and lot_id = $2 and kind = 'shift' and ended_at is null and body ->> 'person' = s.attendant) n
              where n.began > s.opened_at)`

export const trafficLists: readonly List[] = [
  {
    name: 'sessions',
    title: { zh: '停车记录', en: 'Sessions' },
    ...{ about: 'traffic', places: ['lots'] },
    columns: [
      column('session', 'number', '停车记录', 'Session', 's.id'),
      column('lot', 'text', '车场', 'Lot', 's.lot_id::text'),
      column('plate', 'plate', '车牌', 'Plate', 's.plate'),
      column('colour', 'text', '颜色', 'Colour', 's.colour'),
      column('standing', 'text', '身份', 'Standing', 's.standing', { words: stayWords }),
      column('vehicleClass', 'text', '车型', 'Vehicle class', 's.vehicle_class'),
      column('state', 'text', '状态', 'State', 's.state::text', { words: stayWords }),
      column('enteredAt', 'instant', '入场时间', 'Entered at', 's.entered_at'),
      column('entryLane', 'text', '入口', 'Entry lane', 's.entry_lane::text'),
      column('leftAt', 'instant', '离场时间', 'Left at', 's.left_at'),
      column('exitLane', 'text', '出口', 'Exit lane', 's.exit_lane::text'),
      column('how', 'text', '离场方式', 'How it left', 's.left_how', { words: stayWords }),
      column('paidFen', 'fen', '已付', 'Paid', 's.paid_fen', sum),
      column('owedFen', 'fen', '离场时欠费', 'Owed when it left', 's.owed_when_left_fen', sum),
      column('because', 'text', '原因', 'Why it ended', 's.ended_because'),
    ],
    from: `from session s where s.bucket = $1 and s.lot_id = $2 and ${madeIn('s.id')} and s.renews_card is null`,
    key: [{ sql: 's.id', kind: 'id' }],
    filters: [
      by('state', 's.state::text'),
      by('standing', 's.standing'),
      by('how', 's.left_how'),
      by('entryLane', 's.entry_lane::text'),
      by('exitLane', 's.exit_lane::text'),
      { key: 'plate', sql: 's.plate', plate: true },
    ],
  },
  {
    // As summaries count them: let out by a person, or gone under an arm that was not opened for them (0100_left_owing.sql has the index).
    name: 'left-owing',
    title: { zh: '欠费离场', en: 'Left owing' },
    ...{ about: 'traffic', places: ['lots'] },
    columns: [
      column('leftAt', 'instant', '离场时间', 'Left at', 's.left_at'),
      column('lot', 'text', '车场', 'Lot', 's.lot_id::text'),
      column('plate', 'plate', '车牌', 'Plate', 's.plate'),
      column('how', 'text', '离场方式', 'How it left', 's.left_how', { words: owingWords }),
      column('owedFen', 'fen', '欠费', 'Owed', 's.owed_when_left_fen', sum),
      column('paidFen', 'fen', '已付', 'Paid', 's.paid_fen', sum),
      column('enteredAt', 'instant', '入场时间', 'Entered at', 's.entered_at'),
      column('entryLane', 'text', '入口', 'Entry lane', 's.entry_lane::text'),
      column('exitLane', 'text', '出口', 'Exit lane', 's.exit_lane::text'),
      column('session', 'number', '停车记录', 'Session', 's.id'),
    ],
    from: `from session s
      where s.bucket = $1 and s.lot_id = $2 and s.lot_id + 0 = $2 and s.left_how in ('released-owing', 'escaped')
        and s.left_at >= $3 and s.left_at < $4`,
    key: [
      { sql: 's.left_at', kind: 'instant' },
      { sql: 's.id', kind: 'id' },
    ],
    filters: [
      by('how', 's.left_how'),
      by('exitLane', 's.exit_lane::text'),
      { key: 'plate', sql: 's.plate', plate: true },
    ],
  },
  {
    name: 'gate-openings',
    title: { zh: '抬杆记录', en: 'Gate openings' },
    ...{ about: 'traffic', places: ['lots'] },
    columns: [
      column('at', 'instant', '时间', 'Time', 'g.at'),
      column('lot', 'text', '车场', 'Lot', 'g.lot_id::text'),
      column('lane', 'text', '通道', 'Lane', 'g.lane_id::text'),
      column('cause', 'text', '原因', 'Reason', 'g.cause_kind', { words: openingWords }),
      column('causeId', 'number', '依据', 'By', 'g.cause_id'),
      column('by', 'text', '操作人', 'Who', `e.body -> 'cause' ->> 'by'`),
      column('because', 'text', '说明', 'Said why', `e.body -> 'cause' ->> 'reason'`),
      column('silent', 'text', '未应答', 'Gate silent', 'g.silent::text', { words: openingWords }),
      column('session', 'number', '停车记录', 'Session', 'g.session_id'),
    ],
    from: `from gate_opening g
      left join lateral (select k.body from lot_event k
                          where k.bucket = $1 and k.lot_id = $2 and k.epoch = g.epoch and k.seq = g.seq limit 1) as e on true
      where g.bucket = $1 and g.lot_id = $2 and g.lot_id + 0 = $2 and g.at >= $3 and g.at < $4`,
    key: [
      { sql: 'g.at', kind: 'instant' },
      { sql: 'g.epoch', kind: 'id' },
      { sql: 'g.seq', kind: 'id' },
    ],
    filters: [by('cause', 'g.cause_kind'), by('lane', 'g.lane_id::text'), by('silent', 'g.silent::text')],
  },
  {
    // Arms that somebody raised by hand or by another remote control: nothing of ours had ordered it (0008_reconciliation.sql has the index).
    name: 'unordered-openings',
    title: { zh: '没有原因的抬杆', en: 'Openings without a reason' },
    ...{ about: 'traffic', places: ['lots'] },
    columns: [
      column('at', 'instant', '时间', 'Time', 'e.at'),
      column('lot', 'text', '车场', 'Lot', 'e.lot_id::text'),
      column('lane', 'text', '通道', 'Lane', `e.body ->> 'lane'`),
      column('heardAt', 'instant', '得知时间', 'Heard at', 'e.received_at'),
    ],
    from: `from lot_event e
      where e.bucket = $1 and e.lot_id = $2 and e.kind = 'unordered-opening' and e.at >= $3 and e.at < $4`,
    key: [
      { sql: 'e.at', kind: 'instant' },
      { sql: 'e.epoch', kind: 'id' },
      { sql: 'e.seq', kind: 'id' },
    ],
    filters: [by('lane', `e.body ->> 'lane'`)],
  },
  {
    name: 'shifts',
    title: { zh: '班次', en: 'Shifts' },
    ...{ about: 'traffic', places: ['lots'] },
    columns: [
      column('shift', 'number', '班次', 'Shift', `case when s.source = 'here' then s.id::text else s.key end`),
      column('lot', 'text', '车场', 'Lot', 's.lot_id::text'),
      column('source', 'text', '来源', 'Source', 's.source', { words: shiftSources }),
      column('booth', 'text', '岗亭', 'Booth', 's.booth'),
      column('attendant', 'text', '值守人员', 'Attendant', 's.attendant'),
      column('openedAt', 'instant', '开班时间', 'Opened at', 's.opened_at'),
      column('handedOverAt', 'instant', '交班时间', 'Handed over at', 's.handed_over_at'),
      column('takenOverBy', 'text', '接班人', 'Taken over by', 's.taken_over_by'),
      column('takenFen', 'fen', '收现金', 'Cash taken', 'm.taken', sum),
      column('givenBackFen', 'fen', '退现金', 'Given back', 'm.given_back', sum),
      column('expectedFen', 'fen', '应有', 'Should hold', 'm.expected', sum),
      column('countedFen', 'fen', '点数', 'Counted', 's.counted_fen', sum),
      column('overShortFen', 'fen', '长短款', 'Over or short', 's.counted_fen - m.expected', sum),
      // In no book of ours: a column of its own, so that nothing is added up with what our drawers hold.
      column('softwareCashFen', 'fen', '现金（车场软件所报）', "Cash, as the lot's software says", 'c.cash', sum),
    ],
    from: `from (
        select 'here' as source, s.id, '' as key, s.lot_id, s.booth::text as booth, s.attendant, s.opened_at, s.handed_over_at, s.taken_over_by, s.counted_fen
          from shift s where s.bucket = $1 and s.lot_id = $2 and ${madeIn('s.id')}
        union all ${softwareShifts}
      ) as s
      left join lateral (
        select coalesce(sum(k.fen) filter (where k.what = 'cash-taken'), 0)::int8 as taken,
               coalesce(sum(k.fen) filter (where k.what = 'cash-given-back'), 0)::int8 as given_back,
               coalesce(sum(case when k.what in ${outOfDrawer} then - k.fen else k.fen end), 0)::int8 as expected
          from cash_move k
         where k.bucket = $1 and k.lot_id = $2 and k.shift_id = s.id and k.what <> 'shift-handed-over') as m on s.source = 'here'
      left join lateral (
        select coalesce(sum(o.cash_fen), 0)::int8 as cash
          from bolink_order o
         where o.bucket = $1 and o.lot_id = $2 and o.cash_fen > 0 and o.exit_person = s.attendant
           and o.exit_at >= s.opened_at and o.exit_at < coalesce(s.handed_over_at, ${nextShift}, 'infinity')) as c on s.source = 'software'
      where s.lot_id = $2`,
    key: [
      { sql: 's.id', kind: 'id' },
      { sql: 's.key collate "C"', kind: 'text' },
    ],
    filters: [by('attendant', 's.attendant'), by('booth', 's.booth'), by('source', 's.source')],
  },
  {
    name: 'cash-moves',
    title: { zh: '现金流水', en: 'Cash' },
    ...{ about: 'traffic', places: ['lots'] },
    columns: [
      column('at', 'instant', '时间', 'Time', 'm.at'),
      column('lot', 'text', '车场', 'Lot', 'm.lot_id::text'),
      column('what', 'text', '事由', 'What', 'm.what', { words: causeWords }),
      column('shift', 'number', '班次', 'Shift', 'm.shift_id'),
      column('attendant', 'text', '值守人员', 'Attendant', 's.attendant'),
      // What was counted at a hand-over moved nothing: it has a column of its own, and the others add up.
      column(
        'inFen',
        'fen',
        '收入',
        'In',
        `case when m.what in ${outOfDrawer} or m.what = 'shift-handed-over' then 0 else m.fen end`,
        sum,
      ),
      column('outFen', 'fen', '退出', 'Out', `case when m.what in ${outOfDrawer} then m.fen else 0 end`, sum),
      column(
        'countedFen',
        'fen',
        '点数',
        'Counted',
        `case when m.what = 'shift-handed-over' then m.fen else 0 end`,
        sum,
      ),
      column('late', 'text', '交班后得知', 'Heard of after the hand-over', 'm.late::text', { words: openingWords }),
    ],
    from: `from cash_move m
      left join lateral (select k.attendant from shift k where k.bucket = $1 and k.lot_id = $2 and k.id = m.shift_id limit 1) as s on true
      where m.bucket = $1 and m.lot_id = $2 and m.lot_id + 0 = $2 and m.at >= $3 and m.at < $4`,
    key: [
      { sql: 'm.at', kind: 'instant' },
      { sql: 'm.id', kind: 'id' },
      { sql: 'm.what collate "C"', kind: 'text' },
    ],
    filters: [by('what', 'm.what'), by('shift', 'm.shift_id::text'), by('attendant', 's.attendant')],
  },
  {
    name: 'alarms',
    title: { zh: '报警', en: 'Alarms' },
    ...{ about: 'traffic', places: ['lots'] },
    columns: [
      column('at', 'instant', '时间', 'Raised at', 'a.raised_at'),
      column('lot', 'text', '车场', 'Lot', 'a.lot_id::text'),
      column('kind', 'text', '种类', 'Kind', 'a.kind', { words: alarmWords }),
      column('lane', 'text', '通道', 'Lane', 'a.lane_id::text'),
      column('because', 'text', '说明', 'Because', 'a.because'),
      column('trade', 'number', '订单号', 'Trade number', 'a.payment_id', { numberOf: 'trade' }),
      column('endedAt', 'instant', '结束时间', 'Ended at', 'a.ended_at'),
    ],
    from: `from alarm a where a.bucket = $1 and a.lot_id = $2 and ${madeIn('a.id')}`,
    key: [{ sql: 'a.id', kind: 'id' }],
    filters: [by('kind', 'a.kind'), by('lane', 'a.lane_id::text')],
  },
]
