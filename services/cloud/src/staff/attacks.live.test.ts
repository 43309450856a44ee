import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { systemClock } from '@lanepay/domain/clock.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id } from '@lanepay/domain/types.ts'
import type { Served } from '../cloud.ts'
import { type Enrolling, houseKey, startEnrolling } from '../enrol/enrol.testing.ts'
import { addOfEverything, addPayments, novemberAt } from '../report/report.testing.ts'
import { goodOf, type Schema, textsOf, withText } from './bodies.testing.ts'
import { sideOfPath } from './route.ts'
import { signedInAs, textOf } from './staff.testing.ts'

/*
 * What an attacker types into every text that any route takes, and what comes of it when somebody of one operator asks for everything by
 * the ids of another. The routes and what they take are those that the server itself lists.
 */

const theirs = { operator: '1', lot: 4001, name: '别家停车场', company: '别家物业' } as const
const attackers = { operator: '2', lot: 4002, name: '自家停车场', company: '自家物业' } as const
const bucket = 7

let cloud: Enrolling
let [owner, admin, attacker]: Readonly<Record<string, string>>[] = []
before(async () => {
  cloud = await startEnrolling({ clock: systemClock })
  for (const { operator, lot, name, company } of [theirs, attackers])
    await cloud.aLot({
      ...{ number: lot, bucket, name, operator: { id: operator, name: company } },
      accounts: [{ id: Number(operator) * 10 + 1, channel: 'wechatpay', channelFeeBasisPoints: 60, merchant: {} }],
    })
  const lot = { bucket, lotId: theirs.lot }
  await addPayments(cloud.sql, lot, { count: 3, from: novemberAt, everyMs: 60_000 })
  await addOfEverything(cloud.sql, lot)
  const signedIn = (told: Parameters<typeof signedInAs>[2]) =>
    signedInAs(cloud.data.database, systemClock.now(), { ...told, houseKey })
  owner = await signedIn({ role: 'owner', operatorId: theirs.operator })
  attacker = await signedIn({ role: 'owner', operatorId: attackers.operator })
  admin = await signedIn({ role: 'platform-admin' })
})
after(() => cloud?.close())

/** What would end the sign-in of whoever asks or asks for an authenticator that a test's person has not, and what never ends. */
const leftOut = /\/api\/me\/(sign-out|password|sign-ins|second-factor|authenticator)|\/live$/
const routes = (): Served[] =>
  cloud.cloud.served.filter(({ methods, url }) => !methods.includes('HEAD') && !leftOut.test(url))
const whoFor = ({ url }: Served) => (sideOfPath(url) === 'platform' ? admin : owner)!

async function ask(
  { methods, url }: Served,
  how: {
    readonly as: Readonly<Record<string, string>>
    readonly params?: Readonly<Record<string, string>>
    readonly query?: object
    readonly body?: unknown
  },
) {
  const named: Readonly<Record<string, string>> = {
    ...how.params,
    operator: '1',
    lane: '2',
    lot: how.params?.lot ?? '4001',
  }
  const path = url.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(named[name] ?? '1'))
  const query = Object.entries(how.query ?? {}).flatMap(([name, value]) =>
    typeof value === 'object' ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`],
  )
  const method = methods[0]!
  const response = await fetch(`${cloud.cloud.url}${path}${query.length > 0 ? `?${query.join('&')}` : ''}`, {
    ...{ method, redirect: 'manual' },
    headers: { ...how.as, ...(method === 'GET' ? {} : { 'content-type': 'application/json' }) },
    ...(method === 'GET' ? {} : { body: JSON.stringify(how.body ?? {}) }),
  })
  return { status: response.status, headers: response.headers, text: await textOf(response), what: `${method} ${path}` }
}

const hostile = [
  "' or '1'='1",
  "1'; drop table staff_line; --",
  '1) union select account, password from staff --',
  '\\',
  '%',
  '<img src=x onerror=alert(1)>',
  '{{constructor.constructor("return 1")()}}',
  '＇；ＤＲＯＰ',
  '99999999999999999999',
  '-1',
]
const said = /scrypt\$|syntax error|pg_catalog|invalid input syntax|at \/|node_modules/

describe('every text that any route takes', () => {
  const tables = async () =>
    (await cloud.sql.query("select count(*)::int4 as n from pg_class where relkind in ('r', 'p')")).rows[0].n
  const powers = async () =>
    (await cloud.sql.query("select role, account from staff where role like 'platform%' and account like 'test-%'"))
      .rows

  test('is a value, whatever is typed: nothing breaks, and nothing is said of how we are made', async () => {
    const [tablesBefore, powersBefore] = [await tables(), await powers()]
    let asked = 0
    let taken = 0
    for (const served of routes()) {
      const schema = (served.schema ?? {}) as { readonly [part in 'params' | 'querystring' | 'body']?: Schema }
      for (const part of ['params', 'querystring', 'body'] as const) {
        const whole = schema[part]
        if (whole === undefined) continue
        for (const at of textsOf(whole))
          for (const text of hostile) {
            const told = withText(whole, at, text)
            const how = {
              params: goodOf(schema.params ?? {}),
              query: goodOf(schema.querystring ?? {}),
              body: goodOf(schema.body ?? {}),
            }
            const key = part === 'querystring' ? 'query' : part
            const answer = await ask(served, { ...(how as object), [key]: told, as: whoFor(served) })
            asked += 1
            if (answer.status < 400) taken += 1
            const what = `${answer.what} ${part} ${at.join('/')}=${text}: ${answer.status} ${answer.text.slice(0, 300)}`
            assert.ok(answer.status < 500 || answer.status === 503, what)
            if (answer.status >= 400) assert.doesNotMatch(answer.text, said, what)
            // What is told back is data: no browser takes it for a page.
            if (answer.text.includes('onerror=')) {
              assert.doesNotMatch(answer.headers.get('content-type') ?? '', /html|svg|xml/, what)
              if (sideOfPath(served.url) !== null)
                assert.equal(answer.headers.get('x-content-type-options'), 'nosniff', what)
            }
          }
      }
    }
    assert.ok(asked > 500, `${asked} were asked`)
    assert.ok(taken > 20, `${taken} of ${asked} came as far as what a route does`)
    assert.equal(await tables(), tablesBefore)
    assert.deepEqual(await powers(), powersBefore)
  })
})

describe('everything of an operator, asked for by somebody of another', () => {
  test('by every id and number that there is of it: none of it is shown or changed', async () => {
    // Of theirs there is something of each kind that a page can make.
    for (const served of routes().filter(
      ({ url, methods }) => url.startsWith('/api/operator/') && methods[0] !== 'GET',
    )) {
      const schema = (served.schema ?? {}) as { readonly body?: Schema; readonly params?: Schema }
      await ask(served, {
        ...{
          as: owner!,
          params: goodOf(schema.params ?? {}) as Record<string, string>,
          body: goodOf(schema.body ?? {}),
        },
      })
    }
    const ids = await idsOfTheirs()
    assert.ok(ids.length > 20, `${ids.length} ids`)
    const before = await rowsOfTheirs()
    const shown: string[] = []
    for (const served of routes().filter(({ url }) => url.startsWith('/api/operator/'))) {
      const names = [...served.url.matchAll(/:(\w+)/g)].map(([, name]) => name!)
      const schema = (served.schema ?? {}) as { readonly body?: Schema }
      for (const name of names.filter((one) => one !== 'lot' && one !== 'lane'))
        for (const id of ids) {
          const asked = { query: {}, body: goodOf(schema.body ?? {}) }
          const answer = await ask(served, {
            ...asked,
            as: attacker!,
            params: { lot: String(attackers.lot), [name]: id },
          })
          const what = `${answer.what}: ${answer.status} ${answer.text.slice(0, 300)}`
          assert.ok(answer.status < 500 || answer.status === 503, what)
          for (const mark of [theirs.name, theirs.company]) assert.ok(!answer.text.includes(mark), what)
          if (served.methods[0] !== 'GET') continue
          // What whoever it belongs to is shown by this id, nobody else is.
          const toThem = await ask(served, { ...asked, as: owner!, params: { [name]: id } })
          if (toThem.status !== 200) continue
          shown.push(toThem.what)
          assert.notEqual(answer.status, 200, what)
        }
    }
    assert.deepEqual(await rowsOfTheirs(), before)
    const kinds = new Set(shown.map((what) => what.replace(/\/[^/]*$/, '')))
    assert.ok(kinds.size > 4, `shown to whoever it belongs to: ${[...kinds]}`)
  })
})

/** Every whole number and every name in rows of their lot or operator, and the numbers by which the world knows them. */
async function idsOfTheirs(): Promise<readonly string[]> {
  const found = new Set<string>()
  for (const { table_name: table, column_name: column } of await columns("data_type in ('bigint', 'uuid')"))
    for (const { id } of (
      await cloud.sql.query(
        `select distinct "${column}"::text as id from "${table}" where ${whereTheirs(table)} and "${column}" is not null limit 3`,
      )
    ).rows)
      found.add(id)
  for (const id of [...found].filter((one) => /^[1-9]\d{15,}$/.test(one)))
    for (const kind of ['trade', 'refund', 'share', 'share-return', 'withdrawal', 'command'] as const)
      found.add(numberOf(kind, { bucket, lotId: kind === 'withdrawal' ? 0 : theirs.lot }, id as Id))
  return [...found]
}

/** How many rows there are of theirs, and what of each may not change by others. */
async function rowsOfTheirs(): Promise<Readonly<Record<string, string>>> {
  const rows: Record<string, string> = {}
  for (const table of (await byLot()).keys())
    rows[table] = (
      await cloud.sql.query(
        `select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as sum from "${table}" t where ${whereTheirs(table)}`,
      )
    ).rows[0].sum
  return rows
}

let tablesByLot: Map<string, string> | undefined
async function byLot(): Promise<Map<string, string>> {
  tablesByLot ??= new Map(
    (
      await cloud.sql.query(
        `select c.table_name, min(c.column_name) as by
           from information_schema.columns c
           join pg_class k on k.relname = c.table_name and k.relkind in ('r', 'p') and not k.relispartition
          where c.table_schema = 'public' and c.column_name in ('lot_id', 'operator_id')
          group by c.table_name`,
      )
    ).rows.map((row) => [row.table_name, row.by]),
  )
  return tablesByLot
}
const whereTheirs = (table: string): string => {
  const by = tablesByLot!.get(table)!
  return by === 'lot_id' ? `lot_id = ${theirs.lot}` : `operator_id = ${theirs.operator}`
}
async function columns(which: string) {
  const tables = [...(await byLot()).keys()]
  const { rows } = await cloud.sql.query(
    `select table_name, column_name from information_schema.columns where table_name = any ($1) and ${which}`,
    [tables],
  )
  return rows as { table_name: string; column_name: string }[]
}
