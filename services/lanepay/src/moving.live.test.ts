import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { utils, write } from '@e965/xlsx'
import { besideServices } from '@lanepay/cloud/bolink/beside.ts'
import type { Outbox } from '@lanepay/cloud/bolink/outbox.ts'
import { parksOf } from '@lanepay/cloud/bolink/park.ts'
import { polls } from '@lanepay/cloud/bolink/polls.ts'
import { bolinkRoutes } from '@lanepay/cloud/bolink/routes.ts'
import { uploads } from '@lanepay/cloud/bolink/upload.ts'
import { parseLotPlan } from '@lanepay/cloud/lot/provision.ts'
import { moving } from '@lanepay/cloud/moving/move.ts'
import { readSheet } from '@lanepay/cloud/sheet/sheet.ts'
import { changingVehicles } from '@lanepay/cloud/vehicle/change.ts'
import { importing } from '@lanepay/cloud/vehicle/import-file.ts'
import { insertProduct } from '@lanepay/cloud/vehicle/store.ts'
import { instantOut } from '@lanepay/database/database.ts'
import { databaseUrl, type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import { signOf } from '@lanepay/lot-systems/bolink/sign.ts'
import fastify from 'fastify'
import { lanepayOnce } from '../../../e2e/kit/process.ts'
import { keepAhead } from './kept-clock.ts'

/* A lot that moves over: what its software says beside the other platform, and every command of docs/moving.md in the order of the page. */

const page = readFileSync(new URL('../../../docs/moving.md', import.meta.url), 'utf8')
const planFile = new URL('../../../docs/examples/moving/lot-beside.json', import.meta.url)
const plan = JSON.parse(readFileSync(planFile, 'utf8'))
const { unionId, parkId, key } = plan.bolink as { unionId: string; parkId: string; key: string }
const dayMs = 86_400_000
const houseKey = 'house-key-of-a-lot-that-moves-over'

let data: TestDatabase
let env: Record<string, string>
before(async () => {
  data = await testDatabase()
  env = { LANEPAY_DATABASE_URL: databaseUrl(data.connection), LANEPAY_HOUSE_KEY: houseKey }
})
after(() => data.close())
const rows = (table: string, columns = '*') =>
  data.database
    .of(plan.bucket)
    .query({ name: '', text: `select ${columns} from ${table} where bucket = $1` }, [plan.bucket])
const lanepay = (command: string) => lanepayOnce(command.split(' '), env)

const commands = [...page.matchAll(/^npm run lanepay -- (.+)$/gm)].map(([, command]) => command!)
type Says = readonly [start: string, status: number, says: readonly RegExp[]]
/** On a house where nothing is yet. */
const first: readonly Says[] = [
  ['import lots', 0, [/第 4 行 {2}新开 {2}41 3 北门/, /第 5 行 {2}新开 {2}42/, /共 5 行，0 行有错；只是查看/]],
  ['import lots', 0, [/已写入 2 项/]],
  ['import codes', 0, [/第 4 行 {2}新增/, /已写入 3 项/]],
]
const withProduct: readonly Says[] = [
  ['import cards', 0, [/第 3 行 {2}新开 {2}A-102 粤B12346 粤BD12345/, /已写入 2 项/]],
  ['import blocked', 1, [/line 2 {2}adds/, /line 3 {2}wrong {2}粤B6666 {2}Plate: "粤B6666" is no plate/, /1 taken/]],
  ['lot', 0, [/exit/]],
]
const withStays: readonly Says[] = [
  ['beside 41', 1, [/no published price list/]],
  ['beside 41 --from', 0, [/^all {2}2 stays {2}theirs ¥99\.00/, /o1 .*we take less/, /o2 .*on their lists alone/]],
]
/** Each of these as it stands on the page, from the `from`th on. */
const says = (from: number, those: readonly Says[]) => {
  for (const [n, [start, status, expected]] of those.entries()) {
    const command = commands[from + n]!
    test(command, async () => {
      assert.ok(command.startsWith(start), command)
      const done = await lanepay(command)
      assert.equal(done.status, status, done.output)
      for (const one of expected) assert.match(done.output, one)
      assert.doesNotMatch(done.output, / {4}at /, 'no stack')
    })
  }
}

describe('docs/moving.md: data out of tables', () => {
  test('has these commands', () => {
    assert.equal(commands.length, first.length + withProduct.length + withStays.length)
  })
  says(0, first)
  test('the same table out of Excel does nothing anew', async (t) => {
    const dir = mkdtempSync(join(tmpdir(), 'lanepay-moving-'))
    t.after(() => rmSync(dir, { recursive: true, force: true }))
    const table = readSheet(readFileSync(new URL('../../../docs/examples/moving/lots.csv', import.meta.url)))
    assert.ok(table.ok)
    const book = utils.book_new()
    utils.book_append_sheet(book, utils.aoa_to_sheet(table.value as string[][]), '车场')
    writeFileSync(join(dir, 'lots.xlsx'), write(book, { type: 'buffer', bookType: 'xlsx' }))
    const done = await lanepay(`import lots ${join(dir, 'lots.xlsx')} --by zhang --take all`)
    assert.equal(done.status, 0, done.output)
    assert.match(done.output, /第 2 行 {2}不变 {2}41 1 南门入口/)
    assert.match(done.output, /共 5 行，0 行有错；已写入 0 项/)
  })
  test('the trail has the time of the house, whose clock may have been pushed ahead', async (t) => {
    const home = mkdtempSync(join(tmpdir(), 'lanepay-moving-'))
    t.after(() => rmSync(home, { recursive: true, force: true }))
    keepAhead(home, dayMs)
    const table = '车场编号,通道编号,通道名称,方向\n42,3,东门,出口\n'
    writeFileSync(join(home, 'more.csv'), table)
    const before = systemClock.now()
    const command = ['import', 'lots', join(home, 'more.csv'), '--by', 'zhang', '--take', 'all']
    const done = await lanepayOnce(command, { ...env, LANEPAY_HOME: home })
    assert.equal(done.status, 0, done.output)
    const [line] = (await rows('staff_line', 'max(at) as at')) as [{ at: number }]
    assert.ok(line.at >= before + dayMs, new Date(line.at).toISOString())
  })
  test('cards before their product say what to do', async () => {
    const done = await lanepay(commands[first.length]!)
    assert.equal(done.status, 1)
    assert.match(done.output, /第 2 行 {2}错误 .*产品: 没有在售的产品“业主月卡”/)
  })
  test('the product is made', async () => {
    const product = [plan.bucket, 41, '1', '业主月卡', 30_000, 1, null, instantOut(systemClock.now())]
    await data.database.of(plan.bucket).query(insertProduct, product)
  })
  says(first.length, withProduct)
})

describe('a lot that another platform runs', () => {
  const never = async (): Promise<never> => assert.fail('this is of lots that we run')
  const software = async (left: { readonly next: () => Promise<never> }) => {
    const { database } = data
    const parks = parksOf({ database, houseKey: Buffer.from(houseKey) })
    const known = { in_park: never, out_park: never, query_order: never }
    const upload = uploads({
      ...{ database, clock: systemClock, log: silentLog, parks, services: known, answers: { outpark: never } },
      beside: besideServices({ database, clock: systemClock, kept: {} }),
      keepBeside: never,
    })
    const held = polls()
    const server = fastify()
    const endsAtOnce: typeof held.hold = (...args) => {
      const poll = held.hold(...args)
      held.close()
      return poll
    }
    await server.register(
      bolinkRoutes({ upload, outbox: left as unknown as Outbox, polls: { ...held, hold: endsAtOnce } }),
    )
    const post = async (path: string, body: object) =>
      (await server.inject({ method: 'POST', url: `/bpd/${path}`, payload: JSON.stringify(body) })).json()
    const login = { union_id: unionId, park_id: parkId, local_id: 'box' }
    const say = async (service_name: string, said: object, token?: string) =>
      post('upload.do', { service_name, data: said, sign: signOf(JSON.stringify(said), key), token })
    const { token } = await say('login', login)
    return {
      say: (name: string, said: object) => say(name, said, token),
      poll: () => post('download.do', { token }),
      isOnline: () => held.isOnline({ bucket: plan.bucket, lotId: plan.number }),
      close: () => server.close(),
    }
  }
  const seconds = (text: string) => Date.parse(`2026-11-02T${text}:00+08:00`) / 1000
  const entry = (order_id: string, car_number: string) => ({ order_id, car_number, in_time: seconds('10:00') })
  const exit = (order_id: string, car_number: string, pay_type: string, gross: string) => ({
    ...{ ...entry(order_id, car_number), out_time: seconds('11:30'), empty_plot: 9, pay_type },
    ...{ total: '0.00', amount_receivable: gross },
  })

  test('is told that all is done, hears nothing, and is not there', async () => {
    const { say, poll, isOnline, close } = await software({ next: never })
    assert.equal((await say('in_park', entry('o1', '粤B00001'))).state, 1)
    for (const _ of ['once', 'again'])
      assert.equal((await say('out_park', exit('o1', '粤B00001', 'cash', '99.00'))).state, 1)
    assert.equal((await say('upload_order', exit('o2', '粤B00002', 'monthuser', '0.00'))).state, 1)
    // The entry comes after its exit.
    assert.equal((await say('in_park', entry('o2', '粤B00002'))).state, 1)
    assert.equal((await say('out_park', exit('o3', '粤B00003', 'sweepcode', '9.00'))).state, 0)
    assert.equal((await say('query_order', { order_id: 'o1', time_temp: 1 })).state, 0)
    assert.equal((await say('outpark', { state: 1, order_id: 'o1' })).state, 0)
    assert.deepEqual([await poll(), isOnline()], [{ state: 0, errmsg: 'no message' }, false])
    await close()
  })
  test('nothing else came of it', async () => {
    for (const table of ['session', 'lane_occupancy', 'bolink_order', 'bolink_debt', 'bolink_message', 'lot_event'])
      assert.deepEqual(await rows(table), [], table)
    const lots = (await rows('lot', 'lot_id, system')) as { lot_id: number }[]
    assert.deepEqual(
      lots.sort((a, b) => a.lot_id - b.lot_id),
      [
        { lot_id: 41, system: 'agent' },
        { lot_id: 42, system: 'agent' },
      ],
    )
  })
  test('takes no calls: a plan that says both is wrong', () => {
    const wrong = parseLotPlan({ ...plan, bolink: { ...plan.bolink, callUrl: 'https://vendor.example.com/calls' } })
    assert.deepEqual(wrong.ok ? [] : wrong.error.map(({ field }) => field), ['/bolink/callUrl'])
  })
})

describe('docs/moving.md: beside the other platform', () => {
  says(first.length + withProduct.length, withStays)
  test('the same files again do nothing, and with a wrong line nothing goes in', async () => {
    const { database } = data
    const deps = {
      ...{ database, clock: systemClock, newId: idMaker(() => systemClock.now(), 1), houseKey: Buffer.from(houseKey) },
      publicUrl: 'http://localhost',
    }
    const who = { staffId: null, account: 'zhang', role: 'server', address: '', lookId: null } as const
    const sheetOf = (file: string) => {
      const sheet = readSheet(readFileSync(new URL(`../../../docs/examples/moving/${file}.csv`, import.meta.url)))
      return sheet.ok ? sheet.value : assert.fail(sheet.error)
    }
    for (const kind of ['lots', 'codes'] as const) {
      const { taken, lines } = await moving(deps)[kind](who, sheetOf(kind), 'all')
      assert.deepEqual([taken, [...new Set(lines.map(({ does }) => does))]], [0, ['nothing']], kind)
    }
    const by = { lot: { bucket: plan.bucket, lotId: 41 }, operatorId: '1', who }
    const held = await importing(deps, changingVehicles(deps)).listed(by, sheetOf('blocked'), 'guests', 'all')
    assert.deepEqual(held.ok && [held.value.taken, held.value.lines.map(({ does }) => does)], [0, ['puts', 'wrong']])
    assert.deepEqual(await rows('listed_vehicle', 'list, plate'), [{ list: 'blocked', plate: '粤B66666' }])
  })
})
