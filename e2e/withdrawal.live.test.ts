import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { provision } from '@lanepay/cloud/lot/provision.ts'
import { dayOf } from '@lanepay/cloud/reconciliation/day.ts'
import { codeAt, typedSecret } from '@lanepay/cloud/refund/authenticator.testing.ts'
import { askWithdrawal } from '@lanepay/cloud/withdrawal/ask.ts'
import { keepCard } from '@lanepay/cloud/withdrawal/card.ts'
import { usualTerms } from '@lanepay/cloud/withdrawal/decide.ts'
import { type Clock, SimulatedClock, systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { parseNumber } from '@lanepay/domain/numbers.ts'
import { simpleTariff } from '@lanepay/domain/tariff/tariff.ts'
import { firstCards, startBankSimulator } from '@lanepay/simulator-bank/simulator.ts'
import { type Tap, tap } from '@lanepay/simulator-wire/tap.ts'
import { houseKey, lotPlan, type Road, startRoad } from './kit/road.ts'
import { sleep, until } from './kit/until.ts'

/* Withdrawals on the whole road: what drivers have paid, on its way to a bank that is another process's business. */

const day = 86_400_000
const accountId = 1
const person = { name: '张经理', operators: 'all', totpSecret: typedSecret } as const

/** A road whose operator has money that a closed day proves, an account at a bank, and a hand on the wire to it. */
async function aRoadToTheBank(how: { readonly cloud: 'here' | 'process'; readonly clock: Clock }) {
  const { clock } = how
  const bank = await startBankSimulator({ dir: '', port: 0, clock, durable: false })
  const wire = await tap(() => ({ host: '127.0.0.1', port: Number(new URL(bank.url).port) }))
  const road = await startRoad({
    ...{ ...how, bank: { ...bank.settings, baseUrl: `http://127.0.0.1:${wire.port}` } },
    // What is asked for here is all that is withdrawn, and its day stays proven whatever days pass.
    without: ['reconciliation', 'automatic-withdrawals'],
    // A stay costs enough for all that is asked here.
    plan: { tariff: simpleTariff({ hourFen: 100_000, leaveMinutes: 15 }) },
  })
  const newId = idMaker(() => clock.now(), 900)
  /** Of those paid out by us the day withdraws by itself: so it is only while a person asks. */
  const paidOutBy = (payout: 'mirrored' | 'bank') =>
    provision(
      road.database,
      { ...lotPlan, accounts: lotPlan.accounts.map((account) => ({ ...account, payout })) },
      clock.now(),
    )
  await paidOnce(road)
  const [{ number, name }] = firstCards
  const old = { now: () => clock.now() - 2 * day } as Clock
  await keepCard(
    { database: road.database, clock: old, houseKey: Buffer.from(houseKey) },
    {
      ...{ accountId, by: 'the test', why: 'the first one' },
      card: { kind: 'card', number, holder: name, owner: 'person', bank: '工商银行' },
    },
  )
  await road.rows(
    `insert into bill (bucket, lot_id, account_id, day, kind, channel, account_key, state, kept_at, closed_at)
     values (0, 0, $1, $2::date, 'trade', 'wechatpay', 'k', 'closed', now(), now())
         on conflict (bucket, lot_id, account_id, day, kind) do update set state = 'closed', kept_at = now(), closed_at = now(), due_at = null`,
    [accountId, dayOf(clock.now())],
  )
  await road.rows(`delete from bill where account_id = $1 and state <> 'closed'`, [accountId])

  return {
    road,
    bank,
    wire,
    /** Asks for so much, and has it set aside. */
    async ask(amountFen: number) {
      await paidOutBy('bank')
      const secondFactor = { code: codeAt(clock.now()), usedStep: null }
      const asked = await askWithdrawal(
        { database: road.database, clock, newId, terms: usualTerms, rights: { people: [person] } },
        { bucket: lotPlan.bucket, accountId, amountFen, by: person.name, secondFactor },
      )
      await paidOutBy('mirrored')
      assert.ok(asked.ok, JSON.stringify(asked))
      const { withdrawalNumber } = asked.value
      const number = parseNumber('withdrawal', withdrawalNumber)
      assert.ok(number.ok)
      return { withdrawalNumber, id: number.value.id }
    },
    state: async (id: string) =>
      (await road.rows<{ state: string }>('select state from withdrawal where id = $1', [id]))[0]!.state,
    history: async (id: string) =>
      (
        await road.rows<{ state: string }>('select state from withdrawal_step where withdrawal_id = $1 order by step', [
          id,
        ])
      ).map(({ state }) => state),
    /** What was due in a while is due now. */
    dueNow: () => road.rows('update withdrawal set ask_at = now() where ask_at is not null'),
    payable: async () =>
      Number(
        (
          await road.rows<{ fen: string }>(
            `select coalesce(sum(balance_fen), 0) as fen from account where kind = 'operator-payable' and channel = 'wechatpay'`,
          )
        )[0]!.fen,
      ),
    alarms: async () =>
      (
        await road.rows<{ kind: string }>(`select kind from alarm where kind::text like 'withdrawal-%' order by id`)
      ).map(({ kind }) => kind),
    /** What the bank has paid under a number, in fen; what came back is not taken off. */
    atBank: (number: string) =>
      bank.control
        .orders()
        .flatMap((order) => (order.orderNumber === number ? [order.amountFen * order.bankNumbers.length] : [])),
    async close() {
      await road.close()
      await wire.close()
      await bank.close()
    },
  }
}
type ToTheBank = Awaited<ReturnType<typeof aRoadToTheBank>>

async function paidOnce(road: Road): Promise<void> {
  await road.park('粤B10001')
  if (road.clock instanceof SimulatedClock) road.pass(2_000)
  else await sleep(1_100) // the tariff counts whole seconds: from the first on something is owed
  await road.toExit('粤B10001')
  const driver = road.phone('driver-1')
  const paying = await road.sheet(driver, 'exit')
  await driver.payInWallet(paying.sheet)
  await road.paymentIs(driver, paying.payment, 'paid')
  await road.driveOut()
  await road.settled()
}

describe('the cloud is killed between sending and noting', () => {
  let to: ToTheBank
  before(async () => {
    to = await aRoadToTheBank({ cloud: 'process', clock: systemClock })
  })
  after(() => to?.close())
  const isOrder = (bytes: Buffer) => bytes.includes('POST /v1/pay')
  const isAnswer = (bytes: Buffer) => bytes.includes('"transfers"')
  const isNoting = (bytes: Buffer) => bytes.includes('note-withdrawal-step') || bytes.includes('withdrawal-done')
  type Point = {
    readonly at: string
    readonly wire: 'bank' | 'database'
    readonly direction: 'out' | 'in'
    readonly piece: (bytes: Buffer, sent: boolean) => boolean
    readonly when: 'before' | 'after'
  }
  const points: readonly Point[] = [
    { at: 'the order is about to be sent', wire: 'bank', direction: 'out', piece: isOrder, when: 'before' },
    { at: 'the order has been sent', wire: 'bank', direction: 'out', piece: isOrder, when: 'after' },
    { at: 'the bank has answered, unheard', wire: 'bank', direction: 'in', piece: isAnswer, when: 'before' },
    { at: 'the bank’s answer has been heard', wire: 'bank', direction: 'in', piece: isAnswer, when: 'after' },
    {
      ...{ at: 'what the bank said is about to be noted', wire: 'database', direction: 'out', when: 'before' },
      piece: (bytes, sent) => sent && isNoting(bytes),
    },
  ]
  for (const { at, wire, direction, piece, when } of points)
    test(`when ${at}: one number, paid once, booked once`, async () => {
      const { road, bank } = to
      const [before, asksBefore] = [await to.payable(), bank.control.orders().length]
      let sent = false
      let killed: Promise<void> | null = null
      const watch = (name: 'bank' | 'database', one: Tap) =>
        one.watch(async (going, bytes) => {
          if (killed !== null) return null // a dead process says and hears nothing more
          if (name === 'bank' && going === 'out' && isOrder(bytes)) sent = true
          if (name !== wire || going !== direction || !piece(bytes, sent)) return bytes
          if (when === 'before') {
            killed = road.cloud.kill()
            await killed
            return null
          }
          setTimeout(() => {
            killed ??= road.cloud.kill()
          }, 5)
          return bytes
        })
      watch('bank', to.wire)
      watch('database', road.taps.database)
      const { id, withdrawalNumber } = await to.ask(1_000)
      // Paid in a moment at the bank: what is asked again then is a question with an end.
      await until('the power is gone', async () => {
        if (sent && killed === null) await to.dueNow()
        return killed !== null
      })
      await killed
      to.wire.free()
      road.taps.database.free()
      await road.cloud.start()
      await until('it is paid', async () => {
        await to.dueNow()
        return (await to.state(id)) === 'paid'
      })
      assert.deepEqual(await to.history(id), ['asked', 'sent', 'paid'])
      assert.deepEqual(to.atBank(withdrawalNumber), [700])
      assert.equal(bank.control.orders().length, asksBefore + 1)
      assert.equal(await to.payable(), before - 1_000)
      assert.deepEqual(await to.alarms(), [])
      await road.audit()
    })
})

describe('what a bank does after it has said yes', () => {
  let to: ToTheBank
  before(async () => {
    to = await aRoadToTheBank({ cloud: 'here', clock: new SimulatedClock() })
  })
  after(() => to?.close())
  afterEach(async () => {
    to.bank.control.clearFaults()
    await to.road.rows(`update withdrawal set ask_at = null where state in ('paid', 'returned')`)
    await to.road.rows(`delete from alarm where kind::text like 'withdrawal-%'`)
    await to.road.audit()
  })
  const passUntil = (what: string, ms: number, look: () => Promise<boolean>) =>
    until(what, async () => {
      to.road.pass(ms)
      return look()
    })

  test('an answer that is lost after it was paid: asked about under the same number, never sent again', async () => {
    const { bank } = to
    const payBefore = bank.control.asked().pay ?? 0
    bank.control.fault({ kind: 'answer-lost', times: 1, call: 'pay' })
    const { id, withdrawalNumber } = await to.ask(1_000)
    await passUntil('it is paid', 5_000, async () => (await to.state(id)) === 'paid')
    assert.deepEqual(to.atBank(withdrawalNumber), [700])
    assert.equal(bank.control.asked().pay! - payBefore, 1)
    assert.deepEqual(await to.alarms(), [])
  })
  test('the bank is not there at first: sent again under the same number', async () => {
    const { bank } = to
    bank.control.fault({ kind: 'answer-5xx', times: 3, call: 'pay' })
    const { id, withdrawalNumber } = await to.ask(1_000)
    await passUntil('it is paid', 5_000, async () => (await to.state(id)) === 'paid')
    assert.deepEqual(to.atBank(withdrawalNumber), [700])
  })
  for (const [kind, what] of [
    ['pay-returned', 'returned on the fifth day'],
    ['pay-returned-twice', 'returned twice'],
  ] as const)
    test(`${what}: the money is back, fee and all, once, and a person is told`, async () => {
      const { bank } = to
      const before = await to.payable()
      bank.control.fault({ kind, times: 1, ms: 5 * day })
      const { id } = await to.ask(1_000)
      await passUntil('it is paid', 5_000, async () => (await to.state(id)) === 'paid')
      assert.equal(await to.payable(), before - 1_000)
      to.road.pass(4 * day)
      const asked = bank.control.asked().query ?? 0
      await to.dueNow()
      await until('it is asked about', () => bank.control.asked().query! > asked)
      assert.equal(await to.state(id), 'paid')
      await passUntil('it is returned', 12 * 3_600_000, async () => (await to.state(id)) === 'returned')
      assert.deepEqual(await to.history(id), ['asked', 'sent', 'paid', 'returned'])
      assert.equal(await to.payable(), before)
      assert.deepEqual(await to.alarms(), ['withdrawal-returned'])
    })
  for (const kind of ['answer-amount', 'pay-doubled'] as const)
    test(`${kind}: nothing is posted, and a person is told`, async () => {
      const { bank } = to
      const before = await to.payable()
      bank.control.fault({ kind, times: kind === 'pay-doubled' ? 1 : 1_000 })
      const { id } = await to.ask(1_000)
      await passUntil('a person is told', 5_000, async () => (await to.alarms()).length > 0)
      assert.deepEqual(await to.alarms(), ['withdrawal-disputed'])
      assert.deepEqual(await to.history(id), ['asked', 'sent'])
      assert.equal(await to.payable(), before - 1_000)
      if (kind === 'pay-doubled') return
      bank.control.clearFaults()
      await passUntil('it is paid, once the bank says the amount', 20_000, async () => (await to.state(id)) === 'paid')
    })
})
