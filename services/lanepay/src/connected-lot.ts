import { type LotPlan, provision } from '@lanepay/cloud/lot/provision.ts'
import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { KeptRow } from '@lanepay/simulator-charging-software/lists.ts'
import { chargingSoftware, type KeptRecord } from '@lanepay/simulator-charging-software/software.ts'
import type { FaultHook, StreetLot } from '@lanepay/simulator-street/street.ts'
import { openStore } from '@lanepay/simulator-wire/store.ts'
import type { Tell } from '@lanepay/simulator-wire/wire.ts'
import { connectedLane } from './connected-lane.ts'
import { hangingCodes } from './lot.ts'

const bolink = { unionId: '200208', parkId: 'yuehu-1', key: 'street-bolink-key-for-simulated-money' } as const
const bays = 8
const notice = '每小时 6 元，不足一小时按一小时计，没有免费时间。付款后 15 分钟内离场。'

/** The street's lot with charging software of its own, as the cloud knows it. */
const plan: LotPlan = {
  bucket: 1,
  number: 2,
  name: '悦湖广场',
  helpPhone: '400-000-0000',
  platformFeeBasisPoints: 100,
  operator: { id: '2', name: '悦湖商管' },
  accounts: [
    { id: 3, channel: 'wechatpay', channelFeeBasisPoints: 60, merchant: {} },
    { id: 4, channel: 'alipay', channelFeeBasisPoints: 60, merchant: {} },
  ],
  lanes: [
    { id: 1, name: '入口', direction: 'entry', channel: 'A1' },
    { id: 2, name: '出口', direction: 'exit', channel: 'B1' },
  ],
  bolink,
}

/**
 * Opens it for the street, for simulated money only: its software logs in at the running cloud in the protocol's HTTP mode
 * (bolink-protocol.md 2), and what it knows of its vehicles is kept in `dir`.
 * @throws Error when the cloud does not take its login.
 */
export async function openConnectedLot(
  database: Database,
  about: {
    readonly houseKey: string
    readonly publicUrl: string
    /** Where the software reaches the cloud. */
    readonly cloudUrl: string
    readonly clock: Clock
    readonly dir: string
    readonly tell: Tell
    readonly log: Log
  },
): Promise<{ readonly lot: StreetLot; close(): Promise<void> }> {
  const { houseKey, publicUrl, clock, tell, log } = about
  await provision(database, plan, clock.now(), Buffer.from(houseKey))
  const store = openStore(about.dir, 'charging-software')
  const onError = (error: unknown) => log('error', 'street-charging-software', { error })
  const software = chargingSoftware({
    address: `${about.cloudUrl}/bpd`,
    ...bolink,
    localId: 'street_channels_A1_B1',
    clock,
    tariff: { hourFen: 600, leaveMinutes: 15 },
    memory: store.table<KeptRecord>('record'),
    listMemory: store.table<KeptRow>('list-row'),
    tell,
    bays,
    waitsUnplated: (channel) => lanes.find(([, one]) => one === channel)?.[2].isWaitedAt() ?? false,
    onOpened: (channel) => lanes.find(([, one]) => one === channel)?.[2].opens(),
    onError,
  })
  const uploading = new Set<Promise<void>>()
  const later = (work: Promise<void>) => {
    const done = work.catch(onError).finally(() => uploading.delete(done))
    uploading.add(done)
  }
  const lanes = plan.lanes.map(({ id, direction, channel }) => {
    const side = direction as 'entry' | 'exit'
    return [id, channel!, connectedLane({ side, channel: channel!, software, clock, tell, later })] as const
  })
  const close = async () => {
    for (const [, , lane] of lanes) lane.stop()
    await software.close()
    await Promise.all(uploading)
    store.close()
  }
  const { state, errmsg } = await software.login()
  if (state !== 1) {
    await close()
    throw new Error(`the charging software of the street cannot log in: ${errmsg}`)
  }
  return {
    lot: {
      plan: {
        name: plan.name,
        lanes: plan.lanes,
        bays,
        codes: await hangingCodes(database, plan, publicUrl, houseKey),
        tariffText: notice,
      },
      lanes: Object.fromEntries(lanes.map(([id, , lane]) => [id, lane])),
      faults: [lineCut(software)],
    },
    close,
  }
}

/** The street's switch that cuts the software's line to the cloud. */
function lineCut(software: Pick<ReturnType<typeof chargingSoftware>, 'loseLine' | 'regainLine'>): FaultHook {
  let isCut = false
  return {
    id: 'bolink:cut',
    group: 'link',
    kind: 'switch',
    name: { 'zh-CN': '收费软件断网', en: 'Line to the charging software cut' },
    about: {
      'zh-CN': '收费软件连不上云端：照常放行，恢复后补传；断网期间扫码查不到费用。',
      en: 'The charging software cannot reach the cloud: it goes on, and uploads what it kept when the line is back; until then nobody who scans is told a fee.',
    },
    isOn: () => isCut,
    async set(on) {
      if (on === isCut) return
      isCut = on
      await (on ? software.loseLine() : software.regainLine())
    },
  }
}
