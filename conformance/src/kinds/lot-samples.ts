import { readMessage } from '@lanepay/lot-systems/bolink/fields.ts'
import { cloudCalls } from '@lanepay/lot-systems/bolink/neighbours.ts'
import { isSigned, signOf } from '@lanepay/lot-systems/bolink/sign.ts'
import { up } from '@lanepay/lot-systems/bolink/up.ts'
import { hangzhouEntry } from '@lanepay/lot-systems/city/hangzhou.ts'
import { fujicaEvent } from '@lanepay/lot-systems/fujica/events.ts'
import { readChargeRule } from '@lanepay/lot-systems/hikvision/charge-rules.ts'
import { jieshunCallbackSign, jieshunPictureSign } from '@lanepay/lot-systems/jieshun/sign.ts'
import { parseObject, rawMember } from '@lanepay/lot-systems/raw.ts'
import { ankuaiSign, bluecardSign, kunmingSign } from '@lanepay/lot-systems/sign-forms.ts'
import { chinaTime, instantOf } from '@lanepay/lot-systems/values.ts'
import { type Check, type Checks, passed } from '../check.ts'
import { beside, equal, equalIn, expectOf, fileOf } from './device-samples.ts'

/* Samples of lots' systems of which we do not have, or do not call, the whole: one message, one price list, one signature. */

/** An entry that Fujica pushes. The class of the card is not taken over: it is held to the sample. */
const fujicaCheck: Check = (entry) => {
  const said = JSON.parse(fileOf(entry).toString('utf8'))
  const event = fujicaEvent(said)
  if (event?.kind !== 'entered') return equal(expectOf(entry), event)
  return equalIn(expectOf(entry), {
    ...{ op: 'sessionEntered', plate: event.plate, sessionId: event.stay },
    enteredAt: `${chinaTime(event.enteredAt).replace(' ', 'T')}+08:00`,
    carType: String(said.TcmName).startsWith('月租') ? 'month' : said.TcmName,
  })
}

/** The record that comes over TCP is an upload as over HTTP: one table reads both. Its sign is of a key that nobody has published. */
const bolinkUploadCheck: Check = (entry) => {
  const text = fileOf(entry).toString('utf8')
  const [body, data] = [parseObject(text), parseObject(rawMember(text, 'data') ?? '')]
  const read = data.ok ? readMessage(up.out_park, data.value) : data
  if (!body.ok || !data.ok || !read.ok) return equal(expectOf(entry), read)
  const said = read.value
  return equalIn(expectOf(entry), {
    op: body.value.service_name === 'upload_order' ? 'sessionLeft' : body.value.service_name,
    ...{ sessionId: said.order_id, plate: said.car_number, enteredAtEpoch: said.in_time, leftAtEpoch: said.out_time },
    ...{ totalFen: said.total, cashFen: said.cash_pay, onlineFen: said.electronic_pay, freeFen: said.reduce_amount },
    locked: String(data.value.islocked) === '1',
  })
}

/** A third party that locks a vehicle: the printed key signs the text as it stands. */
const bolinkLockCheck: Check = (entry) => {
  const text = fileOf(entry).toString('utf8')
  const expect = expectOf(entry)
  const raw = rawMember(text, 'data')
  const data = parseObject(raw ?? '')
  const read = data.ok ? readMessage(cloudCalls.dolock, data.value) : data
  const [signedText, key = ''] = String(expect.stringToSign).split('key=')
  if (raw === null || !read.ok) return equal(expect, read)
  return equal(
    [{ lock: 1, plate: expect.plate }, expect.sign, true],
    [
      { lock: read.value.lock_status, plate: read.value.car_number },
      signOf(signedText ?? '', key),
      isSigned(raw, key, String(expect.sign)),
    ],
  )
}

/** Both price lists of the sample are read into the one of their two forms that they are of. */
export const chargeRulesCheck: Check = (entry) => {
  const rules: readonly object[] = Object.values(JSON.parse(fileOf(entry).toString('utf8')))
  const kinds = rules.map((rule) => {
    const read = readChargeRule(JSON.stringify(rule))
    return read.ok ? read.value.kind.replace('-', '_') : read.error
  })
  return equal(expectOf(entry).tariffs, kinds)
}

/** What the city is told of an entry is written as the sample is, byte for byte but for its layout. */
const hangzhouCheck: Check = (entry) => {
  const said = JSON.parse(fileOf(entry).toString('utf8'))
  const lot = { parkingCode: said.parkingCode, spaces: said.totalBerthNum, openSpaces: said.openBerthNum }
  const stay = { stay: said.arriveID, plate: said.plateNo, colour: 'blue', gate: said.entryNum } as const
  const numbers = { enteredAt: instantOf(said.arriveTime) ?? 0, freeSpaces: said.freeBerthNum }
  const made = hangzhouEntry(lot, { ...stay, ...numbers }, instantOf(said.uploadTime) ?? 0)
  const same = equal(JSON.stringify(said), made)
  return same === passed ? equal(expectOf(entry).uid, JSON.parse(made).uid) : same
}

type SignedCase = {
  readonly stringToSign: string
  readonly secret: string
  readonly params?: Readonly<Record<string, string>>
}
/** Signatures that stand in `signatures.json` of systems, and parts of systems, that we do not speak to. */
export const otherSigns: Readonly<Record<string, (one: SignedCase) => string>> = {
  'ankuai-local': ({ params = {}, secret }) => ankuaiSign(params, secret),
  'jieshun-callback': ({ stringToSign, secret }) => {
    const said = new URLSearchParams(stringToSign.slice(0, -secret.length))
    return jieshunCallbackSign({ orderNo: said.get('orderNo') ?? '', result: said.get('result') ?? '' }, secret)
  },
  'jieshun-datacentre': ({ stringToSign, secret }) => {
    const [time, items] = [
      stringToSign.slice(secret.length, secret.length + 14),
      stringToSign.slice(secret.length + 14),
    ]
    return jieshunPictureSign(items, time, secret)
  },
  bluecard: ({ params = {} }) => bluecardSign(params.appId ?? '', params.parkNumber ?? ''),
  'gov-kunming': ({ params = {}, secret }) => kunmingSign(params, secret),
}

export const lotSampleChecks: Checks = {
  'pms-fujica': beside(fujicaCheck),
  'pms-bolink-tcp': beside(bolinkUploadCheck),
  'pms-bolink-http': beside(bolinkLockCheck),
  'gov-hangzhou': beside(hangzhouCheck),
}
