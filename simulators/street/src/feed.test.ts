import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createStreetFeed, type KeptMessage, type Told } from './feed.ts'

const said = (told: Partial<Told> = {}): Told => ({
  at: 1_767_225_600_000,
  wire: 'wechatpay',
  from: 'lanepay',
  to: 'wechatpay',
  title: 'POST /v3/pay/transactions/jsapi',
  ...told,
})
const shown = (told: Partial<Told>): KeptMessage => {
  const feed = createStreetFeed()
  feed.tell(said(told))
  return feed.after(0)[0]!
}

test('whoever listens hears every message once; whoever comes later gets what came before', () => {
  const feed = createStreetFeed()
  const heard: string[] = []
  const end = feed.onTell(({ title }) => heard.push(title))
  feed.tell(said({ title: 'one' }))
  feed.tell(said({ title: 'two' }))
  end()
  feed.tell(said({ title: 'three' }))
  assert.deepEqual(heard, ['one', 'two'])
  const all = feed.after(0)
  assert.deepEqual(
    all.map(({ title }) => title),
    ['one', 'two', 'three'],
  )
  assert.deepEqual(
    feed.after(all[1]!.n).map(({ title }) => title),
    ['three'],
  )
})

test('only the last are kept', () => {
  const feed = createStreetFeed({ keep: 10 })
  for (let n = 1; n <= 100; n++) feed.tell(said({ title: String(n) }))
  assert.deepEqual(
    feed.after(0).map(({ title }) => Number(title)),
    [91, 92, 93, 94, 95, 96, 97, 98, 99, 100],
  )
})

test('secrets are gone before anything is kept, wherever they stand', () => {
  const names = [
    'appSecret',
    'app_secret',
    'password',
    'access_token',
    'app_auth_token',
    'auth_code',
    'merchantPrivateKey',
    'apiV3Key',
    'Authorization',
    'cookie',
    'set-cookie',
  ]
  for (const name of names) {
    const { detail } = shown({ detail: { deep: [{ [name]: 'opensesame' }] } })
    assert.doesNotMatch(JSON.stringify(detail), /opensesame/, name)
  }
  const raws = [
    'GET /p/back/wechatpay?code=opensesame&state=opensesame HTTP/1.1',
    '{"password":"opensesame"}',
    'Cookie: lp_driver=opensesame',
    'app_auth_token=opensesame',
  ]
  for (const raw of raws) assert.doesNotMatch(shown({ raw }).raw ?? '', /opensesame/, raw)
})

test('what a person wants to read stays: amounts, plates, trade numbers, result codes', () => {
  const detail = {
    amount: { total: 1000 },
    plate: '粤B12345',
    out_trade_no: '10000000000000000000000000000001',
    code: '10000',
  }
  assert.deepEqual(shown({ detail }).detail, detail)
})

test('signatures are cut short, pictures are named by their length', () => {
  const { detail } = shown({ detail: { paySign: 'A'.repeat(344), imageFile: 'B'.repeat(5000) } }) as {
    detail: Record<string, string>
  }
  assert.equal(detail.paySign, 'AAAAAAAA…')
  assert.match(detail.imageFile!, /^B{60}… \(5000 characters\)$/)
})
