import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { isPass } from '@lanepay/domain/unplated.ts'
import { type Static, Type } from 'typebox'
import type { Around, HttpAsk, HttpSaid } from '../called.ts'
import { loggedOut } from '../logged-in.ts'
import { type LotError, notOfIts, saidNo } from '../lot-system.ts'
import { LateRenewal } from '../permits.ts'
import { type Members, objectOf, textOf, wholeOf } from '../values.ts'
import { asciiJson, jieshunSign } from './sign.ts'

/** What an operator types: JieShun's cloud, our account there, what calls are signed with, and its number of the lot. */
export const JieshunSettings = Type.Object(
  {
    /** Above `login` and `as`. */
    address: Type.String({ pattern: '^https?://[^\\s?#]+$' }),
    cid: Type.String({ minLength: 1, maxLength: 32 }),
    usr: Type.String({ minLength: 1, maxLength: 64 }),
    psw: Type.String({ minLength: 1, maxLength: 64 }),
    signKey: Type.String({ minLength: 8, maxLength: 128 }),
    businesserCode: Type.String({ minLength: 1, maxLength: 32 }),
    parkCode: Type.String({ minLength: 1, maxLength: 32 }),
    /** Plates are sent with a hyphen after their province; false: without. */
    hyphen: Type.Optional(Type.Boolean()),
    /** Of its month cards, where that is not `parkCode`. */
    areaCode: Type.Optional(Type.String({ minLength: 1, maxLength: 32 })),
    lateRenewal: Type.Optional(LateRenewal),
  },
  { additionalProperties: false },
)
export type JieshunSettings = Static<typeof JieshunSettings>

const get = (path: string, query: Readonly<Record<string, string>>): HttpAsk => ({
  method: 'GET',
  path: `${path}?${new URLSearchParams(query)}`,
  headers: {},
  body: null,
})

export const jieshunLogin = ({ settings: { cid, usr, psw } }: Around<JieshunSettings>): HttpAsk =>
  get('/login', { cid, usr, psw })

/** One call of a service, under the token of the login; the text that is signed is the text that is sent (lot-devices.md 5.3). */
export function jieshunAsk(
  { settings, token = '' }: Around<JieshunSettings>,
  serviceId: string,
  said: Members,
): HttpAsk {
  const attributes = { parkCode: settings.parkCode, ...said }
  const p = asciiJson({ serviceId, requestType: 'DATA', attributes })
  return get('/as', { cid: settings.cid, v: '2', tn: token, sn: jieshunSign(p, settings.signKey), p })
}

/** What an answer says that was done; it may come as the JSON text of a JSON text. */
export function jieshunAnswer({ status, body }: HttpSaid): Result<Members, LotError> {
  const object = objectOf(body)
  const code = object === null ? null : wholeOf(object.resultCode)
  if (object === null || code === null) return err(notOfIts(status))
  switch (code) {
    case 0:
      return ok(object)
    // An unknown error of the server.
    case 1:
      return err({ kind: 'offline' })
    case 6:
      return err(loggedOut)
    default:
      return err(saidNo('invalid', code, textOf(object.message)))
  }
}

/** What the items of an answer say. */
export const itemsOf = ({ dataItems }: Members): readonly Members[] =>
  (Array.isArray(dataItems) ? (dataItems as readonly unknown[]) : [])
    .map((item) => objectOf(objectOf(item)?.attributes))
    .filter((said) => said !== null)
/** What its first item says; null: it has none. */
export const firstOf = (answer: Members): Members | null => itemsOf(answer)[0] ?? null
/** The outcome that an item says: 0 is done. One that says none, or is not there, has said nothing: it is asked again, never taken for done. */
export function outcomeOf(item: Members | null): Result<number, LotError> {
  const outcome = wholeOf(item?.retcode ?? item?.retCode)
  return outcome === null ? err({ kind: 'offline' }) : ok(outcome)
}

export const plateForJieshun = (plate: string, { hyphen = true }: JieshunSettings): string =>
  hyphen && !isPass(plate) ? `${plate.slice(0, 1)}-${plate.slice(1)}` : plate
export const plateOfJieshun = (text: string): string => text.replace('-', '')
