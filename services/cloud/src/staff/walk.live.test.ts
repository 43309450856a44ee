import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { systemClock } from '@lanepay/domain/clock.ts'
import type { Served } from '../cloud.ts'
import { type Enrolling, houseKey, startEnrolling } from '../enrol/enrol.testing.ts'
import { type ActName, acts, operatorRoles, type Role, roles } from './acts.ts'
import { ownPageHeader } from './own-page.ts'
import { type Needs, sideOfPath } from './route.ts'
import { signedInAs, textOf } from './staff.testing.ts'

/*
 * Every route of the whole cloud, as the server itself lists them, asked by every role about its own and about others', and held against the
 * table. What the table says is read here by rules of its own, not by those of the door.
 */

const [own, foreign] = [
  { operator: '1', lot: '4001', lane: '2' },
  { operator: '2', lot: '4002', lane: '2' },
]
let cloud: Enrolling
const headers = new Map<Role, Readonly<Record<string, string>>>()
before(async () => {
  cloud = await startEnrolling({ clock: systemClock })
  for (const [number, id] of [
    [4001, '1'],
    [4002, '2'],
  ] as const)
    await cloud.aLot({ number, bucket: 7, operator: { id, name: '物业' } })
  for (const role of roles) {
    const isOperators = (operatorRoles as readonly Role[]).includes(role)
    headers.set(
      role,
      await signedInAs(cloud.data.database, systemClock.now(), {
        ...{
          role,
          houseKey,
          ...(isOperators ? { operatorId: '1' } : {}),
          ...(role === 'partner' ? { party: '9' } : {}),
        },
        ...(role === 'attendant' ? { lots: [{ lot: 4001, lanes: [2] }] } : {}),
      }),
    )
  }
})
after(() => cloud?.close())

const routes = () =>
  cloud.cloud.served.filter(
    (one): one is Served & { readonly needs: Needs } => one.needs !== null && !one.methods.includes('HEAD'),
  )
const methodOf = ({ methods }: Served) => methods[0]!
const ask = async (served: Served, place: typeof own, told: Readonly<Record<string, string>>) => {
  const path = served.url.replace(/:(\w+)/g, (_, name: string) => (place as Record<string, string>)[name] ?? '1')
  const method = methodOf(served)
  const response = await fetch(cloud.cloud.url + path, {
    ...{ method, headers: { ...told, ...(method === 'GET' ? {} : { 'content-type': 'application/json' }) } },
    ...(method === 'GET' ? {} : { body: '{}' }),
  })
  const text = await textOf(response)
  const code = (() => {
    try {
      return JSON.parse(text)?.error?.code as string | undefined
    } catch {
      return undefined
    }
  })()
  return { status: response.status, code, text }
}

/** What a role is answered by the table: its side, then whose it is, then its cell. */
function expected(role: Role, { url, needs }: Served & { readonly needs: Needs }, place: typeof own): string {
  const ofOperator = (operatorRoles as readonly Role[]).includes(role)
  const side = sideOfPath(url)
  const cell = (acts[needs.act].roles as Partial<Record<Role, string>>)[role]
  if (side === 'me') return 'granted'
  if (side === 'partner')
    return role === 'partner' && cell === 'partner' ? 'granted' : role === 'partner' ? 'not-allowed' : 'not-found'
  if (role === 'partner') return 'not-found'
  if (side === 'platform') {
    if (ofOperator) return 'not-found'
    return cell === 'platform' ? 'granted' : 'not-allowed'
  }
  if (!ofOperator) return 'support.look' in rowsOf(role) ? 'look-needed' : 'not-allowed'
  const names = /:(lot|lane)\b/.test(url)
  if (names && place !== own) return 'not-found'
  if (cell === 'operator') return 'granted'
  return cell === needs.scope && (cell === 'lane' || cell === 'lot') ? 'granted' : 'not-allowed'
}
const rowsOf = (role: Role) =>
  Object.fromEntries(Object.entries(acts).filter(([, { roles }]) => role in roles)) as Partial<Record<ActName, unknown>>

const doorSays = new Set(['not-allowed', 'look-needed', 'look-only-reads', 'not-signed-in', 'second-factor-needed'])
const isStray = ({ status, text }: { status: number; text: string }) =>
  status === 404 && text.includes('nothing lives here')

describe('every route of persons with rights', () => {
  test('there are some, on each side, and none that is not behind a door', () => {
    const hung = routes().map(({ url }) => sideOfPath(url))
    for (const side of ['me', 'operator', 'platform'] as const) assert.ok(hung.includes(side), side)
    for (const { url, needs } of cloud.cloud.served)
      assert.equal(needs === null, sideOfPath(url) === null, `${url} is behind a door exactly when it names an act`)
  })

  test('that is ours is in docs/staff.md, and none other', () => {
    const page = readFileSync(new URL('../../../../docs/staff.md', import.meta.url), 'utf8')
    const bases = ['/api/operator', '/api/platform/operators/:operator', '/api/platform']
    const told = [...page.matchAll(/`((?:GET|POST) (?:\/api|:base)[^`]*)`/g)]
      .flatMap(([, one]) => (one!.includes(':base') ? bases.map((base) => one!.replace(':base', base)) : [one!]))
      .filter((one, at, all) => all.indexOf(one) === at)
    const ours = /\/(?:staff|me|trail|looks|refunds|refund-asks)(?:\/|$)/
    const served = cloud.cloud.served
      .filter(({ url, methods }) => url.startsWith('/api/') && ours.test(url) && !methods.includes('HEAD'))
      .map((one) => `${methodOf(one)} ${one.url}`)
    assert.deepEqual(told.sort(), served.sort())
  })

  test('knows nobody who is not signed in, whatever is typed in place of a cookie', async () => {
    for (const served of routes())
      for (const cookie of ['', 'lp_staff=', `lp_staff=${'A'.repeat(43)}`, "lp_staff=' or true --"]) {
        const answer = await ask(served, own, { cookie, [ownPageHeader]: '1' })
        assert.deepEqual([answer.status, answer.code], [401, 'not-signed-in'], served.url)
      }
  })

  test('is changed by no page elsewhere', async () => {
    for (const served of routes().filter((one) => methodOf(one) !== 'GET')) {
      const { cookie = '' } = headers.get('platform-admin')!
      assert.equal((await ask(served, own, { cookie })).code, 'foreign-page', served.url)
      const foreignOrigin = { cookie, [ownPageHeader]: '1', origin: 'https://evil.example.com' }
      assert.equal((await ask(served, own, foreignOrigin)).code, 'foreign-page', served.url)
    }
  })

  for (const role of roles)
    for (const [whose, place] of [
      ['its own', own],
      ["another operator's", foreign],
    ] as const)
      test(`answers ${role} about ${whose} as the table says`, async () => {
        for (const served of routes()) {
          // What a person does to its own sign-in would end it here, and is tested by itself.
          if (/\/api\/me\/(sign-out|password)$/.test(served.url)) continue
          const answer = await ask(served, place, headers.get(role)!)
          const what = `${methodOf(served)} ${served.url}: ${answer.status} ${answer.text.slice(0, 200)}`
          assert.ok(answer.status < 500 || answer.status === 503, what)
          const expects = expected(role, served, place)
          if (expects === 'not-found') assert.ok(isStray(answer), what)
          else if (expects === 'granted') {
            assert.equal(doorSays.has(answer.code ?? ''), false, what)
            // Of what else its path names there may be none.
            if (!/:(?!operator|lot|lane)\w/.test(served.url)) assert.equal(isStray(answer), false, what)
          } else assert.equal(answer.code, expects, what)
        }
      })

  test('lets an attendant patrol its own lot, and to nothing else of a lot as a whole', async () => {
    const attendant = headers.get('attendant')!
    const open: string[] = []
    for (const served of routes().filter(({ needs }) => needs.scope === 'lot' || needs.scope === 'operator'))
      if (sideOfPath(served.url) === 'operator') {
        const answer = await ask(served, own, attendant)
        if (answer.code !== 'not-allowed')
          open.push(`${methodOf(served)} ${served.url.replace('/api/operator/lots/:lot', '')}`)
      }
    assert.deepEqual(open.sort(), [
      'GET /patrols',
      'GET /patrols/:patrol',
      'GET /patrols/:patrol/sheet',
      'GET /patrols/next/sheet',
      'POST /patrols',
      'POST /patrols/:patrol/end',
      'POST /patrols/:patrol/found',
    ])
  })

  test('what belongs to others is answered like what is nowhere, to the letter', async () => {
    const owner = headers.get('owner')!
    const nowhere = await ask({ url: '/api/operator/of-no-kind', methods: ['GET'], needs: null }, own, owner)
    for (const served of routes().filter(({ url }) => /^\/api\/operator\/.*:lot/.test(url))) {
      const theirs = await ask(served, foreign, owner)
      const none = await ask(served, { ...foreign, lot: '4999' }, owner)
      assert.deepEqual(theirs, none, served.url)
      assert.equal(theirs.text, nowhere.text)
    }
    for (const served of routes().filter(({ url }) => url.startsWith('/api/platform/')))
      assert.equal((await ask(served, own, owner)).text, nowhere.text, served.url)
  })
})

/** What a route has said that it takes is under attack in attacks.live.test.ts; here are those that read what comes by themselves. */
describe('every filter of every route that reads', () => {
  const hostile = [
    "' or '1'='1",
    "1'; drop table staff_line; --",
    '1) union select account, password from staff --',
    '\u0000',
    '99999999999999999999',
    '-1',
    '%',
    '{{7*7}}',
    '\ud800',
    '1e309',
  ]
  /** Filters that a route of its own might have; whatever it does not know it refuses. */
  const names = [
    ...['act', 'account', 'about', 'lot', 'from', 'until', 'before', 'after', 'lane', 'plate', 'channel', 'day', 'by'],
    ...['order', 'cursor', 'text', 'of', 'limit', 'form', 'language', 'month', 'state', 'attendant'],
  ]
  test('takes what is typed as a value, and nothing else happens', async () => {
    const unsaid = routes().filter((one) => methodOf(one) === 'GET' && one.schema?.querystring === undefined)
    assert.ok(
      unsaid.some(({ url }) => url.includes('/reports/')),
      'lists read their filters by themselves',
    )
    for (const served of unsaid) {
      const role = served.url.startsWith('/api/platform') ? 'platform-admin' : 'owner'
      for (const name of names)
        for (const value of hostile) {
          const url = `${served.url}?${name}=${encodeURIComponent(value.toWellFormed())}`
          const answer = await ask({ ...served, url }, own, headers.get(role)!)
          assert.ok(answer.status < 500, `${url}: ${answer.status} ${answer.text.slice(0, 300)}`)
          assert.doesNotMatch(answer.text, /scrypt\$|syntax error|pg_/, url)
        }
    }
    const { rows } = await cloud.sql.query('select count(*)::int4 as persons from staff')
    assert.equal(rows[0].persons, roles.length)
  })
})
