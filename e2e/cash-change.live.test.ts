import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ChangeTake, ChangeView } from '@lanepay/cloud/cash-change/api.ts'
import { type ChangeMachines, changeMachines } from './kit/change-machines.ts'
import { type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/* Scene 13 of the lot protocol (bolink-protocol.md 6): cash change, from the call that asks for it to the message that says what became of it. */
const hour = 3_600_000

let road: Road
let machines: ChangeMachines
before(async () => {
  road = await startRoad()
  machines = await changeMachines(road, 1150)
})
after(async () => {
  await road?.close()
  await machines?.close()
})

type Machine = Awaited<ReturnType<ChangeMachines['aMachine']>>
/** A driver opens the link and taps; the wallet's sheet is up once WeChat Pay is ready. */
async function opens(url: unknown, driver: string) {
  const phone = road.phone(driver)
  assert.equal((await phone.scan(String(url))).status, 200)
  const path = `/api/driver/change/${String(url).split('/g/')[1]}`
  const tap = () => phone.ask<ChangeTake>(path, {})
  return { phone, tap, view: () => phone.ask<ChangeView>(path) }
}
const inSheet = async ({ tap, view }: Awaited<ReturnType<typeof opens>>) => {
  const first = await tap()
  assert.equal(first.status, 200, JSON.stringify(first.body))
  if (first.body.sheet) return first.body.sheet
  await until('it waits in the wallet', async () => {
    road.pass(3_000)
    return (await view()).body.state === 'waiting'
  })
  return (await tap()).body.sheet!
}
const told = (machine: Machine, states: number[]) =>
  until(`recharge ${states}`, () => machine.recharges().length >= states.length).then(() =>
    assert.deepEqual(machine.recharges(), states),
  )

test('asked for, opened, taken in the wallet: sent, then taken, each told once', async () => {
  const machine = await machines.aMachine()
  const answer = await machine.ask()
  assert.deepEqual([answer.state, answer.trade_no, answer.errmsg], [1, machine.trade_no, ''])
  assert.deepEqual((await machine.ask()).url, answer.url, 'the same number is the same link')
  const before = await machine.moved()
  assert.equal(before['change-in-flight'], 201)
  const driver = await opens(answer.url, `takes ${machine.number}`)
  const sheet = await inSheet(driver)
  await told(machine, [1])
  const stranger = await opens(answer.url, 'stands behind him')
  assert.equal((await stranger.tap()).body.error.code, 'change-anothers')
  await driver.phone.takeInWallet(sheet)
  await told(machine, [1, 2])
  assert.deepEqual(await machine.moved(), { ...before, 'change-in-flight': 0 })
  assert.equal((await driver.view()).body.state, 'taken')
  assert.equal((await driver.tap()).body.error.code, 'change-over')
  assert.deepEqual(
    road.wechatpay.control.takenBy(`takes ${machine.number}`).map(({ amountFen }) => amountFen),
    [201],
  )
  assert.equal((await machine.ask()).errmsg, 'error:订单号已使用', 'a number is good for one')
})

test('nobody opens it: returned, and the operator’s again', async () => {
  const machine = await machines.aMachine()
  const had = await machine.moved()
  const { url } = await machine.ask()
  road.pass(24 * hour)
  await told(machine, [3])
  assert.deepEqual(await machine.moved(), { ...had, 'change-in-flight': 0 })
  assert.equal((await (await opens(url, 'comes too late')).view()).body.state, 'over')
})

test('what the merchant account cannot give: failed, a person hears of it, and the operator has it still', async () => {
  const machine = await machines.aMachine()
  const had = await machine.moved()
  const { url } = await machine.ask()
  road.wechatpay.control.fault({ kind: 'transfer-not-enough', times: 1 })
  const driver = await opens(url, 'gets none')
  const { body } = await driver.tap()
  assert.deepEqual([body.view.state, body.sheet], ['over', null])
  await told(machine, [0])
  assert.deepEqual(await machine.moved(), { ...had, 'change-in-flight': 0 })
  const alarms = await road.rows<{ kind: string }>('select kind from alarm where lot_id = $1', [machine.number])
  assert.deepEqual(alarms, [{ kind: 'change-not-given' }])
})

const refused: [string, object | undefined, string, string][] = [
  ['by a lot whose plan lets none', {}, '2.01', 'error:暂不支持'],
  ['under a yuan', undefined, '0.99', 'data error: amount'],
  ['over a hundred', undefined, '100.01', 'data error: amount'],
  ['over what the plan lets', { changeUpToFen: 200 }, '2.01', 'data error: amount'],
  ['over what it lets in a day', { changeUpToFen: 300, changeDayUpToFen: 200 }, '2.01', '超过当日找零限额'],
  ['of more than the operator has', undefined, '50.00', '账户余额不足'],
]
for (const [what, settings, amount, errmsg] of refused)
  test(`${what}: refused by name, nothing set aside`, async () => {
    const machine = await machines.aMachine(settings)
    const had = await machine.moved()
    const answer = await machine.ask(amount)
    assert.deepEqual([answer.state, answer.errmsg, answer.url], [0, errmsg, undefined])
    assert.deepEqual(await machine.moved(), had)
  })

test('every change has its transfers, and the books hold', async () => {
  await road.settled()
  await road.audit()
})
