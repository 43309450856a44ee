export const texts = {
  zh: {
    title: '我的分润',
    lead: '每笔停车费里属于您的部分：应分、实际付出、状态。',
    none: '这段时间没有分润',
    noneHow: '车场的分润规则生效后，每笔支付的分润会出现在这里。换一段时间再看。',
    returns: '我的分润回退',
    returnsLead: '司机退款时从您的分润里按比例收回的部分。',
    noneBack: '这段时间没有回退',
    noneBackHow: '有退款收回您的分润时会出现在这里。',
  },
  en: {
    title: 'My shares',
    lead: 'What of each payment is yours: of the whole payment, what was paid out, and how it stands.',
    none: 'No shares in this period',
    noneHow: "Once a lot's rule of shares holds, your part of each payment stands here. Try another period.",
    returns: 'Taken back from my shares',
    returnsLead: 'What refunds to drivers took back of your shares, in proportion.',
    noneBack: 'Nothing was taken back in this period',
    noneBackHow: 'When a refund takes a part of your shares back it stands here.',
  },
}
