export const texts = {
  zh: {
    title: '支付',
    lead: '按车牌、订单号或渠道流水号查找，点一行看它的全过程，也可以在那里退款。',
    none: '这段时间没有收款',
    noneHow: '司机扫码付款后，几秒内就会出现在这里。',
  },
  en: {
    title: 'Payments',
    lead: 'Find one by plate, trade number or the channel’s number. A row leads to its whole story, and to refunds.',
    none: 'Nothing was paid in this period',
    noneHow: 'What a driver pays stands here within seconds.',
  },
}
