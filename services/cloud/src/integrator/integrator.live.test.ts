import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Channel } from '@lanepay/channels/channel.ts'
import type { Statement } from '@lanepay/database/database.ts'
import { testDatabase } from '@lanepay/database/testing.ts'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import { err, ok } from '@lanepay/domain/result.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import pg from 'pg'
import { asking } from '../application/application.testing.ts'
import { channelAccounts } from '../payment/accounts.ts'
import { makeMetrics } from '../server/metrics.ts'
import { makeServer } from '../server/server.ts'
import type { Role } from '../staff/acts.ts'
import { hangStaffDoor } from '../staff/door.ts'
import { staffPlugins } from '../staff/plugin.ts'
import { signedInAs } from '../staff/staff.testing.ts'
import type { AccountsView, LotsView, OperatorsView } from './api.ts'
import { certificateWatch, toldBeforeMs } from './certificates.ts'
import { lookingAtAccounts } from './health.ts'
import {
  selectLots,
  selectLotsByName,
  selectLotsByNumber,
  selectLotsOfOperator,
  selectOperatorsByName,
} from './list-store.ts'
import { gramsOf, rangesOf } from './lists.ts'
import { integratorRoutes } from './routes.ts'

/* Ten thousand lots of two thousand operators, on a real database. */

const houseKey = 'the house key of the integrator in the tests'
const lotsThere = 10_000
const clock = new SimulatedClock()

async function start() {
  const data = await testDatabase()
  const sql = new pg.Client(data.connection)
  await sql.connect()
  const { database } = data
  await sql.query(`
    insert into operator (operator_id, name, created_at)
    select n, case when n % 7 = 0 then '滨江城市' else '阳光' end || '物业 ' || n, now() from generate_series(1, 2000) as n;
    insert into lot (bucket, lot_id, operator_id, name, platform_fee_basis_points, created_at)
    select n % 256, n, 1 + n % 2000, case when n = 7777 then '鸿运大厦地下停车场' else '停车场 ' || n end, 100, now()
      from generate_series(1, ${lotsThere}) as n;
    insert into lot_number (lot_id, bucket) select lot_id, bucket from lot on conflict do nothing;
    insert into channel_account (account_id, operator_id, channel, merchant, channel_fee_basis_points, active)
    select n, n, 'wechatpay', jsonb_build_object('subMchid', (1900000000 + n)::text, 'appAuthToken', 'a secret'), 60, true
      from generate_series(1, 120) as n;
    analyze;`)
  const channels: { wechatpay: Channel } = { wechatpay: {} as Channel }
  const deps = {
    ...{ database, clock, houseKey: Buffer.from(houseKey), newId: idMaker(() => clock.now(), 0), log: silentLog },
    publicUrl: 'http://pay.example.com',
  }
  const server = await makeServer({
    ...{ database, log: silentLog, metrics: makeMetrics(), linkConnected: () => true, rightsOf: async () => null },
    ...{ brokerSecret: 'the secret of the broker', trustProxy: false },
    hangDoor: (bare) => hangStaffDoor(bare, deps),
    routes: [integratorRoutes({ ...deps, channels }), ...staffPlugins(deps)],
  })
  return {
    ...{ data, database, sql, channels, deps },
    person: async (role: Role = 'platform-admin') =>
      asking(server, await signedInAs(database, clock.now(), { role, houseKey })),
    close: async () => {
      await server.close()
      await sql.end()
      await data.close()
    },
  }
}
let house: Awaited<ReturnType<typeof start>>
before(async () => {
  house = await start()
})
after(() => house?.close())

const search = (text: string) => `search=${encodeURIComponent(text)}`

describe('lots and operators among many', () => {
  test('every page in its order, each lot once', async () => {
    const support = await house.person('support')
    const seen: number[] = []
    let after = ''
    do {
      const page = (await support.get(`/api/platform/lots?limit=100${after}`)).json as LotsView
      seen.push(...page.lots.map(({ lot }) => lot))
      after = page.next === null ? '' : `&after=${page.next}`
    } while (after !== '')
    assert.deepEqual(
      seen,
      Array.from({ length: lotsThere }, (_, at) => at + 1),
    )
  })

  const found: readonly (readonly [asked: string, first: readonly number[]])[] = [
    ['鸿运', [7777]],
    ['大厦地下', [7777]],
    ['厦', [7777]],
    ['场 99', [99, 990, 991]],
    ['777', [777, 7770, 7771]],
    ['10000', [10_000]],
    ['没有', []],
    ["' or true --", []],
    ['%', []],
  ]
  for (const [asked, first] of found)
    test(`${asked} finds ${first.join(', ') || 'nothing'}`, async () => {
      const { lots } = (await (await house.person()).get(`/api/platform/lots?limit=3&${search(asked)}`))
        .json as LotsView
      assert.deepEqual(
        lots.map(({ lot }) => lot),
        first,
      )
    })

  test('of one operator, also by a part of its name or the beginning of its number', async () => {
    const admin = await house.person()
    const of = async (more: string) =>
      ((await admin.get(`/api/platform/lots?operator=78${more}`)).json as LotsView).lots.map(({ lot }) => lot)
    assert.deepEqual(await of(''), [77, 2077, 4077, 6077, 8077])
    assert.deepEqual(await of(`&${search('场 4')}`), [4077])
    assert.deepEqual(await of(`&${search('60')}`), [6077])
    assert.deepEqual(await of(`&${search('%')}`), [])
  })

  test('the newest first, page after page, all of them or those that are looked for', async () => {
    const admin = await house.person()
    const walked = async (more: string): Promise<number[]> => {
      const first = (await admin.get(`/api/platform/lots?order=desc&limit=2${more}`)).json as LotsView
      const second = (await admin.get(`/api/platform/lots?order=desc&limit=2${more}&after=${first.next}`))
        .json as LotsView
      return [...first.lots, ...second.lots].map(({ lot }) => lot)
    }
    assert.deepEqual(await walked(''), [10_000, 9_999, 9_998, 9_997])
    assert.deepEqual(await walked('&operator=78'), [8077, 6077, 4077, 2077])
    assert.deepEqual(await walked(`&${search('777')}`), [7779, 7778, 7777, 7776])
    const accounts = (await admin.get('/api/platform/accounts?order=desc&limit=2')).json as AccountsView
    assert.ok(accounts.accounts[0]!.account > accounts.accounts[1]!.account)
    const { operators } = (await admin.get(`/api/platform/operators?order=desc&limit=2&${search('199')}`))
      .json as OperatorsView
    assert.deepEqual(
      operators.map(({ operator }) => operator),
      ['1999', '1998'],
    )
  })

  test('are taken away as files, all pages of what is found', async () => {
    const finance = await house.person('platform-finance')
    const lines = async (path: string) => {
      const file = await finance.get(`/api/platform/${path}&as=csv&lang=en`)
      assert.equal(file.status, 200)
      return file.text.trim().split('\r\n').slice(1)
    }
    const lots = await lines(`lots-file?${search('场 9')}`)
    assert.ok(lots.length > 100, 'more than a page')
    assert.equal(new Set(lots).size, lots.length)
    const operators = await lines(`operators-file?${search('滨江城市物业 7')}`)
    assert.match(operators[0]!, /^7\t?,滨江城市物业 7,5,WeChat Pay,/)
    assert.ok((await lines('accounts-file?')).length > 100, 'accounts too')
  })
  test('operators with how many lots they have and by which channels they are paid', async () => {
    const admin = await house.person()
    const { operators, next } = (await admin.get(`/api/platform/operators?limit=2&${search('滨江')}`))
      .json as OperatorsView
    assert.deepEqual(
      operators.map(({ operator, name, lots, channels }) => [operator, name, lots, channels]),
      [
        ['7', '滨江城市物业 7', 5, ['wechatpay']],
        ['14', '滨江城市物业 14', 5, ['wechatpay']],
      ],
    )
    const more = (await admin.get(`/api/platform/operators?limit=2&${search('滨江')}&after=${next}`))
      .json as OperatorsView
    assert.deepEqual(
      more.operators.map(({ operator }) => operator),
      ['21', '28'],
    )
    const byNumber = (await admin.get(`/api/platform/operators?limit=3&${search('199')}`)).json as OperatorsView
    assert.deepEqual(
      byNumber.operators.map(({ operator }) => operator),
      ['199', '1990', '1991'],
    )
  })

  /** How many rows the executor has touched for it. */
  async function touched({ text }: Statement, values: readonly unknown[]): Promise<number> {
    const { rows } = await house.sql.query(
      `explain (analyze, format json, timing off) ${text.replace('-- fanout', '')}`,
      [...values],
    )
    let sum = 0
    const walk = (node: Record<string, unknown>): void => {
      const loops = Number(node['Actual Loops'])
      sum +=
        loops *
        (Number(node['Actual Rows']) +
          Number(node['Rows Removed by Filter'] ?? 0) +
          Number(node['Rows Removed by Index Recheck'] ?? 0))
      for (const child of (node.Plans ?? []) as Record<string, unknown>[]) walk(child)
    }
    walk(rows[0]['QUERY PLAN'][0].Plan)
    return sum
  }
  const start = [0, 51]
  const mostLots = 2 ** 31 - 1
  const [low, high] = [rangesOf('77', 7).low, rangesOf('77', 7).high]
  const questions: readonly (readonly [what: string, statement: Statement, values: readonly unknown[]])[] = [
    ['the first page', selectLots.asc, start],
    ['a page far behind', selectLots.asc, [9_900, 51]],
    ['the newest', selectLots.desc, [mostLots, 51]],
    ['the newest with a rare part of a name', selectLotsByName.desc, [mostLots, 51, gramsOf('鸿运'), '鸿运']],
    ['a rare part of a name', selectLotsByName.asc, [...start, gramsOf('鸿运'), '鸿运']],
    ['a part that all names have', selectLotsByName.asc, [...start, gramsOf('停车场'), '停车场']],
    ['a part that no name has', selectLotsByName.asc, [...start, gramsOf('没有'), '没有']],
    ['the beginning of a number', selectLotsByNumber.asc, [...start, low, high]],
    ['the lots of one operator', selectLotsOfOperator.asc, [...start, 78]],
  ]
  for (const [what, statement, values] of questions)
    test(`${what} touches few rows of ${lotsThere}`, async () => {
      const rows = await touched(statement, values)
      assert.ok(rows < 1_000, `${rows}`)
    })
  test('a rare part of an operator’s name touches few', async () => {
    await house.sql.query("update operator set name = '海港联合' where operator_id = 1999")
    assert.ok((await touched(selectOperatorsByName.asc, [...start, gramsOf('海港'), '海港'])) < 100)
  })
})

describe('a lot without an application', () => {
  const plan = (told: object = {}) => ({
    ...{ name: '新天地停车场', platformFeeBasisPoints: 100, operator: { name: '新天地物业' } },
    accounts: [{ channel: 'wechatpay', channelFeeBasisPoints: 38, merchant: { subMchid: '1900009999' } }],
    lanes: [{ id: 1, name: '入口', direction: 'entry' }],
    ...told,
  })
  const rowsOf = async (lot: number) => (await house.sql.query('select * from lot where lot_id = $1', [lot])).rows
  const reason = 'a contract on paper'

  test('gets number, bucket and operator, its lanes and its account, and a line in the trail', async () => {
    const admin = await house.person()
    const { json, status, text } = await admin.post('/api/platform/lots', { plan: plan(), reason })
    assert.equal(status, 200, text)
    const [lot] = await rowsOf(json.lot)
    assert.deepEqual([lot.name, lot.operator_id], ['新天地停车场', json.operator])
    const { rows: accounts } = await house.sql.query('select * from channel_account where operator_id = $1', [
      json.operator,
    ])
    assert.deepEqual(
      accounts.map((one) => [one.merchant, one.channel_fee_basis_points, one.account_id]),
      [[{ subMchid: '1900009999' }, 38, 121]],
    )
    const { rows: lines } = await house.sql.query('select act, reason from staff_line where about = $1', [
      `lot ${json.lot}`,
    ])
    assert.deepEqual(lines, [{ act: 'lots.open', reason }])
    const about = (await admin.get(`/api/platform/operators/${json.operator}/about`)).json
    assert.deepEqual([about.lots, about.accounts[0].merchant], [1, { subMchid: '1900009999' }])
    // One more lot of the same operator: where its others are, and its account stays.
    const more = { name: '新天地二期', operator: { id: json.operator, name: '新天地物业' } }
    const second = await admin.post('/api/platform/lots', { plan: plan(more), reason })
    assert.equal((await rowsOf(second.json.lot))[0].bucket, lot.bucket)
    assert.equal(
      (await house.sql.query('select from channel_account where operator_id = $1', [json.operator])).rowCount,
      1,
    )
  })

  test('mistakes are told all at once, as the command tells them, and nothing is opened', async () => {
    const admin = await house.person()
    const wrong = plan({ lanes: [], name: '', accounts: [{ channel: 'cash', channelFeeBasisPoints: 0, merchant: {} }] })
    const { mistakes } = (await admin.post('/api/platform/lots/check', { plan: wrong })).json
    const fields = mistakes.map(({ field }: { field: string }) => field)
    for (const field of ['/lanes', '/name']) assert.ok(fields.includes(field), field)
    assert.ok(fields.some((field: string) => field.startsWith('/accounts/0/channel')))
    const refused = await admin.post('/api/platform/lots', { plan: wrong, reason })
    assert.deepEqual([refused.status, refused.json.error.code], [400, 'mistakes'])
    assert.deepEqual((await admin.post('/api/platform/lots/check', { plan: plan() })).json, { mistakes: [] })
    for (const nothing of [null, 7, [], 'plan'])
      assert.equal((await admin.post('/api/platform/lots', { plan: nothing, reason })).json.error.code, 'mistakes')
  })

  test("a number that is somebody's is refused, and the lot stays his; the same again is the same lot", async () => {
    const admin = await house.person()
    const taken = await admin.post('/api/platform/lots', { plan: plan({ number: 42, bucket: 42 }), reason })
    assert.deepEqual([taken.status, taken.json.error.code], [409, 'lot-number-taken'])
    assert.equal((await rowsOf(42))[0].name, '停车场 42')
    const own = plan({ number: 9_000_001, bucket: 3, operator: { id: '999999', name: '重复物业' }, accounts: [] })
    const answers = await Promise.all([1, 2, 3].map(() => admin.post('/api/platform/lots', { plan: own, reason })))
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200],
    )
    assert.equal((await rowsOf(9_000_001)).length, 1)
  })

  test("what is somebody else's is a mistake when it is checked as when it is opened, and a check takes nothing", async () => {
    const admin = await house.person()
    const checked = async (told: object) =>
      (await admin.post('/api/platform/lots/check', { plan: plan(told) })).json.mistakes
    const numbers = async () => (await house.sql.query('select count(*)::int as n from lot_number')).rows[0].n
    const bolink = { unionId: '200208', parkId: '9001', key: 'A1B2C3D4E5F60718' }
    const vendor = { number: 9_000_002, bucket: 3, accounts: [], bolink, operator: { id: '999998', name: '他家物业' } }
    assert.equal((await admin.post('/api/platform/lots', { plan: plan(vendor), reason })).status, 200)
    const others = [
      [{ operator: { id: '999998', name: '另一家' } }, '/operator/name'],
      [{ bolink }, '/bolink/parkId'],
    ] as const
    for (const [told, field] of others) {
      const refused = (await admin.post('/api/platform/lots', { plan: plan(told), reason })).json.error
      assert.equal(refused.code, 'mistakes')
      const before = await numbers()
      const mistakes: { field: string }[] = await checked(told)
      assert.deepEqual([mistakes.map((one) => one.field), await numbers()], [[field], before])
    }
    assert.deepEqual(await checked({ number: 42, bucket: 42 }), [{ field: '/number', rule: 'there is a lot 42' }])
    assert.deepEqual(await checked(vendor), [], 'the same lot again')
  })

  test('its fee holds from now on, with a line', async () => {
    const admin = await house.person()
    const done = await admin.post('/api/platform/lots/43/fee', { platformFeeBasisPoints: 80, reason })
    assert.equal(done.status, 200, done.text)
    assert.equal((await rowsOf(43))[0].platform_fee_basis_points, 80)
    await admin.post('/api/platform/lots/43/fee', { platformFeeBasisPoints: 80, reason })
    const { rows } = await house.sql.query("select before, after from staff_line where about = 'lot 43'")
    assert.deepEqual(rows, [{ before: 'fee 100', after: 'fee 80' }])
  })
})

describe('accounts with the channels', () => {
  test('each is asked every few hours after an order that there never was, a few at a time', async () => {
    const asked: string[] = []
    Object.assign(house.channels.wechatpay, {
      query: async (merchant: { subMchid: string }) => {
        asked.push(merchant.subMchid)
        return merchant.subMchid === '1900000003'
          ? err({ kind: 'refused', code: 'NO_AUTH', message: 'a name', alarm: true })
          : ok({ state: 'unknown-order' })
      },
    })
    const { database, deps, channels } = house
    const look = lookingAtAccounts({ ...deps, channels, accounts: channelAccounts(database) })
    await Promise.all([look(), look()])
    for (let at = 0; at < 3; at++) await look()
    const once = new Set(asked)
    assert.equal(asked.length, once.size)
    assert.ok(once.size >= 120)
    const admin = await house.person('platform-finance')
    const troubled = (await admin.get('/api/platform/accounts?troubled=yes')).json
    assert.deepEqual(
      troubled.accounts.map((one: { account: number; trouble: string; goodAt: null }) => [
        one.account,
        one.trouble,
        one.goodAt,
      ]),
      [[3, 'NO_AUTH', null]],
    )
    const { accounts, next } = (await admin.get('/api/platform/accounts?limit=2')).json
    assert.deepEqual(
      accounts.map((one: { account: number }) => one.account),
      [1, 2],
    )
    assert.ok(accounts[0].goodAt > 0 && next !== null)
    assert.ok(!JSON.stringify(accounts).includes('a secret'))
    asked.length = 0
    clock.advance(5 * 3_600_000)
    await look()
    assert.ok(asked.length > 0)
  })

  test('certificates say when they end, thirty, seven and one day before in the log, once each', async () => {
    const now = clock.now()
    const certificates = () => [
      { whose: 'platform' as const, serial: '22', validUntil: (now + 2 * toldBeforeMs) as Instant },
      { whose: 'merchant' as const, serial: '11', validUntil: (now + toldBeforeMs / 2) as Instant },
    ]
    Object.assign(house.channels.wechatpay, { certificates })
    const view = (await (await house.person('support')).get('/api/platform/certificates')).json
    assert.deepEqual(
      view.certificates.map((one: { serial: string; state: string }) => [one.serial, one.state]),
      [
        ['11', 'ends-soon'],
        ['22', 'good'],
      ],
    )
    const support = await house.person('support')
    const file = async (words: string) =>
      (await support.get(`/api/platform/certificates-file?as=csv&lang=en${words}`)).text.trim().split('\r\n').slice(1)
    assert.deepEqual(
      (await file('')).map((line) => line.split(',').slice(0, 3).join(' ').replaceAll('\t', '')),
      ['WeChat Pay merchant 11', 'WeChat Pay the channel’s 22'],
    )
    assert.equal((await file(`&${new URLSearchParams({ text: 'ends soon' })}`)).length, 1, 'as it reads')
    const said: string[] = []
    const watch = certificateWatch({
      ...{ channels: house.channels, clock },
      log: (level, event, facts) => void said.push(`${level} ${event} ${facts?.serial}`),
    })
    await watch()
    await watch()
    clock.advance(2 * 86_400_000)
    await watch()
    assert.deepEqual(said, ['warn certificate-ends 11'], 'within thirty days')
    for (const days of [7, 5.5, 0]) {
      clock.advance(days * 86_400_000)
      await watch()
    }
    assert.deepEqual(said, Array(3).fill('warn certificate-ends 11'), 'within seven, and within one')
    clock.advance(86_400_000)
    await watch()
    assert.deepEqual(said.slice(3), ['error certificate-ends 11'])
    Object.assign(house.channels.wechatpay, { certificates: () => certificates().slice(0, 1) })
    const after = (await (await house.person('support')).get('/api/platform/certificates')).json
    assert.deepEqual(
      after.certificates.map((one: { serial: string }) => one.serial),
      ['22'],
      'replaced, it stands nowhere any more',
    )
  })
})

describe('templates', () => {
  const rule = (told: object = {}) => ({
    ...{ channel: 'wechatpay', waitMinutes: 60 },
    parties: [
      {
        ...{ party: '9', order: 1, takes: { basisPoints: 500 }, description: '分润' },
        receiver: { kind: 'merchant', account: '1900000200', name: '分润公司' },
        ...{ onRefund: 'taken-back', ifNotPaid: 'operator', ifNotReturned: 'operator' },
      },
    ],
    ...told,
  })
  const asked = (name: string, told: object = {}) => ({ name, platformFeeBasisPoints: 120, rules: [rule()], ...told })

  test('are kept by name and version; who has read an older one changes nothing', async () => {
    const admin = await house.person()
    const made = await admin.post('/api/platform/templates', asked('标准'))
    assert.equal(made.status, 200, made.text)
    assert.equal((await admin.post('/api/platform/templates', asked('标准'))).json.error.code, 'name-taken')
    const { template } = made.json
    const changed = await admin.post(
      `/api/platform/templates/${template}`,
      asked('标准', { platformFeeBasisPoints: 90, version: 1 }),
    )
    assert.deepEqual([changed.json.version, changed.json.platformFeeBasisPoints], [2, 90])
    const other = await (await house.person()).post(
      `/api/platform/templates/${template}`,
      asked('别的', { version: 1 }),
    )
    assert.equal(other.json.error.code, 'changed-meanwhile')
    const { templates } = (await admin.get('/api/platform/templates')).json
    assert.deepEqual(
      templates.map((one: { name: string; rules: unknown }) => [one.name, one.rules]),
      [['标准', [rule()]]],
    )
    const file = async (words: string) =>
      (await admin.get(`/api/platform/templates-file?as=csv&lang=en${words}`)).text.trim().split('\r\n')
    const [, line] = await file('')
    assert.match(line!, /^标准,0\.9 %,WeChat Pay: 9 5 %,2,/)
    assert.doesNotMatch(line!, /分润公司/, 'whose account it is goes into no file')
    assert.deepEqual([(await file('&text=wechat')).length, (await file('&text=nothing')).length], [2, 1])
    // Changing one has changed no lot.
    assert.equal((await house.sql.query('select from share_rule')).rowCount, 0)
    assert.equal((await house.sql.query('select from lot where platform_fee_basis_points in (90, 120)')).rowCount, 0)
    await admin.post(`/api/platform/templates/${template}/end`, { reason: 'not used any more' })
    assert.deepEqual((await admin.get('/api/platform/templates')).json, { templates: [] })
    const { rows } = await house.sql.query('select after, reason from staff_line where about = $1 order by id', [
      `template ${template}`,
    ])
    assert.deepEqual(
      rows.map(({ after }) => after),
      ['version 1', 'version 2', 'ended'],
    )
  })

  test('names of receivers are not in the database to be read', async () => {
    await (await house.person()).post('/api/platform/templates', asked('密封'))
    const { rows } = await house.sql.query('select * from terms_template')
    assert.ok(!JSON.stringify(rows).includes('分润公司'))
  })

  for (const [what, rules, field] of [
    ['a rule with its from', [rule({ from: '2099-01-01T00:00:00+08:00' })], '/rules/0/from'],
    ['two rules for one channel', [rule(), rule()], '/rules/1/channel'],
    ['a rule that is none', [{}], '/rules/0'],
  ] as const)
    test(`${what} is a mistake at ${field}`, async () => {
      const refused = await (await house.person()).post('/api/platform/templates', asked('错', { rules }))
      assert.deepEqual([refused.json.error.code, refused.json.error.field], ['mistakes', field])
    })

  test('only who may open lots changes them', async () => {
    const refused = await (await house.person('support')).post('/api/platform/templates', asked('支持'))
    assert.equal(refused.status, 403)
  })
})
