import type { Language } from './texts/texts.ts'

/* What this browser remembers: the language, the attendant's name and the booth. A browser that keeps nothing loses nothing else. */

const read = (key: string): string | null => {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
const write = (key: string, value: string): void => {
  try {
    localStorage.setItem(key, value)
  } catch {
    // nothing is remembered
  }
}

export const keptLanguage = (): Language => (read('lanepay.lot.language') === 'en' ? 'en' : 'zh-CN')
export const keepLanguage = (language: Language): void => write('lanepay.lot.language', language)
/** The booth at which this browser stands; 0: nobody said. */
export const keptBooth = (): number => Number(read('lanepay.lot.booth') ?? 0)
export const keepBooth = (booth: number): void => write('lanepay.lot.booth', String(booth))
export const keptName = (): string => read('lanepay.lot.name') ?? ''
export const keepName = (name: string): void => write('lanepay.lot.name', name)
