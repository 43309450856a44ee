/** How a relay is told who calls; one turn for each call. */
export type ContactLogin = { begin(): LoginTurn }
export type LoginTurn = {
  /** The header to send; null where none can be made yet. */
  authorization(method: string, uri: string): string | null
  /** The relay refused with these challenges: null where they cannot be met. */
  challenged(wwwAuthenticate: readonly string[]): { readonly stale: boolean } | null
  /** The call was answered. */
  over(): void
}

/** Basic authentication (RFC 7617): the same header every time, so a refusal is final. */
export function basicLogin(user: string, password: string): ContactLogin {
  if (user.includes(':')) throw new RangeError('a user has no colon in it')
  const header = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  return { begin: () => ({ authorization: () => header, challenged: () => null, over: () => {} }) }
}
