import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { codeAt, typedSecret } from '@lanepay/cloud/refund/authenticator.testing.ts'
import { type HouseFolder, houseFolder } from './kit/house.ts'
import { phone } from './kit/phone.ts'
import { type LanepayProcess, lanepayOnce } from './kit/process.ts'
import { until } from './kit/until.ts'

/*
 * Money on its way to the bank as somebody shows it on the running street: a driver pays, the night passes, the day's own
 * withdrawal fails at the bank, a person asks at once, the bank sends it back after five days, and the next closed day asks anew.
 */
const minute = 60_000
const day = 24 * 60 * minute
/** Days close and withdraw by rounds of a minute each. */
const patience = 5 * minute

let folder: HouseFolder
let house: LanepayProcess
let env: Record<string, string>

before(async () => {
  folder = await houseFolder()
  house = await folder.start()
  const rights = join(folder.home, 'rights.json')
  const people = [{ name: 'zhang', operators: ['1'], totpSecret: typedSecret }]
  writeFileSync(rights, JSON.stringify({ limitYuan: '500.00', people }))
  env = { ...folder.env, LANEPAY_REFUND_RIGHTS: rights }
})
after(async () => {
  await house.end()
  folder.remove()
})

const json = async <T>(url: string, body?: object): Promise<T> => {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, body ? { method: 'POST', headers, body: JSON.stringify(body) } : {})
  assert.equal(response.status, 200, `${url}: ${response.status}`)
  return (await response.json()) as T
}
const act = (what: object) => json(`${folder.url}/street/act`, what)
const bank = (path = '') => `http://127.0.0.1:${folder.env.LANEPAY_BANK_SIMULATOR_PORT}/control${path}`
type Order = { orderNumber: string; amountFen: number; state: string; payee: { number: string; name: string } }
/** What the page has a person type, as it stands there: the lines under "Show it". */
const page = readFileSync(new URL('../docs/withdrawals.md', import.meta.url), 'utf8').split('## Show it')[1] ?? ''
const curls = [...page.matchAll(/^curl -d '(.+)' http:\/\/127\.0\.0\.1:7083\/control(\S+)$/gm)]
const curl = async (line: number) => {
  const [, body = '', path = ''] = curls[line] ?? assert.fail(`the page has no line ${line}`)
  const response = await fetch(bank(path), { method: 'POST', body })
  assert.equal(response.status, 200, await response.text())
}
const orders = async () => (await json<{ orders: Order[] }>(bank())).orders
const command = (args: readonly string[], typed: string | null = null) => lanepayOnce(args, env, typed)
const available = async () => /^Available {2}¥(\d+\.\d\d)/.exec((await command(['withdraw', '1', '2'])).output)?.[1]
const aheadMs = () => (JSON.parse(readFileSync(join(folder.home, 'clock.json'), 'utf8')) as { aheadMs: number }).aheadMs

test('paid, closed, refused by the bank, asked for at once, sent back after five days, and sent anew', async () => {
  await act({ do: 'send', plate: '粤B12345', colour: 'blue' })
  const { codes } = await json<{ codes: { kind: string; url: string; path: string }[] }>(`${folder.url}/street/layout`)
  const code = codes.find(({ kind }) => kind === 'prepay')!
  const token = code.path.split('/').at(-1)!
  const driver = phone({
    ...{ driver: 'lin', wallet: 'alipay', cloudUrl: `http://localhost:${folder.env.LANEPAY_HTTP_PORT}` },
    walletUrl: `http://127.0.0.1:${folder.env.LANEPAY_ALIPAY_SIMULATOR_PORT}`,
  })
  await driver.scan(code.url)
  // Not too often: who asks for plates that are not inside must wait a minute.
  await until('the car is in', async () => (await driver.quote(token, '粤B12345')).status === 200, 120_000, 1_000)
  await act({ do: 'advance', ms: 70 * minute })
  const quoted = await driver.quote(token, '粤B12345')
  const paying = await driver.pay(token, quoted.body.quote!)
  await driver.payInWallet(paying.body.sheet)
  await until('it is paid', async () => (await driver.payment(paying.body.payment)).body.state === 'paid')

  const card = (await json<{ cards: { number: string; name: string }[] }>(bank())).cards.find(
    ({ name }) => name === '阳光物业',
  )!
  await curl(0)
  const now = Date.now() + aheadMs()
  const midnight = Math.floor((now + 8 * 60 * minute) / day) * day - 8 * 60 * minute
  await act({ do: 'advance', ms: midnight + 36 * 60 * minute - now })
  const [refused] = await until(
    'the closed day asks by itself',
    async () => ((await orders()).length > 0 ? orders() : null),
    patience,
  )
  assert.deepEqual(
    [refused!.state, refused!.amountFen, refused!.payee],
    ['failed', 788, { number: card.number, name: card.name }],
  )
  await until('the money is back', async () => (await available()) === '7.88', patience)

  // One in the morning: the card was put a day ago, and no further day is closed yet.
  await act({ do: 'advance', ms: 13 * 60 * minute })
  await curl(1)
  await curl(2)
  const asked = await command(/-- (withdraw 1 2 all .*)/.exec(page)![1]!.split(' '), codeAt(Date.now()))
  assert.equal(asked.status, 0, asked.output)
  assert.match(asked.output, /¥7\.88, of it ¥3\.00 fee and ¥4\.88 to the bank/)
  const number = /\b\d{32}\b/.exec(asked.output)![0]
  const mine = async () => (await orders()).find(({ orderNumber }) => orderNumber === number)
  await until('the bank has paid it', async () => (await mine())?.state === 'paid', patience)
  assert.equal((await mine())!.amountFen, 488)
  assert.equal(await available(), '0.00')

  await act({ do: 'advance', ms: 5 * day + 12 * 60 * minute })
  assert.equal((await mine())!.state, 'returned')
  const anew = await until(
    'the next closed day asks for what came back',
    async () => (await orders()).find(({ amountFen, state }) => amountFen === 788 && state === 'paid'),
    patience,
  )
  assert.notEqual(anew.orderNumber, number)
  const { status, output } = await command(['audit', '--all'])
  assert.match(output, /^[1-9]\d* invariants hold, 0 broken/m)
  assert.equal(status, 0)
})
