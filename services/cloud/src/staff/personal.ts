import { openAtRest, sealAtRest } from '../server/at-rest.ts'

/* A person's name and telephone number: sealed at rest, masked on screens, in no log and in no line of the trail (domain.md 8). */

export type Personal = { readonly name: string; readonly phone: string }

const purpose = 'staff'
export const sealPersonal = (houseKey: Uint8Array, staffId: string, { name, phone }: Personal): string =>
  sealAtRest(houseKey, purpose, staffId, JSON.stringify([name, phone]))
/** @throws Error where it was sealed with another key or for another person. */
export function openPersonal(houseKey: Uint8Array, staffId: string, sealed: string): Personal {
  const [name, phone] = JSON.parse(openAtRest(houseKey, purpose, staffId, sealed)) as [string, string]
  return { name, phone }
}

/** Enough to tell which of one's own people it is: `张**`, `138****8000`. */
export const masked = ({ name, phone }: Personal): Personal => ({
  name: [...name].map((letter, at) => (at === 0 ? letter : '*')).join(''),
  phone: phone.length >= 7 ? `${phone.slice(0, 3)}****${phone.slice(-4)}` : phone.replace(/./g, '*'),
})
