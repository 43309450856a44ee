import { openAtRest, sealAtRest } from '../server/at-rest.ts'

/* The bank card at rest (domain.md 8), bound to the account it belongs to. */

/** `cardNumber` is the name of the account where it is one at Alipay. */
export type CardSecret = { readonly cardNumber: string; readonly name: string }

const purpose = 'payout-card'

export const sealCard = (houseKey: Uint8Array, accountId: number, card: CardSecret): string =>
  sealAtRest(houseKey, purpose, String(accountId), JSON.stringify([card.cardNumber, card.name]))

/** @throws Error where it was sealed with another key or for another account, or is not what was sealed. */
export function openCard(houseKey: Uint8Array, accountId: number, sealed: string): CardSecret {
  const [cardNumber, name] = JSON.parse(openAtRest(houseKey, purpose, String(accountId), sealed)) as [string, string]
  return { cardNumber, name }
}
