export const texts = {
  zh: {
    title: '退款',
    lead: '点一行看它的那笔支付。要退款，先在“支付”里找到那一笔。',
    none: '这段时间没有退款',
    noneHow: '多收了钱时：在“支付”里按车牌找到那一笔，打开它，再点“退款”。',
  },
  en: {
    title: 'Refunds',
    lead: 'A row leads to its payment. To give money back, find the payment first.',
    none: 'Nothing was given back in this period',
    noneHow: 'When too much was charged: find the payment by its plate, open it, then press “Refund”.',
  },
}
