/** The cookie of whoever is signed in. On https its name binds it to this host and to https, whatever a neighbouring host sets. */
export const cookieName = (secure: boolean): string => (secure ? '__Host-lp_staff' : 'lp_staff')
/** A browser that once signed in an account is known again, so that others who guess at the account do not stop its owner there. */
export const browserCookieName = (secure: boolean): string => (secure ? '__Host-lp_browser' : 'lp_browser')

const flags = (secure: boolean): string => `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`

/** Sets a cookie that no script reads; without `seconds` it ends with the browser. */
export const setCookie = (name: string, value: string, secure: boolean, seconds?: number): string =>
  `${name}=${value}; ${flags(secure)}${seconds === undefined ? '' : `; Max-Age=${seconds}`}`
export const forgetCookie = (name: string, secure: boolean): string => setCookie(name, '', secure, 0)

/** The value of a cookie; undefined when the browser sent none, or several of that name: one of them may be somebody else's. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '')
    .split(';')
    .map((part) => part.trim().split('=', 2))
    .flatMap(([key, value]) => (key === name && value !== undefined ? [value] : []))
  return values.length === 1 ? values[0] : undefined
}
