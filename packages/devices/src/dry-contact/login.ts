/**
 * How a relay is told who calls: the header to send, null where none can be made yet, and what its challenges ask for after it
 * refused, null where that cannot be met.
 */
export type ContactLogin = {
  authorization(method: string, uri: string): string | null
  challenged(wwwAuthenticate: readonly string[]): { readonly stale: boolean } | null
}

/** Basic authentication (RFC 7617): the same header every time, so a refusal is final. */
export function basicLogin(user: string, password: string): ContactLogin {
  if (user.includes(':')) throw new RangeError('a user has no colon in it')
  const header = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  return { authorization: () => header, challenged: () => null }
}
