import { createHash } from 'node:crypto'
import type { Members } from './values.ts'

/*
 * Signatures that are described and proven (conformance/vectors/devices/signatures.json) of systems, and parts of systems, that nothing
 * here speaks to yet: for the developer who adds one (docs/new-lot-system.md). Those of systems that are called lie beside their adapters.
 */

const pairsOf = (said: Members): string[] =>
  Object.keys(said)
    .sort()
    .map((name) => `${name}=${String(said[name])}`)

/** AnKuai's software in the lot (lot-devices.md 5.4, LAN): members by name, those that say nothing too, then the secret; 32 lower-case hex digits. */
export const ankuaiSign = (said: Members, secret: string): string =>
  createHash('md5')
    .update([...pairsOf(said), `key=${secret}`].join('&'))
    .digest('hex')

/** BlueCard (lot-devices.md 5.0): of two names without any secret, so it proves nothing of who sent it. 32 hex digits; the letter case is not said. */
export const bluecardSign = (appId: string, parkNumber: string): string =>
  createHash('md5').update(`${appId}${parkNumber}`).digest('hex')

/** What the city of Kunming is sent (lot-devices.md 7): members by name, each with its `&`, then the key; SHA-256 as lower-case hex digits. */
export const kunmingSign = (said: Members, key: string): string =>
  createHash('sha256')
    .update([...pairsOf(said), key].join('&'))
    .digest('hex')
