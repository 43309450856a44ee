import { houseKey } from '@lanepay/cloud/enrol/enrol.testing.ts'
import { addOfEverything, addPayments, dayMs, novemberAt, openLots } from '@lanepay/cloud/report/report.testing.ts'
import { summaryRound } from '@lanepay/cloud/summary/worker.ts'
import { keepCard } from '@lanepay/cloud/withdrawal/card.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id } from '@lanepay/domain/types.ts'
import type { Office } from '../office.ts'

const lot = { bucket: 1, lotId: 4003 }
type Money = { readonly payment: string; readonly withdrawal: string; readonly account: number }
const made = new WeakMap<Office, Promise<Money>>()

/** Something of everything about the money of operator 1, once for each office: what to look at of it. */
export function moneyOf(office: Office): Promise<Money> {
  const before = made.get(office) ?? make(office)
  made.set(office, before)
  return before
}

async function make({ cloud: { data, sql } }: Office): Promise<Money> {
  const from = Date.now() - 3_600_000
  await openLots(data.database, [lot])
  await addPayments(sql, lot, { count: 12, from, everyMs: 60_000 })
  await addOfEverything(sql, lot)
  await sql.query(`update channel_account set payout = 'bank' where account_id = 12`)
  const card = {
    kind: 'card',
    number: '6222021234567890128',
    holder: '阳光物业',
    owner: 'company',
    bank: '工商银行',
  } as const
  await keepCard(
    { database: data.database, clock: systemClock, houseKey: Buffer.from(houseKey) },
    { accountId: 12, card: { ...card, branch: '深圳科技园支行' }, by: 'owner-1', why: '第一张' },
  )
  const party = {
    ...{ party: '2001', order: 1, takes: { basisPoints: 1000 }, description: '停车费分润', onRefund: 'taken-back' },
    ...{ ifNotPaid: 'operator', ifNotReturned: 'person', receiver: { kind: 'merchant', account: '1900000201' } },
  }
  await sql.query(
    `insert into share_rule (bucket, lot_id, version, channel, from_at, wait_minutes, limit_basis_points, parties, made_at)
     values (1, 4003, 1, 'wechatpay', $1, 1440, 3000, $2, $1)`,
    [new Date(from), JSON.stringify([party])],
  )
  const payment = firstIdAt(from)
  const line = (text: string, en: string, amountFen: number) => ({
    kind: 'time',
    text: { 'zh-CN': text, en },
    amountFen,
  })
  await sql.query(
    `insert into quote (bucket, lot_id, id, session_id, driver, plate, price_fen, paid_before_fen, owed_fen, lines, leave_minutes, quoted_at,
                        expires_at, payment_id)
     select bucket, lot_id, id, session_id, driver, plate, amount_fen, 0, amount_fen, $2, 15, created_at, expires_at, id
       from payment where lot_id = 4003 and id = $1`,
    [payment, JSON.stringify([line('白天 2 小时', '2 h by day', 800), line('夜间', 'At night', 200)])],
  )
  await sql.query('update payment set quote_id = id where lot_id = 4003 and id = $1', [payment])
  await sql.query(
    `insert into share (bucket, lot_id, id, payment_id, kind, round, finish, state, asked_at, done_at)
     select bucket, lot_id, id, id, 'share', 1, false, 'done', created_at, created_at from payment where lot_id = 4003 and id = $1`,
    [payment],
  )
  await sql.query(
    `insert into share_part (bucket, lot_id, share_id, party, whole_fen, amount_fen, state, because)
     select bucket, lot_id, id, 2001, 99, 99, 'with-a-person', 'ACCOUNT_ABNORMAL' from payment where lot_id = 4003 and id = $1`,
    [payment],
  )
  // And what the partner is owed of it, in the books.
  await sql.query(
    `insert into transfer (bucket, lot_id, cause_id, cause, posted_at, channel, kind, party, amount_fen)
     values (1, 4003, $1, 'share-owed', $2, 'wechatpay', '{operator-payable,partner-payable}', '{1,2001}', '{-99,99}')`,
    [payment, new Date(from)],
  )
  await sql.query(
    `update account set balance_fen = balance_fen - 99
      where lot_id = 4003 and kind = 'operator-payable' and party = 1 and channel = 'wechatpay'`,
  )
  await sql.query(
    `insert into account (bucket, lot_id, kind, party, channel, balance_fen, version) values (1, 4003, 'partner-payable', 2001, 'wechatpay', 99, 1)`,
  )
  const count = summaryRound({ database: data.database, clock: systemClock })
  while (!(await count()));
  return {
    payment: numberOf('trade', lot, payment),
    withdrawal: numberOf('withdrawal', { bucket: lot.bucket, lotId: 0 }, firstIdAt(novemberAt + dayMs) as Id),
    account: 12,
  }
}
