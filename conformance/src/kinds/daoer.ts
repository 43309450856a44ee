import { fen } from '@lanepay/domain/money.ts'
import type { HttpAsk } from '@lanepay/lot-systems/called.ts'
import { daoer } from '@lanepay/lot-systems/daoer/daoer.ts'
import { daoerSign } from '@lanepay/lot-systems/daoer/sign.ts'
import { parseObject } from '@lanepay/lot-systems/raw.ts'
import { plateOfRecord } from '@lanepay/lot-systems/unplated.ts'
import { instantOf, type Members, objectOf, textOf } from '@lanepay/lot-systems/values.ts'
import { type Check, passed, type Verdict } from '../check.ts'

/* Calls between Daoer's cloud and its partners (third-party-wallets.md B). Their printed signs are of keys that nobody has published. */

const address = 'https://daoer.example'
const text = (said: Members, name: string): string => textOf(said[name]) ?? ''

/** What we say when it is about the same. */
const asks: Readonly<Record<string, (said: Members, around: Parameters<typeof daoer.quote.ask>[1]) => HttpAsk>> = {
  queryParkFee: (said, around) =>
    daoer.quote.ask({ plate: plateOfRecord(text(said, 'plateNum')), stay: text(said, 'recordNo') }, around),
  payNotify: (said, around) =>
    daoer.paid.ask(
      {
        ...{ stay: 'R1', plate: '粤B12345', bill: text(said, 'orderNo'), payment: '1', channel: 'wechatpay' },
        ...{ amountFen: fen(500), paidAt: instantOf(said.payTime) ?? 0, lane: null },
      },
      around,
    ),
  unlicensedReq: (said, around) =>
    daoer.admit!.ask(
      { lane: text(said, 'channelid'), pass: text(said, 'plateNum') },
      { ...around, now: instantOf(said.requestTime) ?? 0 },
    ),
}

/** The members that say something; the lane only where it is asked for: at an exit (B.3). */
const saying = (said: Members): [string, string][] =>
  Object.entries(said)
    .filter(([name]) => !(name === 'outChannelid' && (said.payScene === 0 || said.type === 0)))
    .map(([name, value]): [string, string] => [name, textOf(value) ?? ''])
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))

/** A printed call of ours is said by us in the same words, among others; one of theirs is believed when it is signed, and not otherwise. */
export const daoerCall: Check = (vector): Verdict => {
  const body = parseObject(String(vector.raw))
  const said = body.ok ? objectOf(body.value.bizContent) : null
  if (!body.ok || said === null) return { passed: false, expected: 'bizContent', actual: vector.raw }
  const key = '45DC1F8604F940829E75D6A76595C299'
  const settings = { address, pid: text(body.value, 'pid'), key, parkCode: text(said, 'parkCode') }
  const now = Number(body.value.timestamp) * 1000
  const ask = asks[String(vector.service)]
  if (!ask) return heard(body.value, settings, now)
  const ours = parseObject(ask(said, { settings, now, nonce: '1', requestId: '1' }).body ?? '')
  const content = ours.ok ? (objectOf(ours.value.bizContent) ?? {}) : {}
  const expected = saying(said)
  const actual = expected.map(([name]) => [name, textOf(content[name]) ?? ''])
  return JSON.stringify(expected) === JSON.stringify(actual) ? passed : { passed: false, expected, actual }
}

function heard(
  body: Members,
  settings: Parameters<NonNullable<typeof daoer.events>>[1]['settings'],
  now: number,
): Verdict {
  const signed = { ...body, sign: daoerSign(JSON.stringify(body), (settings as { key: string }).key) }
  const answers = [signed, body].map((one) => {
    const read = daoer.events!({ path: '', headers: {}, body: JSON.stringify(one) }, { settings, now })
    return read.ok
  })
  return answers[0] && !answers[1] ? passed : { passed: false, expected: [true, false], actual: answers }
}
