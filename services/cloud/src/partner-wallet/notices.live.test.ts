import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { type Log, silentLog } from '@lanepay/domain/log.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import { startWalletSimulator, type WalletSimulator } from '@lanepay/simulator-wallet/wallet.ts'
import pg from 'pg'
import { alarms as makeAlarms } from '../alarm/alarm.ts'
import { provision } from '../lot/provision.ts'
import type { TakeIn } from '../session/take-in.ts'
import { orderIdOf } from './decide.ts'
import { hearingForWallets } from './hearing.ts'
import { lotsOfWallets } from './lots.ts'
import { callWallet, putNotice, tellingWallets } from './notices.ts'
import { logOf, stayInside, walletLotPlan } from './partner-wallet.testing.ts'
import { selectNoticesAside, tellNoticeAgain, upsertPlate } from './store.ts'
import { walletsOf } from './wallets.ts'

/* What happens at a lot, and what a partner's wallet hears of it: the real tables, the wallet's simulator, time that stands unless pushed. */

let now = Date.UTC(2026, 10, 2, 4) as Instant
const clock = { now: () => now }
const newId = idMaker(clock.now, 6)
const houseKey = Buffer.from('the house key of partners’ wallets')
const [unionId, key, plate] = ['200279', 'A1B2C3D4E5F60718', '苏DTTTW1']
const lot = { bucket: 4, lotId: 100 }
let data: TestDatabase
let sql: pg.Client
let wallet: WalletSimulator
let hear: TakeIn
let round: () => Promise<void>
let stay = '' as Id
const logged: string[] = []

const rows = async <Row>(text: string, ...values: unknown[]): Promise<Row[]> =>
  (await sql.query(text, [lot.lotId, ...values])).rows as Row[]

before(async () => {
  data = await testDatabase()
  sql = new pg.Client(data.connection)
  await sql.connect()
  wallet = await startWalletSimulator({ platform: () => assert.fail('it calls nobody'), unionId, key, clock })
  const { database } = data
  const alarms = makeAlarms({ database, clock, log: silentLog, newId })
  const log: Log = (level, event, fields) =>
    void (level === 'error' && logged.push(`${level} ${event} ${fields?.wallet}`))
  round = tellingWallets({ database, clock, log, newId, houseKey, alarms }).round
  hear = hearingForWallets(async (_, piece) => piece.events.at(-1)!.seq, {
    ...{ database, clock, newId, lots: lotsOfWallets(database) },
  })
})
after(async () => {
  await wallet.close()
  await sql.end()
  await data.close()
})
beforeEach(async () => {
  lot.lotId += 1
  wallet.heard.length = 0
  logged.length = 0
  await provision(data.database, walletLotPlan(lot, { unionId, key, url: wallet.url }), now, houseKey)
  stay = await aStay()
})
afterEach(async () => {
  assert.deepEqual(wallet.complaints, [])
  wallet.heal()
  await sql.query('update wallet_notice set due_at = null')
  await sql.query('delete from wallet_plate')
})

const aStay = (): Promise<Id> => stayInside(rows, { id: newId(), plate, now })
const order = () => orderIdOf(lot, stay)
const told = (kind: string) => wallet.heard.filter((one) => one.kind === kind).map(({ fields }) => fields)
const pass = async (ms: number) => {
  now = (now + ms) as Instant
  await round()
}
const log = logOf(() => hear, clock.now)
const events = (...all: object[]) => log(lot, ...all)
const cameIn = (more: object = {}) =>
  events({ kind: 'entered', session: stay, plate, pass: false, colour: 'blue', lane: 1, enteredAt: now, ...more })
const wentOut = () => events({ kind: 'left', session: stay, lane: 2, leftAt: now, owedFen: 0 })
const named = () => data.database.reference.query(upsertPlate, [plate, unionId, 'u1', false])
const hour = 3_600_000
/** From the first try on, the waits before the next ones. */
const waits = [1 / 60, 2 / 60, 3 / 60, 10 / 60, 1, 6, 12, 24, 72, 720].map((hours) => hours * hour)
const alarms = async () =>
  (
    await rows<{ because: string }>(
      "select because from alarm where lot_id = $1 and kind = 'wallet-not-told' order by id",
    )
  ).map(({ because }) => because)

describe('what a wallet is told', () => {
  test('in order, each once: an exit waits until its entry got through', async () => {
    await named()
    await cameIn()
    await wentOut()
    await wentOut()
    wallet.fault('deaf')
    await round()
    assert.equal(wallet.heard.length, 0)
    await pass(59_000)
    assert.equal(wallet.heard.length, 0)
    await pass(1_000)
    assert.deepEqual(
      wallet.heard.map(({ kind, fields }) => [kind, fields.order_id, fields.plate_number]),
      ['in-notice', 'out-notice'].map((kind) => [kind, order(), plate]),
    )
    await pass(3_600_000)
    assert.equal(wallet.heard.length, 2)
  })
  test('though another wallet cannot be told at all: that is logged', async (t) => {
    t.after(() => sql.query("delete from partner_wallet where union_id = '100'"))
    await named()
    await cameIn()
    await sql.query(
      `insert into partner_wallet (union_id, name, sealed, pay_url, notice_url) values ('100', '坏钱包', 'of another key', '', $1)`,
      [wallet.url],
    )
    await round()
    assert.deepEqual([told('in-notice').length, logged], [1, ['error wallet-not-told 100']])
  })
  test('a lost answer is told again, and who hears it twice hears the same', async () => {
    await named()
    await cameIn()
    wallet.fault('silent')
    await round()
    await pass(60_000)
    const [first, again] = told('in-notice')
    assert.deepEqual([first!.order_id, told('in-notice').length], [again!.order_id, 2])
  })
  test('nothing of plates that it has not named, and no exit whose entry it was not told', async () => {
    await cameIn()
    await named()
    await wentOut()
    await round()
    assert.equal(wallet.heard.length, 0)
    assert.equal((await rows('select 1 from wallet_notice where lot_id = $1')).length, 1)
  })
  for (const [what, change] of [
    ['nobody’s', 'delete from wallet_plate'],
    ['another user’s', "update wallet_plate set user_id = 'u2'"],
  ] as const)
    test(`the exit of whose entry it was told, though the plate is ${what} now`, async () => {
      await named()
      await cameIn()
      await round()
      await sql.query(change)
      await wentOut()
      await round()
      assert.deepEqual(
        wallet.heard.map(({ kind, fields }) => [kind, fields.order_id, fields.user_id]),
        [
          ['in-notice', order(), undefined],
          ['out-notice', order(), 'u1'],
        ],
      )
    })
  test('the same car came in again: its old stay is told as that, with no money', async () => {
    await named()
    await cameIn()
    const old = stay
    stay = await aStay()
    await cameIn({ supersedes: old })
    await round()
    assert.deepEqual(
      wallet.heard.map(({ kind, fields }) => [kind, fields.order_id, fields.pay_type, fields.money]),
      [
        ['in-notice', orderIdOf(lot, old), undefined, undefined],
        ['out-notice', orderIdOf(lot, old), 2, '0.0'],
        ['in-notice', order(), undefined, undefined],
      ],
    )
  })
  test('an exit that is heard of after all is told, though the wallet has refused the repeated entry for good', async () => {
    await named()
    await cameIn()
    await round()
    const old = stay
    stay = await aStay()
    await cameIn({ supersedes: old })
    wallet.fault('refuses-notices', 6)
    await round()
    for (const wait of waits.slice(0, 5)) await pass(wait)
    assert.equal((await alarms()).length, 1)
    await events({ kind: 'left', session: old, lane: 2, leftAt: now, owedFen: 0 })
    await round()
    assert.deepEqual(
      told('out-notice').map(({ order_id, pay_type }) => [order_id, pay_type]),
      [[orderIdOf(lot, old), 0]],
    )
  })
  test('nothing behind one that is not answered, for 44 days: a person hears of it at the sixth try, and when it is given up', async () => {
    await named()
    await cameIn()
    const first = stay
    stay = await aStay()
    await cameIn()
    wallet.fault('deaf', 11)
    await round()
    for (const wait of waits.slice(0, 4)) await pass(wait)
    assert.deepEqual(await alarms(), [])
    const waiting = `wallet ${unionId} does not answer to in-notice of ${first}: all behind it wait`
    for (const wait of waits.slice(4, -1)) {
      await pass(wait)
      assert.deepEqual([await alarms(), wallet.heard.length], [[waiting], 0])
    }
    await pass(waits.at(-1)!)
    assert.deepEqual(
      [await alarms(), told('in-notice').map(({ order_id }) => order_id)],
      [[waiting, `wallet ${unionId} does not answer to in-notice of ${first}: it is put aside`], [order()]],
    )
  })
  test('what it refuses is put aside at the sixth try, with the exit of that entry, and a person hears which; the next ones go', async () => {
    await named()
    await cameIn()
    await wentOut()
    const refused = stay
    stay = await aStay()
    await cameIn()
    wallet.fault('refuses-notices', 6)
    await round()
    for (const wait of waits.slice(0, 5)) {
      assert.deepEqual([await alarms(), wallet.heard.length], [[], 0])
      await pass(wait)
    }
    await round()
    const because = `wallet ${unionId} refuses (订单不存在) in-notice of ${refused}: it is put aside`
    assert.deepEqual(
      [await alarms(), wallet.heard.map(({ kind, fields }) => [kind, fields.order_id])],
      [[because], [['in-notice', order()]]],
    )
    const aside = await rows<{ kind: string }>(
      'select kind from wallet_notice where lot_id = $1 and subject = $2 and put_aside_at is not null order by kind',
      refused,
    )
    assert.deepEqual(
      aside.map(({ kind }) => kind),
      ['in-notice', 'out-notice'],
    )
    await pass(720 * hour)
    assert.equal(wallet.heard.length, 1)
    // A person has it told again, by its exit: never that before its entry, and both before what is newer.
    stay = await aStay()
    await cameIn()
    const db = data.database.of(lot.bucket)
    const put = await db.query<{ id: string; kind: string }>(selectNoticesAside, [lot.bucket, lot.lotId])
    const exit = put.find(({ kind }) => kind === 'out-notice')!
    const again = () => db.query(tellNoticeAgain, [lot.bucket, lot.lotId, exit.id, new Date(now)])
    assert.equal((await again()).length, 2)
    assert.equal((await again()).length, 0, 'it waits already')
    await round()
    assert.deepEqual(
      wallet.heard.slice(1).map(({ kind, fields }) => [kind, fields.order_id]),
      [
        ['in-notice', orderIdOf(lot, refused)],
        ['out-notice', orderIdOf(lot, refused)],
        ['in-notice', order()],
      ],
    )
  })
  test('in another key than its own by one byte it takes nothing: nothing counts as told until the plan says the right one', async () => {
    const theirs = { unionId, url: wallet.url }
    await provision(data.database, walletLotPlan(lot, { ...theirs, key: key.replace(/8$/, '9') }), now, houseKey)
    await named()
    await cameIn()
    await round()
    assert.deepEqual([wallet.heard.length, wallet.complaints.splice(0)], [0, ['in-notice: sign']])
    await provision(data.database, walletLotPlan(lot, { ...theirs, key }), now, houseKey)
    await pass(60_000)
    assert.deepEqual([told('in-notice').length, await alarms()], [1, []])
  })
  test('of the older book it answers by a word: success is through, and fail is a refusal', async () => {
    await named()
    await cameIn()
    await wentOut()
    wallet.fault('answers-by-word', 8)
    await round()
    const kinds = wallet.heard.map(({ kind }) => kind)
    assert.deepEqual([kinds, await alarms()], [['in-notice', 'out-notice'], []])
    stay = await aStay()
    await cameIn()
    wallet.fault('refuses-notices', 6)
    await round()
    for (const wait of waits.slice(0, 5)) await pass(wait)
    assert.deepEqual(
      [await alarms(), wallet.heard.length],
      [[`wallet ${unionId} refuses () in-notice of ${stay}: it is put aside`], 2],
    )
  })
  test('of the older book it hears form pairs, signed by their names, and says a word; a charge it answers in full', async (t) => {
    const older = await startWalletSimulator({
      ...{ platform: () => assert.fail('it calls nobody'), unionId, key, clock, book: 'older' },
    })
    t.after(() => older.close())
    await provision(
      data.database,
      walletLotPlan(lot, { unionId, key, url: older.url, book: 'older' }),
      ...([now, houseKey] as const),
    )
    await named()
    await cameIn()
    await wentOut()
    const db = data.database.of(lot.bucket)
    const result = { com_id: lot.lotId, order_id: order(), plate_number: plate, trade_no: 'jd1', union_id: unionId }
    await putNotice(
      ...([db, lot] as const),
      {
        ...{ kind: 'prepay-result', subject: 'jd1', unionId, id: newId() },
        said: { ...result, attach: { scene: '出口&1=1+1' }, prepay_result: 1, prepay: '10.00' },
      },
      now,
    )
    await round()
    assert.deepEqual(
      older.heard.map(({ kind, fields }) => [kind, fields.order_id, fields.plate_number, fields.attach]),
      [
        ['in-notice', order(), plate, undefined],
        ['out-notice', order(), plate, undefined],
        ['prepay-result', order(), plate, '{"scene":"出口&1=1+1"}'],
      ],
    )
    assert.deepEqual((await rows('select 1 from wallet_notice where lot_id = $1 and due_at is not null')).length, 0)
    const theirs = await walletsOf(data.database, houseKey)(unionId)
    const charge = {
      ...{ com_id: lot.lotId, user_id: 'u1', plate_number: plate, in_time: 1, out_time: 2, order_id: order() },
      ...{ total: '5.00', money: '5.00', service_fee: '0.0', poundage: '0.0', duration: 1, free_out_time: 0 },
      ...{ trade_no: '1', remark: '停车费', state: 0 },
    }
    const answer = await callWallet(theirs!, 'nosense-pay', charge, { now, id: newId() })
    assert.deepEqual([answer?.state, answer?.trade_no], ['1', older.charged.get('1')?.number])
    assert.deepEqual([older.charged.get('1')?.money, older.complaints], ['5.0', []])
  })
  test('no exit whose entry it had refused for good', async () => {
    await named()
    await cameIn()
    wallet.fault('refuses-notices', 6)
    await round()
    for (const wait of waits.slice(0, 5)) await pass(wait)
    await wentOut()
    await pass(hour)
    assert.deepEqual([wallet.heard.length, (await alarms()).length], [0, 1])
    const db = data.database.of(lot.bucket)
    const [entry] = await db.query<{ id: string }>(selectNoticesAside, [lot.bucket, lot.lotId])
    await db.query(tellNoticeAgain, [lot.bucket, lot.lotId, entry!.id, new Date(now)])
    await round()
    assert.deepEqual(
      wallet.heard.map(({ kind }) => kind),
      ['in-notice', 'out-notice'],
      'until a person has the entry told again',
    )
  })
})
