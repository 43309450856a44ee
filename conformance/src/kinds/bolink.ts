import { createHash } from 'node:crypto'
import { down, nestedDown, replies } from '@lanepay/lot-systems/bolink/down.ts'
import { readMessage, type Table, writeMessage } from '@lanepay/lot-systems/bolink/fields.ts'
import { isSigned, signOf } from '@lanepay/lot-systems/bolink/sign.ts'
import { answers, lists, up } from '@lanepay/lot-systems/bolink/up.ts'
import { compacted, parseObject, rawMember } from '@lanepay/lot-systems/raw.ts'
import { type Check, type Checks, notBuilt, passed, type Verdict } from '../check.ts'

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

/** Blanks that a printed identifier begins or ends with are not ours to print again (bolink-protocol.md 10). */
const withoutTrap = (text: string) => text.replace(/"order_id":" /g, '"order_id":"')

const writes = (table: Table, raw: string): Verdict => {
  const fields = parseObject(raw)
  if (!fields.ok) return { passed: false, expected: 'an object', actual: raw }
  const read = readMessage(table, fields.value)
  if (!read.ok) return { passed: false, expected: 'a message', actual: read.error }
  return compare(withoutTrap(compacted(raw)), writeMessage(table, read.value))
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

const isReplied: Check = (vector) => {
  const { service, raw } = vector as { service: string; raw: string }
  const table = (replies as Readonly<Record<string, Table>>)[service]
  return table ? writes(table, raw) : { passed: false, expected: `${service} is known`, actual: null }
}

const derived: Check = (vector) => {
  const { data_raw: data, key, sign } = vector as { data_raw: string; key: string; sign: string }
  return compare([sign, true], [signOf(data, key), isSigned(data, key, sign.toLowerCase())])
}

/** Signatures of other protocols that stand in the same books. Each is an MD5 of what the book says; of one the printed value is wrong. */
const signedString: Check = (vector) => {
  const sign = vector.sign as Printed
  const digest = createHash('md5').update(sign.signed_string).digest('hex')
  return sign.verified === (digest.toUpperCase() === sign.expected.toUpperCase())
    ? passed
    : { passed: false, expected: sign.expected, actual: digest }
}

const notBuiltByName: Readonly<Record<string, readonly string[]>> = {
  'Bolink platform mode': ['platform-req', 'platform-reply', 'platform-cb', 'platform-cb-reply'],
  'Bolink car owners': ['owner-req', 'owner-cb', 'owner-cb-reply'],
  'Bolink wallet': ['wallet-req', 'wallet-cb'],
  'Bolink cloud API': ['cloudapi'],
  'Bolink SDK': ['local'],
  'Daoer cloud': ['vendor-req'],
}

/** One check per `direction` of `vectors/bolink.json`, and `derived` for the signatures computed beside them. */
export const bolinkChecks: Checks = {
  up: signed(reads({ ...up, ...lists }, (raw) => rawMember(raw, 'data') ?? '')),
  'up-data': reads({ ...up, ...lists }, (raw) => raw),
  'up-reply': isReplied,
  down: goesDown,
  'down-reply': reads(answers, (raw) => raw),
  derived,
  'signed-string': signedString,
  ...Object.fromEntries(
    Object.entries(notBuiltByName).flatMap(([name, directions]) =>
      directions.map((direction): [string, Check] => [direction, signed(notBuilt(name))]),
    ),
  ),
}
