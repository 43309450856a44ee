import type { ActName, MeView, Reach } from '@lanepay/cloud/staff/api.ts'
import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { kept } from './kept.ts'

/*
 * Who sits here, and whose things are on the screen: an operator's person sees its own operator; a person of the platform has chosen an
 * operator, or looks at one's view with a reason.
 */

/** A look that goes on. */
export type Look = {
  readonly look: string
  readonly operator: string
  readonly endsAt: number
  readonly reason: string
}

const anything = (_: string): _ is string => true
const kepts = {
  operator: kept('operator', { fallback: '', isValue: anything, forTab: true }),
  look: kept('look', { fallback: '', isValue: anything, forTab: true }),
  lot: kept('lot', { fallback: '', isValue: anything, forTab: true }),
}
/** What is chosen in this tab: an operator by its number, a look, a lot by its number; empty where nothing is. */
export const chosen = {
  ...kepts,
  setLook: (look: Look | null) => kepts.look.set(look ? JSON.stringify(look) : ''),
  forget() {
    for (const one of Object.values(kepts)) one.set('')
  },
}

export type Here = {
  readonly me: MeView
  /** Whose things pages of an operator show; null: a person of the platform that has chosen none. */
  readonly operator: string | null
  readonly look: Look | null
  /** Where an operator's things are asked for, like `/api/operator`, or a partner's own; what a path that begins with `~` means. */
  readonly side: string
  /** On every ask of that side. */
  readonly headers: Readonly<Record<string, string>>
  /** Whether this person may do an act to a thing of that scope, here: screens show nothing else. */
  may(act: ActName, scope: Scope): boolean
}
export type Scope = 'platform' | 'operator' | 'lot' | 'lane' | 'partner' | 'me'

const within: Readonly<Record<Reach, readonly Scope[]>> = {
  platform: ['platform', 'operator', 'lot'],
  operator: ['operator', 'lot', 'lane'],
  lot: ['lot'],
  lane: ['lane'],
  partner: ['partner'],
  me: ['me'],
}

const Context = createContext<Here | null>(null)

export function HereProvider({ me, children }: { readonly me: MeView; readonly children: ReactNode }) {
  const operator = kepts.operator.use()
  const lookText = kepts.look.use()
  const here = useMemo(() => hereOf(me, operator, lookText), [me, operator, lookText])
  return <Context value={here}>{children}</Context>
}

function hereOf(me: MeView, chosenOperator: string, lookText: string): Here {
  const own = me.person.operator
  const look = own === null && lookText !== '' ? (JSON.parse(lookText) as Look) : null
  const operator = own ?? look?.operator ?? (chosenOperator === '' ? null : chosenOperator)
  const isPlatforms = own === null && me.person.partner === null
  const reaches = (act: ActName, scope: Scope) =>
    me.acts.some((one) => one.act === act && within[one.reach].includes(scope))
  return {
    ...{ me, operator, look },
    side:
      me.person.partner !== null
        ? '/api/partner'
        : isPlatforms && !look
          ? `/api/platform/operators/${operator ?? ''}`
          : '/api/operator',
    headers: look ? { 'x-lanepay-look': look.look } : {},
    may(act, scope) {
      if (scope === 'platform' || scope === 'me' || scope === 'partner' || !isPlatforms) return reaches(act, scope)
      if (look) return me.actsInLook.includes(act)
      return operator !== null && reaches(act, scope)
    },
  }
}

/** @throws Error on a page that is for everybody, where nobody is signed in. */
export function useHere(): Here {
  const here = useContext(Context)
  if (here === null) throw new Error('nobody is signed in here')
  return here
}
/** The same; null where nobody is signed in. */
export const useMaybeHere = (): Here | null => useContext(Context)

/** The lot that is chosen above every page, by its number; undefined: all of them. */
export const useLot = (): string | undefined => kepts.lot.use() || undefined
