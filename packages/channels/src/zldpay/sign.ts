import { createHash, timingSafeEqual } from 'node:crypto'

/**
 * The signature of the older book (third-party-wallets.md A.1): all members but `sign` that say something, by name, then the key without
 * an `&` before it: 32 upper-case hex digits.
 */
export function sortedSign(members: Readonly<Record<string, string>>, key: string): string {
  const said = Object.keys(members)
    .filter((name) => name !== 'sign' && members[name] !== '')
    .sort()
    .map((name) => `${name}=${members[name]}`)
  return createHash('md5')
    .update(`${said.join('&')}key=${key}`)
    .digest('hex')
    .toUpperCase()
}

/** Whether whoever has this key said this; members that are new to us count too. */
export function isSortedSigned(members: Readonly<Record<string, string>>, key: string): boolean {
  const [own, given] = [sortedSign(members, key), (members.sign ?? '').toUpperCase()].map((text) => Buffer.from(text))
  return own!.length === given!.length && timingSafeEqual(own!, given!)
}
