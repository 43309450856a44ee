import type { DeviceState } from '@lanepay/cloud/lot/api.ts'
import { becauseWords } from '@lanepay/domain/device-words.ts'
import { language, useTexts } from '../language.ts'

const texts = {
  zh: {
    well: '正常',
    ill: '异常',
    lost: '失联',
    ahead: (s: string) => `快 ${s}`,
    behind: (s: string) => `慢 ${s}`,
    ms: ' 毫秒',
    s: ' 秒',
    m: ' 分钟',
  },
  en: {
    well: 'well',
    ill: 'ill',
    lost: 'lost',
    ahead: (s: string) => `${s} fast`,
    behind: (s: string) => `${s} slow`,
    ms: ' ms',
    s: ' s',
    m: ' min',
  },
}

/** How a device is, in a word; never by colour alone. */
export function StateWord({ state }: { readonly state: DeviceState }) {
  const t = useTexts(texts)
  return <span className={`lp-nowrap ${state === 'well' ? 'lp-good' : 'lp-bad'}`}>{t[state]}</span>
}

/** Why it is so, in the language of whoever reads. */
export function useBecause(): (because: string) => string {
  const said = language.use()
  return (because) => becauseWords(because, said === 'zh' ? 'zh-CN' : 'en')
}

/** How far a clock is off; empty where nobody knows. */
export function useDrift(): (ms: number | null) => string {
  const t = useTexts(texts)
  return (ms) => {
    if (ms === null) return ''
    const off = Math.abs(ms)
    const size =
      off < 1_000
        ? `${off}${t.ms}`
        : off < 120_000
          ? `${Math.round(off / 1_000)}${t.s}`
          : `${Math.round(off / 60_000)}${t.m}`
    return ms >= 0 ? t.ahead(size) : t.behind(size)
  }
}
