import { signOf } from '@lanepay/lot-systems/bolink/sign.ts'
import { hikvisionSign } from '@lanepay/lot-systems/hikvision/sign.ts'
import { yunmengDigest, yunmengSign } from '@lanepay/lot-systems/yunmeng/sign.ts'
import type { Check, Checks, Verdict } from '../check.ts'
import { beside, equal, expectOf, fileOf } from './device-samples.ts'

/* Charging software of other houses: samples `pms-*` of `vectors/devices/`, and the signatures of all of them in one file. */

type Signed = {
  readonly system: string
  readonly secret: string
  readonly stringToSign: string
  readonly sign: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Of `k=v&k=v`, the members. */
const membersOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text.split('&').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  )

/** By system: what the product makes of a case whose text to sign is printed. */
const signs: Readonly<Record<string, (one: Signed) => string>> = {
  bolink: ({ stringToSign, secret }) => signOf(stringToSign.slice(0, -`key=${secret}`.length), secret),
  'hik-isc': ({ stringToSign, secret, headers = {} }) => {
    const lines = stringToSign.split('\n')
    return hikvisionSign(secret, { method: lines[0]!, path: lines.at(-1)!, headers })
  },
  'ym-b30': ({ stringToSign, secret }) => {
    const said = membersOf(stringToSign)
    if (secret === undefined) return yunmengDigest(JSON.stringify(said))
    const { appid = '', parkkey = '', timestamp = '', nonce = '', data = '' } = said
    return yunmengSign(secret, { appId: appid, parkKey: parkkey, time: timestamp, nonce }, data)
  },
}

/** Each of those that are built must be as printed; it passes when all are. */
const signaturesCheck: Check = (entry) => {
  const { cases } = JSON.parse(fileOf(entry).toString('utf8')) as { readonly cases: readonly Signed[] }
  const built = cases.filter(({ system }) => Object.hasOwn(signs, system))
  const verdict = equal(
    built.map(({ system, sign }) => [system, sign]),
    built.map((one) => [one.system, signs[one.system]!(one)]),
  )
  const isWhole = built.length === cases.length
  return 'passed' in verdict && verdict.passed && !isWhole ? { notBuilt: 'signatures of existing systems' } : verdict
}

/** A signed request as it is printed: of it, the first step can be held, the secret is nobody's. */
const yunmengB30Check: Check = (entry): Verdict => {
  const { Data } = JSON.parse(fileOf(entry).toString('utf8')) as { readonly Data: unknown }
  return equal(expectOf(entry).dataMd5, yunmengDigest(JSON.stringify(Data)))
}

/** One check per `protocol` of charging software in `vectors/devices/index.json`. */
export const lotSystemChecks: Checks = {
  'pms-signatures': beside(signaturesCheck),
  'pms-ym-b30': beside(yunmengB30Check),
}
