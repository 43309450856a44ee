import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openDatabase } from '@lanepay/database/database.ts'
import { fen } from '@lanepay/domain/money.ts'
import { type Screens, type Somebody, startScreens } from '../refund/screens.testing.ts'
import { proveTrail } from '../staff/trail-read.ts'
import type { ActAsk, ActView, DiscrepancyView, Name } from './api.ts'
import { dayAfter, readyAt } from './day.ts'
import { at, day, type House, lineOf, openHouse, type Paid } from './reconciliation.testing.ts'
import { reconciliationRoutes } from './routes.ts'

/* The reconciliation desk on screens: what is open is found and worked by the platform, and read by whom it concerns. */

const houseKey = Buffer.from('the house key of the reconciliation desk')
/** Days of which each has discrepancies of its own for the tests that end them. */
const days = [day, dayAfter(day, 1), dayAfter(day, 2), dayAfter(day, 3), dayAfter(day, 4)]
const perDay = 5
let house: House
let screens: Screens
let beside: Screens
let besideDatabase: ReturnType<typeof openDatabase>
let desk: Somebody
const made = new Map<string, readonly Paid[]>()
before(async () => {
  house = await openHouse()
  const lots = [await house.aLot(), await house.aLot()]
  for (const on of days) {
    const paid: Paid[] = []
    for (let n = 0; n < perDay; n++) paid.push(await house.aPayment(lots[n % 2]!, { paidAt: at(`12:0${n}`, on) }))
    made.set(on, paid)
    house.answers.set(
      `trade ${on}`,
      paid.map((one) => lineOf(one, { amountFen: fen(1), settledFen: fen(1) })),
    )
  }
  await house.rows(`insert into operator (operator_id, name, created_at) values (2, '别家物业', now())`)
  house.setNow(readyAt(day))
  await house.make().round()
  house.setNow(readyAt(days.at(-1)!))
  for (const _ of days) await house.make().round()
  const deps = { clock: house.clock, newId: house.newId, houseKey }
  const start = (database: House['database']) =>
    startScreens({ ...deps, database }, [reconciliationRoutes({ ...deps, database })])
  screens = await start(house.database)
  besideDatabase = openDatabase({ connection: house.data.connection })
  beside = await start(besideDatabase)
  desk = await screens.somebody({ role: 'platform-finance' })
})
after(async () => {
  await beside.close()
  await besideDatabase.close()
  await screens.close()
  await house.close()
})

const nameOf = (on: string, n: number): Name => {
  const { id, lot } = made.get(on)![n]!
  return { day: on, proof: 'trade', item: `payment:${id}`, account: 1, lot: lot.lotId }
}
const oneUrl = (side: string, name: Name) =>
  `/api/${side}/discrepancies/one?${new URLSearchParams(Object.entries(name).map(([key, value]) => [key, String(value)]))}`
const acts = (person: Somebody, body: object, to = screens) =>
  person.post('/api/platform/discrepancies/acts', body, to.server)
const settled = (which: ActAsk['which'], reason = '已逐笔核对') => ({ act: 'settle', reason, which })
const statesOf = async (name: Name) =>
  (await desk.get(oneUrl('platform', name))).json.steps.map(({ state }: { state: string }) => state)
const linesOf = async (name: Name) =>
  house.rows<{ operator_id: string; lot_id: number; after: string; reason: string }>(
    'select operator_id, lot_id, after, reason from staff_line where about = $1 order by id',
    [`discrepancy ${name.day} trade ${name.item}, account 1`],
  )

describe('the desk', () => {
  test('shows what is open at everybody’s, page by page, and how much of each class and day', async () => {
    const seen: Name[] = []
    let after: string | null = ''
    let groups: unknown[] = []
    while (after !== null) {
      const { json } = await desk.get(`/api/platform/discrepancies?class=amount&limit=7${after && `&after=${after}`}`)
      if (json.groups) groups = json.groups
      seen.push(...json.rows)
      after = json.next
    }
    const expected = days.flatMap((on) => made.get(on)!.map((_, n) => nameOf(on, n).item))
    assert.deepEqual(seen.map(({ item }) => item).sort(), expected.sort())
    assert.deepEqual(
      seen.map((one) => one.day),
      seen.map((one) => one.day).toSorted(),
    )
    assert.deepEqual(
      groups,
      days.map((on) => ({ day: on, class: 'amount', open: perDay, withPerson: perDay })),
    )
  })

  test('shows the newest day first where that is asked, page by page, and all of it as a file', async () => {
    const seen: DiscrepancyView[] = []
    let after: string | null = ''
    while (after !== null) {
      const words = `class=amount&limit=7&order=desc${after && `&after=${after}`}`
      const { json } = await desk.get(`/api/platform/discrepancies?${words}`)
      seen.push(...json.rows)
      after = json.next
    }
    const oldest = (await desk.get('/api/platform/discrepancies?class=amount&limit=200')).json.rows as Name[]
    assert.deepEqual(
      seen.map(({ item }) => item),
      oldest.map(({ item }) => item).toReversed(),
    )
    const csv = await desk.file('/api/platform/discrepancies/file?class=amount&order=desc&as=csv&lang=en')
    const rows = csv.trim().split('\r\n').slice(1)
    assert.equal(rows.length, seen.length)
    const { day: newest, number } = seen[0]!
    assert.ok(rows[0]!.includes(`${newest},Another amount,${number}\t,`), rows[0]!)
  })

  test('tells one whole: the number the world knows, both amounts, what it means, what to do, every step', async () => {
    const paid = made.get(day)![0]!
    const { json } = await desk.get(oneUrl('platform', nameOf(day, 0)))
    assert.deepEqual(
      [json.number, json.oursFen, json.theirsFen, json.class, json.state, json.owner],
      [paid.number, 1000, 1, 'amount', 'with-a-person', 'platform'],
    )
    assert.match(json.says, /amounts differ/)
    assert.match(json.todo, /platform/)
    assert.deepEqual(await statesOf(nameOf(day, 0)), ['found', 'with-a-person'])
  })

  test('says of which days the bills came and were closed, and how much of each is open', async () => {
    const { json } = await desk.get(`/api/platform/bills?from=${day}&until=${dayAfter(day)}`)
    assert.deepEqual(
      json.bills.map((one: Record<string, unknown>) => [one.kind, one.state, one.account, one.operators, one.open]),
      [
        ['trade', 'closed', 1, ['1'], perDay],
        // Nothing of what the trade bill has moved the account.
        ['fund-flow', 'closed', 1, ['1'], perDay],
      ],
    )
    const csv = await desk.file(`/api/platform/bills/file?from=${day}&until=${dayAfter(day)}&as=csv&lang=en`)
    assert.deepEqual(csv.match(new RegExp(`${day},WeChat Pay,1\t,1\t,(?:trade|fund flow),closed`, 'g'))?.length, 2, csv)
  })

  for (const [what, url] of [
    ['a day that there is not', '/api/platform/discrepancies?day=2026-02-30'],
    ['a place that no page ended at', '/api/platform/discrepancies?after=WyIyMDI2LTAyLTMwIl0'],
    ['a class that there is not', '/api/platform/discrepancies?class=nothing'],
    ['bills of too many days', '/api/platform/bills?from=2026-01-01&until=2026-12-31'],
  ] as const)
    test(`refuses ${what}, and says where`, async () => {
      const { status, json } = await desk.get(url)
      assert.deepEqual([status, json.error.code], [400, 'bad-request'])
      assert.match(json.error.field, /^querystring/)
    })
})

describe('what a person does', () => {
  test('is taken once, however often it is sent, and handed on to another', async () => {
    const name = nameOf(day, 1)
    const take = { act: 'take', which: { names: [name] } }
    for (let n = 0; n < 3; n++) assert.deepEqual((await acts(desk, take)).json, { results: [{ ...name, done: true }] })
    assert.deepEqual(await statesOf(name), ['found', 'with-a-person', 'with-a-person'])
    await acts(await screens.somebody({ role: 'platform-admin' }), take)
    assert.equal((await statesOf(name)).length, 4)
    assert.equal((await linesOf(name)).length, 2)
  })

  test('is explained by another number, which must be there', async () => {
    const name = nameOf(day, 2)
    const explain = (number: string) =>
      acts(desk, { act: 'explain', number, reason: '同一笔', which: { names: [name] } })
    assert.equal((await explain('payment:1')).code, 'explanation-not-found')
    assert.equal(
      (await acts(desk, { act: 'explain', reason: '同一笔', which: { names: [name] } })).code,
      'no-explanation',
    )
    assert.equal((await explain(made.get(day)![1]!.number)).status, 200)
    assert.deepEqual((await statesOf(name)).at(-1), 'settled')
  })

  test('needs a reason to be settled', async () => {
    const answer = await acts(desk, settled({ names: [nameOf(day, 3)] }, ' '))
    assert.deepEqual([answer.status, answer.code], [400, 'no-reason'])
    assert.deepEqual(await linesOf(nameOf(day, 3)), [])
  })

  test('is done once by fifty clients at two processes, each answered line by line, with one line that the operator reads', async () => {
    const on = days[1]!
    const names = [nameOf(on, 0), nameOf(on, 1), { ...nameOf(on, 2), item: 'payment:1' }]
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => acts(desk, settled({ names }), n % 2 ? screens : beside)),
    )
    const results = answers.map(({ json }) => (json as ActView).results)
    for (const [n, name] of names.entries()) {
      const ofIt = results.map((all) => all[n]!)
      const exists = n < 2
      assert.equal(ofIt.filter(({ done }) => done).length, exists ? 1 : 0)
      for (const one of ofIt.filter(({ done }) => !done))
        assert.equal(one.code, exists ? 'not-with-a-person' : 'not-found')
      if (!exists) continue
      assert.deepEqual(await statesOf(name), ['found', 'with-a-person', 'settled'])
      assert.deepEqual(await linesOf(name), [
        { operator_id: '1', lot_id: name.lot, after: 'settle', reason: '已逐笔核对' },
      ])
    }
  })

  test('with all of a class and day at once it hears of each, and of what was left', async () => {
    const on = days[2]!
    const which = { day: on, class: 'amount' as const }
    await house.rows(`update discrepancy set state = 'found' where day = $1::date and item = $2`, [
      ...[on, nameOf(on, 4).item],
    ])
    const { json } = await acts(desk, settled(which))
    const results = (json as ActView).results
    assert.deepEqual(
      results
        .filter(({ done }) => done)
        .map(({ item }) => item)
        .sort(),
      [0, 1, 2, 3].map((n) => nameOf(on, n).item).sort(),
    )
    assert.deepEqual(
      results.filter(({ done }) => !done),
      [{ ...nameOf(on, 4), done: false, code: 'not-with-a-person' }],
    )
    const again = await acts(desk, settled(which))
    assert.deepEqual(
      (again.json as ActView).results.map(({ done }) => done),
      [false],
    )
  })

  test('of nothing that is open is not found', async () => {
    const answer = await acts(desk, settled({ day: '2020-01-01', class: 'amount' }))
    assert.deepEqual([answer.status, answer.code], [404, 'not-found'])
  })
})

describe('an operator', () => {
  const name = () => nameOf(days[3]!, 0)
  const asked: [string, Parameters<Screens['somebody']>[0], number][] = [
    ['its finance', { role: 'finance', operatorId: '1' }, 200],
    ['who sees other lots only', { role: 'finance', operatorId: '1', lots: [{ lot: 99 }] }, 404],
    ['another operator', { role: 'finance', operatorId: '2' }, 404],
  ]
  for (const [who, told, status] of asked)
    test(`${who} reads one: ${status}`, async () => {
      assert.equal((await (await screens.somebody(told)).get(oneUrl('operator', name()))).status, status)
    })
  test('changes none', async () => {
    const finance = await screens.somebody({ role: 'finance', operatorId: '1' })
    assert.equal((await acts(finance, settled({ names: [name()] }))).status, 404)
    assert.deepEqual(await statesOf(name()), ['found', 'with-a-person'])
  })
})

test('what all of it leaves is a trail that proves', async () => {
  assert.deepEqual((await proveTrail(house.database, houseKey)).broken, [])
})
