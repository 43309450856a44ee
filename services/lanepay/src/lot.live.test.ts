import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { databaseUrl, type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { lanepayOnce } from '../../../e2e/kit/process.ts'

/* `lanepay lot FILE`, as a person types it: a plan with a mistyped number changes nobody else's lot, money or vendor's number. */

let data: TestDatabase
let home: string
before(async () => {
  data = await testDatabase()
  home = mkdtempSync(join(tmpdir(), 'lanepay-lot-'))
})
after(async () => {
  await data.close()
  rmSync(home, { recursive: true, force: true })
})

type Plan = Record<string, unknown>
const example = JSON.parse(
  readFileSync(new URL('../../../docs/examples/lot-bolink.json', import.meta.url), 'utf8'),
) as Plan
const bolink = example.bolink as Plan
const open = (plan: Plan) => {
  const file = join(home, 'lot.json')
  writeFileSync(file, JSON.stringify(plan))
  const env = { LANEPAY_HOME: home, LANEPAY_DATABASE_URL: databaseUrl(data.connection) }
  return lanepayOnce(['lot', file], env)
}
const everything = async () => {
  const tables = ['operator', 'channel_account', 'lot', 'lane', 'lot_number', 'bolink_park']
  const rows = await Promise.all(
    tables.map((table) =>
      data.database.reference.query({
        name: `all-of-${table}`,
        text: `select row_to_json(t) from ${table} t order by t`,
      }),
    ),
  )
  // A key is sealed anew each time.
  return JSON.stringify(rows, (name, value) => (name === 'sealed_key' ? undefined : value))
}

const other = { id: '7', name: '别家物业' }
const wechatpay = { channel: 'wechatpay', channelFeeBasisPoints: 60, merchant: { subMchid: '1900009999' } }
const refused: [what: string, plan: Plan, says: RegExp][] = [
  [
    'a lot of another operator',
    { operator: other, accounts: [] },
    /operator\/id: lot 3, 滨江路北停车场, is operator 5's/,
  ],
  ['a lot in another bucket', { bucket: 2 }, /bucket: lot 3 lives in bucket 1/],
  [
    'an operator of another name',
    { number: 31, operator: { id: '5', name: '滨海物业' }, accounts: [], bolink: undefined },
    /operator\/name: operator 5 is 滨江物业/,
  ],
  [
    'an account of another operator',
    { number: 31, operator: other, accounts: [{ ...wechatpay, id: 51 }], bolink: undefined },
    /accounts\/0\/id: account 51 is operator 5's/,
  ],
  [
    'an account of another channel',
    { accounts: [{ ...wechatpay, id: 52 }] },
    /accounts\/0\/channel: account 52 is of alipay/,
  ],
  [
    "a vendor's number of another lot",
    { number: 31, name: '滨江路东停车场' },
    /bolink\/parkId: 21835 of this vendor is lot 3/,
  ],
]

describe('a plan that takes what is somebody else’s', () => {
  let before: string
  test('the lot is opened, and once more it is the same', async () => {
    for (const _ of [1, 2]) {
      const { status, output } = await open(example)
      assert.equal(status, 0, output)
      assert.match(output, /^prepay .*\nentry .*\nexit /m)
      assert.match(output, /^\/bolink\/key: still as in the example/m)
    }
    const { output } = await open({ ...example, bolink: { ...bolink, key: 'a-key-of-this-vendor' } })
    assert.doesNotMatch(output, /example/)
    await open(example)
    before = await everything()
  })
  for (const [what, change, says] of refused)
    test(`${what}: refused by its field, and nothing is done`, async () => {
      const { status, output } = await open({ ...example, ...change })
      assert.equal(status, 1, output)
      assert.match(output, says)
      assert.match(output, /lot\.json cannot work:\n/)
      assert.doesNotMatch(output, /\n {4}at /)
      assert.equal(await everything(), before)
    })
  test('its own name and fee may change, and how its operator is called', async () => {
    const changed = { name: '滨江路北一停车场', platformFeeBasisPoints: 90, operator: { id: '5', name: '滨江一物业' } }
    const { status, output } = await open({ ...example, ...changed })
    assert.equal(status, 0, output)
    assert.notEqual(await everything(), before)
  })
})
