import { firstIdAt } from '@lanepay/domain/ids.ts'
import { hostile } from '../demonstration.ts'
import type { Office } from '../office.ts'

const made = new WeakMap<Office, Promise<string>>()
/** A stay of lot 4001 with something of everything in its story, made once for an office: its number. */
export function aStay(office: Office): Promise<string> {
  const one = made.get(office) ?? makeStay(office)
  made.set(office, one)
  return one
}

async function makeStay({ cloud }: Office): Promise<string> {
  const now = Date.now()
  const at = (minutes: number) => new Date(now - minutes * 60_000)
  const session = String(BigInt(firstIdAt(now - 90 * 60_000)) + 77n)
  const { sql } = cloud
  const { rows } = await sql.query('select bucket from lot where lot_id = 4001')
  const { bucket } = rows[0]
  await sql.query(
    `insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, entry_lane, paid_fen, standing)
     values ($1, 4001, $2, '粤B12345', false, 'blue', 'leaving', $3, 1, 0, 'visitor') on conflict do nothing`,
    [bucket, session, at(90)],
  )
  await sql.query('select note_plates($1, 4001, $2)', [bucket, ['粤B12345']])
  await sql.query(
    `insert into lane_occupancy (bucket, lot_id, lane_id, occupancy, plate, session_id, since) values ($1, 4001, 2, 55, '粤B12345', $2, $3)
     on conflict do nothing`,
    [bucket, session, at(2)],
  )
  const events: [number, object][] = [
    [
      90,
      {
        kind: 'entered',
        session,
        plate: '粤B12345',
        pass: false,
        colour: 'blue',
        lane: 1,
        enteredAt: at(90).getTime(),
      },
    ],
    [90, { kind: 'gate-opened', lane: 1, occupancy: '54', session, cause: { kind: 'entry' } }],
    [60, { kind: 'corrected', session, by: 'manager-1', reason: '入口抓拍晚了', enteredAt: at(90).getTime() }],
    [2, { kind: 'occupied', lane: 2, occupancy: '55', plate: '粤B12345', session, leaving: true }],
    [
      1,
      {
        kind: 'gate-opened',
        lane: 2,
        occupancy: '55',
        session,
        cause: { kind: 'attendant', by: '张师傅', reason: '抢修' },
      },
    ],
  ]
  for (const [n, [minutes, body]] of events.entries())
    await sql.query(
      `insert into lot_event (bucket, lot_id, epoch, seq, device, kind, at, received_at, body)
       values ($1, 4001, 1, $2, 'agent', $3, $4, $4, $5) on conflict do nothing`,
      [bucket, n + 1, (body as { kind: string }).kind, at(minutes), { ...body, seq: n + 1, at: at(minutes).getTime() }],
    )
  await sql.query(
    `insert into quote (bucket, lot_id, id, session_id, driver, plate, lane_id, occupancy, price_fen, paid_before_fen, owed_fen, lines, leave_minutes,
                        quoted_at, expires_at)
     values ($1, 4001, $2, $3, 'wechatpay:o', '粤B12345', 2, 55, 1000, 0, 1000, $4, 15, $5, $6) on conflict do nothing`,
    [
      ...[bucket, String(BigInt(session) + 1n), session],
      JSON.stringify([
        { kind: 'unit', text: { 'zh-CN': '2 小时', en: '2 hours' }, amountFen: 1500 },
        { kind: 'cap', text: { 'zh-CN': '封顶', en: 'Cap' }, amountFen: -500 },
      ]),
      ...[at(2), new Date(now + 300_000)],
    ],
  )
  // Paid by phone, of which a part went back and another is a partner's.
  const payment = 'from payment where lot_id = 4001 and session_id = $1'
  await sql.query(
    `update payment set session_id = $1, state = 'partly-refunded', refunded_fen = 300
      where lot_id = 4001 and id = (select max(id) from payment where lot_id = 4001)`,
    [session],
  )
  await sql.query(
    `insert into refund (bucket, lot_id, id, payment_id, amount_fen, reason, state, asked_by, asked_at, done_at)
     select bucket, lot_id, id + 1, id, 300, $2, 'done', 'manager-1', created_at, created_at ${payment}`,
    [session, hostile.slice(0, 60)],
  )
  await sql.query(
    `insert into share (bucket, lot_id, id, payment_id, kind, round, finish, state, asked_at, done_at)
     select bucket, lot_id, id + 2, id, 'share', 1, false, 'done', created_at, created_at ${payment}`,
    [session],
  )
  await sql.query(
    `insert into share_part (bucket, lot_id, share_id, party, whole_fen, amount_fen, state, because)
     select bucket, lot_id, id + 2, 2001, 99, 99, 'with-a-person', 'ACCOUNT_ABNORMAL' ${payment}`,
    [session],
  )
  return session
}
