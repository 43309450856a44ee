import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import { startWechatPaySimulator, type WechatPaySimulator } from '@lanepay/simulator-wechatpay/simulator.ts'
import { type Applications, startApplications } from './application.testing.ts'
import { readingBankLists } from './bank-lists.ts'

/* The lists of the real simulator, read by the real adapter into a real database, and searched by whoever applies. */

const day = 86_400_000
const shenzhen = '440300'
let house: Applications
let wechatpay: WechatPaySimulator
let round: () => Promise<void>
before(async () => {
  house = await startApplications()
  wechatpay = await startWechatPaySimulator({ dir: '', port: 0, clock: house.clock, durable: false, mode: 'partner' })
  const channel = wechatPayChannel(wechatpay.settings, { clock: house.clock })
  round = readingBankLists({
    ...{ database: house.data.database, clock: house.clock, channels: { wechatpay: channel } },
    log: () => {},
  })
})
after(async () => {
  await wechatpay?.close()
  await house?.close()
})
beforeEach(() => wechatpay.control.clearFaults())

const rows = async (sql: string) => (await house.sql.query(sql)).rows
const waiting = async () => Number((await rows('select count(*) from bank_reading where read_at is null'))[0].count)
const search = async (text: string, told: { city?: string; set?: object } = {}) => {
  const applicant = await house.applicant()
  if (told.set) assert.equal((await applicant.patch('/api/apply/form', { version: 0, set: told.set })).status, 200)
  const words = new URLSearchParams({ text, ...(told.city ? { city: told.city } : {}) })
  const said = await applicant.get(`/api/apply/branches?${words}`)
  assert.equal(said.status, 200, said.text)
  return said.json.branches as string[]
}

describe('the list of branches', () => {
  test('before anything was read there are banks, and whatever is typed is taken', async () => {
    assert.deepEqual(await search('工商银行', { city: shenzhen }), ['中国工商银行'])
  })

  test('first which banks and cities there are; then what somebody asks for comes before all the rest', async () => {
    await round()
    assert.equal((await rows('select from bank')).length, 9)
    assert.deepEqual(await rows(`select area_code from bank_city where area_code = '${shenzhen}'`), [
      { area_code: shenzhen },
    ])
    assert.equal(await waiting(), 9 * 7)
    assert.deepEqual(await search('工商银行深圳福田', { city: shenzhen }), [])
    await round()
    assert.deepEqual((await search('工商银行深圳福田', { city: shenzhen })).slice(0, 1), [
      '中国工商银行股份有限公司深圳福田中山路支行',
    ])
    assert.ok((await search('工商银行福田支行', { city: shenzhen })).includes('中国工商银行股份有限公司深圳福田支行'))
    // More than a page of the channel holds.
    const all = await rows(
      `select name from bank_branch where city_code = (select code from bank_city where area_code = '${shenzhen}')`,
    )
    assert.equal(all.length, 231)
  })

  test('two processes read each of them once, a bank without branches included', async () => {
    let left = await waiting()
    while (left > 0) {
      await Promise.all([round(), round()])
      const now = await waiting()
      assert.ok(now < left, 'a round reads something')
      left = now
    }
    assert.ok((await rows('select from bank_branch')).length > 500)
    await round()
    assert.equal((await rows('select from bank_reading where due_at <= read_at')).length, 0)
  })

  test('by city, and the own bank of the card first', async () => {
    const found = await search('支行', { city: '510100', set: { cardNumber: '6214830100000000' } })
    assert.match(found[0] ?? '', /^招商银行.*成都/)
    assert.ok(found.every((name) => name.includes('成都')))
    assert.equal(found.length, 20)
    // Nothing typed: what the bank of the card has there.
    const own = await search('', { city: '510100', set: { cardNumber: '6214830100000000' } })
    assert.ok(own.length > 0 && own.every((name) => name.startsWith('招商银行')))
    assert.deepEqual(await search('', { city: '510100' }), [])
    assert.deepEqual(await search('宁波银行鄞州支行', { city: shenzhen }), [])
    assert.deepEqual(await search('100%_\\', { city: shenzhen }), [])
  })

  test('while the channel is away it stays as it was, and is read again when the channel is back', async () => {
    const before = await rows('select * from bank_branch order by name')
    house.clock.advance(31 * day)
    wechatpay.control.fault({ kind: 'answer-5xx', times: 3, call: 'bank-list' })
    await round()
    // It rests: not every second again.
    await round()
    assert.equal(wechatpay.control.faults().length, 1)
    assert.deepEqual(await rows('select * from bank_branch order by name'), before)
    wechatpay.control.clearFaults()
    house.clock.advance(11 * 60_000)
    await round()
    assert.equal(
      (await rows(`select from bank_reading where bank_code = '' and due_at > read_at + interval '29 days'`)).length,
      1,
    )
    assert.deepEqual(await rows('select * from bank_branch order by name'), before)
  })

  test('what the channel does not list any more is gone, and what applications were approved with stays', async () => {
    const city = `(select code from bank_city where area_code = '${shenzhen}')`
    await house.sql.query(`
      insert into bank_branch (name, bank_code, city_code, branch_id) select '中国工商银行深圳旧支行', '1000009561', ${city}, 'x'`)
    await house.sql.query(`insert into bank_branch (name) values ('中国工商银行深圳手填支行')`)
    await house.sql.query(
      `update bank_reading set due_at = 'epoch' where bank_code = '1000009561' and city_code = ${city}`,
    )
    await round()
    assert.deepEqual(await search('旧支行', { city: shenzhen }), [])
    assert.deepEqual(await search('手填支行', { city: shenzhen }), ['中国工商银行深圳手填支行'])
  })

  test('an account without the permission asks once a day', async () => {
    await house.sql.query(`update bank_reading set due_at = 'infinity' where bank_code <> ''`)
    await house.sql.query(`update bank_reading set due_at = 'epoch' where bank_code = ''`)
    const asked: string[] = []
    const refused = readingBankLists({
      ...{ database: house.data.database, clock: house.clock, log: (_, event) => void asked.push(event) },
      channels: {
        wechatpay: {
          ...wechatPayChannel(wechatpay.settings, { clock: house.clock }),
          bankLists: {
            banks: async () => ({ ok: false, error: { kind: 'refused', code: 'NO_AUTH', message: '', alarm: true } }),
          } as never,
        },
      },
    })
    for (let hour = 0; hour < 23; hour++) {
      await refused()
      house.clock.advance(3_600_000)
    }
    assert.deepEqual(asked, ['bank-list-not-read'])
  })
})
