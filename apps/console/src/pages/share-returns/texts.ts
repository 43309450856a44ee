export const texts = {
  zh: {
    title: '分润回退',
    lead: '退款时从分润方收回的部分，以及收不回、由运营方承担的部分。',
    none: '这段时间没有分润回退',
    noneHow: '给分过润的支付退款时，收回的部分会出现在这里。',
  },
  en: {
    title: 'Shares taken back',
    lead: 'What came back from partners with refunds, and what did not and is carried by the operator.',
    none: 'No share was taken back in this period',
    noneHow: 'When a payment that was shared is refunded, what comes back stands here.',
  },
}
