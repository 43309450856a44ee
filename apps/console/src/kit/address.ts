import { useCallback } from 'react'
import { useLocation, useSearchParams } from 'wouter'

/**
 * What a page shows, kept in its address, so that it can be sent to somebody and come back to. Setting a word to undefined takes it out;
 * `stays` makes no step of the browser's way back.
 */
export function useAddress(): {
  readonly words: Readonly<Record<string, string>>
  set(words: Readonly<Record<string, string | undefined>>, how?: { readonly stays?: boolean }): void
} {
  const [search] = useSearchParams()
  const [path, go] = useLocation()
  const words = Object.fromEntries(search)
  const set = useCallback(
    (changed: Readonly<Record<string, string | undefined>>, how: { readonly stays?: boolean } = {}) => {
      const next = new URLSearchParams(location.search)
      for (const [key, word] of Object.entries(changed))
        if (word === undefined || word === '') next.delete(key)
        else next.set(key, word)
      const text = next.toString()
      go(text === '' ? path : `${path}?${text}`, { replace: how.stays ?? false })
    },
    [path, go],
  )
  return { words, set }
}
