import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import { alarms } from '../alarm/alarm.ts'
import { type Enrolling, houseKey, startEnrolling } from '../enrol/enrol.testing.ts'
import { takingIn } from '../session/take-in.ts'
import { ownPageHeader } from '../staff/own-page.ts'
import { signedInAs } from '../staff/staff.testing.ts'
import type { SettlementView } from './api.ts'
import { nameOf } from './give.ts'
import { readingUsedCoupons } from './used.ts'

/* A manager opens a shop; the shop gives coupons within its limits; what the lot says of them is settled. */

let cloud: Enrolling
const clock = new SimulatedClock()
let manager: Readonly<Record<string, string>>
before(async () => {
  cloud = await startEnrolling({ clock })
  await cloud.aLot({ number: 4001, bucket: 7 })
  await later(0)
})
/** The manager signs in again then. */
async function later(ms: number): Promise<void> {
  clock.advance(ms)
  manager = await signedInAs(cloud.data.database, clock.now(), { role: 'manager', operatorId: '1', houseKey })
}
after(() => cloud?.close())

async function send(method: 'GET' | 'POST', path: string, headers: Readonly<Record<string, string>>, body?: object) {
  const response = await fetch(cloud.cloud.url + path, {
    ...{ method, headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) } },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    text,
    // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
    json: (text.startsWith('{') ? JSON.parse(text) : null) as any,
  }
}
const office = (method: 'GET' | 'POST', path: string, body?: object) =>
  send(method, `/api/operator/lots/4001/${path}`, manager, body)
const page = { [ownPageHeader]: '1' }
/** Where one is signed in by a cookie. */
const cookieOf = ({ headers }: Awaited<ReturnType<typeof send>>) => ({
  ...page,
  cookie: headers.get('set-cookie')!.split(';')[0]!,
})
const kinds = [
  { name: '满百', worth: { kind: 'amount', fen: 500 } },
  { name: '两小时', worth: { kind: 'minutes', minutes: 120 } },
] as const
const limits = { kinds, perDay: 3, perMonth: 5, hours: 24 }
let accounts = 0
/** A shop that has set its password, signed in. */
async function aShop(over: object = {}) {
  const account = `shop-${++accounts}`
  const made = await office('POST', 'shops', { account, name: `店 ${accounts}`, ...limits, ...over })
  assert.equal(made.status, 200, made.text)
  const link = made.json.link.split('#link=')[1]
  const set = await send('POST', '/api/shop/link', page, { link, password: '九里香 2026 老店' })
  assert.equal(set.status, 200, set.text)
  return { id: made.json.shop as string, account, link, me: cookieOf(set) }
}
type Shop = Awaited<ReturnType<typeof aShop>>
async function give({ me }: Shop, plate: string, kind = '满百') {
  const { json } = await send('POST', '/api/shop/asks', me, {})
  return send('POST', '/api/shop/coupons', me, { ask: json.ask, plate, kind })
}
const orders = async () =>
  (await cloud.sql.query(`select body from lot_command where kind = 'coupon' order by id`)).rows.map(({ body }) => body)
const newestOf = async (shop: Shop): Promise<string> =>
  (await office('GET', `coupons?shop=${shop.id}`)).json.coupons[0].coupon

describe('a shop', () => {
  test('sets its own password by its link, once, and signs in with it', async () => {
    const shop = await aShop()
    assert.equal((await send('GET', '/api/shop/self', shop.me)).json.name, '店 1')
    const again = await send('POST', '/api/shop/link', page, { link: shop.link, password: '九里香 2026 老店' })
    assert.deepEqual([again.status, again.json.error.code], [404, 'link-unknown'])
    const wrong = await send('POST', '/api/shop/sign-in', page, { account: shop.account, password: 'no' })
    assert.equal(wrong.json.error.code, 'sign-in-wrong')
    const right = await send('POST', '/api/shop/sign-in', page, { account: shop.account, password: '九里香 2026 老店' })
    assert.equal((await send('GET', '/api/shop/self', cookieOf(right))).status, 200)
  })
  test('is asked for a password that others do not guess, and its tries are counted', async () => {
    const made = await office('POST', 'shops', { account: 'guessed', name: '店', ...limits })
    const link = made.json.link.split('#link=')[1]
    const short = await send('POST', '/api/shop/link', page, { link, password: '123' })
    assert.equal(short.json.error.code, 'too-short')
    const codes: string[] = []
    for (let n = 0; n < 6; n++)
      codes.push(
        (await send('POST', '/api/shop/sign-in', page, { account: 'guessed', password: `${n}` })).json.error.code,
      )
    assert.deepEqual([codes[4], codes[5]], ['sign-in-wrong', 'too-many'])
  })
  test('sees and does nothing but its own: no cookie, another page, and the office stay shut', async () => {
    const shop = await aShop()
    assert.equal((await send('GET', '/api/shop/self', page)).status, 401)
    const { cookie } = shop.me
    assert.equal((await send('POST', '/api/shop/asks', { cookie }, {})).json.error.code, 'foreign-page')
    assert.equal((await send('GET', '/api/operator/lots/4001/shops', shop.me)).status, 401)
  })
  test('gives a coupon to a plate: ordered from the lot, and sent again it is the same one', async () => {
    const shop = await aShop()
    const { json } = await send('POST', '/api/shop/asks', shop.me, {})
    const asked = { ask: json.ask, plate: '粤b·12345', kind: '满百' }
    const before = (await orders()).length
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => send('POST', '/api/shop/coupons', shop.me, asked)),
    )
    assert.ok(answers.every(({ status }) => status === 200))
    const last = await send('POST', '/api/shop/coupons', shop.me, asked)
    assert.deepEqual([last.status, last.json.plate], [200, '粤B12345'])
    const all = await orders()
    assert.equal(all.length, before + 1)
    const { for: whose, worth, coupon } = all.at(-1)
    assert.deepEqual([whose, worth], [{ plate: '粤B12345' }, { kind: 'amount', fen: 500 }])
    assert.equal(coupon, nameOf(await newestOf(shop)))
    assert.equal((await send('GET', '/api/shop/self', shop.me)).json.leftToday, 2)
    const other = await send('POST', '/api/shop/coupons', shop.me, { ...asked, plate: '粤B12346' })
    assert.equal(other.json.error.code, 'another-coupon')
    const listed = (await send('GET', '/api/shop/coupons', shop.me)).json.coupons
    assert.deepEqual([listed.length, listed[0].plate], [1, '粤B1**45'])
  })
  test('gives no more than it may on a day and in a month, however many ask at once', async () => {
    const shop = await aShop()
    const some = await Promise.all(Array.from({ length: 8 }, (_, n) => give(shop, `粤C1234${n}`)))
    assert.equal(some.filter(({ status }) => status === 200).length, 3)
    assert.ok(some.every(({ status, json }) => status === 200 || json.error.code === 'day-full'))
    await later(24 * 3_600_000)
    // Where the next day is one of another month too, all of its own limit is there again.
    const isNewMonth = new Date(clock.now() + 8 * 3_600_000).getUTCDate() === 1
    const more = await Promise.all(Array.from({ length: 8 }, (_, n) => give(shop, `粤C2234${n}`)))
    assert.equal(more.filter(({ status }) => status === 200).length, isNewMonth ? 3 : 2)
    const refused = more.find(({ status }) => status !== 200)!
    assert.equal(refused.json.error.code, isNewMonth ? 'day-full' : 'month-full')
  })
  test('shows a code: one driver takes it, nobody takes it twice, and it is soon too old', async () => {
    const shop = await aShop()
    const made = await send('POST', '/api/shop/codes', shop.me, { kind: '两小时' })
    assert.match(made.json.svg, /^<svg/)
    const code = made.json.url.split('#')[1]
    const look = await send('POST', '/api/coupon/look', page, { code })
    assert.deepEqual([look.json.kind, look.json.worth], ['两小时', { kind: 'minutes', minutes: 120 }])
    const took = await send('POST', '/api/coupon/take', page, { code, plate: '粤D12345' })
    assert.equal(took.status, 200)
    assert.equal(
      (await send('POST', '/api/coupon/take', page, { code, plate: '粤D12345' })).status,
      200,
      'the same one',
    )
    const twice = await send('POST', '/api/coupon/take', page, { code, plate: '粤D99999' })
    assert.equal(twice.json.error.code, 'another-coupon')
    const old = (await send('POST', '/api/shop/codes', shop.me, { kind: '两小时' })).json.url.split('#')[1]
    await later(11 * 60_000)
    const late = await send('POST', '/api/coupon/take', page, { code: old, plate: '粤D12345' })
    assert.deepEqual([late.status, late.json.error.code], [410, 'code-expired'])
    const forged = await send('POST', '/api/coupon/take', page, { code: `${old.slice(0, -3)}abc`, plate: '粤D12345' })
    assert.equal(forged.json.error.code, 'code-unknown')
  })
  test('is changed, gets another link, and ends: then it is signed out and gives nothing', async () => {
    const shop = await aShop()
    const only = { name: '新店名', kinds: [kinds[1]], perDay: 9, perMonth: 9, hours: 2, reason: '换活动' }
    assert.equal((await office('POST', `shops/${shop.id}/change`, only)).status, 200)
    assert.equal((await give(shop, '粤B12345')).json.error.code, 'kind-unknown')
    const link = await office('POST', `shops/${shop.id}/link`, { reason: '忘了密码' })
    assert.match(link.json.link, /#link=/)
    assert.equal((await send('GET', '/api/shop/self', shop.me)).status, 401)
    const set = await send('POST', '/api/shop/link', page, {
      ...{ link: link.json.link.split('#link=')[1], password: '新密码 也很长 2026' },
    })
    const code = (await send('POST', '/api/shop/codes', cookieOf(set), { kind: '两小时' })).json.url.split('#')[1]
    await office('POST', `shops/${shop.id}/end`, { reason: '撤店' })
    assert.equal((await send('GET', '/api/shop/self', cookieOf(set))).status, 401)
    const late = await send('POST', '/api/coupon/take', page, { code, plate: '粤B12345' })
    assert.equal(late.json.error.code, 'shop-ended')
  })
  test('has an account that nobody else has, and kinds that are told apart', async () => {
    const shop = await aShop()
    const taken = await office('POST', 'shops', { account: shop.account, name: '店', ...limits })
    assert.equal(taken.json.error.code, 'account-taken')
    const twice = await office('POST', 'shops', {
      account: 'twice',
      name: '店',
      ...limits,
      kinds: [kinds[0], kinds[0]],
    })
    assert.equal(twice.json.error.code, 'kind-twice')
    const { rows } = await cloud.sql.query(`select distinct act from staff_line where about like 'shop %'`)
    assert.deepEqual(rows, [{ act: 'coupons.change' }])
  })
})

describe('what was used', () => {
  const newId = idMaker(() => clock.now(), 3)
  test('is read in the lot’s log, once, with what it lowered; and settled by shop and month', async () => {
    const shop = await aShop({ perDay: 9, perMonth: 9 })
    const ids: string[] = []
    for (const plate of ['粤E10001', '粤E10002', '粤E10003']) {
      await give(shop, plate)
      ids.push(await newestOf(shop))
    }
    const takeIn = takingIn({
      ...{ database: cloud.data.database, clock },
      alarms: alarms({ database: cloud.data.database, clock, log: silentLog, newId }),
    })
    const at = clock.now()
    const left = (seq: number, coupons: string[], over: object) => ({
      ...{ seq, at, kind: 'left' as const, session: newId(), lane: 2, leftAt: at, owedFen: 0, coupons },
      ...over,
    })
    const epoch = newId()
    await takeIn(
      { bucket: 7, lotId: 4001, device: 'agent' },
      {
        epoch,
        events: [
          left(1, [nameOf(ids[0]!), 'by-hand'], { couponFen: [450, 100] }),
          left(2, [nameOf(ids[1]!)], {}),
          // Told of another stay as well: it was used by the first.
          left(3, [nameOf(ids[0]!)], { couponFen: [9999] }),
        ],
      },
    )
    const round = readingUsedCoupons({ database: cloud.data.database })
    await Promise.all([round(), round()])
    await round()
    const month = new Date(at + 8 * 3_600_000).toISOString().slice(0, 7)
    const answer = await office('GET', `settlement?month=${month}`)
    assert.equal(answer.status, 200, answer.text)
    const settled: SettlementView = answer.json
    assert.deepEqual(
      settled.shops.filter((one) => one.shop === shop.id),
      [{ shop: shop.id, name: settled.shops[0]!.name, given: 3, used: 2, loweredFen: 450, unknown: 1 }],
    )
    const states = async (state: string) =>
      (await office('GET', `coupons?shop=${shop.id}&state=${state}`)).json.coupons.map(
        (one: { coupon: string }) => one.coupon,
      )
    assert.deepEqual([await states('used'), await states('open')], [[ids[1], ids[0]], [ids[2]]])
    await later(25 * 3_600_000)
    assert.deepEqual([await states('open'), await states('over')], [[], [ids[2]]])
    await cloud.sql.query(
      `update lot_command set state = 'refused', because = 'too-many', send_at = null where kind = 'coupon' and body->>'coupon' = $1`,
      [nameOf(ids[2]!)],
    )
    assert.deepEqual(await states('refused'), [ids[2]])
    const file = await office('GET', `settlement-file?month=${month}&as=csv&lang=en`)
    assert.match(file.text, /店 \d+.*4\.50/)
    assert.match(file.text, /Total.*4\.50/)
    const shops = await office('GET', `shops-file?as=csv&lang=en&text=${encodeURIComponent('满百')}`)
    assert.match(shops.text, /满百: ¥5\.00, 两小时: 120 min/)
    const all = `coupons?shop=${shop.id}`
    const found = async (words: string) =>
      (await office('GET', `${all}&${words}`)).json.coupons.map((one: { coupon: string }) => one.coupon)
    assert.deepEqual(await found('text=e1%200002'), [ids[1]])
    assert.deepEqual(await found('order=asc'), ids)
    assert.deepEqual(await found(`order=asc&after=${ids[0]}`), ids.slice(1))
    const finance = await signedInAs(cloud.data.database, clock.now(), { role: 'platform-finance', houseKey })
    const elsewhere = `/api/platform/operators/1/lots/4001/settlement-file?month=${month}&as=csv&lang=en`
    assert.equal((await send('GET', elsewhere, finance)).text, file.text, 'for the platform too')
    const taken = await office('GET', `coupons-file?shop=${shop.id}&order=asc&as=csv&lang=en`)
    assert.deepEqual(taken.text.match(/粤E1000\d|,used,|,refused by the lot,/g), [
      '粤E10001',
      ',used,',
      '粤E10002',
      ',used,',
      '粤E10003',
      ',refused by the lot,',
    ])
  })
})
