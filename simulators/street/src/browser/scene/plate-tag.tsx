import type { PlateColour } from '@lanepay/domain/types.ts'
import { useTexts } from '../texts.ts'

/** `粤B12345` as it is painted: `粤B·12345`. */
export const painted = (plate: string): string => plate.replace(/^([一-龥][A-Z])(?=[0-9A-Z]{5,6}$)/u, '$1·')

/** A plate as one sees it on a car; a dashed tag for a car without one. */
export function PlateTag({ plate, colour }: { plate: string | null; colour: PlateColour }) {
  const { t } = useTexts()
  return plate === null ? (
    <span class="plate none">{t.unplated}</span>
  ) : (
    <span class={`plate ${colour}`}>{painted(plate)}</span>
  )
}
