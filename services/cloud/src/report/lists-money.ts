import { firstIdOf } from '../audit/scope.ts'
import type { Kind } from './column.ts'
import type { Filter, List, ListColumn } from './list.ts'
import {
  accountWords,
  causeWords,
  changeWhyWords,
  changeWords,
  channelWords,
  discrepancyClassWords,
  discrepancyWords,
  ownerWords,
  paymentWords,
  stepWords,
  yesWords,
} from './words.ts'

/* The lists of money: what came in, what went out, and what was held against the channels' bills. */

type More = Omit<Partial<ListColumn>, 'key' | 'kind' | 'title' | 'sql'>
export const column = (key: string, kind: Kind, zh: string, en: string, sql: string, more: More = {}): ListColumn => ({
  ...{ key, kind, title: { zh, en }, sql },
  ...more,
})
const sum = { total: true } as const
const by = (key: string, sql: string): Filter => ({ key, sql })

/** Transfers of a lot posted in the period, by the index that is made for it (0024_report.sql). */
export const posted = `transfer t
  where t.bucket = $1 and t.lot_id = $2 and t.lot_id + 0 = $2 and t.posted_at >= $3 and t.posted_at < $4`
/** What the entries of each transfer come to, by their account: `m`. */
const moved = `cross join lateral (
    select coalesce(- sum(a.fen) filter (where a.kind = 'channel-clearing'), 0)::int8 as through_channel,
           coalesce(sum(a.fen) filter (where a.kind = 'channel-fee'), 0)::int8 as channel_fee,
           coalesce(sum(a.fen) filter (where a.kind = 'platform-fee'), 0)::int8 as platform_fee,
           coalesce(sum(a.fen) filter (where a.kind = 'operator-payable'), 0)::int8 as operator,
           coalesce(sum(a.fen) filter (where a.kind = 'unapplied-receipts'), 0)::int8 as unapplied,
           coalesce(sum(a.fen) filter (where a.kind = 'refund-in-flight'), 0)::int8 as in_flight
      from unnest(t.kind, t.amount_fen) as a (kind, fen)) as m`
/** The transfers of these causes, each with a row of another table that it is of. */
const postedFor = (causes: string, ...joins: readonly string[]): string =>
  `from ${posted.replace('transfer t\n', `transfer t ${[moved, ...joins].join('\n')}\n`)} and t.cause in (${causes})`
const byPosting: List['key'] = [
  { sql: 't.posted_at', kind: 'instant' },
  { sql: 't.cause_id', kind: 'id' },
]
// One cause may move money for two reasons at one time.
const byCause: List['key'] = [...byPosting, { sql: `t.cause::text collate "C"`, kind: 'text' }]
const lotColumn = (sql: string): ListColumn => column('lot', 'text', '车场', 'Lot', `${sql}::text`)
const ofPayment = (id: string): string =>
  `cross join lateral (select * from payment k where k.bucket = $1 and k.lot_id = $2 and k.id = ${id} limit 1) as p`

const ofWhom: readonly ListColumn[] = [
  column('number', 'number', '订单号', 'Trade number', 'p.id', { numberOf: 'trade' }),
  lotColumn('p.lot_id'),
  column('plate', 'plate', '车牌', 'Plate', 'p.plate'),
  column('channel', 'text', '渠道', 'Channel', 'p.channel::text', { words: channelWords }),
  column('account', 'text', '渠道账户', 'Channel account', 'p.account_id::text'),
  column('state', 'text', '当前状态', 'State now', 'p.state::text', { words: paymentWords }),
]
const ofWhat: readonly ListColumn[] = [
  column('refundedFen', 'fen', '已退款', 'Refunded so far', 'p.refunded_fen', sum),
  column('createdAt', 'instant', '下单时间', 'Ordered at', 'p.created_at'),
  column('paidAt', 'instant', '支付时间', 'Paid at', 'p.paid_at'),
  column('lane', 'text', '通道', 'Lane', 'p.lane_id::text'),
  column('session', 'number', '停车记录', 'Session', 'p.session_id'),
  column('channelNumber', 'number', '渠道流水号', 'Channel’s number', 'p.channel_trade_no'),
]
const paymentFilters: readonly Filter[] = [
  by('channel', 'p.channel::text'),
  by('state', 'p.state::text'),
  by('lane', 'p.lane_id::text'),
  by('account', 'p.account_id::text'),
  { key: 'plate', sql: 'p.plate', plate: true },
  { key: 'number', sql: 'p.id::text', numberOf: 'trade' },
  by('channelNumber', 'p.channel_trade_no'),
]

const accountColumns: readonly ListColumn[] = [
  column('postedAt', 'instant', '记账时间', 'Posted at', 't.posted_at'),
  lotColumn('t.lot_id'),
  column('cause', 'text', '事由', 'Cause', 't.cause::text', { words: causeWords }),
  column('causeId', 'number', '事由编号', 'Cause’s id', 't.cause_id'),
  column('channel', 'text', '渠道', 'Channel', 't.channel::text', { words: channelWords }),
  column('account', 'text', '科目', 'Account', 'e.kind::text', { words: accountWords }),
  column('party', 'number', '归属', 'Party', 'e.party'),
  column('amountFen', 'fen', '金额', 'Amount', 'e.amount_fen', sum),
]
// A transfer may have several entries of one account: each is a line.
const byEntry: List['key'] = [
  ...byPosting,
  { sql: `t.cause::text collate "C"`, kind: 'text' },
  { sql: 'e.n', kind: 'id' },
]
const everyEntry = posted.replace(
  'transfer t\n',
  'transfer t cross join lateral unnest(t.kind, t.party, t.amount_fen) with ordinality as e (kind, party, amount_fen, n)\n',
)
const entryFilters: readonly Filter[] = [
  by('account', 'e.kind::text'),
  by('party', 'e.party::text'),
  by('channel', 't.channel::text'),
  by('cause', 't.cause::text'),
]

const discrepancyColumns = (d: string): readonly ListColumn[] => [
  column('day', 'day', '日期', 'Day', `${d}.day::text`),
  lotColumn(`nullif(${d}.lot_id, 0)`),
  column('account', 'text', '渠道账户', 'Channel account', `nullif(${d}.account_id, 0)::text`),
  column('proof', 'text', '核对', 'Proof', `${d}.proof`, { words: discrepancyWords }),
  column('item', 'text', '项目', 'Item', `${d}.item`),
]
// What belongs to no lot is shown to whom the account belongs.
const ofDiscrepancy = (d: string): string =>
  `${d}.bucket = $1 and ${d}.lot_id = $2 and (${d}.lot_id <> 0 or ${d}.account_id = any ($6))
    and ${d}.day >= ($3 at time zone 'Asia/Shanghai')::date and ${d}.day < ($4 at time zone 'Asia/Shanghai')::date`
const byDiscrepancy = (d: string): List['key'] => [
  { sql: `${d}.day::text collate "C"`, kind: 'text' },
  { sql: `${d}.account_id`, kind: 'id' },
  { sql: `${d}.proof collate "C"`, kind: 'text' },
  { sql: `${d}.item collate "C"`, kind: 'text' },
]
const discrepancyFilters = (d: string): readonly Filter[] => [
  by('proof', `${d}.proof`),
  by('item', `${d}.item`),
  by('account', `${d}.account_id::text`),
]

const madeIn = (id: string): string =>
  `${id} >= ${firstIdOf('$3::timestamptz')} and ${id} < ${firstIdOf('$4::timestamptz')}`

export const moneyLists: readonly List[] = [
  {
    name: 'payments',
    title: { zh: '支付', en: 'Payments' },
    ...{ about: 'money', places: ['lots'] },
    // As the ledger has it: what came in is what each got of it. One that is found later to count for nothing is a second row.
    columns: [
      column('postedAt', 'instant', '记账时间', 'Posted at', 't.posted_at'),
      column('what', 'text', '事由', 'What', 't.cause::text', { words: causeWords }),
      ...ofWhom,
      column('amountFen', 'fen', '收款', 'Came in', 'm.through_channel', sum),
      column('channelFeeFen', 'fen', '渠道手续费（预计）', 'Channel fee, expected', 'm.channel_fee', sum),
      column('platformFeeFen', 'fen', '平台服务费', 'Platform fee', 'm.platform_fee', sum),
      column('operatorFen', 'fen', '运营方', 'To the operator', 'm.operator', sum),
      column('unappliedFen', 'fen', '未入账', 'Counts for nothing', 'm.unapplied', sum),
      ...ofWhat,
    ],
    from: postedFor(`'payment-paid', 'payment-unapplied'`, ofPayment('t.cause_id')),
    key: byCause,
    filters: paymentFilters,
  },
  {
    name: 'orders',
    title: { zh: '支付订单（含未支付）', en: 'Orders, the unpaid too' },
    ...{ about: 'money', places: ['lots'] },
    columns: [
      ...ofWhom,
      column('amountFen', 'fen', '金额', 'Amount', 'p.amount_fen', sum),
      column('channelFeeFen', 'fen', '渠道手续费（预计）', 'Channel fee, expected', 'p.channel_fee_fen', sum),
      column('platformFeeFen', 'fen', '平台服务费', 'Platform fee', 'p.platform_fee_fen', sum),
      ...ofWhat,
    ],
    from: `from payment p where p.bucket = $1 and p.lot_id = $2 and ${madeIn('p.id')}`,
    key: [{ sql: 'p.id', kind: 'id' }],
    filters: paymentFilters,
  },
  {
    name: 'refunds',
    title: { zh: '退款', en: 'Refunds' },
    ...{ about: 'money', places: ['lots'] },
    columns: [
      column('postedAt', 'instant', '记账时间', 'Posted at', 't.posted_at'),
      column('number', 'number', '退款单号', 'Refund number', 'r.id', { numberOf: 'refund' }),
      column('trade', 'number', '订单号', 'Trade number', 'r.payment_id', { numberOf: 'trade' }),
      lotColumn('r.lot_id'),
      column('channel', 'text', '渠道', 'Channel', 't.channel::text', { words: channelWords }),
      column('what', 'text', '事由', 'What', 't.cause::text', { words: causeWords }),
      // What failed is taken off again: the sum is what has gone back, or is on its way.
      column('amountFen', 'fen', '金额', 'Amount', `case when m.unapplied = 0 then m.in_flight else 0 end`, sum),
      column(
        'unappliedFen',
        'fen',
        '未入账款退回',
        'Of what counted for nothing',
        `case when m.unapplied = 0 then 0 else m.in_flight end`,
        sum,
      ),
      column('platformFeeFen', 'fen', '其中平台服务费', 'Of it, platform fee', '- m.platform_fee', sum),
      column('state', 'text', '当前状态', 'State now', 'r.state', { words: stepWords }),
      column('reason', 'text', '原因', 'Reason', 'r.reason'),
      column('askedBy', 'text', '申请人', 'Asked by', 'r.asked_by'),
      column('doneAt', 'instant', '完成时间', 'Done at', 'r.done_at'),
      column('because', 'text', '失败原因', 'Why it failed', 'r.because'),
    ],
    from: postedFor(
      `'refund-asked', 'refund-failed'`,
      'cross join lateral (select * from refund k where k.bucket = $1 and k.lot_id = $2 and k.id = t.cause_id limit 1) as r',
    ),
    key: byCause,
    filters: [
      by('channel', 't.channel::text'),
      by('state', 'r.state'),
      { key: 'number', sql: 'r.id::text', numberOf: 'refund' },
      { key: 'trade', sql: 'r.payment_id::text', numberOf: 'trade' },
    ],
  },
  {
    // What a machine could not give in coins, by when it was asked for. Who took it, as the channel knows him, is shown to nobody.
    name: 'cash-change',
    title: { zh: '找零', en: 'Cash change' },
    ...{ about: 'money', places: ['lots'] },
    columns: [
      column('askedAt', 'instant', '申请时间', 'Asked at', 'c.asked_at'),
      lotColumn('c.lot_id'),
      column('state', 'text', '状态', 'State', 'c.state', { words: changeWords }),
      column('because', 'text', '原因', 'Why', 'c.because', { words: changeWhyWords }),
      column('amountFen', 'fen', '金额', 'Amount', 'c.amount_fen', sum),
      column('takenFen', 'fen', '已领', 'Taken', `case when c.state = 'taken' then c.amount_fen else 0 end`, sum),
      column('openFen', 'fen', '未了', 'Open', 'case when c.ended_at is null then c.amount_fen else 0 end', sum),
      column('endedAt', 'instant', '结束时间', 'Ended at', 'c.ended_at'),
      column('number', 'number', '找零单号', 'Change number', 'c.id', { numberOf: 'change' }),
      column('askedAs', 'number', '申请方单号', 'Asker’s number', 'c.asked_as'),
      column('channelNumber', 'number', '渠道流水号', 'Channel’s number', 'c.channel_no'),
      column('expiresAt', 'instant', '领取截止', 'Until', 'c.expires_at'),
      column('askedBy', 'text', '申请方', 'Asked by', 'c.asked_by'),
      column('channel', 'text', '渠道', 'Channel', 'c.channel::text', { words: channelWords }),
      column('account', 'text', '渠道账户', 'Channel account', 'c.account_id::text'),
    ],
    from: `from cash_change c where c.bucket = $1 and c.lot_id = $2 and ${madeIn('c.id')}`,
    key: [{ sql: 'c.id', kind: 'id' }],
    filters: [
      by('state', 'c.state'),
      { key: 'number', sql: 'c.id::text', numberOf: 'change' },
      by('askedAs', 'c.asked_as'),
      by('channelNumber', 'c.channel_no'),
    ],
  },
  {
    // Nobody knows whether the wallet took them; one that says so later has its payment as money of nobody's.
    name: 'wallet-charges',
    title: { zh: '待核的钱包扣款', en: 'Unclear charges of wallets' },
    ...{ about: 'money', places: ['lots'] },
    columns: [
      column('askedAt', 'instant', '扣款时间', 'Asked at', 'w.asked_at'),
      column('wallet', 'text', '钱包', 'Wallet', 'w.union_id'),
      ...ofWhom,
      column('amountFen', 'fen', '金额', 'Amount', 'p.amount_fen', sum),
    ],
    from: `from wallet_payment w ${ofPayment('w.payment_id')}
  where w.bucket = $1 and w.lot_id = $2 and ${madeIn('w.id')} and w.kind = 'senseless' and w.because = 'unclear'`,
    key: [{ sql: 'w.id', kind: 'id' }],
    filters: [
      by('wallet', 'w.union_id'),
      { key: 'number', sql: 'p.id::text', numberOf: 'trade' },
      { key: 'plate', sql: 'p.plate', plate: true },
    ],
  },
  {
    name: 'fees',
    title: { zh: '手续费', en: 'Fees by the bills' },
    ...{ about: 'money', places: ['lots'] },
    columns: [
      column('postedAt', 'instant', '记账时间', 'Posted at', 't.posted_at'),
      lotColumn('t.lot_id'),
      column('channel', 'text', '渠道', 'Channel', 't.channel::text', { words: channelWords }),
      column('cause', 'text', '事由', 'Cause', 't.cause::text', { words: causeWords }),
      column('causeId', 'number', '事由编号', 'Cause’s id', 't.cause_id'),
      column('feeFen', 'fen', '渠道收取', 'Kept by the channel', '- m.through_channel', sum),
      column('setAsideFen', 'fen', '此前预计', 'Set aside before', '- m.channel_fee', sum),
      column('operatorFen', 'fen', '运营方损益', 'To the operator', 'm.operator', sum),
    ],
    from: postedFor(`'fee-taken', 'fee-given-back'`),
    key: byCause,
    filters: [by('channel', 't.channel::text'), by('cause', 't.cause::text')],
  },
  {
    name: 'shares',
    title: { zh: '分润', en: 'Shares' },
    ...{ about: 'shares', places: ['lots'] },
    columns: [
      column('number', 'number', '分润单号', 'Share number', 's.id', { numberOf: 'share' }),
      column('trade', 'number', '订单号', 'Trade number', 's.payment_id', { numberOf: 'trade' }),
      lotColumn('s.lot_id'),
      column('party', 'number', '分润方', 'Party', 'x.party'),
      column('wholeFen', 'fen', '应分', 'Of the whole payment', 'x.whole_fen', sum),
      column('amountFen', 'fen', '实分', 'Paid out', 'x.amount_fen', sum),
      column('state', 'text', '状态', 'State', 'x.state', { words: stepWords }),
      column('because', 'text', '原因', 'Why', 'x.because'),
      column('askedAt', 'instant', '申请时间', 'Asked at', 's.asked_at'),
      column('doneAt', 'instant', '完成时间', 'Done at', 's.done_at'),
    ],
    from: `from share s join share_part x on x.bucket = $1 and x.lot_id = $2 and x.share_id = s.id
      where s.bucket = $1 and s.lot_id = $2 and s.kind = 'share' and ${madeIn('s.id')}`,
    key: [
      { sql: 's.id', kind: 'id' },
      { sql: 'x.party', kind: 'id' },
    ],
    filters: [
      by('party', 'x.party::text'),
      by('state', 'x.state'),
      { key: 'trade', sql: 's.payment_id::text', numberOf: 'trade' },
    ],
  },
  {
    name: 'share-returns',
    title: { zh: '分润回退', en: 'Shares taken back' },
    ...{ about: 'shares', places: ['lots'] },
    columns: [
      column('number', 'number', '回退单号', 'Return number', 'r.id', { numberOf: 'share-return' }),
      column('refund', 'number', '退款单号', 'Refund number', 'r.refund_id', { numberOf: 'refund' }),
      column('trade', 'number', '订单号', 'Trade number', 'r.payment_id', { numberOf: 'trade' }),
      lotColumn('r.lot_id'),
      column('party', 'number', '分润方', 'Party', 'r.party'),
      column('amountFen', 'fen', '金额', 'Amount', 'r.amount_fen', sum),
      column('state', 'text', '状态', 'State', 'r.state', { words: stepWords }),
      column('because', 'text', '原因', 'Why', 'r.because'),
      column('askedAt', 'instant', '申请时间', 'Asked at', 'r.asked_at'),
      column('doneAt', 'instant', '完成时间', 'Done at', 'r.done_at'),
    ],
    from: `from share_return r where r.bucket = $1 and r.lot_id = $2 and ${madeIn('r.id')}`,
    key: [{ sql: 'r.id', kind: 'id' }],
    filters: [by('party', 'r.party::text'), by('state', 'r.state')],
  },
  {
    name: 'transfers',
    title: { zh: '账务流水', en: 'Transfers' },
    ...{ about: 'money', places: ['lots'] },
    columns: accountColumns,
    from: `from ${everyEntry}`,
    key: byEntry,
    filters: entryFilters,
  },
  {
    name: 'statement',
    title: { zh: '账户对账单', en: 'Statement of an account' },
    ...{ about: 'money', places: ['lots'] },
    columns: [...accountColumns, column('balanceFen', 'fen', '余额', 'Balance', 'null::int8')],
    from: `from ${everyEntry}`,
    key: byEntry,
    filters: entryFilters.filter(({ key }) => key !== 'cause'),
    runs: true,
  },
  {
    name: 'withdrawals',
    title: { zh: '提现', en: 'Withdrawals' },
    ...{ about: 'money', places: ['operator'] },
    columns: [
      column('number', 'number', '提现单号', 'Withdrawal number', 'w.id', { numberOf: 'withdrawal' }),
      column('account', 'text', '渠道账户', 'Channel account', 'w.account_id::text'),
      column('channel', 'text', '渠道', 'Channel', 'w.channel::text', { words: channelWords }),
      column('kind', 'text', '方式', 'Kind', 'w.kind', { words: stepWords }),
      column('amountFen', 'fen', '金额', 'Amount', 'w.amount_fen', sum),
      column('feeFen', 'fen', '手续费', 'Fee', 'w.fee_fen', sum),
      column('state', 'text', '状态', 'State', 'w.state', { words: stepWords }),
      column('askedAt', 'instant', '申请时间', 'Asked at', 'w.asked_at'),
      column('paidAt', 'instant', '到账时间', 'Paid at', 'w.paid_at'),
      column('channelNumber', 'number', '渠道流水号', 'Channel’s number', 'w.channel_no'),
    ],
    from: `from withdrawal w where w.bucket = $1 and w.lot_id = 0 and w.operator_id = any ($5) and ${madeIn('w.id')}`,
    key: [{ sql: 'w.id', kind: 'id' }],
    filters: [by('state', 'w.state'), by('kind', 'w.kind'), by('account', 'w.account_id::text')],
  },
  {
    name: 'withdrawal-steps',
    title: { zh: '提现过程', en: 'Steps of withdrawals' },
    ...{ about: 'money', places: ['operator'] },
    columns: [
      column('number', 'number', '提现单号', 'Withdrawal number', 'w.id', { numberOf: 'withdrawal' }),
      column('step', 'count', '步骤', 'Step', 's.step'),
      column('state', 'text', '状态', 'State', 's.state', { words: stepWords }),
      column('at', 'instant', '时间', 'Time', 's.at'),
      column('who', 'text', '操作人', 'Who', 's.who'),
      column('why', 'text', '原因', 'Why', 's.why'),
    ],
    from: `from withdrawal w join withdrawal_step s on s.bucket = $1 and s.lot_id = 0 and s.withdrawal_id = w.id
      where w.bucket = $1 and w.lot_id = 0 and w.operator_id = any ($5) and ${madeIn('w.id')}`,
    key: [
      { sql: 'w.id', kind: 'id' },
      { sql: 's.step', kind: 'id' },
    ],
    filters: [{ key: 'number', sql: 'w.id::text', numberOf: 'withdrawal' }, by('state', 's.state')],
  },
  {
    name: 'bills',
    title: { zh: '渠道账单', en: 'Bills of the channels' },
    ...{ about: 'money', places: ['accounts'] },
    columns: [
      column('day', 'day', '日期', 'Day', 'b.day::text'),
      column('account', 'text', '渠道账户', 'Channel account', 'b.account_id::text'),
      column('channel', 'text', '渠道', 'Channel', 'b.channel::text', { words: channelWords }),
      column('kind', 'text', '种类', 'Kind', 'b.kind::text', { words: discrepancyWords }),
      column('state', 'text', '状态', 'State', 'b.state'),
      column('lines', 'count', '行数', 'Lines', 'b.lines', sum),
      column('keptAt', 'instant', '取得时间', 'Kept at', 'b.kept_at'),
      column('closedAt', 'instant', '关账时间', 'Closed at', 'b.closed_at'),
      column('because', 'text', '原因', 'Why', 'b.because'),
    ],
    from: `from bill b where b.bucket = $1 and b.lot_id = 0 and b.account_id = any ($6)
      and b.day >= ($3 at time zone 'Asia/Shanghai')::date and b.day < ($4 at time zone 'Asia/Shanghai')::date`,
    key: [
      { sql: `b.day::text collate "C"`, kind: 'text' },
      { sql: 'b.account_id', kind: 'id' },
      { sql: `b.kind::text collate "C"`, kind: 'text' },
    ],
    filters: [by('state', 'b.state'), by('account', 'b.account_id::text')],
  },
  {
    name: 'reconciled-days',
    title: { zh: '已核对的日期', en: 'Reconciled days' },
    ...{ about: 'money', places: ['lots'] },
    columns: [
      ...discrepancyColumns('d').filter(({ key }) => key !== 'item'),
      column('ours', 'count', '我方笔数', 'Ours', 'd.ours', sum),
      column('theirs', 'count', '渠道笔数', 'Theirs', 'd.theirs', sum),
      column('oursFen', 'fen', '我方金额', 'Ours, amount', 'd.ours_fen', sum),
      column('theirsFen', 'fen', '渠道金额', 'Theirs, amount', 'd.theirs_fen', sum),
      column('discrepancies', 'count', '差错', 'Discrepancies', 'd.discrepancies', sum),
      column('closedAt', 'instant', '关账时间', 'Closed at', 'd.closed_at'),
    ],
    from: `from reconciled_day d where ${ofDiscrepancy('d')}`,
    key: byDiscrepancy('d').slice(0, 3),
    filters: discrepancyFilters('d').filter(({ key }) => key !== 'item'),
  },
  {
    name: 'discrepancies',
    title: { zh: '差错', en: 'Discrepancies' },
    ...{ about: 'money', places: ['lots', 'accounts'] },
    columns: [
      ...discrepancyColumns('d'),
      column('class', 'text', '类别', 'Class', 'd.class::text', { words: discrepancyClassWords }),
      column('state', 'text', '状态', 'State', 'd.state::text', { words: discrepancyWords }),
      column('waits', 'text', '待处理', 'Waits', `(d.state in ('found', 'with-a-person'))::text`, { words: yesWords }),
      column('owner', 'text', '负责', 'Owner', 'd.owner', { words: ownerWords }),
      column('oursFen', 'fen', '我方金额', 'Ours', 'd.ours_fen', sum),
      column('theirsFen', 'fen', '渠道金额', 'Theirs', 'd.theirs_fen', sum),
      column('about', 'text', '说明', 'About', 'd.about'),
      column('foundAt', 'instant', '发现时间', 'Found at', 'd.found_at'),
      column('steps', 'count', '步骤数', 'Steps', 'd.steps'),
    ],
    from: `from discrepancy d where ${ofDiscrepancy('d')}`,
    key: byDiscrepancy('d'),
    filters: [
      ...[...discrepancyFilters('d'), by('state', 'd.state::text'), by('class', 'd.class::text')],
      by('waits', `(d.state in ('found', 'with-a-person'))::text`),
    ],
  },
  {
    name: 'discrepancy-steps',
    title: { zh: '差错处理过程', en: 'Steps of discrepancies' },
    ...{ about: 'money', places: ['lots', 'accounts'] },
    columns: [
      ...discrepancyColumns('s'),
      column('step', 'count', '步骤', 'Step', 's.step'),
      column('state', 'text', '状态', 'State', 's.state::text', { words: discrepancyWords }),
      column('at', 'instant', '时间', 'Time', 's.at'),
      column('who', 'text', '操作人', 'Who', 's.who'),
      column('why', 'text', '原因', 'Why', 's.why'),
    ],
    from: `from discrepancy_step s where ${ofDiscrepancy('s')}`,
    key: [...byDiscrepancy('s'), { sql: 's.step', kind: 'id' }],
    filters: discrepancyFilters('s'),
  },
]
