import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, describe, test } from 'node:test'
import { openDatabase } from '@lanepay/database/database.ts'
import { startEmbeddedPostgres } from '@lanepay/database/embedded.ts'
import { migrate } from '@lanepay/database/migrate.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import type { Tap } from '@lanepay/simulator-wire/tap.ts'
import type { Phone } from './kit/phone.ts'
import { type Road, startRoad } from './kit/road.ts'
import { sleep, until } from './kit/until.ts'

/* The power goes (SIGKILL), at chosen points; parts are processes of their own and come back on the same disk and database. */
let plates = 30_000
const nextPlate = () => `粤B${++plates}`

async function atTheSheet(road: Road) {
  const plate = nextPlate()
  const session = await road.park(plate)
  await sleep(1_100) // the tariff counts whole seconds: from the first on something is owed
  await road.toExit(plate)
  const driver = road.phone(`driver-${plate.slice(2)}`)
  const paying = await road.sheet(driver, 'exit')
  return { plate, session, driver, paying, number: paying.payment }
}
async function paidOnceAndOut(road: Road, at: { driver: Phone; number: string; session: string }): Promise<void> {
  await road.paymentIs(at.driver, at.number, 'paid')
  await road.driveOut()
  await until('it is out', async () => {
    const [stay] = await road.rows<{ state: string }>('select state from session where id = $1', [at.session])
    return stay?.state === 'left'
  })
  assert.equal((await road.openings(`session_id = ${at.session} and lane_id = 2 and not silent`)).length, 1)
  const [booked] = await road.rows<{ n: number }>(`select count(*)::int as n from clearance where session_id = $1`, [
    at.session,
  ])
  assert.equal(booked!.n, 1)
}

type Wire = 'door' | 'database' | 'cloudLink'
/** Where the cloud is when its power goes: a piece passing on one of its wires, before or after it goes on. */
const points: readonly {
  readonly at: string
  readonly wire: Wire
  readonly direction: 'out' | 'in'
  readonly piece: (bytes: Buffer, seen: { called: boolean }) => boolean
  readonly when: 'before' | 'half' | 'after'
}[] = [
  { at: 'the notification is at the door', wire: 'door', direction: 'out', piece: isNotification, when: 'before' },
  { at: 'half of the notification has come', wire: 'door', direction: 'out', piece: isNotification, when: 'half' },
  { at: 'the notification has come', wire: 'door', direction: 'out', piece: isNotification, when: 'after' },
  { at: 'clearing is about to be sent', wire: 'database', direction: 'out', piece: isClearing, when: 'before' },
  { at: 'half of clearing has been sent', wire: 'database', direction: 'out', piece: isClearing, when: 'half' },
  { at: 'clearing has been sent', wire: 'database', direction: 'out', piece: isClearing, when: 'after' },
  { at: 'the commit has been answered, unheard', wire: 'database', direction: 'in', piece: isCleared, when: 'before' },
  { at: 'the commit has been heard', wire: 'database', direction: 'in', piece: isCleared, when: 'after' },
  { at: 'the gate command is about to leave', wire: 'cloudLink', direction: 'out', piece: isCommand, when: 'before' },
  { at: 'the gate command has left', wire: 'cloudLink', direction: 'out', piece: isCommand, when: 'after' },
  { at: 'the channel is about to be answered', wire: 'door', direction: 'in', piece: isAccepted, when: 'before' },
  { at: 'the channel has been answered', wire: 'door', direction: 'in', piece: isAccepted, when: 'after' },
  { at: 'the lot has answered, unheard', wire: 'cloudLink', direction: 'in', piece: isResult, when: 'before' },
]
function isNotification(bytes: Buffer): boolean {
  return bytes.includes('POST /notify/')
}
function isClearing(bytes: Buffer): boolean {
  return bytes.includes('clear-payments')
}
function isCleared(bytes: Buffer, seen: { called: boolean }): boolean {
  return seen.called && bytes.includes('applied')
}
function isCommand(bytes: Buffer): boolean {
  return bytes.includes('/down/command')
}
function isAccepted(bytes: Buffer, seen: { called: boolean }): boolean {
  return seen.called && /^HTTP\/1\.1 20[04]/.test(bytes.toString('latin1', 0, 14))
}
function isResult(bytes: Buffer): boolean {
  return bytes.includes('/up/result')
}

describe('the cloud is killed while a payment is cleared', () => {
  let road: Road
  before(async () => {
    road = await startRoad({ cloud: 'process' })
  })
  after(() => road?.close())
  for (const point of points) {
    test(`when ${point.at}: paid once, opened once, booked once`, async () => {
      const at = await atTheSheet(road)
      const seen = { called: false }
      let killed: Promise<void> | null = null
      const kill = () => {
        killed ??= road.cloud.kill()
        return killed
      }
      const watched: Wire[] = ['database', 'door', 'cloudLink']
      for (const wire of watched) {
        const one: Tap = road.taps[wire]
        one.watch(async (direction, bytes) => {
          if (killed !== null) return null // a dead process says and hears nothing more
          if (wire === 'database' && direction === 'out' && isClearing(bytes)) seen.called = true
          if (wire !== point.wire || direction !== point.direction || !point.piece(bytes, seen)) return bytes
          if (point.when === 'before') {
            await kill()
            return null
          }
          if (point.when === 'half') {
            setTimeout(kill, 30)
            return bytes.subarray(0, bytes.length >> 1)
          }
          setTimeout(kill, 5)
          return bytes
        })
      }
      await at.driver.payInWallet(at.paying.sheet)
      await until('the power is gone', () => killed !== null)
      await killed
      for (const wire of watched) road.taps[wire].free()
      await road.cloud.start()
      await road.lotOnline()
      await paidOnceAndOut(road, at)
      await road.emptyLanes()
      await road.settled()
      await road.audit()
    })
  }
})

describe('the lot agent is killed between deciding and opening', () => {
  let road: Road
  before(async () => {
    road = await startRoad({ agent: 'process' })
  })
  after(() => road?.close())
  afterEach(async () => {
    for (const one of Object.values(road.taps)) one.free()
    await road.emptyLanes()
    await road.settled()
    await road.audit()
  })
  /** Kills the agent as a piece passes, and starts it again. */
  const killAt = (wire: Tap, direction: 'out' | 'in', piece: (bytes: Buffer) => boolean, when: 'before' | 'after') => {
    let killed: Promise<void> | null = null
    wire.watch(async (going, bytes) => {
      if (killed !== null) return null
      if (going !== direction || !piece(bytes)) return bytes
      killed = road.agentProcess.kill()
      await killed
      return when === 'before' ? null : bytes
    })
    return async () => {
      await until('the power is gone', () => killed !== null)
      await killed
      wire.free()
      await road.agentProcess.start()
    }
  }
  const opensTheGate = (bytes: Buffer) => bytes.includes('"info":"ok"')
  for (const when of ['before', 'after'] as const) {
    test(`at the entry, the order ${when === 'before' ? 'never went out' : 'went out'}: one stay, one opening`, async () => {
      const plate = nextPlate()
      const back = killAt(road.taps.cameras, 'in', opensTheGate, when)
      road.entry.vehicleArrives({ plateText: plate, colour: 'blue' })
      await back()
      await until('the entry opens', () => road.entry.state().arm === 'up')
      road.entry.vehicleDrivesThrough()
      const [session] = await until('the cloud knows the stay', async () => {
        const found = await road.rows<{ id: string }>(`select id from session where plate = $1`, [plate])
        return found.length > 0 ? found : null
      })
      await until(
        'the opening is told',
        async () => (await road.openings(`session_id = ${session!.id} and not silent`)).length === 1,
      )
      const stays = await road.rows('select 1 from session where plate = $1', [plate])
      assert.equal(stays.length, 1)
    })
    test(`at the exit, paid, the order ${when === 'before' ? 'never went out' : 'went out'}: it opens, once`, async () => {
      const at = await atTheSheet(road)
      const back = killAt(road.taps.cameras, 'in', opensTheGate, when)
      await at.driver.payInWallet(at.paying.sheet)
      await back()
      await paidOnceAndOut(road, at)
    })
  }
  test('as the command reaches it: it opens, once', async () => {
    const at = await atTheSheet(road)
    const back = killAt(road.taps.agentLink, 'in', (bytes) => bytes.includes('/down/command'), 'before')
    await at.driver.payInWallet(at.paying.sheet)
    await back()
    await paidOnceAndOut(road, at)
  })
  test('as its answer leaves: the command comes again and is not done again', async () => {
    const at = await atTheSheet(road)
    const back = killAt(road.taps.agentLink, 'out', (bytes) => bytes.includes('/up/result'), 'before')
    await at.driver.payInWallet(at.paying.sheet)
    await back()
    await paidOnceAndOut(road, at)
  })
})

describe('the database is restarted under load', () => {
  test('what was taken is kept, what was not is asked again: every payment counts once', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'lanepay-database-'))
    chmodSync(dir, 0o755)
    let server = await startEmbeddedPostgres({ dir: join(dir, 'pg') })
    const { connection } = server
    await migrate(connection, systemClock.now())
    const database = openDatabase({ connection })
    const road = await startRoad({
      clock: systemClock,
      data: { database, connection, close: () => database.close() },
    })
    try {
      const cars: { plate: string; driver: Phone; session: string }[] = []
      for (let car = 0; car < 12; car++) {
        const plate = nextPlate()
        cars.push({ plate, driver: road.phone(`driver-${plate.slice(2)}`), session: await road.park(plate) })
      }
      await sleep(1_100)
      const sheets: Awaited<ReturnType<Road['sheet']>>[] = []
      for (const { plate, driver } of cars) sheets.push(await road.sheet(driver, 'prepay', plate))
      const paying = cars.map(async ({ driver }, index) => {
        await sleep(index * 60)
        await driver.payInWallet(sheets[index]!.sheet)
      })
      await sleep(250)
      await server.kill()
      await sleep(500)
      server = await startEmbeddedPostgres({ dir: join(dir, 'pg') })
      await Promise.all(paying)
      for (const [index, { driver, session }] of cars.entries()) {
        await road.paymentIs(driver, sheets[index]!.payment, 'paid', 90_000)
        const [booked] = await road.rows<{ n: number }>(
          'select count(*)::int as n from clearance where session_id = $1',
          [session],
        )
        assert.equal(booked!.n, 1)
      }
      await road.settled()
      await road.audit()
    } finally {
      await road.close()
      await server.stop()
      rmSync(dir, { recursive: true, force: true })
    }
  })
})
