import { createHash } from 'node:crypto'
import { isSameSign } from '../same-sign.ts'

type Texts = Readonly<Record<string, string>>
/** The bytes of a picture take no part: their digest does (`enter_image_hash`). */
const isSigned = (name: string): boolean => name !== 'sign' && !name.endsWith('_file')

/** The signature of a call and of a post (lot-devices.md 5.1): every member by name, then the secret: 32 upper-case hex digits. */
export function pyunSign(said: Texts, secret: string): string {
  const pairs = Object.keys(said)
    .filter(isSigned)
    .sort()
    .map((name) => `${name}=${said[name]}`)
  return createHash('md5')
    .update([...pairs, `app_secret=${secret}`].join('&'))
    .digest('hex')
    .toUpperCase()
}

/** Whether whoever has this secret said this. */
export const isPyunSigned = (said: Texts, secret: string): boolean => isSameSign(pyunSign(said, secret), said.sign)
