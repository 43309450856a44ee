import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { OwedChangeView, StateView } from '../api.ts'
import type { Refused } from './ask.ts'
import type { Drawer } from './shift-dialogs.tsx'
import type { Language } from './texts/texts.ts'
import { type Texts, zhCn } from './texts/zh-cn.ts'

/** What is open over the page. */
export type Over =
  | { readonly what: 'open'; readonly lane: number }
  | { readonly what: 'cash'; readonly session: string; readonly plate: string; readonly owedFen: number }
  | { readonly what: 'scan'; readonly session: string; readonly plate: string; readonly owedFen: number }
  | {
      readonly what: 'correct'
      readonly session: string
      readonly plate: string
      readonly to: string
      readonly enteredAt: number
      readonly vehicleClass: string | null
    }
  | { readonly what: 'give-back'; readonly session: string; readonly plate: string }
  | ({ readonly what: 'open-shift' | 'hand-over' } & Drawer)
  | { readonly what: 'settle-change'; readonly owed: OwedChangeView }
  | { readonly what: 'end-purchase'; readonly kiosk: number; readonly purchase: string; readonly plate: string }
  | { readonly what: 'void'; readonly session: string; readonly plate: string }
  | { readonly what: 'story'; readonly session: string }
  | { readonly what: 'picture'; readonly picture: string; readonly about: string }

/** What every part of the page may need. */
export type Page = {
  readonly state: StateView
  readonly now: number
  readonly t: Texts
  readonly language: Language
  /** The attendant. */
  readonly by: string
  readonly over: (over: Over | null) => void
  /** Says what was done, and where it was refused what to do. */
  readonly told: (
    note: { readonly ok: true; readonly text: string } | { readonly ok: false; readonly error: Refused },
  ) => void
  readonly signedOut: () => void
}
export const PageContext = createContext<Page>({ t: zhCn } as Page)
export const usePage = (): Page => useContext(PageContext)
