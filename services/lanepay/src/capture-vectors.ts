import { isSigned, signOf } from '@lanepay/lot-systems/bolink/sign.ts'
import { answers, spelling } from '@lanepay/lot-systems/bolink/up.ts'
import { parseObject, rawMember } from '@lanepay/lot-systems/raw.ts'
import { captureKey, type Hiding } from './capture-hide.ts'

/*
 * One exchange of a connected lot as entries of a vector file, in the shape of conformance/vectors/bolink.json, so that
 * `npm run conformance` reads what the lot really sends. Pure.
 */

/** HTTP mode's two resources; in platform mode what the vendor's cloud calls, by the name of the call, and what it is called with. */
export type Resource = 'upload' | 'download' | { readonly call: string } | 'to-vendor'
export type Exchange = { readonly resource: Resource; readonly body: string; readonly reply: string }
const directions = [
  ...(['up', 'down-reply', 'captured-reply', 'down'] as const),
  ...(['platform-req', 'captured-call-reply', 'platform-cb', 'platform-cb-reply'] as const),
] as const
export type Vector = {
  readonly id: string
  readonly direction: (typeof directions)[number]
  readonly service: string
  readonly raw: string
  readonly sign?: {
    readonly key: string
    readonly expected: string
    readonly verified: boolean
    readonly reason?: string
  }
}

/**
 * What one exchange leaves in the file: an upload or a call and its answer, or the message that a poll brought; of a poll without one,
 * nothing.
 */
export function vectorsOf(exchange: Exchange, key: string, { message }: Hiding): readonly Omit<Vector, 'id'>[] {
  const { resource, body, reply } = exchange
  const said = parseObject(body)
  const answered = parseObject(reply).ok ? message(reply, 'nothing') : notJson(reply)
  if (resource === 'download') {
    const brought = parseObject(reply)
    const service = brought.ok ? brought.value.service_name : undefined
    return typeof service === 'string' ? [{ direction: 'down', service, raw: answered }] : []
  }
  if (!said.ok) return [{ direction: 'up', service: '(none)', raw: notJson(body) }]
  const named = typeof said.value.service_name === 'string' ? said.value.service_name.trim() : '(none)'
  const data = rawMember(body, 'data')
  const signedOver = signOfBody(body, data, key)
  const raw = message(body, signedOver)
  const sign = signIn(raw, signedOver)
  if (resource !== 'upload') {
    const [call, back] =
      resource === 'to-vendor'
        ? (['platform-cb', 'platform-cb-reply'] as const)
        : (['platform-req', 'captured-call-reply'] as const)
    const called = resource === 'to-vendor' ? serviceIn(data) : resource.call
    const calling = { direction: call, service: called, raw, sign }
    // A picture is no message, and shows who came.
    return called === 'get_inpark_image' ? [calling] : [calling, { direction: back, service: called, raw: answered }]
  }
  const service = serviceOf(named, data)
  const answer = { direction: 'captured-reply', service: named, raw: answered } as const
  // What a lot answers is known by its data alone, as in the printed examples.
  const rawData = rawMember(raw, 'data')
  if (Object.hasOwn(answers, service) && rawData !== null)
    return [{ direction: 'down-reply', service, raw: rawData }, answer]
  return [{ direction: 'up', service, raw, ...(named === 'logout' ? {} : { sign }) }, answer]
}

/** The sign of what is kept, and whether what was received was signed by the lot. */
function signIn(raw: string, signedOver: ReturnType<typeof signOfBody>): NonNullable<Vector['sign']> {
  const kept = parseObject(raw)
  const isSigned = signedOver !== 'nothing'
  return {
    ...{ key: captureKey, expected: kept.ok ? String(kept.value.sign) : '', verified: isSigned },
    ...(isSigned ? {} : { reason: "was not signed with the lot's key" }),
  }
}

/** What the vendor's cloud is called with says its name inside. */
function serviceIn(data: string | null): string {
  const said = data === null ? null : parseObject(data)
  return said?.ok && typeof said.value.service_name === 'string' ? said.value.service_name : '(none)'
}

/** What cannot be read cannot be hidden in part. */
const notJson = (text: string): string => `not one JSON object: ${text.length} characters`

/** One word for two things, as the cloud takes it: the exit of a record, and the answer to a payment. */
function serviceOf(named: string, data: string | null): string {
  if (named === 'outpark' && data !== null && rawMember(data, 'out_time') !== null) return 'out_park'
  return named === 'inpark' ? spelling.inpark : named
}

function signOfBody(body: string, data: string | null, key: string): 'text' | 'compact' | 'nothing' {
  const said = parseObject(body)
  const sign = said.ok ? said.value.sign : null
  if (data === null || typeof sign !== 'string' || !isSigned(data, key, sign)) return 'nothing'
  return sign.toUpperCase() === signOf(data, key) ? 'text' : 'compact'
}

/** The whole file. `derived` is empty: nothing in it was computed, but for the signs. */
export function vectorFile(of: {
  readonly lot: number
  readonly from: string
  readonly until: string
  readonly polls: number
  readonly vectors: readonly Omit<Vector, 'id'>[]
}) {
  const { lot, from, until, polls, vectors } = of
  const count = (direction: Vector['direction']) => vectors.filter((one) => one.direction === direction).length
  return {
    about: `What the charging software of lot ${lot} and Lanepay said to each other from ${from} until ${until}, secrets hidden.`,
    fields: {
      raw: 'the text as received; plates and telephone numbers have other digits, names, pictures and tokens are made up',
      direction:
        'as in bolink.json; captured-reply and captured-call-reply = what Lanepay answered to an upload and to a call',
      sign: "verified when it was signed with the lot's key; the sign in the file is over what is kept, with the key beside it",
    },
    count: {
      polls,
      ...Object.fromEntries(directions.map((one) => [one, count(one)]).filter(([, kept]) => kept !== 0)),
    },
    derived: [],
    examples: vectors.map((one, n): Vector => ({ id: `captured-${n + 1}-${one.direction}-${one.service}`, ...one })),
  }
}
