import { createHmac } from 'node:crypto'
import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { forgetTries, giveBackTry, takeTry } from './tries-store.ts'

/*
 * How often somebody may try, counted in the database for all processes together, before the try: whoever sends many at once is counted
 * many times. A count starts anew after its time whatever has happened, so nobody is locked out for good.
 */

export const triesPerMs = 15 * 60_000
/** Of one kind of key within that time. */
export const triesAllowed = {
  /** One account from one address: a person mistypes a few times. */
  pair: 5,
  /** One address, behind which may be a whole company. */
  address: 50,
  /** One account from everywhere: slow enough for whoever guesses from many addresses. */
  account: 20,
  /** A browser that has signed this account in before: it is not stopped by those who guess elsewhere. */
  browser: 10,
  /** Codes and passwords of whoever is signed in already. */
  staff: 10,
} as const
export type TryKey = { readonly kind: keyof typeof triesAllowed; readonly of: string }

/** The network whose tries are counted together: an IPv4 address, or the /64 of an IPv6 one, in which everybody has as many as it likes. */
export function networkOf(address: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? []
  if (mapped !== undefined) return mapped
  if (!address.includes(':')) return address
  const [head = [], tail = []] = address
    .replace(/%.*$/, '')
    .split('::')
    .map((half) => half.split(':').filter((group) => group !== ''))
  const groups = [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => '0'), ...tail]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}

/**
 * Takes one try of each key in turn; answers null, or until when to wait. What one key stops is not counted for those after it: one address
 * that hammers uses up its own tries and no more of the account's.
 */
export async function takeTries(
  deps: { readonly database: Database; readonly houseKey: Uint8Array },
  keys: readonly TryKey[],
  now: Instant,
): Promise<Instant | null> {
  for (const key of keys) {
    const [row] = await deps.database.reference.query<{ since: number; tries: number }>(takeTry, [
      ...[keyText(deps.houseKey, key), instantOut(now), instantOut(now - triesPerMs)],
    ])
    if (row!.tries > triesAllowed[key.kind]) return (row!.since + triesPerMs) as Instant
  }
  return null
}

/** After a try that was right: what was mistyped before no longer counts. An address only gets this one back, it may be many people's. */
export async function rightTry(
  deps: { readonly database: Database; readonly houseKey: Uint8Array },
  keys: readonly TryKey[],
  now: Instant,
): Promise<void> {
  for (const key of keys)
    await deps.database.reference.query(key.kind === 'address' ? giveBackTry : forgetTries, [
      ...[keyText(deps.houseKey, key), instantOut(now - triesPerMs)],
    ])
}

// Somebody will type its password where the account belongs; it must not stand in the table.
const keyText = (houseKey: Uint8Array, { kind, of }: TryKey): string =>
  `${kind}:${createHmac('sha256', houseKey).update(`staff-try ${of}`).digest('base64url')}`
