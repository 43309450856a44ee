/**
 * The text members of a form, url-encoded or `multipart/form-data` (RFC 7578); its files are left out. Which of the two it is shows
 * in its first characters: no member's name begins with a hyphen.
 */
export function formOf(body: string): Readonly<Record<string, string>> {
  if (!body.startsWith('--')) return Object.fromEntries(new URLSearchParams(body))
  const boundary = body.slice(0, Math.max(2, body.indexOf('\r\n')))
  return Object.fromEntries(
    body.split(boundary).flatMap((part) => {
      const headEnd = part.indexOf('\r\n\r\n')
      const head = part.slice(0, Math.max(0, headEnd))
      const name = /[; ]name="([^"]+)"/.exec(head)?.[1]
      return name === undefined || /[; ]filename\*?=/.test(head) ? [] : [[name, part.slice(headEnd + 4, -2)] as const]
    }),
  )
}
