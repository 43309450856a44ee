import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { anApplication, aPhotograph } from '@lanepay/channels/application-fixtures.ts'
import type { Application, Applications } from '@lanepay/channels/applications.ts'
import { applicationRequest } from '@lanepay/channels/wechatpay/application-request.ts'
import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import { publicRingKey } from '@lanepay/channels/wechatpay/key-ring.ts'
import { uploadRequest } from '@lanepay/channels/wechatpay/media.ts'
import { usualApplicationTerms } from '@lanepay/channels/wechatpay/settings.ts'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import type { Result } from '@lanepay/domain/result.ts'
import { Multipart, Rsa } from 'wechatpay-axios-plugin'
import { authorizationFor, callsOf, type Json, newNumber, orderBody, type Said, StillClock, sdkOf } from './fixtures.ts'
import { startWechatPaySimulator, type WechatPaySimulator } from './simulator.ts'

/* A sub-merchant on its way in, as the adapter, a caller by hand and the independent SDK see it. */

const minute = 60_000
const day = 86_400_000
const clock = new StillClock()
const value = <T>(result: Result<T, unknown>): T => {
  assert.ok(result.ok, JSON.stringify(result))
  return result.value
}

let simulator: WechatPaySimulator
let lanepay: Applications
before(async () => {
  const options = { dir: '', port: 0, clock, durable: false, mode: 'partner', verification: 'public-key' } as const
  simulator = await startWechatPaySimulator(options)
  lanepay = wechatPayChannel(simulator.settings, { clock }).applications!
})
after(() => simulator.close())
beforeEach(() => clock.advance(day))
afterEach(() => simulator.control.clearFaults())

const paper = async () => value(await lanepay.upload(aPhotograph))
const codeOf = ({ applicationNumber }: Application) => `${simulator.settings.mchid}_${applicationNumber}`
const fresh = async (told: Parameters<typeof anApplication>[1] = {}) =>
  anApplication(await paper(), { applicationNumber: newNumber(), ...told })
const stateOf = async ({ applicationNumber }: Application) => value(await lanepay.query(applicationNumber))

describe('an application', () => {
  test('goes the whole way: review, signature, opening, live, and the first payment', async () => {
    const application = await fresh()
    const sent = value(await lanepay.send(application))
    assert.equal(sent.state, 'reviewing')
    assert.equal((await stateOf(application)).state, 'reviewing')
    clock.advance(minute)
    const toSign = await stateOf(application)
    assert.ok(toSign.state === 'to-sign' && toSign.what === 'sign')
    assert.equal((await fetch(toSign.url, { method: 'POST' })).status, 200)
    assert.equal((await stateOf(application)).state, 'opening')
    clock.advance(30 * minute)
    const live = await stateOf(application)
    assert.ok(live.state === 'live')
    const { subMchid = '' } = live.merchant
    assert.ok(simulator.control.subMerchants().some(({ mchid }) => mchid === subMchid))
    const number = newNumber()
    const order = orderBody(simulator, { out_trade_no: number, sub_mchid: subMchid })
    const said = await callsOf(simulator, clock).post('/v3/pay/partner/transactions/jsapi', order)
    assert.equal(said.status, 200, said.text)
    simulator.control.pay(number)
    assert.equal(simulator.control.order(number).merchant, subMchid)
    // The link is used up.
    assert.equal((await fetch(toSign.url, { method: 'POST' })).status, 404)
  })

  test('repeated with the same content it is the same one; with other content while it is under review, none', async () => {
    const application = await fresh()
    const first = value(await lanepay.send(application))
    assert.deepEqual(value(await lanepay.send(application)), first)
    const other = await lanepay.send({ ...application, lot: { ...application.lot, address: '别处1号' } })
    assert.equal(!other.ok && other.error.kind, 'to-mend')
    const known = simulator.control.applyments().find(({ businessCode }) => businessCode === codeOf(application))
    assert.equal(known?.times, 1)
  })

  test('rejected it names what to mend, and mended it goes on under the same number', async () => {
    const application = await fresh()
    const first = value(await lanepay.send(application))
    const reasons = [
      { field: 'license_number', reason: '与营业执照不符' },
      { field: 'indoor_pic', reason: '请上传内景照片' },
    ]
    simulator.control.moveApplyment(codeOf(application), 'REJECTED', reasons)
    const returned = await stateOf(application)
    assert.deepEqual(returned.state === 'returned' && returned.toMend.map(({ field, why }) => [field, why]), [
      ['business.licenceNumber', '与营业执照不符'],
      ['lot.inside', '请上传内景照片'],
    ])
    const mended = { ...application, business: { ...application.business, licenceNumber: '91440300MA5DA1BC3X' } }
    assert.deepEqual(value(await lanepay.send(mended)), first)
    assert.equal((await stateOf(mended)).state, 'reviewing')
  })

  test('kept half by a bad moment it is unknown, and sent again', async () => {
    const application = await fresh()
    simulator.control.fault({ kind: 'applyment-half', times: 1 })
    const sent = await lanepay.send(application)
    assert.equal(!sent.ok && sent.error.kind, 'unclear')
    assert.deepEqual(await stateOf(application), { state: 'unknown' })
    assert.equal(value(await lanepay.send(application)).state, 'reviewing')
  })

  test('taken on without an answer it is found by our number', async () => {
    const application = await fresh()
    assert.deepEqual(await stateOf(application), { state: 'unknown' })
    simulator.control.fault({ kind: 'error-after-applyment', times: 1 })
    const sent = await lanepay.send(application)
    assert.equal(!sent.ok && sent.error.kind, 'unclear')
    assert.equal((await stateOf(application)).state, 'reviewing')
  })

  test('unverified for ten days it is rejected, unsigned for thirty it is void', async () => {
    const [slow, slower] = [await fresh(), await fresh()]
    for (const one of [slow, slower]) value(await lanepay.send(one))
    simulator.control.moveApplyment(codeOf(slow), 'TO_BE_CONFIRMED')
    const waiting = await stateOf(slow)
    assert.equal(waiting.state === 'to-sign' && waiting.what, 'verify')
    clock.advance(10 * day)
    assert.equal((await stateOf(slow)).state, 'returned')
    assert.equal((await stateOf(slower)).state, 'to-sign')
    clock.advance(30 * day)
    assert.equal((await stateOf(slower)).state, 'void')
  })
})

describe('what is wrong is refused, at its field', () => {
  const wrong: readonly (readonly [field: string, told: Parameters<typeof anApplication>[1]])[] = [
    ['legalPerson.idNumber', { legalPerson: { idNumber: '110101199003074291' } }],
    ['legalPerson.idAddress', { legalPerson: { idAddress: '' } }],
    ['legalPerson.idValidUntil', { legalPerson: { idValidUntil: '2035/06/01' } }],
    ['contact.phone', { contact: { phone: '1380013800' } }],
    ['contact.email', { contact: { email: 'li.ming' } }],
    ['contact.name', { contact: { name: '王明' } }],
    ['business.licenceNumber', { business: { licenceNumber: '91440300' } }],
    ['business.shortName', { business: { shortName: '阳'.repeat(22) } }],
    ['card.number', { card: { number: '12' } }],
    ['card.holder', { card: { holder: '别的公司' } }],
    ['card.owner', { card: { owner: 'person', holder: '李明' } }],
    ['card.areaCode', { card: { areaCode: '4403' } }],
    ['lot.areaCode', { lot: { areaCode: 'Shenzhen' } }],
    ['lot.servicePhone', { lot: { servicePhone: 'ask' } }],
  ]
  for (const [field, told] of wrong)
    test(field, async () => {
      const refused = await lanepay.send(await fresh(told))
      assert.ok(!refused.ok && refused.error.kind === 'to-mend', JSON.stringify(refused))
      assert.deepEqual(
        refused.error.toMend.map((one) => one.field),
        [field],
      )
    })

  test('a forbidden word has a message and no field', async () => {
    const refused = await lanepay.send(await fresh({ business: { shortName: '微信停车场' } }))
    assert.ok(!refused.ok && refused.error.kind === 'to-mend')
    assert.deepEqual(
      refused.error.toMend.map(({ field, why }) => [field, why.includes('违规词')]),
      [[null, true]],
    )
  })

  test('a paper that the channel does not have is asked for anew', async () => {
    const refused = await lanepay.send(anApplication('a-paper-of-another-merchant', { applicationNumber: newNumber() }))
    assert.deepEqual(!refused.ok && refused.error, { kind: 'papers-lost' })
  })
})

describe('by hand and by the SDK', () => {
  const path = '/v3/applyment4sub/applyment/'
  const platformKey = () => simulator.settings.publicKey!
  const sealedBySdk = (text: string) => Rsa.encrypt(text, Rsa.from(platformKey().pem, 'public'))
  /** Our own request, with what names and seals people put in its place by the SDK. */
  const bodyBySdk = async (): Promise<Json> => {
    const { mchid } = simulator.settings
    const ours = { mchid, terms: usualApplicationTerms }
    const { body } = value(applicationRequest(ours, publicRingKey(platformKey()), await fresh()))
    const made = JSON.parse(body) as { contact_info: Json } & Json
    return { ...made, contact_info: { ...made.contact_info, contact_name: sealedBySdk('李明') } }
  }

  test('a picture that the SDK uploads, signed and put together by it, is taken', async () => {
    // The SDK has no other time than the machine's.
    const options = { dir: '', port: 0, durable: false, mode: 'partner', verification: 'public-key' } as const
    const today = await startWechatPaySimulator({ ...options, clock: new SimulatedClock() })
    try {
      const { id, pem } = today.settings.publicKey!
      const sha256 = createHash('sha256').update(aPhotograph.bytes).digest('hex')
      const meta = { filename: 'licence.jpg', sha256 }
      const form = new Multipart()
        .append('meta', JSON.stringify(meta), 'meta.json')
        .append('file', Buffer.from(aPhotograph.bytes), 'licence.jpg')
      const asked = { meta, headers: form.getHeaders() } as unknown as Json
      const { data } = await sdkOf(today.settings, { [id]: pem })
        .chain('v3/merchant/media/upload')
        .post(form.getBuffer() as unknown as Json, asked)
      assert.match(String((data as Json).media_id), /^[\w-]{128}$/)
    } finally {
      await today.close()
    }
  })

  test('a field that the SDK sealed is read, under the serial of the key it was sealed with', async () => {
    const { post } = callsOf(simulator, clock)
    const body = await bodyBySdk()
    const said = await post(path, body, { 'wechatpay-serial': platformKey().id })
    assert.equal(said.status, 200, said.text)
    const withoutSerial = await post(path, { ...body, business_code: `${body.business_code}1` })
    assert.deepEqual((withoutSerial.body.detail as Json).field, '/Wechatpay-Serial')
    const contact = { ...(body.contact_info as Json), contact_name: 'AAAA' }
    const broken = await post(path, { ...body, contact_info: contact }, { 'wechatpay-serial': platformKey().id })
    assert.deepEqual((broken.body.detail as Json).field, '/contact_info/contact_name')
  })

  test('a field too many is refused', async () => {
    const { status, body } = await callsOf(simulator, clock).post(path, { ...(await bodyBySdk()), surplus: 1 })
    assert.deepEqual([status, body.code, (body.detail as Json).field], [400, 'PARAM_ERROR', '/surplus'])
  })

  test('a file that is not the one whose hash was said, or no picture, is refused', async () => {
    const filename = 'a.jpg'
    const send = async (bytes: Uint8Array, sha256: string) => {
      const request = uploadRequest({ meta: JSON.stringify({ filename, sha256 }), filename, type: 'image/jpeg', bytes })
      const headers = { 'content-type': request.upload!.contentType }
      const authorization = authorizationFor(simulator.settings, { ...request, now: clock.now() })
      const { hosts } = simulator.settings
      const answer = await fetch(`${hosts[0]}${request.path}`, {
        method: 'POST',
        headers: { ...headers, authorization, accept: 'application/json', 'user-agent': 'test' },
        body: Buffer.from(request.upload!.bytes),
      })
      const { detail } = (await answer.json()) as { readonly detail?: { readonly field: string } }
      return detail?.field
    }
    const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
    assert.equal(await send(aPhotograph.bytes, hash(Buffer.from('x'))), '/meta/sha256')
    assert.equal(await send(Buffer.from('%PDF-1.7'), hash(Buffer.from('%PDF-1.7'))), '/file')
    assert.equal(await send(aPhotograph.bytes, hash(aPhotograph.bytes)), undefined)
  })

  const refusals: readonly (readonly [what: string, send: () => Promise<Said>, said: string])[] = [
    [
      'an upload whose signature is over the whole body',
      () =>
        callsOf(simulator, clock).post('/v3/merchant/media/upload', '{}', { 'content-type': 'multipart/form-data' }),
      '400 PARAM_ERROR',
    ],
    ['a path without its slash', () => callsOf(simulator, clock).post(path.slice(0, -1), {}), '404 NOT_FOUND'],
  ]
  for (const [what, send, said] of refusals)
    test(`${what} is ${said}`, async () => {
      const { status, body } = await send()
      assert.equal(`${status} ${body.code}`, said)
    })

  test('a merchant of its own takes nobody on', async () => {
    const direct = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false })
    try {
      assert.equal(wechatPayChannel(direct.settings, { clock }).applications, undefined)
      const { status, body } = await callsOf(direct, clock).post(path, {})
      assert.deepEqual([status, body.code], [403, 'NO_AUTH'])
    } finally {
      await direct.close()
    }
  })
})

describe('another settlement card', () => {
  const who = () => ({ subMchid: simulator.subMchid ?? '' })
  const { card } = anApplication('p')

  test('is checked, and then the one that holds', async () => {
    const { changeNo } = value(await lanepay.changeCard(who(), card))
    assert.deepEqual(value(await lanepay.queryCard(who(), changeNo)), { state: 'pending' })
    clock.advance(10_000)
    assert.deepEqual(value(await lanepay.queryCard(who(), changeNo)), { state: 'done' })
    assert.deepEqual(value(await lanepay.cardIs(who())), { ending: '2345', verified: true, why: null })
  })

  test('that the bank does not know changes nothing', async () => {
    simulator.control.fault({ kind: 'card-refused', times: 1 })
    const { changeNo } = value(await lanepay.changeCard(who(), { ...card, number: '4000023009200199999' }))
    clock.advance(10_000)
    const told = value(await lanepay.queryCard(who(), changeNo))
    assert.ok(told.state === 'refused' && told.why.includes('户名'))
    assert.equal(value(await lanepay.cardIs(who())).ending, '2345')
  })

  test("of somebody else than the merchant's own changes nothing", async () => {
    value(await lanepay.changeCard(who(), card))
    clock.advance(10_000)
    const { changeNo } = value(
      await lanepay.changeCard(who(), { ...card, number: '4000023009200199999', holder: '别的公司' }),
    )
    clock.advance(10_000)
    const told = value(await lanepay.queryCard(who(), changeNo))
    assert.ok(told.state === 'refused' && told.why.includes('主体'), JSON.stringify(told))
    assert.equal(value(await lanepay.cardIs(who())).ending, '2345')
  })

  test('wrong, it is refused at its field; a second one waits for the first; the sixth of a day is too many', async () => {
    const refused = await lanepay.changeCard(who(), { ...card, number: '12' })
    assert.deepEqual(
      !refused.ok && refused.error.kind === 'to-mend' && refused.error.toMend.map(({ field }) => field),
      ['card.number'],
    )
    value(await lanepay.changeCard(who(), card))
    const second = await lanepay.changeCard(who(), card)
    assert.equal(!second.ok && second.error.kind, 'to-mend')
    for (let at = 0; at < 4; at++) {
      clock.advance(minute)
      value(await lanepay.changeCard(who(), card))
    }
    clock.advance(minute)
    const sixth = await lanepay.changeCard(who(), card)
    assert.equal(!sixth.ok && sixth.error.kind, 'unclear')
  })
})
