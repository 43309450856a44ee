import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startVendorCloud } from '@lanepay/simulator-charging-software/vendor-cloud.ts'
import { calledLot, type Played } from './kit/called-lot.ts'
import { connectedLot } from './kit/connected-lot.ts'
import { ownLot } from './kit/own-lot.ts'
import { type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/*
 * What a lot system promises (packages/lot-systems/src/lot-system.ts), whichever runs the lot: seen as the driver sees it, who never
 * knows which it is.
 */
type Lot = {
  code(kind: 'entry' | 'prepay' | 'exit'): string
  /** A vehicle drives in and is gone into the lot. */
  enters(plate: string): Promise<void>
  /** It comes to stand at the exit. */
  toExit(plate: string): Promise<void>
  /** How often the exit was opened so far. */
  openings(): Promise<number>
  /** It drives out through the open exit. */
  drivesOut(): Promise<void>
}

let road: Road
let own: Awaited<ReturnType<typeof ownLot>>
const called =
  (system: Played, number: number): (() => Promise<Lot>) =>
  async () => {
    const { lot, code, close } = await calledLot(road, number, system)
    stop.push(close)
    // Whose software it is is known to the cloud once somebody has asked.
    const watcher = road.phone(`watcher of ${system}`)
    await until('it is known', async () => (await watcher.view(code('prepay'))).body.lotOnline)
    return {
      code,
      enters: (plate) => lot.enter(plate, 'A1'),
      toExit: (plate) => lot.toExit(plate, 'B1'),
      openings: async () => lot.opened.filter(({ lane }) => lane === 'B1').length,
      drivesOut: () => lot.leave('B1'),
    }
  }
const systems: readonly (readonly [name: string, start: () => Promise<Lot>])[] = [
  [
    'our own agent',
    async () => ({
      code: road.code,
      enters: async (plate) => void (await road.park(plate)),
      toExit: async (plate) => void (await road.toExit(plate)),
      openings: async () => (await road.openings('lane_id = 2 and not silent')).length,
      drivesOut: road.driveOut,
    }),
  ],
  [
    'charging software that speaks Bolink',
    async () => {
      const { software, code } = await connectedLot(road, 601)
      stop.push(software.close)
      assert.equal((await software.login()).state, 1)
      return {
        code,
        enters: (plate) => software.enter(plate, 'A1'),
        toExit: async (plate) => software.toExit(plate, 'B1'),
        openings: async () => software.opened.filter(({ lane }) => lane === 'B1').length,
        drivesOut: () => software.leave('B1', 'scancode'),
      }
    },
  ],
  [
    'a cloud of lots that speaks Bolink in platform mode',
    async () => {
      const parkId = 'park-602'
      const cloud = await startVendorCloud({
        ...{ address: () => road.publicUrl, unionId: '200208', key: '8403A41ED5EF20BC', clock: road.clock },
        tariff: { hourFen: 500, leaveMinutes: 15 },
      })
      stop.push(cloud.close)
      const { code } = await connectedLot(road, 602, { bolink: { callUrl: cloud.url } })
      const watcher = road.phone('watcher of a cloud of lots')
      await until('it is known', async () => (await watcher.view(code('prepay'))).body.lotOnline)
      return {
        code,
        enters: async (plate) => void (await cloud.enter(parkId, plate, 'A1')),
        toExit: async (plate) => cloud.toExit(parkId, plate, 'B1'),
        openings: async () => cloud.opened.filter(({ lane }) => lane === 'B1').length,
        drivesOut: async () => void (await cloud.leave(parkId, 'B1', 'free')),
      }
    },
  ],
  [
    'charging software that speaks our own protocol',
    async () => {
      const { program, code } = own
      stop.push(async () => program.close())
      await program.start()
      const watcher = road.phone('watcher of its first poll')
      await until('it polls', async () => (await watcher.view(code('prepay'))).body.lotOnline)
      return {
        code,
        enters: program.enters,
        toExit: async (plate) => program.toExit(plate),
        openings: async () => program.opened(),
        drivesOut: program.drivesOut,
      }
    },
  ],
  ["Daoer's cloud", called('daoer', 603)],
  ["Hikvision's platform", called('hikvision', 604)],
  ["Yunmeng's software", called('yunmeng', 605)],
  ["Yunmeng's cloud", called('ymiot', 609)],
  ["Software that speaks 4pyun's protocol", called('pyun', 606)],
  ["KeyTop's cloud", called('keytop', 607)],
  ["JieShun's cloud", called('jieshun', 608)],
]
const stop: (() => Promise<void>)[] = []

describe('every lot system', () => {
  before(async () => {
    road = await startRoad()
    // Before the first driver: it has accounts of its own, which the cloud reads when it needs the first one.
    own = await ownLot(road)
  })
  after(async () => {
    for (const end of stop) await end()
    await road.close()
  })

  for (const [name, start] of systems)
    describe(name, () => {
      let lot: Lot
      before(async () => {
        lot = await start()
      })
      const scans = async (driver: string, kind: 'entry' | 'prepay' | 'exit') => {
        const phone = road.phone(`${driver} of ${name}`)
        assert.equal((await phone.scan(`${road.publicUrl}/p/${lot.code(kind)}`)).status, 200)
        return phone
      }

      test('a lot that is there says so', async () => {
        const phone = await scans('watcher', 'prepay')
        assert.equal((await phone.view(lot.code('prepay'))).body.lotOnline, true)
      })

      test('an empty lane and a plate that is not inside are told apart from a lot that is away', async () => {
        const phone = await scans('early', 'exit')
        assert.equal((await phone.quote(lot.code('exit'))).body.error.code, 'lane-empty')
        assert.equal((await phone.quote(lot.code('prepay'), '粤B00000')).body.error.code, 'no-session')
      })

      test('asking twice is one stay, with one price', async () => {
        await lot.enters('粤B11111')
        road.pass(1_800_000)
        const phone = await scans('asker', 'prepay')
        const [one, two] = [
          await phone.quote(lot.code('prepay'), '粤B11111'),
          await phone.quote(lot.code('prepay'), '粤B11111'),
        ]
        assert.equal(one.body.owedFen, 500)
        assert.deepEqual(
          [two.body.plate, two.body.enteredAt, two.body.owedFen],
          [one.body.plate, one.body.enteredAt, one.body.owedFen],
        )
      })

      test('paid at the exit, the gate opens once and the driver hears of it', async () => {
        await lot.enters('粤B22222')
        road.pass(1_800_000)
        await lot.toExit('粤B22222')
        const before = await lot.openings()
        const phone = await scans('payer', 'exit')
        const quote = await phone.quote(lot.code('exit'))
        assert.deepEqual([quote.body.plate, quote.body.owedFen], ['粤B22222', 500])
        const paying = await phone.pay(lot.code('exit'), quote.body.quote!)
        await phone.payInWallet(paying.body.sheet)
        const view = await until('the driver hears that the gate is open', async () => {
          const { body } = await phone.payment(paying.body.payment)
          return body.gate === 'opened' ? body : null
        })
        assert.deepEqual([view.state, view.amountFen], ['paid', 500])
        await lot.drivesOut()
        assert.equal((await lot.openings()) - before, 1)
      })

      test('paid inside, nothing is owed at the exit, which opens without a payment', async () => {
        await lot.enters('粤B33333')
        road.pass(1_800_000)
        const phone = await scans('prepayer', 'prepay')
        const quote = await phone.quote(lot.code('prepay'), '粤B33333')
        const paying = await phone.pay(lot.code('prepay'), quote.body.quote!)
        await phone.payInWallet(paying.body.sheet)
        await road.paymentIs(phone, paying.body.payment, 'paid')
        await road.settled()
        const before = await lot.openings()
        await lot.toExit('粤B33333')
        const at = await scans('prepayer', 'exit')
        // An agent that has read the plate may have opened, and the vehicle stands in the lane until it drives.
        assert.equal((await at.quote(lot.code('exit'))).body.owedFen, 0)
        await until('the exit is open', async () => (await lot.openings()) - before === 1)
        await lot.drivesOut()
      })

      test('every payment has its transfer and its clearance', () => road.audit())
    })

  test('a pay code that an attendant scans pays by our own protocol, and the gate opens once', async () => {
    const { program } = own
    await program.enters('粤B44444')
    road.pass(1_800_000)
    program.toExit('粤B44444')
    const before = program.opened()
    assert.equal(await program.scans(road.wechatpay.control.payCodeOf('scanned')), 'paid')
    await until('the exit is open', async () => program.opened() > before)
    await program.drivesOut()
    assert.equal(program.opened() - before, 1)
    await road.audit()
  })
})
