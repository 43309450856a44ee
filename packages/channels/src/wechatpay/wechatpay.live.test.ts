import assert from 'node:assert/strict'
import { verify } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { after, afterEach, test } from 'node:test'
import tls, { type TLSSocket } from 'node:tls'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { wechatPayChannel } from './channel.ts'
import {
  aCertificate,
  aKeyPair,
  aNotification,
  anOrder,
  aRefund,
  at,
  certificateList,
  merchant,
  noon,
  type Pair,
  paidFacts,
  pemOf,
  platform,
  refundFacts,
  type SignedBy,
  signedHeaders,
  someSettings,
} from './fixtures.ts'
import { stayMs } from './hosts.ts'
import type { KeyEvent } from './keys.ts'
import type { WechatPaySettings } from './settings.ts'
import { v2Sign } from './v2-sign.ts'
import { writeV2Xml } from './v2-xml.ts'

/*
 * The adapter against a server that checks our signature and answers signed, or as badly as a test wants it. Time stands
 * still unless a test moves it.
 */

type Asked = {
  readonly method: string
  readonly url: string
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}
type Answer = {
  readonly status?: number
  readonly body?: unknown
  /** How the answer is signed; `null` is not at all. */
  readonly by?: SignedBy | null
  readonly headers?: Readonly<Record<string, string>>
  /** The connection ends instead of an answer. */
  readonly hangUp?: boolean
}

const open = new Set<http.Server>()

async function aServer(answer: (asked: Asked) => Answer, port = 0) {
  const asked: Asked[] = []
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '', headers } = request
    const one = { method, url, headers, body: Buffer.concat(chunks).toString() }
    asked.push(one)
    const { status = 200, body, by = {}, headers: more, hangUp } = answer(one)
    if (hangUp) return void request.socket.destroy()
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
    const signed = by === null ? {} : signedHeaders(text, { at: clock.now(), ...by })
    response.writeHead(status, { connection: 'close', 'request-id': '08F7-268435461', ...signed, ...more }).end(text)
  })
  open.add(server)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const { port: at } = server.address() as AddressInfo
  return { asked, url: `http://127.0.0.1:${at}`, port: at, close: () => closeServer(server) }
}

async function closeServer(server: http.Server): Promise<void> {
  if (!open.delete(server)) return
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
}

/** A port that refuses connections for as long as nobody listens there. */
async function aDeadPort(): Promise<number> {
  const server = await aServer(() => ({}))
  await server.close()
  return server.port
}

let now = noon
const clock = { now: () => now }
afterEach(async () => {
  now = noon
  await Promise.all([...open].map(closeServer))
})
after(() => assert.equal(open.size, 0))

function aChannel(hosts: readonly string[], told: Partial<WechatPaySettings> = {}) {
  const events: KeyEvent[] = []
  let signatures = 0
  const nonce = () => `N${++signatures}`
  const settings = someSettings({ hosts, connectTimeoutMs: 5_000, answerTimeoutMs: 5_000, ...told })
  const channel = wechatPayChannel(settings, { clock, nonce, onKeyEvent: (event) => events.push(event) })
  return { channel, events, signatures: () => signatures }
}

/** Our signature as WeChat Pay would check it (wechat-pay.md 4). */
function isSignedByUs({ method, url, headers, body }: Asked): boolean {
  const item = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(headers.authorization ?? '')?.[1] ?? ''
  const text = `${method}\n${url}\n${item('timestamp')}\n${item('nonce_str')}\n${body}\n`
  const signature = Buffer.from(item('signature'), 'base64')
  return item('mchid') === '1900000001' && verify('sha256', Buffer.from(text), merchant.publicKey, signature)
}

const prepaid: Answer = { body: { prepay_id: 'wx201410272009395522657a690389285100' } }
const number = anOrder().tradeNumber

test('an order costs two signatures, both right, and gives the sheet of the page', async () => {
  const server = await aServer(() => prepaid)
  const { channel, signatures } = aChannel([server.url])
  const sheet = await channel.create({}, anOrder())
  assert.ok(sheet.ok && sheet.value.kind === 'wechatpay-jsapi')
  const { params } = sheet.value
  const text = `${params.appId}\n${params.timeStamp}\n${params.nonceStr}\n${params.package}\n`
  assert.ok(verify('sha256', Buffer.from(text), merchant.publicKey, Buffer.from(params.paySign, 'base64')))
  assert.equal(params.package, 'prepay_id=wx201410272009395522657a690389285100')
  assert.equal(params.timeStamp, String(noon / 1000))
  const asked = server.asked[0]
  assert.ok(asked && isSignedByUs(asked))
  assert.equal(asked.headers['wechatpay-serial'], someSettings().publicKey?.id)
  assert.ok(asked.headers['user-agent'] && asked.headers.accept === 'application/json')
  assert.equal(signatures(), 2)
})

test('query, close and refund are signed, and read what a verified answer says', async () => {
  const server = await aServer(({ url }) =>
    url.endsWith('/close')
      ? { status: 204 }
      : { body: url.includes('/refund/') ? refundFacts({ status: 'PROCESSING' }) : paidFacts() },
  )
  const { channel } = aChannel([server.url])
  const paid = await channel.query({}, number)
  assert.ok(paid.ok && paid.value.state === 'paid' && paid.value.paid.accountKey === channel.accountKey({}))
  assert.deepEqual(await channel.close({}, number), { ok: true, value: 'closed' })
  assert.deepEqual(await channel.refund({}, aRefund()), { ok: true, value: { state: 'pending' } })
  assert.deepEqual(await channel.queryRefund({}, aRefund()), { ok: true, value: { state: 'pending' } })
  assert.equal(server.asked.length, 4)
  assert.ok(server.asked.every(isSignedByUs))
})

const stranger = aKeyPair()
const untrusted: readonly (readonly [why: string, answer: Answer])[] = [
  ['is not signed', { by: null }],
  ['is signed by a stranger', { by: { key: stranger.privateKey } }],
  ['names a key nobody told us of', { by: { serial: 'PUB_KEY_ID_01' } }],
  ['carries the signature probe', { headers: { 'wechatpay-signature': 'WECHATPAY/SIGNTEST/abc' } }],
  ['was signed 5 minutes ago', { by: { at: (noon - 300_000) as Instant } }],
  ['was signed for another body', { headers: signedHeaders('another body') }],
]
for (const [why, answer] of untrusted)
  test(`a success that ${why} is unclear, whatever it says`, async () => {
    const server = await aServer(({ url }) => ({
      body: url.includes('/refund/') ? refundFacts({ status: 'SUCCESS' }) : { ...paidFacts(), prepay_id: 'wx1' },
      ...answer,
    }))
    const { channel } = aChannel([server.url])
    const answers = [
      await channel.create({}, anOrder()),
      await channel.query({}, number),
      await channel.close({}, number),
      await channel.refund({}, aRefund()),
      await channel.queryRefund({}, aRefund()),
    ]
    for (const { ok, error } of answers as readonly { ok: boolean; error?: { kind: string; code?: string } }[])
      assert.deepEqual([ok, error?.kind, error?.code], [false, 'unclear', 'UNVERIFIED_ANSWER'])
  })

test('a success that holds no JSON object is unclear even when its signature holds', async () => {
  const server = await aServer(() => ({ body: '<html>' }))
  const asked = await aChannel([server.url]).channel.query({}, number)
  assert.ok(!asked.ok && asked.error.kind === 'unclear' && asked.error.code === 'MALFORMED_ANSWER')
})

type Verdicts = readonly (readonly [status: number, body: unknown, verdict: string])[]
const verdictOf = (result: { ok: boolean; value?: unknown; error?: unknown }) => {
  const said = (result.ok ? result.value : result.error) as string | { state?: string; kind?: string; code?: string }
  if (typeof said === 'string') return said
  return [said.state ?? said.kind, said.state && said.code].filter(Boolean).join(' ')
}
const queries: Verdicts = [
  [404, { code: 'ORDER_NOT_EXIST', message: '订单不存在' }, 'unknown-order'],
  [404, { code: 'RESOURCE_NOT_EXISTS' }, 'unknown-order'],
  [404, '<html>', 'unclear'],
  [429, { code: 'FREQUENCY_LIMITED' }, 'unclear'],
  [500, { code: 'SYSTEM_ERROR' }, 'unclear'],
  [500, paidFacts(), 'unclear'],
  [401, { code: 'SIGN_ERROR' }, 'refused'],
]
const closes: Verdicts = [
  [400, { code: 'ORDER_CLOSED' }, 'closed'],
  [400, { code: 'ORDERPAID' }, 'already-paid'],
  [403, { code: 'ORDER_PAID' }, 'already-paid'],
  [500, { code: 'SYSTEM_ERROR' }, 'unclear'],
]
const refunds: Verdicts = [
  [200, refundFacts({ status: 'SUCCESS' }), 'done'],
  [200, refundFacts({ status: 'CLOSED' }), 'failed CLOSED'],
  [200, refundFacts({ status: 'ABNORMAL' }), 'failed ABNORMAL'],
  [403, { code: 'NOT_ENOUGH' }, 'pending NOT_ENOUGH'],
  [403, { code: 'NOTENOUGH' }, 'pending NOT_ENOUGH'],
  [429, { code: 'FREQUENCY_LIMITED' }, 'unclear'],
  [500, { code: 'SYSTEM_ERROR' }, 'unclear'],
  [404, { code: 'RESOURCE_NOT_EXISTS' }, 'refused'],
  [400, { code: 'INVALID_REQUEST' }, 'refused'],
]
const refundQueries: Verdicts = [
  [404, { code: 'RESOURCE_NOT_EXISTS' }, 'pending RESOURCE_NOT_EXISTS'],
  [500, { code: 'SYSTEM_ERROR' }, 'unclear'],
]
const calls = [
  ['query', queries, (channel: ReturnType<typeof wechatPayChannel>) => channel.query({}, number)],
  ['close', closes, (channel: ReturnType<typeof wechatPayChannel>) => channel.close({}, number)],
  ['refund', refunds, (channel: ReturnType<typeof wechatPayChannel>) => channel.refund({}, aRefund())],
  ['queryRefund', refundQueries, (channel: ReturnType<typeof wechatPayChannel>) => channel.queryRefund({}, aRefund())],
] as const
for (const [name, verdicts, call] of calls)
  for (const [status, body, verdict] of verdicts)
    test(`${name}: ${status} ${JSON.stringify(body).slice(0, 50)} is ${verdict}`, async () => {
      const server = await aServer(() => ({ status, body, by: status === 200 ? {} : null }))
      assert.equal(verdictOf(await call(aChannel([server.url]).channel)), verdict)
    })

test('the number at the end of Request-ID is read from the answer', async () => {
  const headers = { 'request-id': '08E0C4BDA40610B20318F5-268498688' }
  const server = await aServer(() => ({ status: 400, body: { code: 'INVALID_REQUEST' }, by: null, headers }))
  assert.equal(verdictOf(await aChannel([server.url]).channel.create({}, anOrder())), 'number-used')
})

test('a host that cannot be reached is followed by the stand-by with the very same bytes, and later tried again', async () => {
  const port = await aDeadPort()
  const standBy = await aServer(() => prepaid)
  const { channel } = aChannel([`http://127.0.0.1:${port}`, standBy.url])
  assert.ok((await channel.create({}, anOrder())).ok)
  assert.ok(standBy.asked[0] && isSignedByUs(standBy.asked[0]))

  const first = await aServer(() => prepaid, port)
  await channel.create({}, anOrder())
  assert.deepEqual([first.asked.length, standBy.asked.length], [0, 2], 'it stays where it was answered')

  now = (noon + stayMs) as Instant
  await channel.create({}, anOrder())
  assert.deepEqual([first.asked.length, standBy.asked.length], [1, 2], 'and goes back after a while')
})

test('with every host out of reach the answer is unclear and says that nothing was sent', async () => {
  const hosts = [`http://127.0.0.1:${await aDeadPort()}`, `http://127.0.0.1:${await aDeadPort()}`]
  const answer = await aChannel(hosts).channel.create({}, anOrder())
  assert.ok(!answer.ok && answer.error.kind === 'unclear' && answer.error.code === 'NOT_SENT')
})

test('a request that may have arrived is sent to nobody else', async () => {
  const [first, standBy] = [await aServer(() => ({ hangUp: true })), await aServer(() => prepaid)]
  const answer = await aChannel([first.url, standBy.url]).channel.create({}, anOrder())
  assert.ok(!answer.ok && answer.error.kind === 'unclear' && answer.error.code === 'NO_ANSWER')
  assert.deepEqual([first.asked.length, standBy.asked.length], [1, 0])
})

test('no answer in time is unclear', async () => {
  const server = http.createServer(() => {}) // takes everything, says nothing
  open.add(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { channel } = aChannel([`http://127.0.0.1:${port}`], { answerTimeoutMs: 100 })
  assert.equal(verdictOf(await channel.query({}, number)), 'unclear')
})

// Certificate mode

const second = aKeyPair()
const certificateOf = (pair: Pair, serial: string, until = '2031-01-01T00:00:00Z') => ({
  serial,
  pem: aCertificate({ pair, serial, until: at(until) }),
})
const one = certificateOf(platform, '5A00000000000000000000000000000000000001')
const two = certificateOf(second, '5A00000000000000000000000000000000000002')
const byOne = { key: platform.privateKey, serial: one.serial }
const byTwo = { key: second.privateKey, serial: two.serial }

/** What WeChat Pay lists and what it signs with; a test may change all of it. */
type Theirs = {
  list: readonly { readonly serial: string; readonly pem: string }[]
  listKey: string | undefined
  by: SignedBy
  status: number
}

async function certificateMode(known: readonly string[] = []) {
  const they: Theirs = { list: [one], listKey: undefined, by: byOne, status: 200 }
  const server = await aServer(({ url }) =>
    url === '/v3/certificates'
      ? { status: they.status, body: certificateList(they.list, they.listKey), by: they.by }
      : { body: paidFacts(), by: they.by },
  )
  const made = aChannel([server.url], { certificates: { known } })
  const downloads = () => server.asked.filter(({ url }) => url === '/v3/certificates').length
  const hear = async (by: SignedBy) => {
    const heard = await made.channel.readNotification(aNotification({}, { at: now, ...by }))
    return heard.ok ? heard.value.kind : heard.error.kind
  }
  return { they, server, downloads, hear, ...made }
}

test('the first download is verified with a certificate it brought itself; then answers verify', async () => {
  const { channel, downloads, events, server } = await certificateMode()
  await channel.refreshKeys(now)
  assert.equal(verdictOf(await channel.query({}, number)), 'paid')
  assert.equal(downloads(), 1)
  assert.deepEqual(events, [{ kind: 'certificates-downloaded', serials: [one.serial] }])
  assert.ok(server.asked.every((asked) => asked.headers['wechatpay-serial'] === undefined))
})

test('without a refresh before, the first answer brings the certificates', async () => {
  const { channel, downloads } = await certificateMode()
  assert.equal(verdictOf(await channel.query({}, number)), 'paid')
  assert.equal(downloads(), 1)
})

test('certificates are downloaded again after 12 hours and not before', async () => {
  const { channel, downloads } = await certificateMode()
  await channel.refreshKeys(now)
  now = (noon + 12 * 3_600_000 - 1) as Instant
  await channel.refreshKeys(now)
  assert.equal(downloads(), 1)
  now = (noon + 12 * 3_600_000) as Instant
  await channel.refreshKeys(now)
  assert.equal(downloads(), 2)
})

test('when WeChat Pay changes its certificate, the unknown serial brings it, and the old one keeps its word', async () => {
  const { they, channel, hear, downloads } = await certificateMode([one.pem])
  await channel.refreshKeys(now)
  now = (noon + 3_600_000) as Instant
  they.list = [one, two]
  they.by = byTwo
  assert.equal(await hear(byTwo), 'payment')
  assert.equal(await hear(byOne), 'payment')
  assert.equal(verdictOf(await channel.query({}, number)), 'paid')
  assert.equal(downloads(), 2)
})

test('made-up serials cause a download only now and then, and a known answer is never asked for twice', async () => {
  const { channel, hear, downloads } = await certificateMode()
  await channel.refreshKeys(now)
  now = (noon + 60_000) as Instant
  const serials = ['5F01', '5F02', '5F03', '5F04']
  const heard = await Promise.all(serials.map((serial) => hear({ ...byOne, serial })))
  assert.deepEqual(heard, ['unknown-key', 'unknown-key', 'unknown-key', 'unknown-key'])
  assert.equal(downloads(), 2, 'many at once share one download')
  assert.equal(await hear({ ...byOne, serial: '5F05' }), 'unknown-key')
  assert.equal(downloads(), 2, 'the next has to wait')
  now = (noon + 120_000) as Instant
  assert.equal(await hear({ ...byOne, serial: '5F01' }), 'unknown-key')
  assert.equal(downloads(), 2, 'this one a fresh list did not know')
  assert.equal(await hear({ ...byOne, serial: '5F06' }), 'unknown-key')
  assert.equal(downloads(), 3)
})

test('an unknown public key id is no reason to download certificates', async () => {
  const { hear, downloads } = await certificateMode([one.pem])
  assert.equal(await hear({ ...byOne, serial: 'PUB_KEY_ID_01' }), 'unknown-key')
  assert.equal(downloads(), 0)
})

const badLists: readonly (readonly [why: string, spoilt: Partial<Theirs>])[] = [
  ['is encrypted with another APIv3 key', { listKey: 'f'.repeat(32) }],
  ['is signed by a stranger', { by: { key: stranger.privateKey, serial: one.serial } }],
  ['holds a certificate under another serial', { list: [{ ...one, serial: two.serial }] }],
  ['holds no certificate', { list: [{ serial: one.serial, pem: 'hello' }] }],
  ['is empty', { list: [] }],
  ['is stale', { by: { ...byOne, at: (noon - 400_000) as Instant } }],
  ['comes with an error status', { status: 404 }],
  ['brings only an expired certificate', { list: [certificateOf(platform, one.serial, '2026-05-31T00:00:00Z')] }],
]
for (const [why, spoilt] of badLists)
  test(`a certificate list that ${why} is not taken, and readiness says so`, async () => {
    const { they, channel, events } = await certificateMode()
    Object.assign(they, spoilt)
    await assert.rejects(channel.refreshKeys(now), /no key of the platform/)
    assert.equal(events.at(-1)?.kind, 'download-failed')
    assert.equal(verdictOf(await channel.query({}, number)), 'unclear')
  })

test('an expired certificate verifies nothing any more', async () => {
  const { they, hear } = await certificateMode([certificateOf(platform, one.serial, '2026-06-01T05:00:00Z').pem])
  they.list = []
  assert.equal(await hear(byOne), 'payment')
  now = at('2026-06-01T05:00:01Z')
  assert.equal(await hear(byOne), 'unknown-key')
})

test('during the change-over both kinds of key verify, and a failed download is not fatal', async () => {
  const server = await aServer(() => ({ status: 404, body: { code: 'RESOURCE_NOT_EXISTS' }, by: null }))
  const { publicKey } = someSettings()
  assert.ok(publicKey)
  const { channel } = aChannel([server.url], { publicKey, certificates: { known: [two.pem] } })
  await channel.refreshKeys(now)
  assert.ok((await channel.readNotification(aNotification())).ok)
  assert.ok((await channel.readNotification(aNotification({}, byTwo))).ok)
  const crossed = await channel.readNotification(aNotification({}, { ...byTwo, key: platform.privateKey }))
  assert.equal(!crossed.ok && crossed.error.kind, 'bad-signature')
})

// Notifications

const heardTable: readonly (readonly [
  why: string,
  said: Parameters<typeof aNotification>[0],
  by: SignedBy,
  verdict: string,
])[] = [
  ['a payment', {}, {}, 'payment paid'],
  [
    'a payment event of an order that is not paid',
    { plaintext: paidFacts({ trade_state: 'NOTPAY' }) },
    {},
    'payment pending',
  ],
  ['a deduction of the parking service', { plaintext: paidFacts({ trade_scene: 'PARKING' }) }, {}, 'other'],
  ['an event of another product', { event: 'PAYSCORE.USER_PAID', plaintext: '{}' }, {}, 'other'],
  [
    'a finished refund',
    { event: 'REFUND.SUCCESS', plaintext: { mchid: '1900000001', ...refundFacts({ refund_status: 'SUCCESS' }) } },
    {},
    'refund done',
  ],
  [
    'an abnormal refund',
    { event: 'REFUND.ABNORMAL', plaintext: { mchid: '1900000001', ...refundFacts({ refund_status: 'ABNORMAL' }) } },
    {},
    'refund failed',
  ],
  [
    'a closed refund',
    { event: 'REFUND.CLOSED', plaintext: { mchid: '1900000001', ...refundFacts({ refund_status: 'CLOSED' }) } },
    {},
    'refund failed',
  ],
  [
    "somebody else's refund",
    { event: 'REFUND.SUCCESS', plaintext: { mchid: '1', ...refundFacts({ refund_status: 'SUCCESS' }) } },
    {},
    'not-ours',
  ],
  ["somebody else's payment", { plaintext: paidFacts({ mchid: '1900000002' }) }, {}, 'not-ours'],
  ['a payment under another appid', { plaintext: paidFacts({ appid: 'wx2' }) }, {}, 'not-ours'],
  ['a payment without an amount', { plaintext: paidFacts({ amount: {} }) }, {}, 'malformed'],
  ['a resource sealed with another key', { key: 'f'.repeat(32) }, {}, 'malformed'],
  ['a plaintext that is no JSON', { plaintext: 'hello' }, {}, 'malformed'],
  ['a forged one', {}, { key: stranger.privateKey }, 'bad-signature'],
  ['a replay from 5 minutes ago', {}, { at: (noon - 300_000) as Instant }, 'stale'],
  ['one from 5 minutes ahead', {}, { at: (noon + 300_000) as Instant }, 'stale'],
]
for (const [why, said, by, verdict] of heardTable)
  test(`notification: ${why} is ${verdict}`, async () => {
    const { channel } = aChannel(['http://127.0.0.1:1'])
    const heard = await channel.readNotification(aNotification(said, by))
    const state = heard.ok && 'state' in heard.value ? ` ${heard.value.state.state}` : ''
    assert.equal(heard.ok ? heard.value.kind + state : heard.error.kind, verdict)
  })

test('a notification is answered the way WeChat Pay expects it', () => {
  const { channel } = aChannel(['http://127.0.0.1:1'])
  assert.deepEqual(channel.replyTo('accepted'), {
    status: 200,
    contentType: 'application/json',
    body: '{"code":"SUCCESS","message":"成功"}',
  })
  const refused = channel.replyTo('refused')
  assert.ok(refused.status >= 400 && JSON.parse(refused.body).code === 'FAIL')
})

test('the code that came back becomes an openid; a used one says so; a foreign page is unclear', async () => {
  const server = await aServer(({ url }) => {
    const code = new URL(url, 'http://x').searchParams.get('code')
    const bodies: Readonly<Record<string, unknown>> = {
      good: { openid: 'o-1' },
      used: { errcode: 40163 },
      busy: { errcode: -1 },
    }
    return { body: bodies[code ?? ''] ?? '<html>', by: null }
  })
  const { channel, signatures } = aChannel(['http://127.0.0.1:1'], { accountHost: server.url })
  const verdicts = await Promise.all(['good', 'used', 'busy', 'strange'].map((code) => channel.identify({}, code)))
  assert.deepEqual(verdicts.map(verdictOf), ['o-1', 'stale-code', 'unclear', 'unclear'])
  const query = '?appid=wx1111111111111111&secret=an%20app%20secret&code=good&grant_type=authorization_code'
  assert.ok(server.asked.some(({ url }) => url === `/sns/oauth2/access_token${query}`))
  assert.equal(signatures(), 0)
})

test('settings that cannot work are refused at once, and no secret is in the message', () => {
  const bad = someSettings({ apiV3Key: 'a short secret' })
  assert.throws(
    () => wechatPayChannel(bad, { clock: new SimulatedClock() }),
    (error: Error) => error.message.includes('apiV3Key') && !error.message.includes('a short secret'),
  )
})

test('partner mode: without a sub-merchant nothing is sent', async () => {
  const server = await aServer(() => prepaid)
  const { channel } = aChannel([server.url], { mode: 'partner' })
  const refused = await channel.create({}, anOrder())
  assert.ok(!refused.ok && refused.error.kind === 'refused' && refused.error.alarm)
  assert.throws(() => channel.accountKey({}), /merchant.subMchid/)
  assert.ok((await channel.create({ subMchid: '1900000109' }, anOrder())).ok)
  assert.equal(server.asked.length, 1)
})

test('a reversal shows the merchant certificate, a query does not, and both are believed by their sign only', async (t) => {
  const cert = aCertificate({ pair: merchant, serial: '3775B6A45ACD588826D15E583A95F5DD00000001', name: 'merchant' })
  const server = aKeyPair()
  const serverCert = aCertificate({ pair: server, serial: '01', name: 'localhost' })
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), serverCert])
  const apiV2Key = '192006250b4c09247ec02edce69f6a2d'
  const answer = { return_code: 'SUCCESS', mch_id: '1900000001', result_code: 'SUCCESS', recall: 'N' }
  const shown: string[] = []
  const options = { cert: serverCert, key: pemOf(server.privateKey), requestCert: true, rejectUnauthorized: false }
  const wechat = https.createServer(options, (request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate()
    shown.push(`${request.url} ${subject?.CN ?? 'nobody'}`)
    const sign = shown.length === 3 ? 'F'.repeat(64) : v2Sign(answer, apiV2Key, 'HMAC-SHA256')
    response.end(writeV2Xml({ ...answer, sign }))
  })
  wechat.listen(0, '127.0.0.1')
  await once(wechat, 'listening')
  t.after(() => {
    wechat.closeAllConnections()
    wechat.close()
  })
  const host = `https://localhost:${(wechat.address() as AddressInfo).port}`
  const codePay = { version: 'v2', apiV2Key, signType: 'HMAC-SHA256', certificate: cert, refunds: 'v3' } as const
  assert.throws(() => aChannel([host], { codePay: { ...codePay, certificate: '' } }), /codePay.certificate/)
  assert.throws(() => aChannel([host], { codePay: { ...codePay, apiV2Key: 'short' } }), /codePay.apiV2Key/)
  const { payCode } = aChannel([host], { codePay }).channel
  assert.ok(payCode)
  assert.deepEqual(await payCode.reverse({}, number), { ok: true, value: { state: 'reversed' } })
  const asked = await payCode.query({}, number)
  assert.equal(!asked.ok && asked.error.kind, 'unclear', 'an answer about no order decides nothing')
  const forged = await payCode.reverse({}, number)
  assert.equal(!forged.ok && forged.error.kind === 'unclear' && forged.error.code, 'UNVERIFIED_ANSWER')
  assert.deepEqual(shown, ['/secapi/pay/reverse merchant', '/pay/orderquery nobody', '/secapi/pay/reverse merchant'])
})
