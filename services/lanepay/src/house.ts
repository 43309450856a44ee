import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startCloud } from '@lanepay/cloud/cloud.ts'
import { consolePath } from '@lanepay/cloud/console/routes.ts'
import { brokerRights } from '@lanepay/cloud/link/rights.ts'
import { type LotPlan, provision } from '@lanepay/cloud/lot/provision.ts'
import { cardsOf, keepCard } from '@lanepay/cloud/withdrawal/card.ts'
import type { PayoutCard } from '@lanepay/cloud/withdrawal/card-file.ts'
import type { Database } from '@lanepay/database/database.ts'
import type { EmbeddedPostgres } from '@lanepay/database/embedded.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { simpleTariff } from '@lanepay/domain/tariff/tariff.ts'
import type { BilledChannel } from '@lanepay/domain/types.ts'
import { hashPassword } from '@lanepay/lot-agent/page/password.ts'
import { type LotAgentPlan, usualPlan } from '@lanepay/lot-agent/plan.ts'
import { startBroker } from '@lanepay/lot-link/broker.ts'
import { alipayBridgeScript, alipayUserAgent } from '@lanepay/simulator-alipay/simulator.ts'
import { firstCards } from '@lanepay/simulator-bank/simulator.ts'
import { startLaneSimulator } from '@lanepay/simulator-camera/lane.ts'
import { createStreetFeed } from '@lanepay/simulator-street/feed.ts'
import { type FaultHook, startStreet } from '@lanepay/simulator-street/street.ts'
import { weixinBridgeScript, weixinUserAgent } from '@lanepay/simulator-wechatpay/simulator.ts'
import { type Tap, tap } from '@lanepay/simulator-wire/tap.ts'
import { startAgent } from './agent.ts'
import { openConnectedLot } from './connected-lot.ts'
import { keptSecrets } from './keep.ts'
import { keepAhead, keptClock } from './kept-clock.ts'
import { hangingCodes } from './lot.ts'
import { consolePage, driverPage } from './pages.ts'
import { cloudSettings, openBank, openChannels, openData } from './parts.ts'
import { openSandbox } from './sandbox.ts'
import type { Settings } from './settings.ts'
import { startSimulators } from './simulate.ts'
import { ofTheConnectedLot, ofTheStreet, streetStaff } from './street-staff.ts'
import { lotLinkWire } from './wire.ts'

/** Apart from the cloud processes, which count from 0, and from other commands. */
const nodeNumber = 1016

export type House = {
  /** The street: where to look. */
  readonly url: string
  readonly cloudUrl: string
  /** The simulated bank that pays the street's accounts out. */
  readonly bankUrl: string
  /** The lot's own page, and the password made for it. */
  readonly lotPage: { readonly url: string; readonly password: string } | null
  /** The console; with simulated channels, who may sign in there with the password made for them. */
  readonly office: { readonly url: string; readonly accounts: readonly string[]; readonly password: string }
  /** The codes of the lot that software houses try their programs against; null where money is real. */
  readonly sandbox: Awaited<ReturnType<typeof openSandbox>> | null
  /** Resolves when the database has ended by itself, with its last words: nothing goes on without it. */
  readonly databaseEnded: EmbeddedPostgres['ended']
  close(): Promise<void>
}

const notice = '15 分钟内免费；首小时 5 元，之后每小时 3 元，24 小时封顶 30 元。付款后 15 分钟内离场。'
const tariff = simpleTariff({
  freeMinutes: 15,
  firstHoursFen: [500],
  hourFen: 300,
  dailyCapFen: 3_000,
  leaveMinutes: 15,
  notice,
})

type Payouts = Readonly<Record<BilledChannel, 'mirrored' | 'bank'>>

/** The lot of the street, as the cloud and as its agent know it. */
const streetLot = (agentSecret: string, payouts: Payouts): LotPlan => ({
  bucket: 1,
  number: 1,
  name: '阳光花园',
  helpPhone: '400-000-0000',
  platformFeeBasisPoints: 100,
  operator: { id: '1', name: '阳光物业' },
  accounts: [
    { id: 1, channel: 'wechatpay', channelFeeBasisPoints: 60, merchant: {}, payout: payouts.wechatpay },
    { id: 2, channel: 'alipay', channelFeeBasisPoints: 60, merchant: {}, payout: payouts.alipay },
  ],
  lanes: [
    { id: 1, name: '入口', direction: 'entry' },
    { id: 2, name: '出口', direction: 'exit' },
  ],
  agentSecret,
})

/**
 * Everything on one machine, each part over its real interface, with the street to look at. All parts share one clock that
 * the street may push forward; how far is kept, so that time never goes back.
 */
export async function startHouse(settings: Settings, log: Log): Promise<House> {
  const { home } = settings
  const closing: (() => Promise<void>)[] = []
  const close = async () => {
    for (const end of closing.splice(0).reverse()) await end()
  }
  try {
    return await start()
  } catch (error) {
    await close()
    throw error
  }

  async function start(): Promise<House> {
    mkdirSync(home, { recursive: true })
    const clock = keptClock(home)
    const secrets = keptSecrets(home)
    const feed = createStreetFeed()
    const tell = feed.tell

    const data = await openData(settings, clock)
    closing.push(() => data.close())
    const channels = await startSimulators(settings, { clock, tell })
    closing.push(() => channels.close())
    const broker = await startBroker({
      host: settings.brokerHost,
      port: settings.brokerPort,
      rightsOf: brokerRights({
        database: data.database,
        cloudPassword: settings.brokerPassword ?? secrets.brokerPassword,
      }),
      onMessage: lotLinkWire(clock, tell),
    })
    closing.push(() => broker.close())
    // The simulated bank pays out simulated money only.
    const plan = streetLot(secrets.agentSecret, {
      wechatpay: settings.wechatpay === null ? 'bank' : 'mirrored',
      alipay: settings.alipay === null ? 'bank' : 'mirrored',
    })
    await provision(data.database, plan, clock.now())
    const isSimulated = settings.wechatpay === null && settings.alipay === null
    const houseKey = Buffer.from(settings.houseKey ?? secrets.houseKey)
    const staffDeps = { database: data.database, clock, houseKey, newId: idMaker(() => clock.now(), nodeNumber) }
    const staffOf = (persons: Parameters<typeof streetStaff>[2]) =>
      isSimulated ? streetStaff(staffDeps, secrets.officePassword, persons) : []
    const accounts = [...(await staffOf(ofTheStreet))]
    await firstCardsOf(data.database, plan, { clock, houseKey })

    const [page, console] = await Promise.all([driverPage(home), consolePage(home)])
    const brokerUrl = settings.brokerUrl ?? broker.url
    const cloudOf = { ...cloudSettings(settings, secrets, { serves: true, works: true }), brokerUrl }
    const sandbox = isSimulated ? await openSandbox(data.database, { ...cloudOf, now: clock.now() }) : null
    const cloud = await startCloud(
      { ...cloudOf, publicUrl: cloudOf.publicUrl },
      {
        database: data.database,
        clock,
        log,
        channels: openChannels(
          {
            wechatpay: settings.wechatpay ?? channels.wechatpay.settings,
            alipay: settings.alipay ?? channels.alipay.settings,
          },
          clock,
          log,
        ),
        page,
        console,
        ...openBank(channels.bank.settings, clock),
      },
    )
    closing.push(() => cloud.close())

    const lanes = plan.lanes.map((lane) => ({
      id: lane.id,
      direction: lane.direction as 'entry' | 'exit',
      camera: { protocol: 'vzlpr-http' as const, serial: `street-${lane.direction}`, board: 'fk' as const },
      inputs: { loop: 1, underArm: 2, armOpen: 3 },
    }))
    const link = new URL(brokerUrl)
    const line = await tap(() => ({ host: link.hostname, port: Number(link.port || 1883) }))
    closing.push(() => line.close())
    const agentPlan: LotAgentPlan = {
      ...usualPlan,
      bucket: plan.bucket,
      number: plan.number,
      brokerUrl: `mqtt://127.0.0.1:${line.port}`,
      agentSecret: secrets.agentSecret,
      cameraHost: '127.0.0.1',
      cameraPort: settings.cameraPort,
      cameraKey: secrets.cameraSecret,
      lanes,
      tariff,
      page: {
        host: '127.0.0.1',
        port: settings.agentPagePort,
        password: await hashPassword(secrets.agentPagePassword),
      },
    }
    const agent = await startAgent(agentPlan, { dir: join(home, 'agent'), clock, log })
    closing.push(() => agent.close())

    const handles = await Promise.all(
      lanes.map(async (lane) => {
        const handle = await startLaneSimulator({
          serial: lane.camera.serial,
          agentUrl: `${agent.cameraUrl}/camera/${lane.id}?key=${secrets.cameraSecret}`,
          board: lane.camera.board,
          clock,
          tell,
        })
        closing.push(() => handle.close())
        return [lane.id, handle] as const
      }),
    )
    const connected = isSimulated
      ? await openConnectedLot(data.database, {
          ...{ houseKey: cloudOf.houseKey, publicUrl: cloudOf.publicUrl, cloudUrl: cloud.url },
          ...{ clock, dir: join(home, 'street'), tell, log },
        })
      : null
    if (connected) closing.push(() => connected.close())
    accounts.push(...(await staffOf(ofTheConnectedLot)))
    const street = await startStreet({
      host: settings.streetHost,
      port: settings.streetPort,
      clock,
      onAdvance: (aheadMs) => keepAhead(home, aheadMs),
      dir: join(home, 'street'),
      hosted: {
        plan: {
          name: plan.name,
          lanes: plan.lanes,
          bays: 8,
          codes: await hangingCodes(data.database, plan, cloudOf.publicUrl, cloudOf.houseKey),
          tariffText: notice,
        },
        lanes: Object.fromEntries(handles),
        faults: [lineCut(line)],
      },
      ...(connected ? { connected: connected.lot } : {}),
      cloudUrl: cloud.url,
      wallets: {
        wechatpay: { url: channels.wechatpay.url, bridgeScript: weixinBridgeScript, userAgent: weixinUserAgent },
        alipay: { url: channels.alipay.url, bridgeScript: alipayBridgeScript, userAgent: alipayUserAgent },
      },
      drivers: [
        { id: 'lin', name: '林女士' },
        { id: 'wang', name: '王先生' },
        { id: 'chen', name: '陈师傅' },
      ],
      feed,
    })
    closing.push(() => street.close())
    const lotPage = agent.pageUrl === null ? null : { url: agent.pageUrl, password: secrets.agentPagePassword }
    return {
      url: street.url,
      cloudUrl: cloud.url,
      bankUrl: channels.bank.url,
      lotPage,
      office: { url: `${cloud.url}${consolePath}/`, accounts, password: secrets.officePassword },
      sandbox,
      databaseEnded: data.ended,
      close,
    }
  }
}

/** The operator's account at the bank, for each account that was never given one: a withdrawal can be shown without more ado. */
async function firstCardsOf(
  database: Database,
  { accounts }: Pick<LotPlan, 'accounts'>,
  deps: { readonly clock: Clock; readonly houseKey: Uint8Array },
): Promise<void> {
  const { number, name } = firstCards[1]
  const card: PayoutCard = { kind: 'card', number, holder: name, owner: 'company', bank: '工商银行' }
  for (const { id, payout } of accounts)
    if (payout === 'bank' && (await cardsOf(database, id)).length === 0)
      await keepCard({ database, ...deps }, { accountId: id, card, by: 'street', why: 'the first one' })
}

/** The street's switch that cuts the lot's line to the cloud. */
function lineCut(line: Tap): FaultHook {
  let isCut = false
  return {
    id: 'link:cut',
    group: 'link',
    kind: 'switch',
    name: { 'zh-CN': '车场断网', en: 'Line to the lot cut' },
    about: {
      'zh-CN': '车场与云端之间的线断了：车场照常运行，恢复后一条不漏地补传。',
      en: 'Nothing passes between the lot and the cloud: the lot goes on, and tells everything once when the line is back.',
    },
    isOn: () => isCut,
    set: (on) => {
      isCut = on
      if (on) line.cut()
      else line.mend()
    },
  }
}
