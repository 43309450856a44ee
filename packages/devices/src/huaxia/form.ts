import { Malformed } from '../malformed.ts'
import { base64In, textIn } from '../values.ts'

/** The fields of a post, each at most once. */
export type Form = ReadonlyMap<string, string>

/**
 * The body as these cameras write it (lot-devices.md 2.5): UTF-8 that often is not percent-encoded, split at `&` and at the first
 * `=`. A value is decoded only where it has `%XX`; a plus sign stays one.
 *
 * @throws Malformed
 */
export function formIn(body: Uint8Array): Form {
  const form = new Map<string, string>()
  for (const pair of textIn(body, 'body').trim().split('&')) {
    if (pair === '') continue
    const [name = '', ...values] = pair.split('=')
    if (!/^\w{1,32}$/.test(name) || values.length === 0) throw new Malformed('body', 'is a form')
    if (form.has(name)) throw new Malformed(name, 'is there once')
    form.set(name, decoded(name, values.join('=')))
  }
  return form
}

function decoded(name: string, value: string): string {
  if (!/%[0-9a-f]{2}/i.test(value)) return value
  try {
    return decodeURIComponent(value)
  } catch {
    throw new Malformed(name, 'is percent-encoded UTF-8 where it is percent-encoded')
  }
}

/** A picture: base64 with `-`, `_` and `.` in place of `+`, `/` and `=`; empty when there is none. @throws Malformed */
export function pictureIn(form: Form, name: string): Buffer {
  const text = (form.get(name) ?? '').replaceAll('-', '+').replaceAll('_', '/').replaceAll('.', '=')
  return base64In(text, name, 'is base64 in the alphabet of the camera')
}
