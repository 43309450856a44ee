import type { EnterView } from '@lanepay/cloud/driver/api.ts'
import type { Order } from '../logic/stage.ts'
import type { Language } from '../texts/texts.ts'

/*
 * What this phone remembers. A wallet may forbid storage, or lose it: then nothing is remembered, and all else works.
 * The times here are the phone's own on both ends, so a wrong clock does no harm.
 */

const read = (store: () => Storage, key: string): unknown => {
  try {
    return JSON.parse(store().getItem(key) ?? 'null')
  } catch {
    return null
  }
}
const write = (store: () => Storage, key: string, value: unknown): void => {
  try {
    if (value === null) store().removeItem(key)
    else store().setItem(key, JSON.stringify(value))
  } catch {
    // nothing is remembered
  }
}
const local = () => localStorage
const session = () => sessionStorage
const orderKey = (code: string) => `lanepay.order.${code}`
const entryKey = (code: string) => `lanepay.entry.${code}`

export const lastPlate = (): string => {
  const plate = read(local, 'lanepay.plate')
  return typeof plate === 'string' ? plate : ''
}
export const rememberPlate = (plate: string): void => write(local, 'lanepay.plate', plate)

export const language = (): Language => (read(local, 'lanepay.language') === 'en' ? 'en' : 'zh-CN')
export const rememberLanguage = (language: Language): void => write(local, 'lanepay.language', language)

/** The payment that was begun with this code and may not have ended. */
export function keptOrder(code: string): Order | null {
  const kept = read(local, orderKey(code)) as { order: Order; from: number; until: number } | null
  const now = Date.now()
  return kept && now >= kept.from && now < kept.until ? kept.order : null
}
export const keepOrder = (code: string, order: Order, forMs: number): void =>
  write(local, orderKey(code), { order, from: Date.now(), until: Date.now() + forMs })
export const forgetOrder = (code: string): void => write(local, orderKey(code), null)

/** Shown again when this very tab is loaded anew; a new scan is a new admission. */
export const keptEntry = (code: string): EnterView | null => read(session, entryKey(code)) as EnterView | null
export const keepEntry = (code: string, view: EnterView): void => write(session, entryKey(code), view)
