import { parsePlate, plateKind } from '@lanepay/domain/plate.ts'
import type { Plate } from '@lanepay/domain/types.ts'

/** Longer text is no plate, and is not looked at any further. */
const longest = 40

/**
 * The plate in a camera's text, or null for `_无_`, 无牌车, unknown, nothing, and whatever is no plate. No serial holds an I or an O:
 * a camera that reads one means 1 or 0 (lot-devices.md 9.1). Plates that only systems give to cars are not read.
 */
export function plateIn(written: string, options: { readonly overseas: boolean }): Plate | null {
  const asWritten = parsePlate(written, options)
  const plate = asWritten.ok ? asWritten : parsePlate(withoutIAndO(written), options)
  return plate.ok && plateKind(plate.value) !== 'virtual' ? plate.value : null
}

/** The first two characters stay: an O may be there on old special issues. */
function withoutIAndO(written: string): string {
  if (written.length > longest) return ''
  const characters = [...written.normalize('NFKC').toUpperCase()]
  return characters.map((c, i) => (i < 2 ? c : c === 'I' ? '1' : c === 'O' ? '0' : c)).join('')
}

/** The beginning of what a camera wrote, for the name of a record that has none: in one line, and whole characters. */
export const plateInName = (written: string): string => written.slice(0, longest).replace(/[\p{Cc}\p{Cs}]/gu, '?')
