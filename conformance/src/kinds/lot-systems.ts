import { fen } from '@lanepay/domain/money.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'
import { signOf } from '@lanepay/lot-systems/bolink/sign.ts'
import { hikvisionEvent, stayOf } from '@lanepay/lot-systems/hikvision/events.ts'
import { hikvision } from '@lanepay/lot-systems/hikvision/hikvision.ts'
import { hikvisionSign } from '@lanepay/lot-systems/hikvision/sign.ts'
import { asciiJson, jieshunSign } from '@lanepay/lot-systems/jieshun/sign.ts'
import { keytopSign } from '@lanepay/lot-systems/keytop/sign.ts'
import { ignored } from '@lanepay/lot-systems/pyun/events.ts'
import { pyun } from '@lanepay/lot-systems/pyun/pyun.ts'
import { pyunSign } from '@lanepay/lot-systems/pyun/sign.ts'
import { chinaTime, fenOfYuan } from '@lanepay/lot-systems/values.ts'
import { ymiotEvent } from '@lanepay/lot-systems/ymiot/events.ts'
import { ymiotSign } from '@lanepay/lot-systems/ymiot/sign.ts'
import { yunmengDigest, yunmengSign } from '@lanepay/lot-systems/yunmeng/sign.ts'
import type { Check, Checks, Verdict } from '../check.ts'
import { beside, equal, equalIn, expectOf, fileOf } from './device-samples.ts'
import { chargeRulesCheck, otherSigns } from './lot-samples.ts'

/* Charging software of other houses: samples `pms-*` of `vectors/devices/`, and the signatures of all of them in one file. */

type Signed = {
  readonly system: string
  readonly algorithm: string
  readonly secret: string
  readonly stringToSign: string
  readonly sign: string
  readonly headers?: Readonly<Record<string, string>>
  readonly params?: Readonly<Record<string, string>>
  readonly p?: string
}

/** Of `k=v&k=v`, the members. */
const membersOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text.split('&').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  )

/** By system: what the product makes of a case whose text to sign is printed. */
const signs: Readonly<Record<string, (one: Signed) => string>> = {
  bolink: ({ stringToSign, secret }) => signOf(stringToSign.slice(0, -`key=${secret}`.length), secret),
  'hik-isc': ({ stringToSign, secret, headers = {} }) => {
    const lines = stringToSign.split('\n')
    return hikvisionSign(secret, { method: lines[0]!, path: lines.at(-1)!, headers })
  },
  '4pyun': ({ params = {}, secret }) => pyunSign(params, secret),
  keytop: ({ params, stringToSign, secret }) =>
    keytopSign(params ?? membersOf(stringToSign.slice(0, -`&${secret}`.length)), secret),
  'jieshun-as': ({ p = '', secret }) => jieshunSign(asciiJson(JSON.parse(p)), secret),
  'ymiot-cloud': ({ params = {}, secret, algorithm }) =>
    ymiotSign(params, secret, algorithm.includes('byte') ? 'bytes' : 'letters'),
  'ym-b30': ({ stringToSign, secret }) => {
    const said = membersOf(stringToSign)
    if (secret === undefined) return yunmengDigest(JSON.stringify(said))
    const { appid = '', parkkey = '', timestamp = '', nonce = '', data = '' } = said
    return yunmengSign(secret, { appId: appid, parkKey: parkkey, time: timestamp, nonce }, data)
  },
}

/** Every one must be as printed; one of a system that nobody has written is told by its name. */
const signaturesCheck: Check = (entry) => {
  const { cases } = JSON.parse(fileOf(entry).toString('utf8')) as { readonly cases: readonly Signed[] }
  const known = { ...signs, ...otherSigns }
  return equal(
    cases.map(({ system, sign }) => [system, sign]),
    cases.map((one) => [one.system, Object.hasOwn(known, one.system) ? known[one.system]!(one) : 'not built']),
  )
}

/** A signed request as it is printed: of it, the first step can be held, the secret is nobody's. */
const yunmengB30Check: Check = (entry): Verdict => {
  const { Data } = JSON.parse(fileOf(entry).toString('utf8')) as { readonly Data: unknown }
  return equal(expectOf(entry).dataMd5, yunmengDigest(JSON.stringify(Data)))
}

/** What 4pyun's protocol is asked and told in print, and a bill of it. Whose secret signed those is not printed. */
const pyunCheck: Check = (entry) => {
  const text = fileOf(entry).toString('utf8')
  const { sign: _, ...sample } = JSON.parse(text)
  const expect = expectOf(entry)
  const settings = { address: 'https://lot.example', parkUuid: sample.park_uuid, appSecret: 'of nobody' }
  const around = { settings, now: 0, nonce: '', requestId: '1' }
  const said = ({ body }: { readonly body: string | null }) => JSON.parse(body!) as Readonly<Record<string, unknown>>
  switch (entry.file) {
    case 'pms-4pyun-billing-request.json':
      return equalIn(sample, said(pyun.quote.ask({ plate: String(expect.plate), stay: null }, around)))
    case 'pms-4pyun-payment-result.json': {
      const { sessionId, orderId, paymentId, paidAt, amountFen, channel } = expect
      const paid = {
        ...{ stay: String(sessionId), bill: String(orderId), payment: String(paymentId), plate: '', lane: null },
        ...{ paidAt: Date.parse(String(paidAt)), amountFen: fen(Number(amountFen)), channel: channel as ChannelName },
      }
      return equalIn(sample, said(pyun.paid.ask(paid, around)))
    }
    case 'pms-4pyun-enter-ack-hint.json': {
      const { status, body } = ignored(sample.hint)
      const answer = JSON.parse(body)
      const same = equalIn(answer, sample)
      return 'passed' in same && same.passed
        ? equal(expect, { delivered: status === 200, hint: 'hint' in answer })
        : same
    }
  }
  const read = pyun.quote.read({ status: 200, headers: {}, body: text }, { plate: sample.plate, stay: null })
  if (!read.ok) return equal(expect, read.error)
  const { stay, bill, owedFen, enteredAt } = read.value
  // Seconds that are not taken over, or to the minute, are held to the sample.
  return equalIn(expect, {
    ...{ op: 'quote', found: true, sessionId: stay, orderId: bill, dueFen: owedFen },
    enteredAt: `${chinaTime(enteredAt ?? 0).replace(' ', 'T')}+08:00`,
    ...{ parkedSeconds: Number(sample.parking_time), totalFen: Number(sample.total_value) },
    ...{ freeFen: Number(sample.free_value), paidFen: Number(sample.paid_value) },
    exitGraceSeconds: (read.value.leaveMinutes ?? 0) * 60,
    freeEntrySeconds: Number(sample.enter_free_time),
  })
}

const kindOf = {
  ...{ entered: 'sessionEntered', left: 'sessionLeft', 'at-entry': 'vehicleAtLane', 'at-exit': 'vehicleAtLane' },
  blocked: 'blockedVehicleSeen',
} as const

/** Bills and events of the ISC platform. A stay goes by plate and entry there: its record's own name is in its bills alone. */
const hikvisionCheck: Check = (entry) => {
  const text = fileOf(entry).toString('utf8')
  const sample = JSON.parse(text)
  const expect = expectOf(entry)
  if (entry.file === 'pms-isc-charge-rules.json') return chargeRulesCheck(entry, {})
  if (expect.op !== 'quote') {
    const happened = hikvisionEvent(sample.params.events[0])
    if (happened === null) return equal(expect, null)
    const { kind, plate, lane, id, released, reason, costFen, result } = happened
    const said = { plate, lane, released, op: kindOf[kind], eventId: id, releaseReason: reason }
    return equalIn(expect, { ...said, realCostFen: costFen, releaseResult: result })
  }
  const said = hikvision.quote.read({ status: 200, headers: {}, body: text }, { lane: 'any', pass: null })
  if (!said.ok) return equal(expect, said.error)
  const { stay, bill, owedFen, leaveMinutes } = said.value
  const { plateNo, enterTime, inRecordSyscode } = sample.data
  // What is not taken over is held to the sample, so that the case stands for what the lot says as a whole.
  return equalIn(expect, {
    ...{ op: 'quote', orderId: bill, dueFen: owedFen, exitGraceSeconds: (leaveMinutes ?? 0) * 60 },
    sessionId: stay === stayOf(plateNo, Date.parse(enterTime)) ? inRecordSyscode : stay,
    ...{ freeFen: fenOfYuan(sample.data.deduceCost), paidFen: fenOfYuan(sample.data.paidCost) },
    ...{ totalFen: fenOfYuan(sample.data.totalCost), parkedSeconds: sample.data.parkTime * 60 },
    overstay: sample.data.calcType === 1,
  })
}

/** An entry as Yunmeng's cloud posts it. The class of the car is not taken over: it is held to the sample. */
const ymiotCheck: Check = (entry) => {
  const { method, data } = JSON.parse(fileOf(entry).toString('utf8'))
  const expect = expectOf(entry)
  const event = ymiotEvent(method, data)
  if (event?.kind !== 'entered') return equal(expect, event)
  const { stay, plate, lane, enteredAt } = event
  return equalIn(expect, {
    ...{ op: 'sessionEntered', sessionId: stay, plate, lane, carType: data.carType === '3651' ? 'temp' : data.carType },
    enteredAt: `${chinaTime(enteredAt).replace(' ', 'T')}+08:00`,
  })
}

/** One check per `protocol` of charging software in `vectors/devices/index.json`. */
export const lotSystemChecks: Checks = {
  'pms-signatures': beside(signaturesCheck),
  'pms-4pyun': beside(pyunCheck),
  'pms-hik-isc': beside(hikvisionCheck),
  'pms-ymiot-cloud': beside(ymiotCheck),
  'pms-ym-b30': beside(yunmengB30Check),
}
