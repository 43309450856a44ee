/** Why nothing can be withdrawn at once, and what to do; the same before it is asked and when it was refused. */
export const refusalTexts = {
  zh: {
    'not-an-amount': '请填写大于 0 的金额。',
    'not-paid-out-by-us': '这个账户由渠道自动结算到银行，不在这里提现。',
    'no-card': '还没有登记收款银行卡：请负责人先登记。',
    'card-changed': '收款银行卡刚更换，24 小时内不能即时提现；自动提现照常。',
    'card-changing': '更换的银行卡还在渠道审核，审核结束前不能即时提现；自动提现照常。',
    'under-floor': '可提现金额还不到最低提现额。当天的收款，次日核对账单后就可以提现。',
    'over-limit': '超过了单次上限，请改小。',
    'over-daily-limit': '超过了今天还可以提现的额度，请改小或明天再提。',
    'more-than-available': '超过了可提现金额，请改小。',
  },
  en: {
    'not-an-amount': 'An amount of more than 0.',
    'not-paid-out-by-us': 'The channel pays this account out to its bank by itself.',
    'no-card': 'No bank card is kept for this account: have the owner put one first.',
    'card-changed': 'The card was changed within a day: at once again after 24 hours. What goes by itself still does.',
    'card-changing':
      'The channel still looks at another card: nothing at once until it has decided. What goes by itself still does.',
    'under-floor': 'Less than the least of a withdrawal is available. What came in today is after tomorrow’s bill.',
    'over-limit': 'More than may go at once: take less.',
    'over-daily-limit': 'More than is left for today: take less, or wait until tomorrow.',
    'more-than-available': 'More than is available: take less.',
  },
}
