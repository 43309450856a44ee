import type { PlateColour } from '@lanepay/domain/types.ts'
import { meaningIn } from '../values.ts'

/** † English words in any case (lot-devices.md 2.1); how yellow-green is written no public source says. */
const colours: Readonly<Record<string, PlateColour>> = {
  blue: 'blue',
  yellow: 'yellow',
  white: 'white',
  black: 'black',
  green: 'green',
  yellowgreen: 'yellow-green',
}

/** Both Dahua wires write the colour of a plate with the same words. */
export const colourIn = (word: string): PlateColour => meaningIn(colours, word.toLowerCase()) ?? 'unknown'
