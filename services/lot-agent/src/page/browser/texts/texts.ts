import { en } from './en.ts'
import { type Texts, zhCn } from './zh-cn.ts'

export type Language = 'zh-CN' | 'en'
export const texts: Readonly<Record<Language, Texts>> = { 'zh-CN': zhCn, en }
