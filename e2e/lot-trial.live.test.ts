import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { checkLot } from '@lanepay/cloud/lot-check/decide.ts'
import { seenOf } from '@lanepay/cloud/lot-check/store.ts'
import { askRefund } from '@lanepay/cloud/refund/ask.ts'
import { databaseUrl, type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { fen } from '@lanepay/domain/money.ts'
import { simpleTariff } from '@lanepay/domain/tariff/tariff.ts'
import type { Id } from '@lanepay/domain/types.ts'
import { type Trial, tryLanes, tryOpening, tryPayment, tryQuote } from '@lanepay/lanepay/lot-trial.ts'
import { calledLot } from './kit/called-lot.ts'
import { connectedLot } from './kit/connected-lot.ts'
import { lanepayOnce } from './kit/process.ts'
import { houseKey, lotPlan, type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/* What `lanepay lot check --quote, --pay, --open` do at lots of each way to run one; a phone pays by the simulated wallets. */

describe('the tests of a lot that moves over', () => {
  let road: Road
  let data: TestDatabase
  const stop: (() => Promise<void>)[] = []
  before(async () => {
    data = await testDatabase()
    road = await startRoad({ data, plan: { tariff: simpleTariff({ hourFen: 1, leaveMinutes: 15 }) } })
  })
  after(async () => {
    for (const end of stop) await end()
    await road.close()
  })
  const rights = { limitFen: fen(100), limitOfOperator: {}, people: [{ name: '张', operators: 'all' as const }] }
  const { bucket } = lotPlan

  function trialAt(lotId: number, patienceMs = 120_000) {
    const newId = idMaker(() => road.clock.now(), 1014)
    const said: string[] = []
    const shown: string[] = []
    const trial: Trial = {
      ...{
        database: road.database,
        clock: road.clock,
        newId,
        houseKey: Buffer.from(houseKey),
        publicUrl: road.publicUrl,
      },
      ...{ lot: { bucket, lotId }, say: (text) => void said.push(text.en), patienceMs },
      show: async (url) => void shown.push(url),
    }
    const giveBack = (payment: Id) =>
      askRefund(
        { database: road.database, clock: road.clock, newId, rights },
        { lot: trial.lot, payment, amountFen: 'all', reason: '测试', by: '张', secondFactor: null },
      )
    const pays = (plate: string) =>
      tryPayment(trial, {
        ...{ plate, sinceMs: road.clock.now() - 7_200_000, giveBack, refusalSays: ({ kind }) => kind },
      })
    const outcomes = async (tried: ReturnType<typeof pays>) =>
      (await tried).map(({ check, outcome }) => `${check} ${outcome}`)
    /** What a person with a phone does with the code that is shown. */
    const pay = async (driver: string, plate: string) => {
      const url = await until('the code is shown', () => shown.at(-1))
      const phone = road.phone(driver)
      await phone.scan(url)
      const code = url.split('/').at(-1)!
      const quote = await phone.quote(code, plate)
      assert.equal(quote.status, 200, JSON.stringify(quote.body))
      const sheet = await phone.pay(code, quote.body.quote!)
      await phone.payInWallet(sheet.body.sheet)
    }
    return { trial, said, shown, pays, outcomes, pay }
  }
  const money = (lotId: number) =>
    road.rows<{ payments: number; refunds: number; back: number }>(
      `select (select count(*)::int from payment where lot_id = $1 and paid_at is not null) as payments, count(*)::int as refunds,
              coalesce(sum(amount_fen) filter (where state = 'done'), 0)::int as back
         from refund where lot_id = $1`,
      [lotId],
    )
  const orders = (lotId: number) =>
    road.rows<{ state: string; by: string }>(
      `select state::text, body ->> 'by' as by from lot_command where lot_id = $1 and kind = 'open-gate' order by id`,
      [lotId],
    )

  /** Asks, pays and gives back, whoever runs the lot. */
  async function isTriedOut(lotId: number, plate: string): Promise<void> {
    const { trial, pays, outcomes, pay, said } = trialAt(lotId)
    const { checked, owedFen } = await tryQuote(trial, plate)
    assert.deepEqual([checked.outcome, owedFen], ['pass', 1])
    const tried = outcomes(pays(plate))
    await pay(`tries ${lotId}`, plate)
    assert.deepEqual(await tried, ['payment pass', 'refund pass'], said.join('\n'))
    assert.deepEqual(await money(lotId), [{ payments: 1, refunds: 1, back: 1 }])
    const list = checkLot(await seenOf(road.database, trial.lot, road.clock.now() - 7_200_000), road.clock.now())
    assert.deepEqual(
      list.filter(({ check }) => ['quote', 'payment', 'refund'].includes(check)).map(({ outcome }) => outcome),
      ['pass', 'pass', 'pass'],
    )
  }

  test('a hosted lot: price, payment and refund, and an arm that moves once', { timeout: 300_000 }, async () => {
    await road.park('粤B90001')
    road.pass(1_000) // of a stay of no time nothing is owed
    await isTriedOut(lotPlan.number, '粤B90001')
    const { trial } = trialAt(lotPlan.number)
    const open = { lane: 2, by: '张', reason: '试道闸' }
    // Nobody stands there: the arm would come down on nobody's account.
    assert.equal((await tryOpening(trial, open)).outcome, 'not-yet')
    assert.deepEqual(await orders(lotPlan.number), [])
    await road.toExit('粤B90001')
    assert.equal((await tryOpening(trial, open)).outcome, 'pass')
    assert.deepEqual(await orders(lotPlan.number), [{ state: 'opened', by: '张' }])
    const [line] = await road.rows<{ account: string; act: string; reason: string }>(
      'select account, act, reason from staff_line where lot_id = $1',
      [lotPlan.number],
    )
    assert.deepEqual(line, { account: '张', act: 'gate.open', reason: '试道闸' })
  })

  test('a connected lot, and what was broken off is gone on with', { timeout: 300_000 }, async () => {
    const { software } = await connectedLot(road, 811, { hourFen: 1 })
    stop.push(() => software.close())
    const plate = '粤B90002'
    // It is not there yet: no price is guessed.
    const away = trialAt(811)
    assert.equal((await tryQuote(away.trial, plate)).checked.outcome, 'fail')
    await software.login()
    await software.enter(plate, 'A1')
    // Broken off when the code was shown; the phone pays nevertheless.
    const first = trialAt(811, 0)
    assert.deepEqual(await first.outcomes(first.pays(plate)), ['payment not-yet'])
    await first.pay('pays late', plate)
    await until('it is paid', async () => (await money(811))[0]!.payments === 1)
    // And once more before the channel has given it back: each time it goes on with the same payment.
    const second = trialAt(811, 0)
    await until('the lot has heard of it', async () => {
      const [payment] = await second.pays(plate)
      return payment!.outcome === 'pass'
    })
    await second.pays(plate)
    await road.settled()
    assert.deepEqual(second.shown, [])
    assert.deepEqual(await money(811), [{ payments: 1, refunds: 1, back: 1 }])
    const { trial } = trialAt(811)
    const open = { lane: 2, by: '张', reason: '试道闸' }
    // Begun twice at once, it is one order and the arm moves once.
    const both = await Promise.all([tryOpening(trial, open), tryOpening(trialAt(811).trial, open)])
    assert.deepEqual(
      both.map(({ outcome }) => outcome),
      ['pass', 'pass'],
    )
    assert.equal((await orders(811)).length, 1)
    assert.equal(software.opened.filter(({ because }) => because.startsWith('ordered')).length, 1)
    assert.equal((await tryOpening(trial, { ...open, lane: 9 })).outcome, 'fail')
  })

  test('a called lot, and one that opens no gate from afar', { timeout: 300_000 }, async () => {
    const called = await calledLot(road, 812, 'daoer', { hourFen: 1 })
    stop.push(called.close)
    await called.lot.enter('粤B90003', 'A1')
    await isTriedOut(812, '粤B90003')
    assert.equal((await tryOpening(trialAt(812).trial, { lane: 2, by: '张', reason: '试道闸' })).outcome, 'pass')
    const cannot = await calledLot(road, 813, 'yunmeng')
    stop.push(cannot.close)
    await cannot.lot.enter('粤B90004', 'A1')
    const dear = trialAt(813)
    const cannotOpen = await tryOpening(dear.trial, { lane: 2, by: '张', reason: '试道闸' })
    assert.equal(cannotOpen.outcome, 'not-possible')
    const [, payment] = await dear.pays('粤B90004')
    assert.equal(payment?.outcome, 'not-yet', 'five yuan are no test')
    assert.deepEqual([dear.shown, (await money(813))[0]!.payments], [[], 0])
  })

  test('software that lists its lanes is asked whether it knows those of the plan', { timeout: 300_000 }, async () => {
    const lists = await calledLot(road, 814, 'pyun')
    stop.push(lists.close)
    const { trial } = trialAt(814)
    const outcome = async () => (await tryLanes(trial, road.clock.now() - 7_200_000)).outcome
    const listed = async () => {
      const list = checkLot(await seenOf(road.database, trial.lot, road.clock.now() - 7_200_000), road.clock.now())
      return list.find(({ check }) => check === 'lanes')
    }
    assert.equal((await listed())?.outcome, 'not-yet')
    assert.equal(await outcome(), 'pass')
    await road.rows(`update lane set channel = 'B9' where lot_id = $1 and lane_id = 2 returning 1`, [814])
    assert.equal(await outcome(), 'fail')
    assert.deepEqual((await listed())?.says.en, 'unknown to the software: B9')
    assert.equal((await tryLanes(trialAt(lotPlan.number).trial, 0)).outcome, 'not-possible')
  })

  test('typed: bad input is named, and the end says how it went', { timeout: 300_000 }, async () => {
    const env = {
      ...{ LANEPAY_HOME: road.home, LANEPAY_DATABASE_URL: databaseUrl(data.connection) },
      ...{ LANEPAY_PUBLIC_URL: road.publicUrl, LANEPAY_HOUSE_KEY: houseKey },
    }
    const types = (...args: string[]) => lanepayOnce(['lot', 'check', '42', '--lang', 'en', ...args], env)
    for (const [args, names] of [
      [['--quote', '12'], '--quote 12: no plate'],
      [['--open', 'x', '--by', 'zhang', '--reason', 'test'], '--open x: the number of a lane'],
      [['--open', '2', '--reason', 'test'], '--by: who does this'],
      [['--open', '2', '--by', 'zhang'], '--reason: 1 to 80'],
      [['--by', 'zhang'], '--by, --reason: with --pay or --open'],
      [['--pay', '粤B90009', '--by', 'nobody', '--reason', 'test'], '--by: there is no account "nobody"'],
    ] as const) {
      const { status, output } = await types(...args)
      assert.ok(status === 1 && output.includes(names), `${args.join(' ')}: ${output}`)
    }
    const plate = '粤B90005'
    await road.park(plate)
    // Nothing is owed for the second in which it came.
    road.pass(1_000)
    const asked = await types('--quote', plate)
    assert.equal(asked.status, 0, asked.output)
    assert.match(asked.output, /^pass\tprice\t粤B90005 owes ¥0\.01 now$/m)
    const nobody = await types('--quote', '粤B99999')
    assert.equal(nobody.status, 1)
    assert.match(nobody.output, /^FAIL\tprice\tthe lot names no price: no-session$/m)
  })
})
