import type { ProblemTexts } from '../problem-texts.ts'

export const refundTexts = {
  zh: {
    refund: '退款',
    title: '退款给司机',
    left: '可退 / 已付：',
    amount: '退多少（元）',
    notAnAmount: '请填写金额，例如 12.50',
    reason: '原因',
    reasonHint: '司机在账单里会看到，最多 80 个字',
    cancel: '取消',
    give: (yuan: string) => `退回 ${yuan}`,
    done: (yuan: string) => `已申请退款 ${yuan}，渠道收到后原路退回。`,
    toDriver: '原路退给司机',
    notBefore: '最早发出：',
    operator: '从运营方余额出',
    platform: '平台退服务费',
    fromPlatform: '从平台分得的部分收回',
    fromPartner: (party: string) => `从分润方 ${party} 收回`,
    carried: '按规则不向分润方收回，由运营方承担',
    sharesLater: '这笔还没有分润：剩下的部分以后再分。',
    factor: {
      shown: (limit: string) => `同一笔累计超过 ${limit}，需要动态口令：刚刚出示过，不再询问。`,
      needed: (limit: string) => `同一笔累计超过 ${limit}，提交时会要求出示动态口令。`,
      'not-set-up': (limit: string) => `同一笔累计超过 ${limit}，需要身份验证器：请先在“我的账号”设置。`,
    },
  },
  en: {
    refund: 'Refund',
    title: 'Give money back to the driver',
    left: 'Left / paid:',
    amount: 'How much, in yuan',
    notAnAmount: 'An amount like 12.50',
    reason: 'Reason',
    reasonHint: 'The driver reads it in the wallet; 80 characters at most',
    cancel: 'Cancel',
    give: (yuan: string) => `Give ${yuan} back`,
    done: (yuan: string) => `A refund of ${yuan} is asked for; it goes back the way it came.`,
    toDriver: 'To the driver, the way it came:',
    notBefore: 'sent not before',
    operator: 'From the operator’s balance',
    platform: 'of the platform’s fee',
    fromPlatform: 'Comes back from the platform’s part:',
    fromPartner: (party: string) => `Comes back from partner ${party}:`,
    carried: 'Not taken back from partners by the rule, so the operator carries',
    sharesLater: 'Nothing of it was shared yet: what is left is shared later.',
    factor: {
      shown: (limit: string) => `Over ${limit} of one payment a second factor is needed; it was shown just now.`,
      needed: (limit: string) => `Over ${limit} of one payment you will be asked for the code of your authenticator.`,
      'not-set-up': (limit: string) =>
        `Over ${limit} of one payment an authenticator is needed: set one up in your account.`,
    },
  },
}

/** What comes of a refund that is refused, and what to do. */
export const problems: ProblemTexts = {
  'not-paid': { zh: '这笔还没有付款，没有可退的。', en: 'This payment is not paid, so there is nothing to give back.' },
  'more-than-left': { zh: '超过了可退的金额，请改小。', en: 'This is more than is left of the payment: take less.' },
  'whole-only': {
    zh: '这笔没有计入停车，只能全额退回。',
    en: 'This payment counts for no stay, so it goes back whole.',
  },
  'goes-back-by-itself': {
    zh: '这笔没有计入停车，系统会自动退回，不用再申请。',
    en: 'This payment counts for no stay, and goes back by itself.',
  },
  'too-late': {
    zh: '已超过渠道的退款期限，请用转账退给司机。',
    en: 'The channel takes no refunds of it any more: pay the driver back outside.',
  },
  'too-many-refunds': {
    zh: '这笔的退款次数已到渠道上限，请用转账退给司机。',
    en: 'The channel takes no more refunds of this payment: pay the driver back outside.',
  },
  'not-enough-held': {
    zh: '运营方在该渠道的余额不足，请等有新收款后再退。',
    en: 'The operator holds less than that at the channel: wait for further payments.',
  },
  'not-an-amount': { zh: '请填写大于 0 的金额。', en: 'An amount of more than 0.' },
  'not-a-reason': { zh: '请填写 1 到 80 个字的原因。', en: 'A reason of 1 to 80 characters.' },
  'payment-not-found': { zh: '没有这笔支付，或不属于您。', en: 'There is no such payment of yours.' },
}
