import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import type { BankLists } from '@lanepay/channels/bank-lists.ts'
import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import type { Result } from '@lanepay/domain/result.ts'
import { callsOf, StillClock } from './fixtures.ts'
import { startWechatPaySimulator, type WechatPaySimulator } from './simulator.ts'

/* Banks, cities and branches (wechat-pay.md 18.5), as the adapter and a caller by hand see them. */

const clock = new StillClock()
const value = <T>(result: Result<T, unknown>): T => {
  assert.ok(result.ok, JSON.stringify(result))
  return result.value
}
let simulator: WechatPaySimulator
let lists: BankLists
before(async () => {
  simulator = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, mode: 'partner' })
  lists = wechatPayChannel(simulator.settings, { clock }).bankLists!
})
after(() => simulator.close())
afterEach(() => simulator.control.clearFaults())

const codeOf = async (bank: string) =>
  value(await lists.banks('personal', 0)).rows.find(({ alias }) => alias === bank)!.code
async function cityCode(name: string): Promise<string> {
  for (const { code } of value(await lists.provinces())) {
    const found = value(await lists.cities(code)).find((city) => city.name === name)
    if (found) return found.code
  }
  return assert.fail(`there is no ${name}`)
}

describe('the adapter', () => {
  test('lists banks for persons and for companies, each with the name that a form wants', async () => {
    const personal = value(await lists.banks('personal', 0))
    assert.equal(personal.next, null)
    const hangzhou = personal.rows.find(({ alias }) => alias === '杭州银行')
    assert.equal(hangzhou?.accountBank, '其他银行')
    const corporate = value(await lists.banks('corporate', 0)).rows
    assert.deepEqual(
      personal.rows.filter(({ code }) => !corporate.some((one) => one.code === code)).map(({ alias }) => alias),
      ['中信百信银行'],
    )
  })

  test('goes through the pages of a list that has more than one holds, each branch once', async () => {
    const [bank, city] = [await codeOf('工商银行'), await cityCode('深圳市')]
    const first = value(await lists.branches(bank, city, 0))
    assert.deepEqual([first.rows.length, first.next], [200, 200])
    const second = value(await lists.branches(bank, city, 200))
    assert.deepEqual([second.rows.length, second.next], [31, null])
    const all = [...first.rows, ...second.rows]
    assert.equal(new Set(all.map(({ id }) => id)).size, 231)
    assert.ok(all.some(({ name }) => name === '中国工商银行股份有限公司深圳福田支行'))
  })

  test('takes none for an answer: a bank without a branch, and one that is not in this city', async () => {
    const city = await cityCode('深圳市')
    for (const bank of ['中信百信银行', '宁波银行'])
      assert.deepEqual(value(await lists.branches(await codeOf(bank), city, 0)), { rows: [], next: null })
  })

  test('says what is unclear and what is refused', async () => {
    simulator.control.fault({ kind: 'answer-wrong-signature', times: 1, call: 'bank-list' })
    const forged = await lists.provinces()
    assert.equal(!forged.ok && forged.error.kind, 'unclear')
    const unknown = await lists.branches('9', await cityCode('深圳市'), 0)
    assert.equal(!unknown.ok && unknown.error.kind, 'refused')
  })

  test('a merchant of its own has no such lists', async () => {
    const direct = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, mode: 'direct' })
    try {
      assert.equal(wechatPayChannel(direct.settings, { clock }).bankLists, undefined)
      const said = await callsOf(direct, clock).get('/v3/capital/capitallhh/areas/provinces')
      assert.deepEqual([said.status, said.body.code], [403, 'NO_AUTH'])
    } finally {
      await direct.close()
    }
  })
})

describe('the simulator refuses what the tables do not have', () => {
  const banks = '/v3/capital/capitallhh/banks/personal-banking'
  const rows: [what: string, path: string, status: number][] = [
    ['no limit', `${banks}?offset=0`, 400],
    ['more than a page', `${banks}?offset=0&limit=201`, 400],
    ['a page of none', `${banks}?offset=0&limit=0`, 400],
    ['a place before the first', `${banks}?offset=-1&limit=10`, 400],
    ['a surplus parameter', `${banks}?offset=0&limit=10&page=1`, 400],
    ['a kind of bank that there is not', '/v3/capital/capitallhh/banks/all-banking?offset=0&limit=10', 404],
    ['a province that there is not', '/v3/capital/capitallhh/areas/provinces/99/cities', 404],
    ['no city', '/v3/capital/capitallhh/banks/1000009561/branches?offset=0&limit=10', 400],
    ['a city that there is not', '/v3/capital/capitallhh/banks/1000009561/branches?city_code=1&offset=0&limit=10', 400],
  ]
  for (const [what, path, status] of rows)
    test(what, async () => assert.equal((await callsOf(simulator, clock).get(path)).status, status))
})
