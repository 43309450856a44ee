import type { Database } from '@lanepay/database/database.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import { objectOf } from '@lanepay/lot-systems/values.ts'
import { selectDeclined } from './store.ts'

/*
 * What a computer says at its login that it does not want (bolink-protocol.md 2.3, `set_params`): it says so by a 0, and wants the rest. A lot
 * declines what every computer of it declines; one that has never logged in declines nothing.
 *
 *   cloud    lists, locks and closed stays from afar (`receive_cloud`); opening a gate is always sent (7.4)
 *   months   what was paid for a card (`month_send`)
 *
 * Prices inside the lot are asked for, and what is paid there is told, whatever it says (`prepay_query`, `prepay_send`): the money is the lot's.
 */
export type Wish = 'cloud' | 'months'
const members: Readonly<Record<Wish, string>> = { cloud: 'receive_cloud', months: 'month_send' }

/** What these parameters of a login decline; they come as an object, or as its text. */
export function declinedIn(setParams: unknown): Wish[] {
  const said = objectOf(setParams) ?? {}
  return (Object.keys(members) as Wish[]).filter((wish) => String(said[members[wish]] ?? '').trim() === '0')
}

/** What no computer of this lot wants. */
export async function declinedBy(database: Database, { bucket, lotId }: LotKey): Promise<ReadonlySet<Wish>> {
  const rows = await database.of(bucket).query<{ wish: Wish }>(selectDeclined, [bucket, lotId, Object.keys(members)])
  return new Set(rows.map(({ wish }) => wish))
}
