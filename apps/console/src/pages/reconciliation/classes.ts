import type { DiscrepancyClass } from '@lanepay/cloud/reconciliation/api.ts'
import type { Both } from '../../kit/language.ts'

type Meaning = { readonly name: string; readonly says: string; readonly todo: string }
const both = (zh: readonly [string, string, string], en: readonly [string, string, string]): Both<Meaning> => ({
  zh: { name: zh[0], says: zh[1], todo: zh[2] },
  en: { name: en[0], says: en[1], todo: en[2] },
})

/** What each class of discrepancy is called, means, and what a person does about it (services/cloud/src/reconciliation/decide.ts). */
export const classTexts: Readonly<Record<DiscrepancyClass, Both<Meaning>>> = {
  'not-our-number': both(
    ['不是我们的单号', '渠道有一笔，单号不是我们生成的。', '查还有谁用这个账户收款，或有人在渠道的商户平台操作过。'],
    [
      'Not our number',
      'The channel has it under a number that we never made.',
      'Find who else takes money through this account, or used the channel’s own platform.',
    ],
  ),
  'not-in-our-book': both(
    ['我方没有', '渠道有这笔，我们的账上没有。', '查数据库是否恢复到过更早的一天；没有放行的，退给司机。'],
    [
      'Not in our book',
      'The channel has it, and our book has no such payment or refund.',
      'Look whether a database was put back to an earlier day; refund what nobody was let out for.',
    ],
  ),
  unheard: both(
    ['我方不知道', '已付款或已退款，但我们没有得知。', '系统没有采信：与渠道核对单号、账户和金额。'],
    [
      'Not heard of',
      'It was paid, or given back, without our knowledge.',
      'It is not believed: compare number, account and amount with the channel.',
    ],
  ),
  'not-at-channel': both(
    ['渠道没有', '我们有这笔，渠道没有。', '向渠道查这个单号；在它确认之前，当作没有付款。'],
    [
      'Not at the channel',
      'We have it, and the channel does not.',
      'Ask the channel for this number; nobody has paid it until it says so.',
    ],
  ),
  'day-boundary': both(
    ['跨零点', '我方记在零点附近，可能在第二天的账单里。', '第二天的账单里也没有：向渠道查这个单号。'],
    [
      'Round midnight',
      'We have it close to midnight, so the bill of the next day may have it.',
      'The next bill has not got it either: ask the channel for this number.',
    ],
  ),
  double: both(
    ['重复', '同一单号渠道有不止一笔。', '没有计入停车的那一笔，在渠道的商户平台退回。'],
    [
      'Double',
      'The channel has more than one for one number of ours.',
      'Give the one that counts for nothing back on the channel’s platform.',
    ],
  ),
  'other-account': both(
    ['收到别的账户', '钱进了另一个账户。', '核对车场方案里运营方的账户，再转款或退款。'],
    [
      'Another account',
      'It was received by another account than it was meant for.',
      'Look at the operator’s account in the lot’s plan, then move the money or refund it.',
    ],
  ),
  state: both(
    ['状态不同', '一方是成功，另一方是失败或撤销。', '向渠道查这个单号，以渠道最后的答复为准。'],
    [
      'Another state',
      'One has it as done, the other as failed or reversed.',
      'Ask the channel for this number, and let its last word count.',
    ],
  ),
  amount: both(
    ['金额不同', '金额不一致，或到账的比付的少。', '到渠道的商户平台查：可能是不算现金的优惠券，或不是我们的订单。'],
    [
      'Another amount',
      'The amounts differ, or less reached the account than was paid.',
      'Look at the channel’s platform: a coupon that is not money, or an order that is not ours.',
    ],
  ),
  fee: both(
    ['手续费不同', '渠道收的手续费与预计不同；已按渠道实收记账。', '核对车场方案和渠道合同里的费率。'],
    [
      'Another fee',
      'The channel’s fee is not the one that was set aside; what it kept is posted.',
      'Look at the account’s rate in the lot’s plan and in the channel’s contract.',
    ],
  ),
  'flow-gap': both(
    ['余额不连续', '账户余额与前一天的余额和当天变动对不上。', '问渠道两份账单之间动了什么。'],
    [
      'A gap in the balance',
      'The account’s balance does not follow from the day before and from its own movements.',
      'Ask the channel what moved between the two bills.',
    ],
  ),
  'flow-amount': both(
    [
      '资金变动金额不同',
      '账户收付的金额与账上的渠道清算不同。',
      '把这笔支付或退款、手续费、分润，与同一单号的资金变动逐项比对。',
    ],
    [
      'Another amount moved',
      'What the account got or gave is not what the books say of the channel’s clearing.',
      'Compare the payment or refund, its fee and its shares with the movements of its number.',
    ],
  ),
  'flow-missing': both(
    ['资金没有变动', '交易账单里有，资金没有动。', '查是否进了别的账户，或因分润被冻结。'],
    [
      'Nothing moved',
      'The trade bill has it, and the account did not move.',
      'Look whether it was received into another account, or is held back for sharing.',
    ],
  ),
  'flow-unexplained': both(
    ['不明资金变动', '账户动了，与我们的任何一笔无关。', '查商户平台上谁操作的，或账户的其他合同：写明是哪一个。'],
    [
      'Moved for nothing of ours',
      'The account moved for nothing of ours.',
      'Somebody on the channel’s platform, or another contract of the account: say which.',
    ],
  ),
  'flow-unheard': both(
    [
      '分润、提现或找零未对上',
      '资金变动与分润、提现或找零的记录还对不上。',
      '下一份账单来了仍不一致：向渠道查这个单号。',
    ],
    [
      'A share, a withdrawal or change moved otherwise',
      'The account moved otherwise than the books say of this share, withdrawal or cash change so far.',
      'The next bill came and they still differ: ask the channel for this number.',
    ],
  ),
  'flow-settlement': both(
    [
      '结算对不上',
      '渠道付出或银行退回的，账上跟不上：没有记账或没有记全。',
      '把商户平台的打款与各车场的余额比对；没有分出去的平台服务费也在里面。',
    ],
    [
      'A payout that the books cannot follow',
      'The channel paid out, or a bank sent back, what the books cannot follow: nothing of it is posted, or not all.',
      'Compare the payouts on the channel’s platform with what the lots hold; platform fees that no rule shares are in them.',
    ],
  ),
  'flow-balance': both(
    ['日终余额不同', '日终的账户余额与账上渠道应有的不同。', '这一天和前几天的其他差错会说明原因；一致之后自动结束。'],
    [
      'Another balance at the end of the day',
      'The account’s balance is not what the ledger says that the channel holds.',
      'The other differences of this and earlier days say why; when they agree again, this ends by itself.',
    ],
  ),
  'gate-unexplained': both(
    ['不明抬杆', '道闸动了，没有已知的原因。', '看照片，问遥控器在谁手里。'],
    [
      'A gate moved for nothing known',
      'A gate moved, and nothing known moved it.',
      'Look at the pictures and ask who had the remote control.',
    ],
  ),
}
