import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Sheet } from '../sheet/sheet.ts'
import type { ImportView, ListedImportView, ListName } from './api.ts'
import type { By, ChangeRefusal, Changing, VehicleDeps } from './change.ts'
import { noChange } from './decide.ts'
import { openHolder, sealHolder } from './holder.ts'
import { importCards } from './import.ts'
import { importListed } from './import-listed.ts'

/** As the console's `take` (api.ts); `all`: every line, or nothing where one is wrong. */
type Take = 'look' | 'right' | 'all' | readonly number[]
const chosenOf = (take: Take) => (typeof take === 'string' ? null : new Set(take))
const isLook = (take: Take, lines: readonly { readonly does: string }[]): boolean =>
  take === 'look' || (take === 'all' && lines.some(({ does }) => does === 'wrong'))

/** Vehicles of a lot out of a table, looked at or taken, in one change of its lists. */
export function importing({ newId, houseKey }: Pick<VehicleDeps, 'newId' | 'houseKey'>, change: Changing) {
  const holders = {
    same: ({ id, holder }: { id: string; holder: string | null }, told: { name: string; phone: string }) => {
      const was = holder === null ? null : openHolder(houseKey, id, holder)
      return was !== null && was.name === told.name && was.phone === told.phone
    },
    seal: (id: string, holder: { name: string; phone: string }) => sealHolder(houseKey, id, holder),
  }
  return {
    /** `product`: by its id, of lines that name none; '': each line names its own. */
    cards: (by: By, sheet: Sheet, product: string, take: Take): Promise<Result<ImportView, ChangeRefusal>> =>
      change<ImportView>(by, (kept) => {
        if (product !== '' && !kept.products.some(({ id, ended }) => id === product && !ended))
          return err({ kind: 'product-unknown' })
        const { change: made, ...told } = importCards(kept, sheet, { product, chosen: chosenOf(take), newId, holders })
        const looks = isLook(take, told.lines)
        return ok({
          change: looks ? noChange : made,
          value: { ...told, taken: looks ? 0 : made.cards.length },
          ...{ about: 'cards', after: `${made.cards.length} cards from a file` },
        })
      }),
    listed: (by: By, sheet: Sheet, list: ListName, take: Take): Promise<Result<ListedImportView, ChangeRefusal>> =>
      change<ListedImportView>(by, (kept) => {
        const { change: made, ...told } = importListed(kept, list, sheet, chosenOf(take))
        const looks = isLook(take, told.lines)
        return ok({
          change: looks ? noChange : made,
          value: { ...told, taken: looks ? 0 : made.put.length },
          ...{ about: list, after: `${made.put.length} vehicles from a file` },
        })
      }),
  }
}
