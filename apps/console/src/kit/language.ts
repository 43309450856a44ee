import { kept, oneOf } from './kept.ts'

export type Language = 'zh' | 'en'
/** The same in both languages; a text that one lacks stops compiling. */
export type Both<T> = { readonly zh: T; readonly en: T }

/** Chinese until somebody chooses English. */
export const language = kept<Language>('language', { fallback: 'zh', isValue: oneOf(['zh', 'en']) })
export const htmlLanguage = (one: Language): string => (one === 'zh' ? 'zh-CN' : 'en')

/** The texts of a page or of a part of one, in the language that is chosen. */
export const useTexts = <T>(texts: Both<T>): T => texts[language.use()]
