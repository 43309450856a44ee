export const texts = {
  zh: {
    title: '差错',
    lead: '我们的账与渠道账单不一致的每一项。平台财务负责处理，点一行看处理过程。',
    none: '这段时间账目全部一致',
    noneHow: '每天上午取得渠道前一天的账单后逐笔核对；不一致的会出现在这里。',
  },
  en: {
    title: 'Discrepancies',
    lead: 'Every item on which our book and the channel’s bill differ. The platform’s finance works them; a row tells how far.',
    none: 'Everything agrees in this period',
    noneHow: 'Each morning the bills of the day before are fetched and compared; what differs stands here.',
  },
}
