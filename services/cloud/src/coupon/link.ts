import { createHmac } from 'node:crypto'

/** How long a shop may take to set its password. */
export const linkLastsMs = 7 * 24 * 3_600_000
/** What is kept of a link: without the house key nobody finds it from the table. */
export const linkHash = (houseKey: Uint8Array, link: string): string =>
  createHmac('sha256', houseKey).update(`shop-link ${link}`).digest('base64url')
/** Behind `#` it is in no log of any server on the way. */
export const linkUrl = (publicUrl: string, link: string): string => `${publicUrl}/shop/#link=${link}`
