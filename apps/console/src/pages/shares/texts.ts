export const texts = {
  zh: {
    title: '分润',
    lead: '每笔支付分给了谁、分了多少、渠道是否已付出。',
    rules: '分润规则',
    returns: '分润回退',
    none: '这段时间没有分润',
    noneHow: '要把收款分给合作方，先为车场设一条规则：',
  },
  en: {
    title: 'Shares',
    lead: 'What of each payment went to whom, and whether the channel has paid it out.',
    rules: 'Share rules',
    returns: 'Shares taken back',
    none: 'Nothing was shared in this period',
    noneHow: 'To share what comes in with a partner, put a rule for the lot first:',
  },
}
