import { createHash, createHmac } from 'node:crypto'
import { compacted, parseObject, rawMember } from '../raw.ts'
import { isSameSign } from '../same-sign.ts'

/** Pictures take no part in a signature. */
const unsigned = ['imagebase64']

/**
 * The digest of `data` (lot-devices.md 5.4, step 1): its members sorted as `name=value`, all in lower case; an empty list is
 * nothing. What a list with something in it is, the description leaves open: its compact text is taken.
 */
export function yunmengDigest(rawData: string): string {
  const data = parseObject(rawData)
  const members = data.ok ? Object.entries(data.value) : []
  const text = members
    .filter(([name]) => !unsigned.includes(name.toLowerCase()))
    .map(([name, value]) => `${name}=${textIn(rawData, name, value)}`.toLowerCase())
    .sort()
    .join('&')
  return createHash('md5').update(text).digest('hex')
}
const textIn = (raw: string, name: string, value: unknown): string => {
  if (value === null || (Array.isArray(value) && value.length === 0)) return ''
  return typeof value === 'string' ? value : compacted(rawMember(raw, name)!)
}

type Envelope = { readonly parkKey: string; readonly appId: string; readonly time: string; readonly nonce: string }

/** The signature (step 2): HMAC-SHA256 over five members in this order, in Base64, all in lower case. */
export const yunmengSign = (secret: string, said: Envelope, digest: string): string =>
  createHmac('sha256', secret)
    .update(
      `appid=${said.appId}&data=${digest}&parkkey=${said.parkKey}&timestamp=${said.time}&nonce=${said.nonce}`.toLowerCase(),
    )
    .digest('base64')
    .toLowerCase()

/** Whether whoever has this secret said this body. */
export function isYunmengSigned(secret: string, body: string): boolean {
  const object = parseObject(body)
  const data = rawMember(body, 'Data')
  if (!object.ok || data === null) return false
  const { ParkKey, AppId, TimeStamp, Nonce, Sign } = object.value
  const said = { parkKey: String(ParkKey), appId: String(AppId), time: String(TimeStamp), nonce: String(Nonce) }
  return isSameSign(yunmengSign(secret, said, yunmengDigest(data)), Sign)
}
