import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BankSettings } from '@lanepay/channels/bank/settings.ts'
import { audit } from '@lanepay/cloud/audit/audit.ts'
import { type Cloud, startCloud } from '@lanepay/cloud/cloud.ts'
import type { ConsolePage } from '@lanepay/cloud/console/routes.ts'
import type { DriverPage } from '@lanepay/cloud/driver/routes.ts'
import { brokerRights } from '@lanepay/cloud/link/rights.ts'
import { type LotPlan, provision } from '@lanepay/cloud/lot/provision.ts'
import { keepGoing } from '@lanepay/cloud/server/keep-going.ts'
import { databaseUrl, type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { type Clock, SimulatedClock, systemClock } from '@lanepay/domain/clock.ts'
import { type Log, silentLog } from '@lanepay/domain/log.ts'
import { simpleTariff } from '@lanepay/domain/tariff/tariff.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { startAgent } from '@lanepay/lanepay/agent.ts'
import { codesOf } from '@lanepay/lanepay/lot.ts'
import { noteSimulated, openBank, openChannels } from '@lanepay/lanepay/parts.ts'
import type { LotAgent } from '@lanepay/lot-agent/agent.ts'
import { type LotAgentPlan, usualPlan } from '@lanepay/lot-agent/plan.ts'
import { startBroker } from '@lanepay/lot-link/broker.ts'
import { startAlipaySimulator } from '@lanepay/simulator-alipay/simulator.ts'
import { type LaneSimulator, type LaneTiming, startLaneSimulator } from '@lanepay/simulator-camera/lane.ts'
import { startWechatPaySimulator } from '@lanepay/simulator-wechatpay/simulator.ts'
import { freePort } from '@lanepay/simulator-wire/free-port.testing.ts'
import { type Tap, tap } from '@lanepay/simulator-wire/tap.ts'
import pg from 'pg'
import { phone, type Wallet } from './phone.ts'
import { type LanepayProcess, lanepay } from './process.ts'
import { until } from './until.ts'

export const houseKey = 'the house key of the road in the tests'
const agentSecret = 'the secret of the agent in the tests'
const brokerPassword = 'the password of the cloud in the tests'
const cameraKey = 'the key of the cameras in the tests'

export const lotPlan: LotPlan = {
  bucket: 7,
  number: 42,
  name: '阳光花园',
  helpPhone: '400-000-0000',
  platformFeeBasisPoints: 100,
  operator: { id: '1', name: '阳光物业' },
  accounts: [
    { id: 1, channel: 'wechatpay', channelFeeBasisPoints: 60, merchant: {} },
    { id: 2, channel: 'alipay', channelFeeBasisPoints: 60, merchant: {} },
  ],
  lanes: [
    { id: 1, name: '入口', direction: 'entry' },
    { id: 2, name: '出口', direction: 'exit' },
  ],
  agentSecret,
}
/** Five yuan an hour from the first minute: a stay costs something without anybody waiting. */
const tariff = simpleTariff({ hourFen: 500, leaveMinutes: 15 })

const quick = { pollMs: 20, resendMs: 200, raiseMs: 50, lowerMs: 50, passMs: 50, storedMs: 200, lostMs: 100 }

/**
 * The whole road, every part real and over its real interface: PostgreSQL, broker, cloud, agent, cameras, channels. Cloud and
 * agent run in this process, or each as its own that can be killed; wires that may be cut or listened to have a tap.
 */
export async function startRoad(
  how: {
    readonly cloud?: 'here' | 'process'
    readonly agent?: 'here' | 'process'
    /** Parts in other processes live on real time. */
    readonly clock?: Clock
    /** By how much the clocks at the lot, of its agent here and of its cameras, are ahead of the cloud's. */
    readonly lotAheadMs?: number
    readonly log?: Log
    /** Rounds that the cloud here does not turn, by name. */
    readonly without?: readonly string[]
    /** What this lot's agent does otherwise. */
    readonly plan?: Partial<LotAgentPlan>
    /** How fast its arms and cameras are. */
    readonly timing?: Partial<LaneTiming>
    /** A database of its own, that the test may stop and start. */
    readonly data?: TestDatabase
    /** The driver's page, where a browser looks at it. */
    readonly page?: DriverPage
    /** The console, where a browser looks at it. */
    readonly console?: ConsolePage
    /** A simulated bank that pays accounts out. */
    readonly bank?: BankSettings
    /** Whose merchants operators are at WeChat Pay; left out: all are ours. */
    readonly wechatpay?: 'direct' | 'partner'
  } = {},
) {
  const closing: (() => unknown)[] = []
  const apart = how.cloud === 'process' || how.agent === 'process'
  const clock = how.clock ?? (apart ? systemClock : new SimulatedClock())
  const lotClock: Clock = { now: () => (clock.now() + (how.lotAheadMs ?? 0)) as Instant }
  const log = how.log ?? silentLog
  const home = mkdtempSync(join(tmpdir(), 'lanepay-road-'))
  closing.push(() => rmSync(home, { recursive: true, force: true }))

  const data = how.data ?? (await testDatabase())
  closing.push(() => data.close())
  const { host = '', port = 5432 } = data.connection
  const wechatpay = await startWechatPaySimulator({
    ...{ dir: '', port: 0, clock, durable: false, notifyTimeScale: 50, mode: how.wechatpay ?? 'direct' },
  })
  closing.push(() => wechatpay.close())
  const alipay = await startAlipaySimulator({ dir: '', port: 0, clock, durable: false, notifyTimeScale: 500 })
  closing.push(() => alipay.close())
  const broker = await startBroker({
    host: '127.0.0.1',
    port: 0,
    rightsOf: brokerRights({ database: data.database, cloudPassword: brokerPassword }),
  })
  closing.push(() => broker.close())
  await provision(data.database, lotPlan, clock.now())

  /** The wires of the cloud: to the database, to the broker, and the door that channels and phones come in by. */
  const cloudPort = await freePort()
  const socket = host.startsWith('/') ? { path: join(host, `.s.PGSQL.${port}`) } : { host, port }
  const taps = {
    database: await tap(() => socket),
    cloudLink: await tap(() => ({ host: '127.0.0.1', port: broker.port })),
    agentLink: await tap(() => ({ host: '127.0.0.1', port: broker.port })),
    door: await tap(() => ({ host: '127.0.0.1', port: cloudPort })),
    cameras: await tap(() => ({ host: '127.0.0.1', port: agentPort })),
  }
  const agentPort = await freePort()
  for (const one of Object.values(taps)) closing.push(() => one.close())
  const publicUrl = `http://127.0.0.1:${taps.door.port}`
  const channelSettings = { wechatpay: wechatpay.settings, alipay: alipay.settings, bank: how.bank ?? null }

  let cloudHere: Cloud | null = null
  let cloudApart: LanepayProcess | null = null
  const startTheCloud = async () => {
    if (how.cloud === 'process') {
      noteSimulated(home, channelSettings)
      cloudApart = await lanepay(
        ['cloud'],
        {
          LANEPAY_HOME: home,
          LANEPAY_CHANNELS: 'simulated',
          LANEPAY_DATABASE_URL: databaseUrl(data.connection, taps.database.port),
          LANEPAY_HTTP_PORT: String(cloudPort),
          LANEPAY_PUBLIC_URL: publicUrl,
          LANEPAY_HOUSE_KEY: houseKey,
          LANEPAY_BROKER_URL: `mqtt://127.0.0.1:${taps.cloudLink.port}`,
          LANEPAY_BROKER_PASSWORD: brokerPassword,
          LANEPAY_BROKER_SECRET: 'not used: the broker of the tests asks the database',
        },
        /cloud-started/,
      )
      return
    }
    cloudHere = await startCloud(
      {
        host: '127.0.0.1',
        port: cloudPort,
        publicUrl,
        houseKey,
        brokerUrl: `mqtt://127.0.0.1:${taps.cloudLink.port}`,
        brokerPassword,
        brokerSecret: 'the secret of the broker in the tests',
        nodeNumber: 1,
        trustProxy: false,
        gateSeconds: 60,
        lotAnswersWithinMs: 3_000,
        serves: true,
        works: true,
      },
      {
        database: data.database,
        clock,
        log,
        channels: openChannels(channelSettings, clock, log),
        ...openBank(how.bank, clock),
        ...(how.console ? { console: how.console } : {}),
        keepGoing: (name, ...turned) =>
          how.without?.includes(name) ? { stop: async () => {} } : keepGoing(name, ...turned),
        page: how.page ?? {
          html: '<!doctype html><title>the page</title>',
          assets: [],
          otherBrowser: ({ lotName }) => `other ${lotName}`,
        },
      },
    )
  }
  closing.push(async () => {
    await cloudHere?.close()
    await cloudApart?.kill()
  })
  await startTheCloud()

  const plan: LotAgentPlan = {
    ...usualPlan,
    gateAnswerMs: 3_000,
    bucket: lotPlan.bucket,
    number: lotPlan.number,
    brokerUrl: `mqtt://127.0.0.1:${taps.agentLink.port}`,
    agentSecret,
    cameraHost: '127.0.0.1',
    cameraPort: agentPort,
    cameraKey,
    lanes: (['entry', 'exit'] as const).map((direction, index) => ({
      id: index + 1,
      direction,
      camera: { protocol: 'vzlpr-http' as const, serial: `road-${direction}`, board: 'fk' as const },
      inputs: { loop: 1, underArm: 2, armOpen: 3 },
    })),
    tariff,
    ...how.plan,
  }
  let agentHere: LotAgent | null = null
  let agentApart: LanepayProcess | null = null
  const startTheAgent = async () => {
    if (how.agent === 'process') {
      const { writeFileSync } = await import('node:fs')
      const file = join(home, 'agent.json')
      writeFileSync(file, JSON.stringify(plan))
      agentApart = await lanepay(['agent', file], { LANEPAY_HOME: home }, /agent-started/)
    } else agentHere = await startAgent(plan, { dir: join(home, 'agent-here'), clock: lotClock, log })
  }
  closing.push(async () => {
    await agentHere?.close()
    await agentApart?.kill()
  })
  await startTheAgent()

  const laneSimulator = async (id: number, direction: string): Promise<LaneSimulator> => {
    const lane = await startLaneSimulator({
      serial: `road-${direction}`,
      agentUrl: `http://127.0.0.1:${taps.cameras.port}/camera/${id}?key=${encodeURIComponent(cameraKey)}`,
      clock: lotClock,
      board: 'fk',
      timing: { ...quick, ...how.timing },
    })
    closing.push(() => lane.close())
    return lane
  }
  const entry = await laneSimulator(1, 'entry')
  const exit = await laneSimulator(2, 'exit')
  const codes = codesOf(lotPlan, publicUrl, houseKey)
  const code = (kind: 'entry' | 'prepay' | 'exit') =>
    codes
      .find((one) => one.kind === kind)!
      .url.split('/')
      .at(-1)!

  const { database } = data
  const looking = new pg.Pool({ ...data.connection, max: 2 })
  looking.on('error', () => {})
  closing.push(() => looking.end())
  const rows = async <Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> =>
    (await looking.query(text, [...values])).rows as Row[]

  const road = {
    clock,
    database,
    wechatpay,
    alipay,
    broker,
    taps,
    entry,
    exit,
    code,
    codes,
    publicUrl,
    cloudPort,
    plan,
    home,
    rows,
    agent: () => agentHere,
    pass: (ms: number) => (clock as SimulatedClock).advance(ms),
    phone: (driver: string, wallet: Wallet = 'wechatpay') =>
      phone({ driver, wallet, cloudUrl: publicUrl, walletUrl: wallet === 'wechatpay' ? wechatpay.url : alipay.url }),
    cloud: {
      kill: async () => cloudApart!.kill(),
      start: startTheCloud,
      restart: async () => {
        await cloudHere?.close()
        await startTheCloud()
      },
    },
    agentProcess: { kill: async () => agentApart!.kill(), start: startTheAgent, output: () => agentApart!.output() },

    /** Resolves when the cloud has all of the lot's log. */
    lotOnline: () =>
      until('the lot is on line', async () => {
        const viewed = await phone({
          driver: 'watcher',
          wallet: 'wechatpay',
          cloudUrl: publicUrl,
          walletUrl: wechatpay.url,
        }).view(code('exit'))
        return viewed.body.lotOnline
      }),
    /** A car drives in and is gone into the lot; its session as the cloud knows it. */
    async park(plateText: string): Promise<string> {
      entry.vehicleArrives({ plateText, colour: 'blue' })
      await until('the entry opens', () => entry.state().arm === 'up')
      entry.vehicleDrivesThrough()
      await until('the entry is free', () => entry.state().arm === 'down' && !entry.state().loops.front)
      // And that it has left the lane: the agent hears of that after the arm is down, and would take a next car for this one.
      const [session] = await until('the cloud knows the stay', async () => {
        const found = await rows<{ id: string }>(
          `select s.id from session s
             join lane_occupancy o on o.bucket = s.bucket and o.lot_id = s.lot_id and o.session_id = s.id
            where s.bucket = $1 and s.plate = $2 and s.state = 'inside' and o.lane_id = 1 and o.ended_at is not null`,
          [lotPlan.bucket, plateText],
        )
        return found.length > 0 ? found : null
      })
      return session!.id
    },
    /** It drives up to the exit and stands there, and the cloud knows. */
    async toExit(plateText: string | null): Promise<string> {
      exit.vehicleArrives({ plateText, colour: plateText === null ? 'unknown' : 'blue' })
      const [standing] = await until('the cloud knows who stands at the exit', async () => {
        const found = await rows<{ occupancy: string }>(
          `select occupancy from lane_occupancy where bucket = $1 and lane_id = 2 and ended_at is null
              and plate is not distinct from $2`,
          [lotPlan.bucket, plateText],
        )
        return found.length > 0 ? found : null
      })
      return standing!.occupancy
    },
    async driveOut(): Promise<void> {
      await until('the exit opens', () => exit.state().arm === 'up')
      exit.vehicleDrivesThrough()
      await until('the exit is free', () => exit.state().arm === 'down' && !exit.state().loops.front)
    },
    /** Whoever still stands at a lane backs off: the next test finds it empty. */
    async emptyLanes(): Promise<void> {
      for (const lane of [entry, exit]) {
        lane.clearFaults()
        await until('nobody is half way through', () => lane.state().underArm === null)
        if (lane.state().atCamera) lane.vehicleTurnsBack()
        await until('the lane is empty', () => lane.state().arm === 'down' && !lane.state().loops.underArm)
      }
      await until('the lot knows that nobody stands there', async () => {
        const [standing] = await rows<{ n: number }>(
          'select count(*)::int as n from lane_occupancy where ended_at is null',
        )
        return standing!.n === 0
      })
    },
    /** Scans, asks and taps "pay": the sheet is up. */
    async sheet(who: ReturnType<typeof phone>, kind: 'exit' | 'prepay', plate?: string) {
      const scanned = await who.scan(`${publicUrl}/p/${code(kind)}`)
      assert.equal(scanned.status, 200, scanned.html)
      const quoted = await who.quote(code(kind), plate)
      assert.equal(quoted.status, 200, JSON.stringify(quoted.body))
      assert.ok(quoted.body.quote, JSON.stringify(quoted.body))
      const paying = await who.pay(code(kind), quoted.body.quote)
      assert.equal(paying.status, 200, JSON.stringify(paying.body))
      return { quote: quoted.body, ...paying.body }
    },
    /** The payment in the driver's eyes, once it has come to this state. */
    paymentIs: (who: ReturnType<typeof phone>, number: string, state: string, withinMs?: number) =>
      until(
        `payment ${number} is ${state}`,
        async () => {
          const seen = await who.payment(number)
          return seen.status === 200 && seen.body.state === state ? seen.body : null
        },
        withinMs,
      ),
    /** The lot has heard of everything that was paid so far: a line that is cut from here on takes none of it away. */
    clearancesHeard: () =>
      until('the lot has heard of all that was paid', async () => {
        const [open] = await rows<{ n: number }>('select count(*)::int as n from clearance where send_at is not null')
        return open!.n === 0
      }),
    /** Everything the lot wrote has arrived, and no command or refund is open any more. */
    settled: () =>
      until('nothing is under way', async () => {
        const [open] = await rows<{ open: number }>(
          `select (select count(*) from lot_command where send_at is not null) +
                  (select count(*) from clearance where send_at is not null) +
                  (select count(*) from refund where ask_at is not null) +
                  (select count(*) from payment where query_at is not null) as open`,
        )
        if (clock instanceof SimulatedClock && Number(open!.open) > 0) clock.advance(1_000)
        return Number(open!.open) === 0
      }),
    /** The invariants of architecture.md 10. */
    async audit(): Promise<void> {
      const { broken } = await audit(database)
      assert.deepEqual(broken, [])
    },
    openings: (where = 'true') =>
      rows<{
        lane_id: number
        cause_kind: string
        cause_id: string | null
        silent: boolean
        session_id: string | null
      }>(
        `select lane_id, cause_kind, cause_id, silent, session_id from gate_opening where ${where} order by epoch, seq`,
      ),
    close: async () => {
      for (const end of closing.splice(0).reverse()) await end()
    },
  }
  await road.lotOnline()
  return road
}
export type Road = Awaited<ReturnType<typeof startRoad>>
export type { Tap }
