import { parsePlate, plateKind, usualColours } from '@lanepay/domain/plate.ts'
import type { PlateColour } from '@lanepay/domain/types.ts'

const cities = ['粤B', '粤A', '京A', '沪A', '浙A', '苏E', '川A', '鄂A', '湘A', '闽D']
const serial = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ'

/** A plate as one meets it on the road: two in five are new-energy ones. `random` gives numbers from 0 to below 1. */
export function anyPlate(random: () => number): { readonly plate: string; readonly colour: PlateColour } {
  const one = (from: string | readonly string[]): string => from[Math.floor(random() * from.length)]!
  const digits = (count: number) => Array.from({ length: count }, () => one('0123456789')).join('')
  if (random() < 0.4) return { plate: `${one(cities)}${one('DFA')}${one(serial)}${digits(4)}`, colour: 'green' }
  return { plate: `${one(cities)}${one(serial)}${one(serial)}${digits(3)}`, colour: random() < 0.1 ? 'yellow' : 'blue' }
}

/** What somebody typed, in its one spelling where it is a plate; else as it is: a camera reads what is there. */
export function typedPlate(text: string): { readonly plate: string; readonly colour: PlateColour } {
  const parsed = parsePlate(text)
  if (!parsed.ok) return { plate: text.trim(), colour: 'blue' }
  return { plate: parsed.value, colour: usualColours(plateKind(parsed.value))[0] ?? 'blue' }
}
