export const texts = {
  zh: {
    title: '现金流水',
    lead: '钱箱里的每一笔：收、退、存取、交班点数。',
    none: '这段时间没有现金',
    noneHow: '岗亭或自助机收到现金后出现在这里。',
    shifts: '班次',
  },
  en: {
    title: 'Cash',
    lead: 'Whatever came into a drawer or went out of it, and what was counted at a hand-over.',
    none: 'No cash in this period',
    noneHow: 'Once a booth or a kiosk takes cash it stands here.',
    shifts: 'Shifts',
  },
}
