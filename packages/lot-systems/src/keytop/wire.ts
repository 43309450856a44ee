import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { type Static, Type } from 'typebox'
import type { Around, HttpAsk, HttpSaid } from '../called.ts'
import { type LotError, notOfIts, saidNo } from '../lot-system.ts'
import { type Members, objectOf, textOf } from '../values.ts'
import { keytopSign } from './sign.ts'

/** What an operator types: KeyTop's gateway, who we are there, and its number of the lot. */
export const KeytopSettings = Type.Object(
  {
    /** With `/unite-api` at its end. */
    address: Type.String({ pattern: '^https?://[^\\s?#]+$' }),
    appId: Type.String({ minLength: 1, maxLength: 20 }),
    appSecret: Type.String({ minLength: 8, maxLength: 128 }),
    parkId: Type.String({ minLength: 1, maxLength: 20 }),
    /** Which of its numbers is an order to open (`GateControl`). */
    openType: Type.Optional(Type.Integer()),
  },
  { additionalProperties: false },
)
export type KeytopSettings = Static<typeof KeytopSettings>

/** One call of a service at its path; the service's code is the last part of the path, its first letter small. */
export function keytopAsk(
  { settings, now, requestId }: Around<KeytopSettings>,
  path: string,
  said: Readonly<Record<string, string | number>>,
): HttpAsk {
  const service = path.slice(path.lastIndexOf('/') + 1)
  const serviceCode = service.charAt(0).toLowerCase() + service.slice(1)
  const body = { appId: settings.appId, parkId: settings.parkId, serviceCode, ts: now, reqId: requestId, ...said }
  return {
    method: 'POST',
    path: `/${path}`,
    headers: { 'content-type': 'application/json', version: '1.0.0' },
    body: JSON.stringify({ ...body, key: keytopSign(body, settings.appSecret) }),
  }
}

/** `failed` is KeyTop's own word for a no without a reason: each operation knows what it is taken for. */
export type KeytopNo = LotError | { readonly kind: 'failed'; readonly text: string | null }

/** What the answer holds; an object, or the JSON text of one (lot-devices.md 5.2). What is no answer of its kind is asked again. */
export function keytopAnswer({ status, body }: HttpSaid): Result<Members, KeytopNo> {
  const object = objectOf(body)
  const code = object === null ? null : textOf(object.resCode)
  if (object === null || code === null) return err(notOfIts(status))
  if (code === '0') return ok(objectOf(object.data) ?? {})
  const text = textOf(object.resMsg)
  switch (code) {
    case '1':
      return err({ kind: 'failed', text })
    case '500':
    case '2001':
      return err({ kind: 'offline' })
    case '-1':
      return err({ ...saidNo('busy', code, text), tooOften: true })
    // The price that was asked for stands no more: the same order again never does.
    case '2102':
      return err(saidNo('quote-stale', code, text))
    // A wrong key, no right to this lot, an address that is not on its list.
    case '1001':
    case '1101':
    case '1102':
    case '-2':
    case '-4':
    case '-5':
      return err(saidNo('unauthorised', code, text))
    default:
      return err(saidNo('invalid', code, text))
  }
}
/** A no without a reason, as this operation takes it. */
export const orFailed = (no: KeytopNo, because: string): LotError =>
  no.kind === 'failed' ? saidNo(because, 1, no.text) : no
