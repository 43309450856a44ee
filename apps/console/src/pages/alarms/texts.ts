export const texts = {
  zh: {
    title: '报警',
    lead: '需要人看一眼的事：付了款没抬杆、设备不正常、退款或提现没成功。',
    none: '这段时间没有报警',
    noneHow: '有事时会出现在这里，也会在首页提示。',
  },
  en: {
    title: 'Alarms',
    lead: 'What a person should look at: paid but the gate stayed shut, a device that is ill, a refund or withdrawal that failed.',
    none: 'No alarms in this period',
    noneHow: 'When something happens it stands here, and on the overview.',
  },
}
