import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { type Static, Type } from 'typebox'
import type { Around, HttpAsk, HttpSaid } from '../called.ts'
import { type LotError, saidNo } from '../lot-system.ts'
import { LateRenewal } from '../permits.ts'
import { parseObject } from '../raw.ts'
import { chinaTime, type Members, textOf, wholeOf } from '../values.ts'
import { pyunSign } from './sign.ts'

/** What an operator types: the dispatch address of the lot's software, and the lot's number and secret of this protocol. */
export const PyunSettings = Type.Object(
  {
    address: Type.String({ pattern: '^https?://[^\\s?#]+$' }),
    parkUuid: Type.String({ minLength: 1, maxLength: 64 }),
    appSecret: Type.String({ minLength: 8, maxLength: 128 }),
    lateRenewal: Type.Optional(LateRenewal),
  },
  { additionalProperties: false },
)
export type PyunSettings = Static<typeof PyunSettings>

/** One call of a service (lot-devices.md 5.1): every value is a text, so that both sides sign the same. */
export function pyunAsk(
  { settings }: Around<PyunSettings>,
  service: string,
  said: Readonly<Record<string, string>>,
): HttpAsk {
  const common = { service: `service.parking.${service}`, version: '1.0', charset: 'UTF-8' }
  const body = { ...common, park_uuid: settings.parkUuid, ...said }
  return {
    method: 'POST',
    path: '',
    headers: { 'content-type': 'application/json;charset=utf-8' },
    body: JSON.stringify({ ...body, sign: pyunSign(body, settings.appSecret) }),
  }
}

/** Why the software says no; `code` is its own. */
export type PyunNo = { readonly code: number; readonly text: string }
const done = 1001
const failed = 500

/** What the answer holds, where its code says that it was done. What is no answer of its kind is as a server that failed. */
export function pyunAnswer({ status, body }: HttpSaid): Result<Members, PyunNo> {
  const object = parseObject(body)
  const code = object.ok ? wholeOf(object.value.result_code) : null
  if (!object.ok || code === null) return err({ code: status === 401 || status === 403 ? status : failed, text: '' })
  return code === done ? ok(object.value) : err({ code, text: textOf(object.value.message) ?? '' })
}

/**
 * The canonical refusal of each code (lot-devices.md 5.1). 1500 is whatever failed: of a lane, that nobody stands on its loop. To be
 * asked again is what failed without a lane, and what has no end yet.
 */
export function pyunError({ code, text }: PyunNo, nobody: 'no-session' | 'lane-empty' = 'no-session'): LotError {
  switch (code) {
    case 1002:
      return saidNo(nobody, code, text)
    case 1003:
      return saidNo('permit-holder', code, text)
    case 401:
    case 403:
    case 1401:
      return saidNo('unauthorised', code, text)
    case 1500:
      return saidNo(nobody === 'lane-empty' ? nobody : 'busy', code, text)
    case 1000:
      return saidNo('busy', code, text)
    default:
      return code >= 500 && code < 600 ? { kind: 'offline' } : saidNo('invalid', code, text)
  }
}

/** `yyyyMMddHHmmss`, by China's clock. */
export const pyunTime = (ms: number): string => chinaTime(ms).replace(/\D/g, '')
