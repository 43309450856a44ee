export const texts = {
  zh: {
    title: '渠道手续费',
    lead: '渠道账单里实际收取和退回的手续费，和收款时预计的差多少；差额归运营方。图上是收款当天预计、账单到后更正的。',
    none: '这段时间没有手续费',
    noneHow: '渠道的账单第二天到；核对后每笔手续费出现在这里。',
  },
  en: {
    title: 'Channel fees',
    lead: 'What the channels’ bills say was kept and given back, beside what had been set aside with each payment; the difference is the operator’s. The chart goes by the day of paying, put right when the bill says otherwise.',
    none: 'No fees in this period',
    noneHow: 'Bills come a day later; once compared, each fee stands here.',
  },
}
