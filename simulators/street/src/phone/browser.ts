import { readFileSync } from 'node:fs'
import type { Phone } from './phone.ts'
import { phoneName } from './phone.ts'

export type Wallet = {
  /** The simulator's `url`. */
  readonly url: string
  /** Script text that puts the wallet's bridge into a page. */
  readonly bridgeScript: (to: { readonly walletUrl: string; readonly user: string }) => string
  /** What its in-app browser calls itself. */
  readonly userAgent: string
}

const inside = readFileSync(new URL('./inside.js', import.meta.url), 'utf8').replaceAll(/^export /gm, '')
const literal = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c')

/** The script that every page on this phone gets first: the wallet's bridge, and a reporter for the frame round it. */
export function phoneScript(phone: Phone, wallet: Wallet): string {
  const about = { phone: phoneName(phone), userAgent: wallet.userAgent }
  const bridge = wallet.bridgeScript({ walletUrl: `/~${phone.wallet}`, user: phone.driver })
  return `(() => {\n${inside}\nliveInPhone(${literal(about)})\n})()\n;${bridge}`
}
