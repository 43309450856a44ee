import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { type Static, Type } from 'typebox'
import type { Around, HttpAsk, HttpSaid } from '../called.ts'
import { type LotError, notOfIts, saidNo } from '../lot-system.ts'
import { parseObject } from '../raw.ts'
import { type Members, objectOf, objectsOf, textOf, wholeOf } from '../values.ts'
import { hikvisionSign } from './sign.ts'

/** What an operator types: where the platform stands in the lot, the partner's key there, and the platform's number of the lot. */
export const HikvisionSettings = Type.Object(
  {
    address: Type.String({ pattern: '^https?://[^\\s?#]+$' }),
    appKey: Type.String({ minLength: 4, maxLength: 64 }),
    appSecret: Type.String({ minLength: 8, maxLength: 128 }),
    parkSyscode: Type.String({ minLength: 1, maxLength: 64 }),
    /** The platform signs no event: who knows this, in the query of the address that it is told (`?key=`), is the platform. */
    eventKey: Type.String({ minLength: 16, maxLength: 64, pattern: '^[A-Za-z0-9]+$' }),
  },
  { additionalProperties: false },
)
export type HikvisionSettings = Static<typeof HikvisionSettings>

const signed = 'x-ca-key,x-ca-nonce,x-ca-timestamp'

/** One call of the parking service, or of the platform's directory, signed over its head alone: the body is not in the signature (lot-devices.md 5.6). */
export function hikvisionAsk(
  { settings, now, nonce }: Around<HikvisionSettings>,
  service: string,
  body: Members,
  of: 'pms' | 'resource' = 'pms',
): HttpAsk {
  const path = `/artemis/api/${of}/${service}`
  const headers = {
    accept: '*/*',
    'content-type': 'application/json',
    'x-ca-key': settings.appKey,
    'x-ca-nonce': nonce,
    'x-ca-timestamp': String(now),
    'x-ca-signature-headers': signed,
  }
  const signature = hikvisionSign(settings.appSecret, { method: 'POST', path, headers })
  return { method: 'POST', path, headers: { ...headers, 'x-ca-signature': signature }, body: JSON.stringify(body) }
}

/**
 * What the answer holds; null: it was done, and there is nothing to say. The refusals (lot-devices.md 5.6): what is internal or no
 * answer at all is asked again; a plate it does not know is nobody; a bill that no longer stands is asked anew.
 */
export function hikvisionAnswer(
  { status, body }: HttpSaid,
  nobody: 'no-session' | 'lane-empty' = 'no-session',
): Result<Members | null, LotError> {
  const object = parseObject(body)
  const code = object.ok ? textOf(object.value.code)?.toLowerCase() : null
  if (!object.ok || !code) return err(notOfIts(status))
  if (code === '0') return ok(objectOf(object.value.data))
  const text = textOf(object.value.msg)
  switch (code) {
    case '0x02e13000':
      return err({ kind: 'offline' })
    case '0x02e33400':
      return err(saidNo(nobody, code, text))
    case staleBill:
      return err(saidNo('quote-stale', code, text))
    // Spaces are wrong, or not enough.
    case '0x02e13a00':
      return err(saidNo('lot-full', code, text))
    default:
      return err(saidNo('invalid', code, text))
  }
}
/** The rows of a list: of a whole one, or of a page of it. */
export function hikvisionRows(said: HttpSaid): Result<{ rows: readonly Members[]; total: number | null }, LotError> {
  const answer = hikvisionAnswer(said)
  if (!answer.ok) return answer
  if (answer.value) return ok({ rows: objectsOf(answer.value.list), total: wholeOf(answer.value.total) })
  const object = parseObject(said.body)
  return ok({ rows: object.ok ? objectsOf(object.value.data) : [], total: null })
}
export const staleBill = '0x02e13661'
