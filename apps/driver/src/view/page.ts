import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Event, State } from '../logic/stage.ts'
import type { Language } from '../texts/texts.ts'
import type { Texts } from '../texts/zh-cn.ts'
import { zhCn } from '../texts/zh-cn.ts'

/** What every part of the page may need. */
export type Page = {
  readonly state: State
  readonly tell: (event: Event) => void
  readonly t: Texts
  readonly language: Language
}
export const PageContext = createContext<Page>({ state: null as never, tell: () => {}, t: zhCn, language: 'zh-CN' })
export const usePage = (): Page => useContext(PageContext)
