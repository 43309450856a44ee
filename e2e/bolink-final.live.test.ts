import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ChargingSoftware } from '@lanepay/simulator-charging-software/software.ts'
import { connectedLot } from './kit/connected-lot.ts'
import { type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/*
 * An exit that a connected lot has us charge and that was answered 2 is final within two minutes (bolink-protocol.md 4.2, 6.4), whatever the
 * lot makes of what it is told, and whatever the channel says: of one record never a second payment beside the first.
 */
describe('an exit that was answered 2', () => {
  let road: Road
  const running: ChargingSoftware[] = []
  /** Rounds that the cloud does not turn after its next start. */
  const without: string[] = []
  let lots = 1200
  before(async () => {
    road = await startRoad({ without })
  })
  after(async () => {
    await Promise.all(running.map((one) => one.close()))
    await road.close()
  })

  /** A vehicle stands at the exit of a lot of its own; its attendant scans what its driver shows. */
  async function anExit(how: Parameters<typeof connectedLot>[2] = {}) {
    const number = ++lots
    const { software, exits } = await connectedLot(road, number, how)
    running.push(software)
    assert.equal((await software.login()).state, 1)
    const stands = async (plate: string) => {
      await software.enter(plate, 'A1')
      software.toExit(plate, 'B1')
    }
    await stands('粤B70001')
    const codes = new Map<string, string>()
    const scanned = async (driver: string, total?: string) => {
      const code = codes.get(driver) ?? road.wechatpay.control.payCodeOf(`${driver} of ${number}`)
      codes.set(driver, code)
      return (await exits({ code }, total)).state
    }
    const heard = () => software.heard.filter(({ service }) => service === 'outpark').map(({ fields }) => fields.state)
    const rows = <Row>(text: string) => road.rows<Row>(text, [number])
    const payments = async () =>
      (await rows<{ state: string }>('select state::text from payment where lot_id = $1 order by id')).map(
        ({ state }) => state,
      )
    const stays = async () =>
      (await rows<{ state: string }>('select state from session where lot_id = $1 order by id')).map(
        ({ state }) => state,
      )
    const openCharges = async () =>
      (await rows('select from bolink_charge where lot_id = $1 and ended_at is null')).length
    const messages = () => rows<{ until: Date | null }>('select until from bolink_message where lot_id = $1')
    /** The driver is asked for a password, and types it so long after the scan; left out: never. */
    const waits = async (driver: string, ms?: number) => {
      const fault = ms === undefined ? ({ kind: 'pay-waits' } as const) : ({ kind: 'pay-waits-then-paid', ms } as const)
      road.wechatpay.control.fault({ ...fault, times: 1 })
      assert.equal(await scanned(driver), 2)
    }
    const isCertain = () =>
      until('its channel is asked no more', async () => {
        const asked = await rows('select from payment where lot_id = $1 and query_at is not null')
        return asked.length === 0
      })
    const hears = (state: number) => until(`it hears ${state}`, () => heard().includes(state))
    /** It is paid after a while, and the lot is told so. */
    const waitsAndPays = async (driver: string) => {
      await waits(driver, 12_000)
      road.pass(12_000)
      await hears(1)
    }
    return {
      number,
      software,
      stands,
      scanned,
      heard,
      payments,
      stays,
      openCharges,
      messages,
      waits,
      waitsAndPays,
      hears,
      isCertain,
    }
  }
  type Exit = Awaited<ReturnType<typeof anExit>>
  const isFinal = async (exit: Exit) => {
    assert.deepEqual([await exit.openCharges(), await exit.payments()], [0, ['paid']])
    await until('its record ends', async () => (await exit.stays())[0] === 'left')
    await road.settled()
    assert.deepEqual([await exit.messages(), await exit.payments()], [[], ['paid']], 'it is told no more')
  }

  test('paid, and the lot answers 0 to that: its next code hears 1, the same again too, and nothing goes back', async () => {
    const exit = await anExit({
      habits: { refusesPayments: true },
      bolink: { settings: { notTold: 'refund', refundAfterHours: 1 } },
    })
    await exit.waitsAndPays('types')
    await until('it is to go back by rule', async () => (await exit.messages())[0]?.until)
    assert.equal(await exit.scanned('shows another', '6.00'), 0, 'more than was paid')
    assert.deepEqual([await exit.openCharges(), await exit.stays()], [1, ['inside']])
    assert.deepEqual([await exit.scanned('shows a third'), await exit.scanned('shows a third')], [1, 1])
    assert.deepEqual([await exit.scanned('types'), await exit.scanned('shows another', '6.00')], [1, 0])
    await isFinal(exit)
    const told = exit.heard().length
    road.pass(2 * 3_600_000)
    await road.settled()
    assert.deepEqual([await exit.payments(), exit.heard().length], [['paid'], told])
  })

  test('paid, and the lot answers nothing to that: its next code hears 1, and it is told no more', async () => {
    const exit = await anExit({ habits: { refusesPayments: true, silentAbout: ['outpark'] } })
    await exit.waitsAndPays('types')
    assert.deepEqual([exit.software.opened, await exit.stays()], [[], ['inside']])
    assert.equal(await exit.scanned('shows another'), 1)
    await isFinal(exit)
    const told = exit.heard().length
    road.pass(60_000)
    await exit.stands('粤B70002')
    assert.equal(await exit.scanned('of the next vehicle'), 1)
    assert.equal(exit.heard().length, told)
  })

  test('paid, and gone back by rule as the lot would not have it: its next code is charged', async () => {
    const exit = await anExit({ bolink: { settings: { notTold: 'refund', refundAfterHours: 1 } } })
    // The operator gives the channel's fee until the channel gives it back, out of what it holds of another payment.
    assert.equal(await exit.scanned('kept'), 1)
    await exit.stands('粤B70002')
    exit.software.behave({ refusesPayments: true })
    await exit.waitsAndPays('types')
    await until('it is to go back by rule', async () => (await exit.messages())[0]?.until)
    road.pass(3_601_000)
    await until('it is back', async () => {
      road.pass(1_000)
      return (await exit.payments())[1] === 'refunded'
    })
    assert.deepEqual([await exit.scanned('types'), await exit.scanned('types')], [0, 0], 'by the code that went back')
    assert.equal(await exit.scanned('shows another'), 1)
    assert.deepEqual([await exit.payments(), await exit.openCharges()], [['paid', 'refunded', 'paid'], 0])
  })

  test('not paid, and the lot answers nothing to that: its next code is charged', async () => {
    const exit = await anExit({ habits: { silentAbout: ['outpark'] } })
    await exit.waits('never types')
    road.pass(31_000)
    await exit.hears(0)
    await exit.isCertain()
    assert.equal(await exit.scanned('shows another'), 1)
    assert.deepEqual([await exit.scanned('never types'), await exit.payments()], [0, ['closed', 'paid']])
    assert.deepEqual([await exit.messages(), await exit.openCharges()], [[], 0])
  })

  test('another code while the one before is being answered hears what became of that', async () => {
    const exit = await anExit()
    road.wechatpay.control.fault({ kind: 'answer-slow', call: 'code-pay', times: 1, ms: 3_000 })
    const first = exit.scanned('is slow')
    await until('it is being charged', async () => (await exit.payments()).length === 1)
    assert.deepEqual([await exit.scanned('shows another'), await first], [1, 1])
    await isFinal(exit)
  })

  test('a payment that its channel says nothing of for two minutes: 0, no second one meanwhile, and what is paid later goes back', async () => {
    without.push('queries')
    await road.cloud.restart()
    const exit = await anExit()
    const began = road.clock.now()
    await exit.waits('types late', 150_000)
    assert.equal(await exit.scanned('shows another'), 2)
    // Its clock goes to short of two minutes and no further: what is not told by then is not told in time, however slow the machine.
    await until('it hears that nothing is paid', () => {
      if (road.clock.now() - began < 115_000) road.pass(1_000)
      return exit.heard().length > 0
    })
    assert.deepEqual(exit.heard(), [0])
    await until('it has heard', async () => (await exit.openCharges()) === 0)
    assert.deepEqual([await exit.scanned('shows a third'), await exit.scanned('shows a third')], [0, 0])
    assert.deepEqual([await exit.scanned('types late'), await exit.payments()], [0, ['closed']])
    road.pass(60_000)
    const order = () => road.wechatpay.control.orders().find(({ user }) => user === `types late of ${exit.number}`)
    await until('it is paid after all', () => order()?.state === 'SUCCESS')
    without.splice(0)
    await road.cloud.restart()
    await until('it has gone back', () => {
      road.pass(1_000)
      return road.wechatpay.control.orders().some(({ user, state }) => user === order()?.user && state === 'REVOKED')
    })
    await exit.isCertain()
    assert.deepEqual([exit.heard(), exit.software.opened, await exit.stays()], [[0], [], ['inside']])
    assert.equal(await exit.scanned('shows a fourth'), 1)
    assert.deepEqual([await exit.payments(), await exit.openCharges()], [['closed', 'paid'], 0])
  })

  test('every payment has its transfer and its clearance', async () => {
    await road.settled()
    await road.audit()
  })
})
