import { useSyncExternalStore } from 'react'

/** A value that this browser keeps for whoever sits before it; `forTab`: only this tab, and until it is closed. */
export type Kept<T extends string> = {
  get(): T
  set(value: T): void
  /** The value, for a component that follows it. */
  use(): T
}

/** What is kept under a name. What `isValue` does not know, somebody else wrote: the fallback is taken. */
export function kept<T extends string>(
  name: string,
  told: { readonly fallback: T; readonly isValue: (text: string) => text is T; readonly forTab?: true },
): Kept<T> {
  const key = `lanepay.${name}`
  const place = told.forTab ? sessionStorage : localStorage
  const listeners = new Set<() => void>()
  const read = (): T => {
    const text = place.getItem(key)
    return text !== null && told.isValue(text) ? text : told.fallback
  }
  let value = read()
  const tellAll = () => {
    for (const listener of listeners) listener()
  }
  // Another tab has chosen something else.
  addEventListener('storage', ({ key: changed }) => {
    if (changed !== key || told.forTab) return
    value = read()
    tellAll()
  })
  const subscribe = (listener: () => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  return {
    get: () => value,
    set(next) {
      value = next
      place.setItem(key, next)
      tellAll()
    },
    use: () => useSyncExternalStore(subscribe, () => value),
  }
}

/** Whether a text is one of some words. */
export const oneOf =
  <const W extends readonly string[]>(words: W) =>
  (text: string): text is W[number] =>
    words.includes(text)
