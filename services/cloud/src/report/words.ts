import { type ChangeState, neverHad, notTakenInTime } from '../cash-change/decide.ts'
import type { Words } from './column.ts'

/* What states and kinds are called in exports, in both languages; a word that is missing is shown as the code has it. */

type Named = Readonly<Record<string, Words>>
const both = (words: Readonly<Record<string, readonly [zh: string, en: string]>>): Named =>
  Object.fromEntries(Object.entries(words).map(([word, [zh, en]]) => [word, { zh, en }]))

export const channelWords = both({
  wechatpay: ['微信支付', 'WeChat Pay'],
  alipay: ['支付宝', 'Alipay'],
  cash: ['现金', 'Cash'],
})
export const paymentWords = both({
  created: ['已创建', 'created'],
  pending: ['支付中', 'pending'],
  paid: ['已支付', 'paid'],
  unapplied: ['未入账', 'unapplied'],
  'partly-refunded': ['部分退款', 'partly refunded'],
  refunded: ['已退款', 'refunded'],
  closed: ['已关闭', 'closed'],
})
export const stepWords = both({
  asked: ['已申请', 'asked'],
  sent: ['已提交', 'sent'],
  done: ['已完成', 'done'],
  failed: ['失败', 'failed'],
  paid: ['已到账', 'paid'],
  returned: ['银行退回', 'returned'],
  refused: ['已拒绝', 'refused'],
  'with-a-person': ['人工处理', 'with a person'],
  'tried-again': ['已重试', 'tried again'],
  operator: ['归运营方', 'left to the operator'],
  void: ['作废', 'void'],
  automatic: ['自动', 'automatic'],
  instant: ['即时', 'instant'],
  mirrored: ['渠道自动结算', 'by the channel itself'],
})
export const changeWords = both({
  offered: ['待领', 'offered'],
  giving: ['领取中', 'giving'],
  sent: ['待确认', 'sent'],
  taken: ['已领', 'taken'],
  returned: ['已退回', 'returned'],
  failed: ['失败', 'failed'],
} satisfies Record<ChangeState, readonly [zh: string, en: string]>)
/** The one reason that is ours; the others are the channel's, by its code and in its words. */
export const changeWhyWords = both({
  [notTakenInTime]: ['没有人按时领取', notTakenInTime],
  [neverHad]: ['渠道没有收到', neverHad],
})
export const discrepancyWords = both({
  found: ['新发现', 'found'],
  'explained-by-itself': ['自动解释', 'explained by itself'],
  'with-a-person': ['人工处理', 'with a person'],
  settled: ['已了结', 'settled'],
  trade: ['交易账单', 'trade bill'],
  'fund-flow': ['资金账单', 'fund flow bill'],
  gates: ['抬杆', 'gates'],
})
/** As the desk calls them (apps/console, reconciliation). */
export const discrepancyClassWords = both({
  'not-our-number': ['不是我们的单号', 'Not our number'],
  'not-in-our-book': ['我方没有', 'Not in our book'],
  unheard: ['我方不知道', 'Not heard of'],
  'not-at-channel': ['渠道没有', 'Not at the channel'],
  'day-boundary': ['跨零点', 'Round midnight'],
  double: ['重复', 'Double'],
  'other-account': ['收到别的账户', 'Another account'],
  state: ['状态不同', 'Another state'],
  amount: ['金额不同', 'Another amount'],
  fee: ['手续费不同', 'Another fee'],
  'flow-gap': ['余额不连续', 'A gap in the balance'],
  'flow-amount': ['资金变动金额不同', 'Another amount moved'],
  'flow-missing': ['资金没有变动', 'Nothing moved'],
  'flow-unexplained': ['不明资金变动', 'Moved for nothing of ours'],
  'flow-unheard': ['分润、提现或找零未对上', 'A share, a withdrawal or change moved otherwise'],
  'flow-settlement': ['结算对不上', 'A payout that the books cannot follow'],
  'flow-balance': ['日终余额不同', 'Another balance at the end of the day'],
  'gate-unexplained': ['不明抬杆', 'A gate moved for nothing known'],
})
export const ownerWords = both({ platform: ['平台', 'platform'] })
export const accountWords = both({
  'channel-clearing': ['渠道清算', 'channel clearing'],
  'channel-fee': ['渠道手续费', 'channel fee'],
  'operator-payable': ['应付运营方', 'operator payable'],
  'platform-fee': ['平台服务费', 'platform fee'],
  'unapplied-receipts': ['未入账款', 'unapplied receipts'],
  'refund-in-flight': ['退款在途', 'refund in flight'],
  'partner-payable': ['应付分润方', 'partner payable'],
  'withdrawal-in-flight': ['提现在途', 'withdrawal in flight'],
  'operator-cash': ['运营方现金', 'operator cash'],
  'cash-drawer': ['钱箱', 'cash drawer'],
  'cash-over-short': ['长短款', 'cash over or short'],
  'change-owed': ['应找零款', 'change owed'],
  'change-in-flight': ['找零在途', 'change in flight'],
})
export const causeWords = both({
  opening: ['期初余额', 'opening balance'],
  closing: ['期末余额', 'closing balance'],
  'payment-paid': ['收款', 'payment'],
  'payment-unapplied': ['收款（未入账）', 'payment, unapplied'],
  'refund-asked': ['退款申请', 'refund asked'],
  'refund-done': ['退款完成', 'refund done'],
  'refund-failed': ['退款失败', 'refund failed'],
  'share-owed': ['应分润', 'share owed'],
  'share-paid': ['分润付出', 'share paid'],
  'share-taken-back': ['分润回退', 'share taken back'],
  'fee-taken': ['手续费扣除', 'fee taken'],
  'fee-given-back': ['手续费退回', 'fee given back'],
  'withdrawal-asked': ['提现申请', 'withdrawal asked'],
  'withdrawal-done': ['提现到账', 'withdrawal done'],
  'withdrawal-failed': ['提现失败', 'withdrawal failed'],
  'withdrawal-returned': ['提现退回', 'withdrawal returned'],
  'settlement-done': ['渠道结算', 'settlement'],
  'settlement-returned': ['渠道结算退回', 'settlement returned'],
  'shift-opened': ['开班备用金', 'shift opened'],
  'cash-taken': ['收现金', 'cash taken'],
  'cash-given-back': ['退现金', 'cash given back'],
  'shift-handed-over': ['交班', 'handed over'],
  'cash-handed-over': ['交班', 'cash handed over'],
  'cash-corrected': ['现金更正', 'cash corrected'],
  'change-owed': ['欠找零', 'change owed'],
  'change-settled': ['找零结清', 'change settled'],
  'change-overpaid': ['多找零', 'change overpaid'],
  'change-offered': ['找零到微信：待领', 'change offered to a wallet'],
  'change-taken': ['找零到微信：已领', 'change taken into a wallet'],
  'change-returned': ['找零到微信：退回', 'change offered and not taken'],
})
/** The two ways in which a stay ends that still owes. */
export const owingWords = both({
  'released-owing': ['欠费放行', 'released owing'],
  escaped: ['逃费', 'escaped'],
})
export const stayWords: Named = {
  ...both({
    inside: ['在场', 'inside'],
    leaving: ['离场中', 'leaving'],
    left: ['已离场', 'left'],
    superseded: ['被取代', 'superseded'],
    voided: ['已作废', 'voided'],
    visitor: ['临停', 'visitor'],
    'month-card': ['月卡', 'month card'],
    free: ['免费', 'free'],
    guest: ['访客', 'guest'],
    unadmitted: ['未放行进入', 'unadmitted'],
  }),
  ...owingWords,
}
export const openingWords = both({
  entry: ['入场', 'entry'],
  'unplated-admission': ['无牌车入场', 'entry without a plate'],
  clearance: ['已付款', 'paid'],
  'nothing-owed': ['无需付费', 'nothing owed'],
  command: ['远程指令', 'command'],
  'month-card': ['月卡', 'month card'],
  attendant: ['值守人员', 'attendant'],
  listed: ['名单', 'listed'],
  area: ['内场', 'area'],
  true: ['是', 'yes'],
  false: ['否', 'no'],
})
export const shiftSources = both({ here: ['本平台', 'here'], software: ['车场软件', "the lot's software"] })
export const yesWords = both({ true: ['是', 'yes'], false: ['否', 'no'] })
export const alarmWords = both({
  'paid-but-shut': ['已付款但未抬杆', 'paid, and the gate stayed shut'],
  'lot-unclear': ['车场的答复无法使用', 'what the lot answers is of no use'],
  'lot-not-told': ['车场未收到放行', 'the lot was not told'],
  'card-not-renewed': ['月卡续费未成功', 'a month card that was paid for was not made longer'],
  'coupon-not-told': ['车场未收到优惠券', 'the lot was not told of a coupon'],
  'help-asked': ['车主求助', 'help asked for'],
  'payment-disbelieved': ['支付通知不可信', 'payment not believed'],
  'refund-failed': ['退款失败', 'refund failed'],
  'refund-waits': ['退款等待', 'refund waits'],
  'refund-disputed': ['退款有争议', 'refund disputed'],
  'paid-twice': ['重复付款', 'paid twice'],
  'paid-twice-kept': ['重复付款未退', 'paid twice, and kept'],
  'reversal-waits': ['撤销等待', 'reversal waits'],
  'wallet-not-told': ['钱包没有接到通知', 'a wallet was not told'],
  'wallet-charge-unclear': ['钱包扣款结果不明', 'a charge of a wallet is unclear'],
  'share-failed': ['分润失败', 'share failed'],
  'share-not-released': ['分润未解冻', 'share not released'],
  'share-not-returned': ['分润未回退', 'share not returned'],
  'share-unclear': ['分润不明', 'share unclear'],
  'withdrawal-failed': ['提现失败', 'withdrawal failed'],
  'withdrawal-returned': ['提现被银行退回', 'withdrawal returned'],
  'withdrawal-disputed': ['提现有争议', 'withdrawal disputed'],
  'card-refused': ['渠道不同意更换银行卡', 'bank card refused by the channel'],
  'card-lost': ['更换银行卡结果不明', 'bank card: no word of the channel'],
  'clock-drift': ['时钟偏差', 'clock is off'],
  'device-ill': ['设备不正常', 'device is ill'],
  misread: ['车牌误读', 'misread plate'],
  'unordered-passage': ['无指令通过', 'passage without an order'],
  'change-owed': ['应找零款', 'change owed'],
  'change-overpaid': ['多找零', 'change overpaid'],
  'change-not-given': ['找零发不出', 'change not given'],
  'change-disputed': ['找零有争议', 'change disputed'],
})
