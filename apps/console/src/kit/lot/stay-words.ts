/* What states of a stay are called, and how it came and left; a word that is missing is shown as the code has it. */

export const stayWords = {
  zh: {
    inside: '在场',
    leaving: '离场中',
    left: '已离场',
    superseded: '被取代',
    voided: '已作废',
    open: '在场（全部）',
    visitor: '临停',
    'month-card': '月卡',
    free: '免费名单',
    guest: '访客',
    unadmitted: '未经放行',
    'released-owing': '欠费放行',
    escaped: '逃费冲出',
  },
  en: {
    inside: 'inside',
    leaving: 'leaving',
    left: 'left',
    superseded: 'superseded',
    voided: 'voided',
    open: 'inside or leaving',
    visitor: 'visitor',
    'month-card': 'month card',
    free: 'free list',
    guest: 'guest',
    unadmitted: 'let in by nobody',
    'released-owing': 'released owing',
    escaped: 'escaped',
  },
} as const
export const wordIn = (words: Readonly<Record<string, string>>, word: string | null): string =>
  word === null ? '' : (words[word] ?? word)
