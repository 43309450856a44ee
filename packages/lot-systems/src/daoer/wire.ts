import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { type Static, Type } from 'typebox'
import type { Around, HttpAsk, HttpSaid } from '../called.ts'
import { type LotError, saidNo } from '../lot-system.ts'
import { parseObject } from '../raw.ts'
import { type Members, objectOf, textOf, wholeOf } from '../values.ts'
import { daoerSign } from './sign.ts'

/** What an operator types: the partner's number and key at Daoer's cloud, and the cloud's number of the lot. */
export const DaoerSettings = Type.Object(
  {
    address: Type.String({ pattern: '^https?://[^\\s?#]+$' }),
    pid: Type.String({ minLength: 1, maxLength: 20 }),
    key: Type.String({ minLength: 8, maxLength: 64 }),
    parkCode: Type.String({ minLength: 1, maxLength: 50 }),
    /** Who pays, as the vendor was told: a number of its own for us, in every payment. */
    payAuth: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    /** How WeChat Pay, Alipay and partners' wallets are numbered for this partner; these, where they are not, as WeChat Pay. */
    payTypes: Type.Optional(
      Type.Object(
        { wechatpay: Type.Integer(), alipay: Type.Integer(), zldpay: Type.Optional(Type.Integer()) },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type DaoerSettings = Static<typeof DaoerSettings>

/** One call: the body is signed last, over all that is in it (third-party-wallets.md B.1). */
export function daoerAsk({ settings, now }: Around<DaoerSettings>, serviceName: string, content: Members): HttpAsk {
  const bizContent = { parkCode: settings.parkCode, ...content }
  const body = { pid: settings.pid, serviceName, timestamp: Math.floor(now / 1000), bizContent }
  const sign = daoerSign(JSON.stringify(body), settings.key)
  return {
    method: 'POST',
    path: '',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, sign }),
  }
}

/** Why the cloud says no; `code` is its own. */
export type DaoerNo = { readonly code: number; readonly text: string }
const done = 200
const failed = 500

/** What the answer holds, where its code says that it was done. What is no answer of theirs is as a server that failed. */
export function daoerAnswer({ status, body }: HttpSaid): Result<Members, DaoerNo> {
  const object = parseObject(body)
  const code = object.ok ? wholeOf(object.value.code) : null
  if (!object.ok || code === null) return err({ code: status === 401 || status === 403 ? status : failed, text: '' })
  return code === done ? ok(objectOf(object.value.data) ?? {}) : err({ code, text: textOf(object.value.msg) ?? '' })
}

/**
 * The canonical refusal of each code (third-party-wallets.md B.3). To be asked again: the server failed, the lot is silent, or what
 * was asked cannot be done just now. Our own mistakes and a wrong key stand until a person has put them right.
 */
export function daoerError({ code, text }: DaoerNo, nobody: 'no-session' | 'lane-empty' = 'no-session'): LotError {
  switch (code) {
    case 404:
    case 6003:
      return saidNo(nobody, code, text)
    case 6004:
    case 6005:
      return saidNo('busy', code, text)
    case 6001:
      return { kind: 'offline' }
    case 401:
    case 403:
      return saidNo('unauthorised', code, text)
    default:
      return code >= 500 && code < 600 ? { kind: 'offline' } : saidNo('invalid', code, text)
  }
}
