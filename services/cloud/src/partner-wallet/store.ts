import { claimDue } from '@lanepay/database/claim-due.ts'
import type { Statement } from '@lanepay/database/database.ts'
import type { Id } from '@lanepay/domain/types.ts'

export type WalletRow = {
  union_id: string
  name: string
  sealed: string
  pay_url: string
  notice_url: string | null
  book: 'newer' | 'older'
}
export const upsertWallet: Statement = {
  name: 'upsert-partner-wallet',
  text: `
  insert into partner_wallet (union_id, name, sealed, pay_url, notice_url, coupon_up_to_fen, book) values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (union_id) do update set name = excluded.name, sealed = excluded.sealed, pay_url = excluded.pay_url, notice_url = excluded.notice_url,
     coupon_up_to_fen = excluded.coupon_up_to_fen, book = excluded.book`,
}
const walletColumns = 'select union_id, name, sealed, pay_url, notice_url, book from partner_wallet'
export const selectWallet: Statement = { name: 'select-partner-wallet', text: `${walletColumns} where union_id = $1` }
export const selectWallets: Statement = { name: 'select-partner-wallets', text: `${walletColumns} order by union_id` }
export const selectAreWallets: Statement = {
  name: 'select-are-partner-wallets',
  text: 'select exists (select from partner_wallet) as "is"',
}

// ---- calls that say they are new

export const insertWalletCall: Statement = {
  name: 'insert-wallet-call',
  text: `
  insert into wallet_call (union_id, sign, called_at) values ($1, $2, $3)
  on conflict (sign, union_id) do update set called_at = excluded.called_at where wallet_call.called_at < $4
  returning sign`,
}
/** It was not carried out: that it comes again is no replay. */
export const deleteWalletCall: Statement = {
  name: 'delete-wallet-call',
  text: 'delete from wallet_call where union_id = $1 and sign = $2',
}
export const dropOldWalletCalls: Statement = {
  name: 'drop-old-wallet-calls',
  text: 'delete from wallet_call where called_at < $1',
}

// ---- whose plates

export type PlateRow = { user_id: string; senseless: boolean }
/** A plate belongs to one owner: registered again it moves. */
export const upsertPlate: Statement = {
  name: 'upsert-wallet-plate',
  text: `
  insert into wallet_plate (plate, union_id, user_id, senseless) values ($1, $2, $3, $4)
  on conflict (plate, union_id) do update set user_id = excluded.user_id, senseless = excluded.senseless`,
}
export const selectPlate: Statement = {
  name: 'select-wallet-plate',
  text: 'select user_id, senseless from wallet_plate where plate = $1 and union_id = $2',
}
export const deletePlate: Statement = {
  name: 'delete-wallet-plate',
  text: 'delete from wallet_plate where plate = $1 and union_id = $2 and user_id = $3',
}
export const deleteOwner: Statement = {
  name: 'delete-wallet-owner',
  text: 'delete from wallet_plate where union_id = $1 and user_id = $2 returning plate',
}

// ---- lots and stays

export type LotOfWalletRow = {
  bucket: number
  lot_id: number
  name: string
  address: string | null
  wallet: string | null
}
/** A lot, and the wallet of its operator. */
export const selectLotOfWallet: Statement = {
  name: 'select-lot-of-wallet',
  text: `
  select l.bucket, l.lot_id, l.name, l.address,
         (select a.merchant ->> 'walletUnionId' from channel_account a
           where a.operator_id = l.operator_id and a.channel = 'zldpay' and a.active) as wallet
    from lot l where l.bucket = $1 and l.lot_id = $2`,
}
export const selectBucketOfLot: Statement = {
  name: 'select-bucket-for-wallet',
  text: 'select bucket from lot_number where lot_id = $1',
}
export type StayRow = {
  bucket: number
  lot_id: number
  id: string
  plate: string
  entered_at: number
  left_at: number | null
  paid_fen: number
  state: string
  lot_name: string
}
const stayColumns =
  's.bucket, s.lot_id, s.id, s.plate, s.entered_at, s.left_at, s.paid_fen, s.state, l.name as lot_name'
/** Open stays of a plate in the lots of a wallet's operators. */
export const selectOpenStays: Statement = {
  name: 'select-open-stays-for-wallet',
  text: `-- fanout
  select ${stayColumns}
    from session s
    join lot l on l.bucket = s.bucket and l.lot_id = s.lot_id
    join channel_account a on a.operator_id = l.operator_id and a.channel = 'zldpay' and a.active
   where s.bucket = any ($1::int4[]) and s.plate = $2 and s.state in ('inside', 'leaving') and s.renews_card is null
     and a.merchant ->> 'walletUnionId' = $3
   order by s.id
   limit 20`,
}
export const selectStay: Statement = {
  name: 'select-stay-for-wallet',
  text: `
  select ${stayColumns}
    from session s join lot l on l.bucket = s.bucket and l.lot_id = s.lot_id
   where s.bucket = $1 and s.lot_id = $2 and s.id = $3`,
}
export const selectOpenStayOfPlate: Statement = {
  name: 'select-open-stay-of-plate-for-wallet',
  text: `
  select ${stayColumns}
    from session s join lot l on l.bucket = s.bucket and l.lot_id = s.lot_id
   where s.bucket = $1 and s.lot_id = $2 and s.plate = $3 and s.state in ('inside', 'leaving') and s.renews_card is null
   order by s.id desc limit 1`,
}
/** The last payment of a stay that a channel brought: by cash there is none. */
export const selectPaidOfStay: Statement = {
  name: 'select-paid-of-stay-for-wallet',
  text: `
  select p.id, p.channel, p.payer
    from payment p
    join clearance c on c.bucket = p.bucket and c.lot_id = p.lot_id and c.id = p.id
   where p.bucket = $1 and p.lot_id = $2 and p.session_id = $3
   order by p.id desc limit 1`,
}

export type LotNearRow = {
  lot_id: number
  name: string
  address: string | null
  help_phone: string | null
  lng_e6: number
  lat_e6: number
  capacity: number | null
  inside: number
}
/** Lots of a wallet's operators in a box that take payments. */
export const selectLotsNear: Statement = {
  name: 'select-lots-near-for-wallet',
  text: `-- fanout
  select l.lot_id, l.name, l.address, l.help_phone, l.lng_e6, l.lat_e6,
         (select v.capacity from vehicle_list v where v.bucket = l.bucket and v.lot_id = l.lot_id) as capacity,
         (select count(*)::int4 from session s
           where s.bucket = l.bucket and s.lot_id = l.lot_id and s.state in ('inside', 'leaving') and s.renews_card is null) as inside
    from lot l
    join channel_account a on a.operator_id = l.operator_id and a.channel = 'zldpay' and a.active
   where l.bucket = any ($1::int4[]) and a.merchant ->> 'walletUnionId' = $2 and l.suspended_at is null
     and l.lat_e6 between $3 and $4 and l.lng_e6 between $5 and $6
   limit 500`,
}
export type PaidStayRow = {
  bucket: number
  lot_id: number
  id: string
  plate: string
  entered_at: number
  left_at: number
  paid_fen: number
  lot_name: string
  payment_id: Id | null
}
/** Stays of a plate that ended in a time, in the lots of a wallet's operators, with the last payment that a channel brought. */
export const selectStaysOfPlate: Statement = {
  name: 'select-ended-stays-for-wallet',
  text: `-- fanout
  select s.bucket, s.lot_id, s.id, s.plate, s.entered_at, s.left_at, s.paid_fen, l.name as lot_name,
         (select max(p.id) from payment p
           where p.bucket = s.bucket and p.lot_id = s.lot_id and p.session_id = s.id and p.id >= s.id and p.paid_at is not null) as payment_id
    from session s
    join lot l on l.bucket = s.bucket and l.lot_id = s.lot_id
    join channel_account a on a.operator_id = l.operator_id and a.channel = 'zldpay' and a.active
   where s.bucket = any ($1::int4[]) and s.plate = $2 and s.state = 'left' and a.merchant ->> 'walletUnionId' = $3
     and s.left_at >= $4 and s.left_at < $5
   order by s.left_at desc limit 2000`,
}
export const selectCouponLimit: Statement = {
  name: 'select-coupon-limit-of-wallet',
  text: 'select coupon_up_to_fen from partner_wallet where union_id = $1',
}
/** Of two numbers of one stay at once the second sees the first. */
export const lockStay: Statement = {
  name: 'lock-stay-for-wallet',
  text: 'select id from session where bucket = $1 and lot_id = $2 and id = $3 for update',
}
/** By how much other numbers of this wallet have lowered what a stay owes. */
export const selectTakenOff: Statement = {
  name: 'select-taken-off-by-wallet',
  text: `
  select coalesce(sum(amount_fen), 0)::int4 as fen from wallet_payment
   where bucket = $1 and lot_id = $2 and union_id = $3 and kind = 'coupon' and session_id = $4 and number <> $5`,
}
/** A payment of this stay at our own page that was made since, counts, and that no other of a wallet's numbers has. */
export const selectPaidThroughUs: Statement = {
  name: 'select-paid-through-us-for-wallet',
  text: `
  select p.id, p.amount_fen
    from payment p
    join clearance c on c.bucket = p.bucket and c.lot_id = p.lot_id and c.id = p.id
   where p.bucket = $1 and p.lot_id = $2 and p.session_id = $3 and p.created_at >= $4 and p.id >= $3
     and not exists (select from wallet_payment w where w.bucket = p.bucket and w.lot_id = p.lot_id and w.payment_id = p.id)
   order by p.id limit 1`,
}

// ---- payments on their way

export type WalletPaymentRow = {
  bucket: number
  lot_id: number
  union_id: string
  kind: 'prepay' | 'senseless' | 'coupon' | 'through-us'
  number: string
  id: string
  session_id: string
  plate: string
  lane_id: number | null
  amount_fen: number | null
  user_id: string
  attach: string | null
  asked_at: number
  quote_id: string | null
  payment_id: string | null
  outcome: 'applied' | 'not-applied' | null
  because: string | null
}
const paymentColumns = `c.bucket, c.lot_id, c.union_id, c.kind, c.number, c.id, c.session_id, c.plate, c.lane_id, c.amount_fen, c.user_id,
         c.attach, c.asked_at, c.quote_id, c.payment_id, c.outcome, c.because`
export const insertWalletPayment: Statement = {
  name: 'insert-wallet-payment',
  text: `
  insert into wallet_payment (bucket, lot_id, union_id, kind, number, id, session_id, plate, lane_id, amount_fen, user_id, attach, asked_at, due_at, outcome)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
  on conflict (bucket, lot_id, union_id, kind, number) do nothing
  returning id`,
}
export const selectWalletPayment: Statement = {
  name: 'select-wallet-payment',
  text: `
  select ${paymentColumns} from wallet_payment c
   where c.bucket = $1 and c.lot_id = $2 and c.union_id = $3 and c.kind = $4 and c.number = $5`,
}
/** What became of a number is told under it once: whether the other way of paying has it. */
export const selectIsTaken: Statement = {
  name: 'select-is-number-of-wallet-taken',
  text: `
  select exists (select from wallet_payment
                  where bucket = $1 and lot_id = $2 and union_id = $3 and kind = any ('{prepay,through-us}') and kind <> $4
                    and number = $5) as taken`,
}
export const claimWalletPayments = claimDue({
  name: 'claim-wallet-payments',
  table: 'wallet_payment',
  due: 'due_at',
  set: "due_at = $2::timestamptz + interval '60 seconds'",
  answer: paymentColumns,
  key: ['union_id', 'kind', 'number'],
})
const ofPayment = 'where bucket = $1 and lot_id = $2 and union_id = $3 and kind = $4 and number = $5'
/** Of the price that was there before: of two who go on with one, one has a price, and the other stops. */
export const noteQuote: Statement = {
  name: 'note-wallet-quote',
  text: `update wallet_payment set quote_id = $6 ${ofPayment} and quote_id is not distinct from $7 and payment_id is null returning id`,
}
/** Nobody has it in hand any more. */
export const releaseWalletPayment: Statement = {
  name: 'release-wallet-payment',
  text: `update wallet_payment set due_at = $6 ${ofPayment} and outcome is null`,
}
export const notePayment: Statement = {
  name: 'note-wallet-payment',
  text: `update wallet_payment set payment_id = $6 ${ofPayment}`,
}
/** Answers the row only to whoever ended it. */
export const endWalletPayment: Statement = {
  name: 'end-wallet-payment',
  text: `update wallet_payment set outcome = $6, because = $7, due_at = null ${ofPayment} and outcome is null returning id`,
}
export const selectAmount: Statement = {
  name: 'select-amount-of-wallet-payment',
  text: 'select amount_fen from payment where bucket = $1 and lot_id = $2 and id = $3',
}
/** Whether a payment has let its stay go, however often it was heard of. */
export const selectIsApplied: Statement = {
  name: 'select-is-wallet-payment-applied',
  text: 'select exists (select from clearance where bucket = $1 and lot_id = $2 and id = $3) as applied',
}

/** What is known of the order of a charge; `open`: it may be put to the wallet, and would let its stay go (as clear_payments judges). */
export type OrderToCharge = { fate: 'applied' | 'unapplied' | 'open' | 'over'; entered_at: number }
export const selectOrderToCharge: Statement = {
  name: 'select-order-to-charge-wallet',
  text: `
  select case when exists (select from clearance c where c.bucket = p.bucket and c.lot_id = p.lot_id and c.id = p.id) then 'applied'
              when p.cleared_at is not null then 'unapplied'
              when p.state in ('created', 'pending') and p.expires_at > $4 and s.state in ('inside', 'leaving')
                   and s.paid_fen = p.paid_before_fen then 'open'
              else 'over' end as fate,
         s.entered_at
    from payment p join session s on s.bucket = p.bucket and s.lot_id = p.lot_id and s.id = p.session_id
   where p.bucket = $1 and p.lot_id = $2 and p.id = $3`,
}
// Ended in doubt: the wallet never said whether it took it. An index is made of these words.
const isUnclear = `w.kind = 'senseless' and w.because = 'unclear'`
/** Of other charges of a stay: whether one is on its way, made before this one or with an order; and whether a person is asked about one. */
export const selectEarlierCharges: Statement = {
  name: 'select-earlier-charges-of-wallet',
  text: `
  select exists (select from wallet_payment w
                  where w.bucket = $1 and w.lot_id = $2 and w.session_id = $3 and w.kind = 'senseless' and w.due_at is not null
                    and w.id <> $4 and (w.id < $4 or w.payment_id is not null)) as open,
         exists (select from wallet_payment w
                  where w.bucket = $1 and w.lot_id = $2 and w.session_id = $3 and ${isUnclear}) as unclear`,
}
export type UnclearRow = { bucket: number; lot_id: number; union_id: string; day: string; charges: number }
/** How many charges of each wallet are unclear, of each day in Beijing since this id. */
export const countUnclear: Statement = {
  name: 'count-unclear-charges-of-wallets',
  text: `
  select w.bucket, w.lot_id, w.union_id, (w.asked_at at time zone 'Asia/Shanghai')::date::text as day, count(*)::int4 as charges
    from wallet_payment w
   where w.bucket = any ($1::int4[]) and w.id >= $2 and ${isUnclear}
   group by 1, 2, 3, 4`,
}

// ---- notices

export type NoticeRow = {
  bucket: number
  lot_id: number
  union_id: string
  kind: 'in-notice' | 'out-notice' | 'prepay-result'
  subject: string
  id: string
  said: Record<string, unknown>
  tries: number
  due_at: number
}
/**
 * Once by its subject; but an exit (pay_type 0 or 1) takes the place of a repeated entry (2), told already, put aside or not, by which it was
 * ended. Put aside with its entry it stays so.
 */
export const insertNotice: Statement = {
  name: 'insert-wallet-notice',
  text: `
  insert into wallet_notice (bucket, lot_id, union_id, kind, subject, id, said, due_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (bucket, lot_id, union_id, kind, subject) do update
     set id = excluded.id, said = excluded.said, tries = 0, due_at = excluded.due_at,
         put_aside_at = case when excluded.due_at is null then wallet_notice.put_aside_at end
   where excluded.kind = 'out-notice' and wallet_notice.said ->> 'pay_type' = '2' and excluded.said ->> 'pay_type' <> '2'`,
}
/** Of a stay: its entry that was told, or waits to be, and of which user. One that was put aside never is. */
export const selectEntryTold: Statement = {
  name: 'select-entry-told-to-wallet',
  text: `
  select said ->> 'user_id' as user_id from wallet_notice
   where bucket = $1 and lot_id = $2 and union_id = $3 and kind = 'in-notice' and subject = $4 and put_aside_at is null`,
}
/** The oldest first, due or not: one that waits holds the later ones. */
export const selectNotices: Statement = {
  name: 'select-wallet-notices',
  text: `
  select bucket, lot_id, union_id, kind, subject, id, said, tries, due_at from wallet_notice
   where bucket = any ($1::int4[]) and union_id = $2 and due_at is not null
   order by id limit 50`,
}
// As it was read: another may have taken its place meanwhile.
const ofNotice = 'where bucket = $1 and lot_id = $2 and union_id = $3 and kind = $4 and subject = $5 and id = $6'
/** Nothing is answered where another process has it, or had it. */
export const claimNotice: Statement = {
  name: 'claim-wallet-notice',
  text: `update wallet_notice set tries = tries + 1, due_at = $8 ${ofNotice} and tries = $7 and due_at is not null returning id`,
}
export const endNotice: Statement = {
  name: 'end-wallet-notice',
  text: `update wallet_notice set due_at = null ${ofNotice}`,
}
/** With an entry goes the exit that waits for it: it is only recorded. */
export const putNoticeAside: Statement = {
  name: 'put-wallet-notice-aside',
  text: `
  update wallet_notice set due_at = null, put_aside_at = $7
   where bucket = $1 and lot_id = $2 and union_id = $3 and subject = $5 and due_at is not null
     and ((kind = $4 and id = $6) or ($4 = 'in-notice' and kind = 'out-notice'))`,
}
export type AsideRow = Pick<NoticeRow, 'union_id' | 'kind' | 'id'> & { plate: string | null; put_aside_at: number }
export const selectNoticesAside: Statement = {
  name: 'select-wallet-notices-put-aside',
  text: `
  select union_id, kind, id, said ->> 'plate_number' as plate, put_aside_at from wallet_notice
   where bucket = $1 and lot_id = $2 and put_aside_at is not null order by id limit 200`,
}
/**
 * In its old place in the wallet's row, as one that was never told. With an entry or an exit goes the other one: what was put aside with it, and
 * the exit that was only recorded since (A.5).
 */
export const tellNoticeAgain: Statement = {
  name: 'tell-wallet-notice-again',
  text: `
  update wallet_notice n set put_aside_at = null, due_at = $4, tries = 0
    from wallet_notice w
   where w.bucket = $1 and w.lot_id = $2 and w.id = $3 and w.put_aside_at is not null
     and n.bucket = w.bucket and n.lot_id = w.lot_id and n.union_id = w.union_id and n.subject = w.subject
     and (n.kind = w.kind or n.kind <> 'prepay-result' and w.kind <> 'prepay-result')
     and (n.put_aside_at is not null or n.kind = 'out-notice' and n.due_at is null and n.tries = 0)
  returning w.union_id, w.kind, w.subject`,
}
