import type { Opening } from '../disk/store.ts'
import type { TestLot } from '../fixtures.ts'
import { kiosksHeard } from '../kiosk/heard.ts'
import type { PageLot } from './page-lot.ts'
import { laneSeen } from './seen.ts'

/** What a page asks of a lot that is driven by hand, and which gates it rang. */
export function pageOf(
  lot: TestLot,
  over: Partial<PageLot> = {},
): { readonly page: PageLot; readonly rung: Opening[] } {
  const rung: Opening[] = []
  const page: PageLot = {
    get lot() {
      return lot.lot
    },
    clock: { now: lot.now },
    seen: laneSeen(),
    turn: (act) => lot.lot.store.turn(act),
    ring: (opening) => void rung.push(opening),
    planRefused: null,
    connected: () => false,
    cloudOffMs: () => null,
    devices: () => [],
    kiosk: kiosksHeard(() => 0).of,
    scan: async () => null,
    pictures: { ofRead: () => null, find: async () => null, bytes: async () => null },
    ...over,
  }
  return { page, rung }
}
