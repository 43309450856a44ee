import { createHash } from 'node:crypto'
import { sortedSign } from '@lanepay/channels/zldpay/sign.ts'
import { down, nestedDown, replies } from '@lanepay/lot-systems/bolink/down.ts'
import { readMessage, type Table, writeMessage } from '@lanepay/lot-systems/bolink/fields.ts'
import {
  cloudCalls,
  ownerAnswers,
  ownerCalls,
  sdk,
  thirdPayUrl,
  toOwners,
} from '@lanepay/lot-systems/bolink/neighbours.ts'
import { callReplies, calls, olderBook, toVendor, vendorAnswers } from '@lanepay/lot-systems/bolink/platform.ts'
import { isSigned, signOf } from '@lanepay/lot-systems/bolink/sign.ts'
import { answers, lists, up } from '@lanepay/lot-systems/bolink/up.ts'
import { daoerSign } from '@lanepay/lot-systems/daoer/sign.ts'
import { compacted, parseObject, rawMember } from '@lanepay/lot-systems/raw.ts'
import { type Check, type Checks, passed, type Verdict } from '../check.ts'
import { daoerCall } from './daoer.ts'

type Printed = {
  readonly verified: boolean
  readonly key: string
  readonly signed_string: string
  readonly expected: string
}
const printedSign = (vector: Readonly<Record<string, unknown>>): Printed | null => {
  const sign = vector.sign as Printed | undefined
  return sign?.verified ? sign : null
}
const compare = (expected: unknown, actual: unknown): Verdict =>
  JSON.stringify(expected) === JSON.stringify(actual) ? passed : { passed: false, expected, actual }

/** A printed signature that is known to be right must be so to us, whatever else of its message is built. */
const signed =
  (then: Check): Check =>
  (vector, file) => {
    const sign = printedSign(vector)
    const data = rawMember(String(vector.raw), 'data')
    if (sign && (data === null || !isSigned(data, sign.key, sign.expected)))
      return { passed: false, expected: sign.expected, actual: data === null ? null : signOf(data, sign.key) }
    return then(vector, file)
  }

const reads =
  (tables: Readonly<Record<string, Table>>, fieldsOf: (raw: string) => string): Check =>
  (vector) => {
    const { service, raw } = vector as { service: string; raw: string }
    const table = tables[service]
    const fields = parseObject(fieldsOf(raw))
    if (!table || !fields.ok) return { passed: false, expected: `${service} is known`, actual: fields.ok }
    const read = readMessage(table, fields.value)
    return read.ok ? passed : { passed: false, expected: 'a message', actual: read.error }
  }

/** Blanks that a printed text begins or ends with are not ours to print again (bolink-protocol.md 10). */
const withoutTraps = (text: string) =>
  text.replace(/"(?:[^"\\]|\\.)*"/g, (part) => JSON.stringify((JSON.parse(part) as string).trim()))

const writes = (table: Table, raw: string): Verdict => {
  const fields = parseObject(raw)
  if (!fields.ok) return { passed: false, expected: 'an object', actual: raw }
  const read = readMessage(table, fields.value)
  if (!read.ok) return { passed: false, expected: 'a message', actual: read.error }
  return compare(withoutTraps(compacted(raw)), withoutTraps(writeMessage(table, read.value)))
}

const goesDown: Check = (vector) => {
  const { service, raw } = vector as { service: string; raw: string }
  const flat = (down as Readonly<Record<string, Table>>)[service]
  if (flat) return writes(flat, raw)
  const nested = (nestedDown as Readonly<Record<string, Table>>)[service]
  const data = rawMember(raw, 'data')
  if (!nested || data === null) return { passed: false, expected: `${service} is known`, actual: data }
  const around = compare(compacted(raw), `{"data":${compacted(data)},"service_name":"${service}"}`)
  return around === passed ? writes(nested, data) : around
}

const writesAs =
  (tables: Readonly<Record<string, Table>>): Check =>
  (vector) => {
    const { service, raw } = vector as { service: string; raw: string }
    const table = tables[service]
    return table ? writes(table, raw) : { passed: false, expected: `${service} is known`, actual: null }
  }

/** A body of `data` and `sign`, in the one order or the other. Of a sign that is known to be right, ours is over what we write ourselves. */
const calledBy =
  (tables: Readonly<Record<string, Table>>): Check =>
  (vector) => {
    const { service, raw } = vector as { service: string; raw: string }
    const table = tables[service]
    const [data, sign] = [rawMember(raw, 'data'), rawMember(raw, 'sign')]
    if (!table || data === null || sign === null)
      return { passed: false, expected: `${service} is known`, actual: data }
    const body = compacted(raw)
    const around = [`{"data":${compacted(data)},"sign":${sign}}`, `{"sign":${sign},"data":${compacted(data)}}`]
    if (!around.includes(body)) return { passed: false, expected: body, actual: around[0] }
    return writes(table, data)
  }

/** The older book's flat bodies: the sign is a member like the others. */
const flat = (then: Check, otherwise: Check): Check => {
  const withoutSign = (raw: string) => compacted(raw).replace(/,"sign":"[^"]*"/, '')
  return (vector, file) =>
    rawMember(String(vector.raw), 'data') === null
      ? then({ ...vector, raw: withoutSign(String(vector.raw)) }, file)
      : otherwise(vector, file)
}

const goesToVendor: Check = flat(writesAs(olderBook), calledBy(toVendor))
const comesFromVendor: Check = flat(
  reads(olderBook, (raw) => raw),
  signed(reads(calls, (raw) => rawMember(raw, 'data') ?? '')),
)

/** Third parties send Base64, some of it printed over several lines: its sign is over the text without the blanks. */
const thirdParty: Check = (vector, file) => {
  const read = signed(reads(cloudCalls, (raw) => rawMember(raw, 'data') ?? ''))
  if (typeof vector.base64 !== 'string') return read(vector, file)
  const raw = Buffer.from(vector.base64, 'base64').toString()
  const around = compare(compacted(String(vector.raw)), compacted(raw))
  return around === passed ? read({ ...vector, raw }, file) : around
}

/** What we answered to an upload, in a captured file: whether it was taken, by the name it came under. */
const capturedReply: Check = (vector) => {
  const reply = parseObject(String(vector.raw))
  if (!reply.ok) return { passed: false, expected: 'an object', actual: vector.raw }
  return compare([1, vector.service], [reply.value.state, reply.value.service_name])
}
/** And to a call: 2, what was asked for is under way. */
const capturedCallReply: Check = (vector) => {
  const reply = parseObject(String(vector.raw))
  const isTaken = reply.ok && (reply.value.state === 1 || reply.value.state === 2)
  return isTaken ? passed : { passed: false, expected: 'state 1 or 2', actual: vector.raw }
}

const toWallet: Check = (vector) => {
  const url = new URL(String(vector.raw))
  const said = Object.fromEntries(url.searchParams) as Parameters<typeof thirdPayUrl>[1]
  const plate_number = decodeURIComponent(said.plate_number)
  return compare(vector.raw, thirdPayUrl(`${url.origin}${url.pathname}`, { ...said, plate_number }))
}

const inSdk: Check = (vector, file) => {
  if (String(vector.raw).includes('"state"')) return writesAs(replies)(vector, file)
  return reads({ ...sdk, ...up }, (raw) => raw)(vector, file)
}

const derived: Check = (vector) => {
  const { data_raw: data, key, sign } = vector as { data_raw: string; key: string; sign: string }
  return compare([sign, true], [signOf(data, key), isSigned(data, key, sign.toLowerCase())])
}

/** Signatures of other protocols that stand in the same books. Of those that nothing here speaks an MD5 of what the book says; one is printed wrong. */
const signedString: Check = (vector) => {
  const sign = vector.sign as Printed
  if (vector.service === 'ascii-sorted sign') {
    const members = Object.entries(JSON.parse(String(vector.raw)) as object).map(([name, value]) => [
      name,
      String(value),
    ])
    return compare(sign.expected, sortedSign(Object.fromEntries(members), sign.key))
  }
  if (vector.service === 'enterNotify sign') return compare(sign.expected, daoerSign(String(vector.raw), sign.key))
  const digest = createHash('md5').update(sign.signed_string).digest('hex')
  return sign.verified === (digest.toUpperCase() === sign.expected.toUpperCase())
    ? passed
    : { passed: false, expected: sign.expected, actual: digest }
}

/** One check per `direction` of `vectors/bolink.json`, and `derived` for the signatures computed beside them. */
export const bolinkChecks: Checks = {
  up: signed(reads({ ...up, ...lists }, (raw) => rawMember(raw, 'data') ?? '')),
  'up-data': reads({ ...up, ...lists }, (raw) => raw),
  'up-reply': writesAs(replies),
  down: goesDown,
  'down-reply': reads(answers, (raw) => raw),
  derived,
  'signed-string': signedString,
  'platform-req': comesFromVendor,
  'platform-reply': writesAs(callReplies),
  'platform-cb': signed(goesToVendor),
  'platform-cb-reply': reads({ ...answers, ...vendorAnswers }, (raw) => raw),
  'owner-req': signed(reads(ownerCalls, (raw) => rawMember(raw, 'data') ?? '')),
  'owner-cb': signed(calledBy(toOwners)),
  'owner-cb-reply': reads(ownerAnswers, (raw) => raw),
  'wallet-req': reads(ownerCalls, (raw) => raw),
  'wallet-cb': toWallet,
  cloudapi: thirdParty,
  local: inSdk,
  'captured-reply': capturedReply,
  'captured-call-reply': capturedCallReply,
  'vendor-req': daoerCall,
}
