import { createHash } from 'node:crypto'
import type { Members } from '../values.ts'

const unsigned = ['appId', 'key']

/**
 * The signature of a call (lot-devices.md 5.2): members that say something by name, then the secret: 32 upper-case hex digits. An object
 * counts as its JSON text; we send such as text, so that software which skips objects reads the same.
 */
export function keytopSign(said: Members, secret: string): string {
  const pairs = Object.entries(said)
    .filter(([name, value]) => !unsigned.includes(name) && value !== '' && value !== null && value !== undefined)
    .map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)] as const)
    .sort(([one], [two]) => (one < two ? -1 : 1))
    .map(([name, text]) => `${name}=${text}`)
  return createHash('md5')
    .update([...pairs, secret].join('&'))
    .digest('hex')
    .toUpperCase()
}
