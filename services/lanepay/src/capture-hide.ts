import { createHmac } from 'node:crypto'
import { provinces } from '@lanepay/domain/plate.ts'
import { signOf } from '@lanepay/lot-systems/bolink/sign.ts'
import { compacted, rawMember } from '@lanepay/lot-systems/raw.ts'

/*
 * What a capture keeps of a message (docs/charging-software.md): the text as it was received, blanks, order and number spelling included,
 * without what is a secret or says who somebody is. The same secret is hidden in the same way in the whole capture, so that a stay and a
 * payment can be followed through it. Pure.
 */

/** Signs what a capture keeps, in place of the lot's own key. Printed in every capture: it is no secret. */
export const captureKey = 'CAPTURED00000000'

const plate = new RegExp(`[${provinces}][A-Z][·•. -]?[A-Z0-9]{4,6}`, 'gi')
const phone = /(?<!\d)1[3-9]\d{9}(?!\d)/g
/** Plates, and the codes that drivers show to pay: other digits stand for theirs. */
const digitMembers = /^(car_?number|plate(_?number)?|license|licence|car_no|auth_code)$/i
const nameMembers =
  /^(user_?name|(in_|out_)?uname|name|mobile|phone|tel|address|resume|remark|operator|car_location|id_card|user_id|openid|pay_user_id|buyer_name)$/i
/** Longer than any text that a message has for people: a picture. */
const longestText = 500
/** The start of a JPEG, which is read as a picture and shows nothing. */
const noPicture = '/9j/AAAA'

/** Members, values and the brackets between them; blanks and commas stay as they are. */
const pieces = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d[\d.eE+-]*|[{}[\]]/g

export type Hiding = {
  /** A message, one JSON object, without its secrets; signed with `captureKey` where it was signed with the lot's, as text or without its blanks. */
  message(body: string, signedOver: 'text' | 'compact' | 'nothing'): string
}

/** @param salt Of this capture alone: nobody can find out what was hidden by trying all plates. */
export function hiding({ key, salt }: { readonly key: string; readonly salt: Uint8Array }): Hiding {
  const digest = (text: string) => createHmac('sha256', salt).update(text).digest()
  /** Other digits, as many; the letters of a plate say what kind it is, and stay. */
  const digits = (text: string, from = 0): string => {
    const made = digest(text.toUpperCase().replace(/[^\p{L}\p{N}]/gu, ''))
    let n = 0
    return text.slice(0, from) + text.slice(from).replace(/\d/g, () => String(made[n++ % made.length]! % 10))
  }
  const hidden = (name: string, depth: number, text: string): string => {
    if (name === 'sign') return depth === 1 ? signPlace : '0'.repeat(text.length)
    if (name === 'token') return digest(text).toString('hex').slice(0, 32)
    if (name === 'key' || name === 'ukey') return captureKey
    if (text.length > longestText) return noPicture
    if (digitMembers.test(name)) return digits(text)
    if (nameMembers.test(name)) return text.trim() === '' ? text : '某某'
    return text
      .replaceAll(key, captureKey)
      .replace(plate, (one) => digits(one))
      .replace(phone, (one) => digits(one, 3))
  }
  return {
    message(body, signedOver) {
      let name = ''
      let depth = 0
      const text = body.replace(pieces, (piece: string, quoted: string | undefined, colon: string | undefined) => {
        if (quoted === undefined) {
          if (piece === '{' || piece === '[') depth++
          else if (piece === '}' || piece === ']') depth--
          else
            return digitMembers.test(name) || nameMembers.test(name)
              ? digits(piece)
              : piece.replace(phone, (one) => digits(one, 3))
          return piece
        }
        const said = JSON.parse(quoted) as string
        if (colon !== undefined) {
          name = said.trim()
          return piece
        }
        const kept = hidden(name, depth, said)
        return kept === said ? piece : JSON.stringify(kept)
      })
      const data = rawMember(text, 'data')
      const over = data === null || signedOver === 'nothing' ? null : signedOver === 'text' ? data : compacted(data)
      return text.replace(signPlace, over === null ? '0'.repeat(32) : signOf(over, captureKey))
    },
  }
}
/** Stands where the sign will, until all that it is over is hidden. */
const signPlace = 'the sign of what is kept'
