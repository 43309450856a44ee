export const texts = {
  zh: {
    title: '找零',
    lead: '现金机找不出硬币时，车主扫码把零钱收进微信，钱从收款账户的余额里付。“待领”还没有人领，“领取中”正在转账，“待确认”等车主在微信里点收款；没领走的退回余额。',
    none: '这段时间没有找零到微信',
    noneHow:
      '适用于由收费软件管理现金机的车场。要开通，请联系为您安装的人：商户号（直连）在微信支付开通“商家转账”，车场计划里写明一次最多找多少（changeUpToFen，单位分）。',
  },
  en: {
    title: 'Cash change',
    lead: 'What a cash machine could not give in coins: the driver scans a code and has it in WeChat, out of what the account holds. “Offered”: nobody has begun to take it; “giving”: it is being transferred; “sent”: WeChat waits for the driver to accept it. What nobody takes goes back to the account.',
    none: 'No change went into WeChat in this period',
    noneHow:
      'It is for lots whose charging software has cash machines. To have it, ask whoever set the lot up: the merchant number (direct mode) needs merchant transfers from WeChat Pay, and the lot’s plan says up to how much is given at once (changeUpToFen, in fen).',
  },
}
