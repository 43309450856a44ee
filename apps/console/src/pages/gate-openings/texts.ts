export const texts = {
  zh: {
    title: '抬杆记录',
    lead: '每一次抬杆：哪条通道、为什么、谁。',
    none: '这段时间没有抬杆',
    noneHow: '车场主机联网后，每次抬杆都会出现在这里；用自己收费软件的车场，出现的是它上报的抬杆。',
    unordered: '没有原因的抬杆',
  },
  en: {
    title: 'Gate openings',
    lead: 'Each opening: of which lane, for what reason, by whom.',
    none: 'No gate opened in this period',
    noneHow:
      'Once the box of a lot is connected, each opening stands here; of a lot with charging software of its own, those that it tells of.',
    unordered: 'Openings without a reason',
  },
}
