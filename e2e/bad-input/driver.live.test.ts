import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Code, codeToken } from '@lanepay/cloud/code/token.ts'
import { type DriverErrorCode, driverErrorCodes, type ErrorView } from '@lanepay/cloud/driver/api.ts'
import { provision } from '@lanepay/cloud/lot/provision.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import { parsePlate } from '@lanepay/domain/plate.ts'
import type { Id } from '@lanepay/domain/types.ts'
import { alipayUserAgent } from '@lanepay/simulator-alipay/simulator.ts'
import { weixinUserAgent } from '@lanepay/simulator-wechatpay/simulator.ts'
import fc from 'fast-check'
import type { Phone } from '../kit/phone.ts'
import { houseKey, lotPlan, type Road, startRoad } from '../kit/road.ts'
import { restingContents, untouched } from './untouched.ts'

/* What a phone may send that it should not: each is refused with a stable code, its status, the field and the rule. */
const plate = '粤B70001'
const desktop = 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0'
let road: Road
let payer: Phone
let other: Phone
let ali: Phone
let quote: string
let payment: string
let payerCookie: string

const key = Buffer.from(houseKey)
const tokenOf = (code: Partial<Code>) =>
  codeToken({ bucket: lotPlan.bucket, lotId: lotPlan.number, kind: 'exit', laneId: 2, serial: 0, ...code }, key)

before(async () => {
  road = await startRoad()
  await provision(
    road.database,
    { ...lotPlan, number: 43, name: '月光花园', agentSecret: 'the secret of the other lot in the tests' },
    road.clock.now(),
  )
  await road.park(plate)
  road.pass(3_600_000)
  await road.toExit(plate)
  payer = road.phone('the-payer')
  const sheet = await road.sheet(payer, 'exit')
  quote = sheet.quote.quote!
  payment = sheet.payment
  other = road.phone('somebody-else')
  ali = road.phone('with-alipay', 'alipay')
  for (const one of [other, ali]) assert.equal((await one.scan(`${road.publicUrl}/p/${road.code('exit')}`)).status, 200)
  payerCookie = await cookieOfNew('the-payer')
  await restingContents(road)
})
after(() => road.close())

/** The cookies that identify this driver, as a test may change them. */
async function cookieOfNew(driver: string): Promise<string> {
  const phone = road.phone(driver)
  let cookie = ''
  const token = road.code('exit')
  const who = await phone.send(`${road.publicUrl}/p/${token}/who`)
  const wallet = await phone.send(who.headers.get('location')!)
  const back = await phone.send(wallet.headers.get('location')!)
  for (const set of back.headers.getSetCookie()) if (set.startsWith('lp_driver=')) cookie = set.split(';')[0]!
  assert.notEqual(cookie, '')
  return cookie
}

type Refusal = { readonly status: number; readonly error: ErrorView['error'] | undefined; readonly type: string }
async function refused(path: string, init: RequestInit & { as?: Phone } = {}): Promise<Refusal> {
  const { as, ...rest } = init
  const response = as
    ? await as.send(road.publicUrl + path, rest)
    : await fetch(road.publicUrl + path, { redirect: 'manual', ...rest })
  const type = response.headers.get('content-type') ?? ''
  const body = await response.text()
  return {
    status: response.status,
    type,
    error: type.includes('json') ? (JSON.parse(body) as ErrorView).error : undefined,
  }
}
const json = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

type Expected = {
  readonly code: DriverErrorCode
  readonly status?: number
  readonly field?: string
  readonly rule?: RegExp
}
function assertRefused(seen: Refusal, expected: Expected): void {
  const said = JSON.stringify(seen)
  assert.equal(seen.error?.code, expected.code, said)
  assert.equal(seen.status, expected.status ?? driverErrorCodes[expected.code], said)
  assert.ok(seen.error!.message.length > 5, said)
  if (expected.field !== undefined) assert.equal(seen.error!.field, expected.field, said)
  if (expected.rule) assert.match(seen.error!.rule ?? '', expected.rule, said)
}

describe('a code', () => {
  const cases: [string, () => string, Expected][] = [
    ['that is no code', () => 'hello', { code: 'code-malformed', field: 'code' }],
    ['with a changed character', () => changed(road.code('exit'), 3), { code: 'code-malformed', field: 'code' }],
    ['with another check at its end', () => changed(road.code('exit'), 21), { code: 'code-malformed', field: 'code' }],
    ['with a character too few', () => road.code('exit').slice(1), { code: 'code-malformed', field: 'code' }],
    ['with a character too many', () => `${road.code('exit')}0`, { code: 'code-malformed', field: 'code' }],
    [
      'sealed by another house',
      () => codeToken({ bucket: 7, lotId: 42, kind: 'exit', laneId: 2, serial: 0 }, Buffer.from('another house')),
      { code: 'code-malformed', field: 'code' },
    ],
    ['with a zero byte in it', () => `${road.code('exit').slice(0, 21)}%00`, { code: 'code-malformed', field: 'code' }],
    ['of 65 characters', () => 'A'.repeat(65), { code: 'bad-request', field: 'params/code', rule: /64/ }],
    ['of a lot that is not open', () => tokenOf({ lotId: 41 }), { code: 'lot-unknown' }],
    ['of the lot in another bucket', () => tokenOf({ bucket: 8 }), { code: 'lot-unknown' }],
    [
      'of the largest numbers there are',
      () => tokenOf({ bucket: 255, lotId: 2 ** 24 - 1, laneId: 1023, serial: 4095 }),
      { code: 'lot-unknown' },
    ],
    ['of a lane that the lot does not have', () => tokenOf({ laneId: 9 }), { code: 'lot-unknown' }],
    ['to enter at the exit lane', () => tokenOf({ kind: 'entry' }), { code: 'lane-wrong-direction' }],
    ['to leave at the entry lane', () => tokenOf({ laneId: 1 }), { code: 'lane-wrong-direction' }],
  ]
  for (const [what, token, expected] of cases)
    test(what, () =>
      untouched(road, async () => {
        const of = `/api/driver/codes/${token()}`
        assertRefused(await refused(of, { as: other }), expected)
        assertRefused(await refused(`${of}/quote`, { as: other, ...json({}) }), expected)
        assertRefused(await refused(`${of}/pay`, { as: other, ...json({ quote }) }), expected)
        assertRefused(await refused(`${of}/enter`, { as: other, ...json({}) }), expected)
        for (const page of [`/p/${token()}`, `/p/${token()}/who`]) {
          const scanned = await refused(page, { as: other })
          assert.equal(scanned.status, driverErrorCodes[expected.code])
          assert.match(scanned.type, /^text\/html/)
        }
      }),
    )
  test('any text in place of a code is refused, and never with an error of ours', () =>
    untouched(road, () =>
      fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }), async (text) => {
          fc.pre(text.isWellFormed())
          const seen = await refused(`/api/driver/codes/${encodeURIComponent(text).replaceAll('.', '%2E')}`, {
            as: other,
          })
          assert.ok([400, 404].includes(seen.status) && seen.error, JSON.stringify(seen))
        }),
        { numRuns: 150 },
      ),
    ))
})

const changed = (token: string, at: number) =>
  token.slice(0, at) + (token[at] === '7' ? '8' : '7') + token.slice(at + 1)

describe('the wrong kind of code', () => {
  const cases: [string, 'entry' | 'prepay' | 'exit', string, unknown][] = [
    ['a fee asked with an entry code', 'entry', 'quote', {}],
    ['a payment with an entry code', 'entry', 'pay', { quote: '1' }],
    ['to enter with an exit code', 'exit', 'enter', {}],
    ['to enter with the code inside the lot', 'prepay', 'enter', {}],
  ]
  for (const [what, kind, act, body] of cases)
    test(what, () =>
      untouched(road, async () =>
        assertRefused(await refused(`/api/driver/codes/${road.code(kind)}/${act}`, { as: other, ...json(body) }), {
          code: 'wrong-kind',
        }),
      ),
    )
})

describe('a body', () => {
  const notJson: Expected = { code: 'bad-request', field: 'body', rule: /JSON/ }
  const notObject: Expected = { code: 'bad-request', field: 'body', rule: /object/ }
  const wrongType: Expected = { code: 'bad-request', field: 'content-type', rule: /application\/json/ }
  const post = (body: RequestInit['body'], type: string | null): RequestInit => ({
    method: 'POST',
    headers: type === null ? {} : { 'content-type': type },
    body: body ?? null,
  })
  const everywhere: [string, () => RequestInit, Expected][] = [
    ['over the limit', () => json(`{"plate":"${'x'.repeat(17 * 1024)}"}`), { code: 'body-too-large' }],
    [
      'over the limit that does not say its length',
      () => ({ ...json(''), body: new Blob(['[', '1,'.repeat(20_000), '1]']).stream(), duplex: 'half' }) as RequestInit,
      { code: 'body-too-large' },
    ],
    ['of broken JSON', () => json('{"plate":'), notJson],
    ['of JSON that wants to be a prototype', () => json('{"__proto__":{"plate":"x"}}'), notJson],
    ['that is empty', () => json(''), { code: 'bad-request', field: 'body', rule: /object/ }],
    ['that is a list', () => json('[]'), notObject],
    ['that is a text', () => json('"plate"'), notObject],
    ['that is a number', () => json('7'), notObject],
    ['that is null', () => json('null'), notObject],
    ['as plain text', () => post('{}', 'text/plain'), wrongType],
    ['as a form', () => post('plate=1', 'application/x-www-form-urlencoded'), wrongType],
    ['as XML', () => post('<plate/>', 'application/xml'), wrongType],
    ['of a type that is no type', () => post('{}', 'json'), wrongType],
  ]
  for (const [what, init, expected] of everywhere)
    test(what, () =>
      untouched(road, async () => {
        const paths = [
          `/api/driver/codes/${road.code('prepay')}/quote`,
          `/api/driver/codes/${road.code('exit')}/pay`,
          `/api/driver/codes/${road.code('entry')}/enter`,
          `/api/driver/payments/${payment}/help`,
        ]
        for (const path of paths) assertRefused(await refused(path, { as: payer, ...init() }), expected)
      }),
    )

  const inside: [string, 'prepay' | 'exit', 'quote' | 'pay', unknown, Expected][] = [
    ['without the plate', 'prepay', 'quote', {}, { code: 'bad-request', field: 'body/plate', rule: /required/ }],
    [
      'with a number for a plate',
      'prepay',
      'quote',
      { plate: 12345 },
      { code: 'bad-request', field: 'body/plate', rule: /string/ },
    ],
    [
      'with null for a plate',
      'prepay',
      'quote',
      { plate: null },
      { code: 'bad-request', field: 'body/plate', rule: /string/ },
    ],
    [
      'with a list of plates',
      'prepay',
      'quote',
      { plate: ['粤B12345'] },
      { code: 'bad-request', field: 'body/plate', rule: /string/ },
    ],
    [
      'with a plate of 21 characters',
      'prepay',
      'quote',
      { plate: '粤B12345'.padEnd(21) },
      { code: 'bad-request', field: 'body/plate', rule: /20/ },
    ],
    ['without the quote', 'exit', 'pay', {}, { code: 'bad-request', field: 'body/quote', rule: /required/ }],
    [
      'with a number for a quote',
      'exit',
      'pay',
      { quote: 12 },
      { code: 'bad-request', field: 'body/quote', rule: /string/ },
    ],
    [
      'with a quote of 41 characters',
      'exit',
      'pay',
      { quote: '1'.repeat(41) },
      { code: 'bad-request', field: 'body/quote', rule: /40/ },
    ],
    [
      'with letters for a quote',
      'exit',
      'pay',
      { quote: 'abc' },
      { code: 'bad-request', field: 'body/quote', rule: /digits/ },
    ],
    ['with an empty quote', 'exit', 'pay', { quote: '' }, { code: 'bad-request', field: 'body/quote', rule: /digits/ }],
    [
      'with a negative quote',
      'exit',
      'pay',
      { quote: '-1' },
      { code: 'bad-request', field: 'body/quote', rule: /digits/ },
    ],
    [
      'with SQL for a quote',
      'exit',
      'pay',
      { quote: "1' or '1'='1" },
      { code: 'bad-request', field: 'body/quote', rule: /digits/ },
    ],
    [
      'with a quote over 63 bits',
      'exit',
      'pay',
      { quote: '9999999999999999999' },
      { code: 'bad-request', field: 'body/quote', rule: /63rd/ },
    ],
    [
      'with the first quote over 63 bits',
      'exit',
      'pay',
      { quote: '9223372036854775808' },
      { code: 'bad-request', field: 'body/quote', rule: /63rd/ },
    ],
    ['with the last id of 63 bits', 'exit', 'pay', { quote: '9223372036854775807' }, { code: 'quote-unknown' }],
    ['with a quote nobody made', 'exit', 'pay', { quote: '1' }, { code: 'quote-unknown' }],
  ]
  for (const [what, kind, act, body, expected] of inside)
    test(`to ${act}, ${what}`, () =>
      untouched(road, async () =>
        assertRefused(
          await refused(`/api/driver/codes/${road.code(kind)}/${act}`, { as: other, ...json(body) }),
          expected,
        ),
      ))
})

describe("what is another's", () => {
  const pay = (as: Phone, code: string) => refused(`/api/driver/codes/${code}/pay`, { as, ...json({ quote }) })
  test("another driver's quote", () =>
    untouched(road, async () => assertRefused(await pay(other, road.code('exit')), { code: 'quote-unknown' })))
  test("another driver's quote, with another wallet", () =>
    untouched(road, async () => assertRefused(await pay(ali, road.code('exit')), { code: 'quote-unknown' })))
  test("one's own quote under another lot's code", () =>
    untouched(road, async () => assertRefused(await pay(payer, tokenOf({ lotId: 43 })), { code: 'quote-unknown' })))
  test('a lot whose agent is away is asked in vain, and nothing is kept of it', () =>
    untouched(road, async () =>
      assertRefused(await refused(`/api/driver/codes/${tokenOf({ lotId: 43 })}/quote`, { as: other, ...json({}) }), {
        code: 'lot-offline',
      }),
    ))
  test("a stranger's pass is not asked for by typing it", () =>
    untouched(road, async () =>
      assertRefused(
        await refused(`/api/driver/codes/${road.code('prepay')}/quote`, { as: other, ...json({ plate: '无A12345' }) }),
        { code: 'no-session' },
      ),
    ))

  const numbers: [string, () => string][] = [
    ['that is none', () => 'hello'],
    ['with a wrong digit', () => changed(payment, 20)],
    ['of another kind', () => numberOf('refund', { bucket: 7, lotId: 42 }, '1' as Id)],
    ['of a bucket that cannot be', () => checked(`1999${payment.slice(4, 30)}`)],
    ['over 63 bits', () => checked(`${payment.slice(0, 11)}9999999999999999999`)],
    ['that nobody paid', () => numberOf('trade', { bucket: 7, lotId: 42 }, '1' as Id)],
    [
      'of another lot',
      () => numberOf('trade', { bucket: 7, lotId: 43 }, payment.slice(11, 30).replace(/^0+/, '') as Id),
    ],
    ['of another driver', () => payment],
  ]
  for (const [what, number] of numbers)
    test(`a payment number ${what}`, () =>
      untouched(road, async () => {
        const expected: Expected = { code: 'payment-unknown', field: 'number' }
        for (const as of [other, ali]) {
          assertRefused(await refused(`/api/driver/payments/${number()}`, { as }), expected)
          assertRefused(await refused(`/api/driver/payments/${number()}?ask=1`, { as }), expected)
          assertRefused(await refused(`/api/driver/payments/${number()}/help`, { as, ...json({}) }), expected)
        }
      }))
  test('a payment number of 65 characters', () =>
    untouched(road, async () =>
      assertRefused(await refused(`/api/driver/payments/${'1'.repeat(65)}`, { as: other }), {
        code: 'bad-request',
        field: 'params/number',
        rule: /64/,
      }),
    ))
  test('asked twice in one address', () =>
    untouched(road, async () =>
      assertRefused(await refused(`/api/driver/payments/${payment}?ask=1&ask=2`, { as: payer }), {
        code: 'bad-request',
        field: 'querystring/ask',
        rule: /string/,
      }),
    ))
})

/** With the check digits that make any thirty digits a number (ISO 7064 MOD 97-10). */
const checked = (body: string) => body + String(98n - ((BigInt(body) * 100n) % 97n)).padStart(2, '0')

describe('who is asking', () => {
  const [name = '', value = ''] = ['lp_driver', '']
  const cases: [string, () => Record<string, string>][] = [
    ['nobody', () => ({ 'user-agent': weixinUserAgent })],
    ['a browser that is no wallet', () => ({ 'user-agent': desktop })],
    ['no user agent at all', () => ({ 'user-agent': '' })],
    ["a browser that is no wallet, with a wallet's cookie", () => ({ 'user-agent': desktop, cookie: payerCookie })],
    ["another wallet with this one's cookie", () => ({ 'user-agent': alipayUserAgent, cookie: payerCookie })],
    ['a cookie with a changed character', () => ({ 'user-agent': weixinUserAgent, cookie: changed(payerCookie, 20) })],
    ['a cookie with another seal', () => ({ 'user-agent': weixinUserAgent, cookie: `${payerCookie.slice(0, -3)}AAA` })],
    ['a cookie without its seal', () => ({ 'user-agent': weixinUserAgent, cookie: payerCookie.split('.')[0]! })],
    ['a cookie that is none', () => ({ 'user-agent': weixinUserAgent, cookie: `${name}=${value}.` })],
    [
      'a cookie of half a megabyte less',
      () => ({ 'user-agent': weixinUserAgent, cookie: `${name}=${'A'.repeat(8_000)}.A` }),
    ],
    [
      'a state cookie in the place of the driver cookie',
      () => ({ 'user-agent': weixinUserAgent, cookie: stateAsDriver }),
    ],
  ]
  let stateAsDriver = ''
  before(async () => {
    const started = await other.send(`${road.publicUrl}/p/${road.code('exit')}/who`)
    const sealed = /^lp_state=([^;]+)/.exec(started.headers.getSetCookie()[0] ?? '')![1]!
    stateAsDriver = `lp_driver=${sealed}`
  })
  for (const [what, headers] of cases)
    test(what, () =>
      untouched(road, async () => {
        const asks: [string, RequestInit][] = [
          [`/api/driver/codes/${road.code('exit')}/quote`, json({})],
          [`/api/driver/codes/${road.code('exit')}/pay`, json({ quote })],
          [`/api/driver/codes/${road.code('entry')}/enter`, json({})],
          [`/api/driver/payments/${payment}`, {}],
          [`/api/driver/payments/${payment}/help`, json({})],
        ]
        for (const [path, init] of asks) {
          const seen = await refused(path, { ...init, headers: { ...init.headers, ...headers() } })
          assertRefused(seen, { code: 'not-identified' })
        }
        const view = await fetch(`${road.publicUrl}/api/driver/codes/${road.code('exit')}`, { headers: headers() })
        assert.equal(((await view.json()) as { identified: boolean }).identified, false)
      }),
    )
  test('the cookie itself is believed, so that the cases above say something', async () => {
    const seen = await fetch(`${road.publicUrl}/api/driver/payments/${payment}`, {
      headers: { 'user-agent': weixinUserAgent, cookie: payerCookie },
    })
    assert.equal(seen.status, 200)
  })
})

describe('coming back from the wallet', () => {
  const start = async (phone: Phone) => {
    const who = await phone.send(`${road.publicUrl}/p/${road.code('exit')}/who`)
    const wallet = await phone.send(who.headers.get('location')!)
    return { cookie: who.headers.getSetCookie()[0]!.split(';')[0]!, back: new URL(wallet.headers.get('location')!) }
  }
  const come = (url: URL, cookie: string) =>
    fetch(url, { redirect: 'manual', headers: { 'user-agent': weixinUserAgent, cookie } })
  const identifies = (response: Response) => response.headers.getSetCookie().some((set) => set.startsWith('lp_driver='))

  const cases: [string, (started: Awaited<ReturnType<typeof start>>) => { url: URL; cookie: string }, number][] = [
    ['with a forged state', ({ back, cookie }) => ({ url: set(back, 'state', '0'.repeat(24)), cookie }), 401],
    ['without a state', ({ back, cookie }) => ({ url: set(back, 'state', null), cookie }), 401],
    ['to a browser that never left', ({ back }) => ({ url: back, cookie: '' }), 401],
    ['with a changed cookie', ({ back, cookie }) => ({ url: back, cookie: changed(cookie, 20) }), 401],
    [
      'with a state of 129 characters',
      ({ back, cookie }) => ({ url: set(back, 'state', 's'.repeat(129)), cookie }),
      400,
    ],
    [
      'of no channel we know',
      ({ back, cookie }) => ({ url: new URL(back.href.replace('back/wechatpay', 'back/nobody')), cookie }),
      401,
    ],
    [
      'with a code nobody gave out: on without a name',
      ({ back, cookie }) => ({ url: set(back, 'code', 'made-up'), cookie }),
      302,
    ],
    [
      'without a code, the driver said no: on without a name',
      ({ back, cookie }) => ({ url: set(back, 'code', null), cookie }),
      302,
    ],
  ]
  for (const [what, change, status] of cases)
    test(what, () =>
      untouched(road, async () => {
        const { url, cookie } = change(await start(road.phone('who-comes-back')))
        const response = await come(url, cookie)
        assert.equal(response.status, status)
        assert.equal(identifies(response), false)
        if (status >= 400) assert.match(response.headers.get('content-type') ?? '', /^text\/html/)
        else assert.match(response.headers.get('location') ?? '', /\?anonymous=1$/)
        await response.body?.cancel()
      }),
    )
  test("with another browser's state", () =>
    untouched(road, async () => {
      const [mine, theirs] = [await start(road.phone('mine')), await start(road.phone('theirs'))]
      const response = await come(theirs.back, mine.cookie)
      assert.equal(response.status, 401)
      assert.equal(identifies(response), false)
    }))
  test('twice: the second time the code is spent, with the cookie kept as without', () =>
    untouched(road, async () => {
      const { back, cookie } = await start(road.phone('comes-twice'))
      assert.equal(identifies(await come(back, cookie)), true)
      const kept = await come(back, cookie)
      assert.equal(identifies(kept), false)
      assert.equal((await come(back, '')).status, 401)
    }))
  test('after ten minutes', async () => {
    const { back, cookie } = await start(road.phone('comes-late'))
    road.pass(10 * 60_000 + 1)
    assert.equal((await come(back, cookie)).status, 401)
    await restingContents(road)
  })
})

const set = (url: URL, name: string, value: string | null): URL => {
  const changedUrl = new URL(url)
  if (value === null) changedUrl.searchParams.delete(name)
  else changedUrl.searchParams.set(name, value)
  return changedUrl
}

describe('a way that is none', () => {
  const nothing: Expected = { code: 'bad-request', status: 404, field: 'path' }
  const cases: [string, string, () => string, Expected][] = [
    ['an unknown path', 'GET', () => '/api/driver/nothing', nothing],
    ['an unknown act', 'POST', () => `/api/driver/codes/${road.code('exit')}/leave`, nothing],
    ['the root', 'GET', () => '/', nothing],
    ['a path upwards', 'GET', () => '/driver/..%2f..%2fpackage.json', nothing],
    [
      'a code of 200 characters',
      'GET',
      () => `/api/driver/codes/${'A'.repeat(200)}`,
      { code: 'bad-request', field: 'path' },
    ],
    ['broken percent signs', 'GET', () => '/api/driver/codes/%zz', { code: 'bad-request', field: 'path' }],
    ['half a character', 'GET', () => '/api/driver/codes/%e7%b2', { code: 'bad-request', field: 'path' }],
    [
      'a fee asked by GET',
      'GET',
      () => `/api/driver/codes/${road.code('exit')}/quote`,
      { code: 'bad-request', status: 405, field: 'method', rule: /POST/ },
    ],
    [
      'a payment by PUT',
      'PUT',
      () => `/api/driver/codes/${road.code('exit')}/pay`,
      { code: 'bad-request', status: 405, field: 'method', rule: /POST/ },
    ],
    [
      'a payment taken away',
      'DELETE',
      () => `/api/driver/payments/${payment}`,
      { code: 'bad-request', status: 405, field: 'method', rule: /GET/ },
    ],
    [
      'an entry by PATCH',
      'PATCH',
      () => `/api/driver/codes/${road.code('entry')}/enter`,
      { code: 'bad-request', status: 405, field: 'method', rule: /POST/ },
    ],
  ]
  for (const [what, method, path, expected] of cases)
    test(what, () => untouched(road, async () => assertRefused(await refused(path(), { as: payer, method }), expected)))
})

describe('a plate', () => {
  const ask = (typed: string) =>
    refused(`/api/driver/codes/${road.code('prepay')}/quote`, { as: other, ...json({ plate: typed }) })
  const none = [
    '',
    ' ',
    '粤B',
    '粤B1234',
    '粤BI2345',
    '粤B1234O',
    'ABC',
    '12345',
    '粤B12345港',
    '🚗🚗🚗',
    '粤B12345\u0000',
    '使12345',
    '农用1234',
    "'; drop table q; --",
    '\u202e粤B12345',
  ]
  for (const typed of none)
    test(`${JSON.stringify(typed)} is none`, () =>
      untouched(road, async () =>
        assertRefused(await ask(typed), { code: 'plate-malformed', field: 'body/plate', rule: /plate/ }),
      ))
  test('any text is a plate in one spelling, or refused as none', () =>
    untouched(road, () =>
      fc.assert(
        fc.asyncProperty(
          fc.oneof(
            fc.string({ unit: 'binary', maxLength: 20 }),
            fc.string({ unit: fc.constantFrom(...'粤京使港澳学警WJAB01289IO·- ａ１'), maxLength: 12 }),
            fc.stringMatching(/^[A-Z]{1,2}[0-9]{1,4}$/),
            fc.stringMatching(/^[京粤沪][A-HJ-NP-Z][0-9A-HJ-NP-Z]{5}$/),
          ),
          async (typed) => {
            fc.pre(typed.length <= 20)
            road.pass(60_000) // nobody is slowed down for asking often
            const plateMeant = parsePlate(typed, { overseas: true })
            const seen = await ask(typed)
            if (plateMeant.ok) assertRefused(seen, { code: 'no-session' })
            else assertRefused(seen, { code: 'plate-malformed', field: 'body/plate' })
          },
        ),
        { numRuns: 400 },
      ),
    ))
  test('in any of its spellings it is the same plate', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('', ' ', '·', '-', '.', '　'), { minLength: 8, maxLength: 8 }),
        fc.boolean(),
        fc.boolean(),
        async (between, small, wide) => {
          const spelled = [...(small ? plate.toLowerCase() : plate)]
            .map((c) => (wide && c < '\u007f' ? String.fromCharCode(c.charCodeAt(0) + 0xfee0) : c))
            .map((c, index) => between[index] + c)
            .join('')
          const seen = await payer.quote(road.code('prepay'), spelled)
          assert.equal(seen.status, 200, `${spelled}: ${JSON.stringify(seen.body)}`)
          assert.equal(seen.body.plate, plate)
        },
      ),
      { numRuns: 20 },
    ))
  test('one who tries plate after plate is slowed down, and only he', async () => {
    await untouched(road, async () => {
      const guesser = road.phone('guesser')
      assert.equal((await guesser.scan(`${road.publicUrl}/p/${road.code('prepay')}`)).status, 200)
      const seen: (string | undefined)[] = []
      for (let n = 0; n < 14; n++)
        seen.push((await guesser.quote(road.code('prepay'), `粤B8000${n % 10}`)).body.error?.code)
      assert.deepEqual(seen.slice(0, 12), Array(12).fill('no-session'))
      assert.deepEqual(seen.slice(12), ['too-many', 'too-many'])
      assert.equal((await payer.quote(road.code('prepay'), 'nonsense')).body.error?.code, 'plate-malformed')
    })
  })
})

test('after all that the payment that was open is paid, and the books are right', async () => {
  const sheet = await road.sheet(payer, 'exit')
  await payer.payInWallet(sheet.sheet)
  await road.paymentIs(payer, sheet.payment, 'paid')
  await road.driveOut()
  await road.settled()
  await road.audit()
})
