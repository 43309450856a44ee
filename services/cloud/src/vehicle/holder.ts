import { openAtRest, sealAtRest } from '../server/at-rest.ts'
import { masked, type Personal } from '../staff/personal.ts'

/* Whose card it is: sealed at rest, masked on screens, in no log and no line of the trail (domain.md 8). */

const purpose = 'month-card'
export const sealHolder = (houseKey: Uint8Array, card: string, { name, phone }: Personal): string =>
  sealAtRest(houseKey, purpose, card, JSON.stringify([name, phone]))
/** @throws Error where it was sealed with another key or for another card. */
export function openHolder(houseKey: Uint8Array, card: string, sealed: string): Personal {
  const [name, phone] = JSON.parse(openAtRest(houseKey, purpose, card, sealed)) as [string, string]
  return { name, phone }
}
export const holderShown = (houseKey: Uint8Array, card: string, sealed: string | null): Personal | null =>
  sealed === null ? null : masked(openHolder(houseKey, card, sealed))
