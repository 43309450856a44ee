import type { ActName } from '@lanepay/cloud/staff/api.ts'
import type { ComponentType } from 'react'
import type { Here, Scope } from './kit/here.tsx'
import type { Both } from './kit/language.ts'

/** Groups of the menu, in their order. */
export const menuGroups = {
  today: { zh: '今日', en: 'Today' },
  traffic: { zh: '车辆', en: 'Vehicles' },
  money: { zh: '资金', en: 'Money' },
  lots: { zh: '车场', en: 'Lots' },
  people: { zh: '人员', en: 'People' },
  platform: { zh: '平台', en: 'Platform' },
} as const satisfies Record<string, Both<string>>

/** A page of the console: where it is, how it is called, who sees it, and how it is loaded. */
export type PageDefinition = {
  /** Within the console, as wouter writes it: `/payments/:number`. */
  readonly path: string
  readonly title: Both<string>
  /** Where it stands in the menu; left out: it is reached from another page. */
  readonly menu?: { readonly group: keyof typeof menuGroups; readonly order: number }
  /**
   * Who sees it: `everybody` without signing in, `signed-in` whoever is, or who may do an act to a thing of a scope. Pages at `operator`, `lot`
   * and `lane` show one operator's things, which a person of the platform chooses first. `alone`: not whoever may do it to more than that,
   * who has a page of its own for it.
   */
  readonly who: 'everybody' | 'signed-in' | { readonly act: ActName; readonly at: Scope; readonly alone?: true }
  readonly view: () => Promise<{ readonly default: ComponentType }>
}

/** Whether a page is shown to whoever sits here. */
export const isShown = ({ who }: PageDefinition, here: Here): boolean =>
  typeof who === 'string' || (here.may(who.act, who.at) && !(who.alone && here.may(who.act, 'operator')))
