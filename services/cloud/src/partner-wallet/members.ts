import { compacted, parseObject, rawMember } from '@lanepay/lot-systems/raw.ts'
import type { Data } from '../bolink/service.ts'

/** Texts without their quotes, the rest as it is spelled: a number has lost that once it is parsed. */
export const membersOf = (text: string, body: Data): Record<string, string> =>
  Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : value === null ? '' : compacted(rawMember(text, name)!),
    ]),
  )
/** Null: not one JSON object. */
export function membersIn(text: string): Readonly<Record<string, string>> | null {
  const body = parseObject(text)
  return body.ok ? membersOf(text, body.value) : null
}
