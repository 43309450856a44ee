import type { Database } from '@lanepay/database/database.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { type AliasRow, selectAlias } from './store.ts'

/*
 * Codes that were printed for another system go on when their address leads to us: what stands in them behind our address, at most 200
 * characters, is an alias of a place here. It leads to whatever hangs there, so it outlives each printed code.
 */

/** Paths of our own begin with these: no alias takes one, and nobody who mistypes one is looked up. */
export const ownPaths: readonly string[] = [
  ...['api', 'p', 'driver', 'console', 'shop', 'staff', 'internal', 'healthz', 'readyz', 'metrics', 'notify', 'apply'],
  ...['lane-screen', 'assets', 'favicon.ico', 'robots.txt'],
]
const mostLength = 200

export type AliasRefusal = 'alias-malformed' | 'alias-too-long' | 'alias-ours'

/** One spelling of what was printed, whole with its address or only what stands behind it. */
export function parseAlias(unchecked: string): Result<string, AliasRefusal> {
  const alias = plain(unchecked.trim().replace(/^https?:\/\/[^/?#]*/i, ''))
  if (alias === null || alias === '') return err('alias-malformed')
  if (alias.length > mostLength) return err('alias-too-long')
  return isOurs(alias) ? err('alias-ours') : ok(alias)
}

/** As it was printed and as it comes in a request: the same text. Null for what nobody can have printed. */
function plain(path: string): string | null {
  const behind = path.replace(/#.*$/s, '').replace(/^\/+/, '')
  try {
    const text = decodeURIComponent(behind).normalize('NFC')
    return /\p{Cc}/u.test(text) || !text.isWellFormed() ? null : text
  } catch {
    return null
  }
}
const isOurs = (alias: string): boolean => ownPaths.includes(alias.split(/[/?]/, 1)[0]!.toLowerCase())

/** What an address leads to, by its path and query, or by its path alone; null where it means nothing here. */
export async function aliasOf(database: Database, address: string): Promise<AliasRow | null> {
  const whole = plain(address)
  const path = plain(address.replace(/\?.*$/s, ''))
  if (whole === null || path === null || path === '' || whole.length > mostLength || isOurs(path)) return null
  const [row] = await database.reference.query<AliasRow>(selectAlias, [whole, path])
  return row ?? null
}
