import { createHash } from 'node:crypto'
import type { Members } from '../values.ts'

/** In which order names are sorted: two clients in the field differ, and the printed example fits neither (lot-devices.md 5.4). */
export const keyOrders = ['letters', 'bytes'] as const
export type KeyOrder = (typeof keyOrders)[number]

/** The signature of a call: members but `sign` by name, then the secret: 32 upper-case hex digits. */
export function ymiotSign(said: Members, secret: string, order: KeyOrder): string {
  const rank = (name: string): string => (order === 'letters' ? name.toLowerCase() : name)
  const pairs = Object.keys(said)
    .filter((name) => name !== 'sign')
    .sort((one, two) => (rank(one) < rank(two) ? -1 : 1))
    .map((name) => `${name}=${String(said[name])}`)
  return createHash('md5')
    .update([...pairs, secret].join('&'))
    .digest('hex')
    .toUpperCase()
}
