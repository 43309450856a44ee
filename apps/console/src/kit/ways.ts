import { navigate } from 'wouter/use-browser-location'

/** Where the console lives; every path in it is said without. */
export const root = '/console'

/** The path within the console that the address names, with its words. */
export const hereNow = (): string => location.pathname.slice(root.length) + location.search

/**
 * A way back that came in the address, as far as it is one within the console: everybody may write addresses. Otherwise the front page.
 */
export const wayBack = (unchecked: string | null): string => {
  if (unchecked === null || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(unchecked)) return '/'
  return /^\/(?:sign-in|link)(?:$|[/?#])/.test(unchecked) ? '/' : unchecked
}

/** To the sign-in, and from there back to where one was. */
export function signInAgain(): void {
  const from = hereNow()
  if (from.startsWith('/sign-in') || from.startsWith('/link')) return
  navigate(`${root}/sign-in${from === '/' || from === '' ? '' : `?to=${encodeURIComponent(from)}`}`, { replace: true })
}
