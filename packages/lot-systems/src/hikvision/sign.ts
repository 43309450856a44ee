import { createHmac } from 'node:crypto'

/** Headers that stand in the text without their names, each a line where it is sent (lot-devices.md 5.6). */
const nameless = ['accept', 'content-md5', 'content-type', 'date']

/**
 * The signature of a call to the ISC platform (lot-devices.md 5.6): HMAC-SHA256 in Base64 over method, the nameless headers, those
 * that `X-Ca-Signature-Headers` names, and the path with its query sorted.
 */
export function hikvisionSign(
  secret: string,
  call: { readonly method: string; readonly path: string; readonly headers: Readonly<Record<string, string>> },
): string {
  const headers = new Map(Object.entries(call.headers).map(([name, value]) => [name.toLowerCase(), value]))
  const named = (headers.get('x-ca-signature-headers') ?? '').split(',').filter((name) => name !== '')
  const lines = [
    call.method,
    ...nameless.flatMap((name) => headers.get(name) ?? []),
    ...named
      .map((name) => name.trim().toLowerCase())
      .sort()
      .map((name) => `${name}:${headers.get(name) ?? ''}`),
    sorted(call.path),
  ]
  return createHmac('sha256', secret).update(lines.join('\n')).digest('base64')
}

function sorted(path: string): string {
  const [place, query] = path.split('?')
  return query === undefined ? path : `${place}?${query.split('&').sort().join('&')}`
}
