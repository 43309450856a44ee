import assert from 'node:assert/strict'
import { type LotPlan, provision } from '@lanepay/cloud/lot/provision.ts'
import { daoerCloud } from '@lanepay/simulator-charging-software/called/daoer.ts'
import { hikvisionPlatform } from '@lanepay/simulator-charging-software/called/hikvision.ts'
import { jieshunCloud } from '@lanepay/simulator-charging-software/called/jieshun.ts'
import { keytopCloud } from '@lanepay/simulator-charging-software/called/keytop.ts'
import type { Faults } from '@lanepay/simulator-charging-software/called/lot.ts'
import { pyunSoftware } from '@lanepay/simulator-charging-software/called/pyun.ts'
import { ymiotCloud } from '@lanepay/simulator-charging-software/called/ymiot.ts'
import { yunmengSoftware } from '@lanepay/simulator-charging-software/called/yunmeng.ts'
import { codesOfPlan } from './codes.ts'
import { houseKey, lotPlan, type Road } from './road.ts'

type Start = {
  readonly clock: Road['clock']
  readonly tariff: { hourFen: number; leaveMinutes: number }
  readonly tellTo: string
}

const daoerKnown = { pid: '123456', key: '45DC1F8604F940829E75D6A76595C299', parkCode: 'TEST/1P1' }
const hikvisionKnown = { appKey: '29666671', appSecret: 'test-secret-A', parkSyscode: 'park-1' }
const yunmengKnown = { parkKey: '1726313394251322', appId: 'fvytu5eq', secret: 'test-secret-A' }
const ymiotKnown = { parkKey: '84w88ujr', appid: 'ymdemo', secret: 'test-secret-A' }
const pyunKnown = { parkUuid: '49f0cc52-e8c7-41e3-b54d-af666b8cc11a', appSecret: 'test-secret-A' }
const keytopKnown = { appId: '10031', appSecret: 'test-secret-A', parkId: '1000001' }
const jieshunKnown = {
  ...{ cid: '880075500000001', usr: '880075500000001', psw: '888888', signKey: 'test-secret-A' },
  ...{ businesserCode: '880075500000001', parkCode: '0010028888' },
}
const eventKey = 'aKeyThatNobodyGuesses'

/** The other side of each system that we call, and what an operator types for it. */
const played = {
  daoer: async (start: Start) => {
    const cloud = await daoerCloud({ ...start, ...daoerKnown })
    return { ...cloud, settings: { address: cloud.address, ...daoerKnown } }
  },
  hikvision: async (start: Start) => {
    const platform = await hikvisionPlatform({ ...start, ...hikvisionKnown, tellTo: `${start.tellTo}?key=${eventKey}` })
    return { ...platform, settings: { address: platform.address, eventKey, ...hikvisionKnown } }
  },
  yunmeng: async (start: Start) => {
    const software = await yunmengSoftware({ ...start, ...yunmengKnown })
    return { ...software, settings: { address: software.address, unplatedCardType: '3651', ...yunmengKnown } }
  },
  ymiot: async (start: Start) => {
    const cloud = await ymiotCloud({ ...start, ...ymiotKnown, tellTo: `${start.tellTo}?key=${eventKey}` })
    return { ...cloud, settings: { address: cloud.address, eventKey, ...ymiotKnown } }
  },
  pyun: async (start: Start) => {
    const software = await pyunSoftware({ ...start, ...pyunKnown })
    return { ...software, settings: { address: software.address, ...pyunKnown } }
  },
  keytop: async (start: Start) => {
    const cloud = await keytopCloud({ ...start, ...keytopKnown })
    return { ...cloud, settings: { address: cloud.address, ...keytopKnown } }
  },
  jieshun: async (start: Start) => {
    const cloud = await jieshunCloud({ ...start, ...jieshunKnown })
    return { ...cloud, settings: { address: cloud.address, ...jieshunKnown } }
  },
}
export type Played = keyof typeof played

/** A lot on this road whose charging software is called, as its integrator opens it. */
export async function calledLot(
  road: Road,
  number: number,
  system: Played,
  how: {
    readonly hourFen?: number
    /** What else is typed for its system. */
    readonly settings?: object
    /** What else its plan says. */
    readonly plan?: Partial<LotPlan>
    /** What it says of payments that are not told. */
    readonly untold?: Omit<NonNullable<LotPlan['called']>, 'system' | 'settings'>
  } = {},
) {
  const { hourFen = 500 } = how
  const { agentSecret: _, ...rest } = lotPlan
  const other = await played[system]({
    ...{ clock: road.clock, tariff: { hourFen, leaveMinutes: 15 } },
    tellTo: `${road.publicUrl}/lots/${system}/${rest.bucket}-${number}`,
  })
  const { lot, calls, told, close, settings } = other
  const plan: LotPlan = {
    ...rest,
    ...how.plan,
    number,
    lanes: [
      { id: 1, name: '入口', direction: 'entry', channel: 'A1' },
      { id: 2, name: '出口', direction: 'exit', channel: 'B1' },
    ],
    called: { system, settings: { ...settings, ...how.settings }, ...how.untold },
  }
  await provision(road.database, plan, road.clock.now(), Buffer.from(houseKey))
  const code = codesOfPlan(road, plan)
  /** Where an attendant may scan what drivers show. */
  const scan = 'scan' in other ? other.scan : null
  /** Turns somebody away at an entry, and tells of it. */
  const refuses = 'refuses' in other ? other.refuses : null
  return { number, lot, calls, told, close, code, scan, refuses }
}

/** A lot with one car inside, which owes 500 fen. */
export async function carInside(
  road: Road,
  car: {
    readonly number: number
    readonly plate: string
    readonly system: Played
    readonly behaves?: Partial<Faults>
  } & Pick<NonNullable<Parameters<typeof calledLot>[3]>, 'untold'>,
) {
  const { number, plate, system, behaves = {}, untold = {} } = car
  const { lot, calls, told, close, code, refuses } = await calledLot(road, number, system, { untold })
  lot.behave(behaves)
  await lot.enter(plate, 'A1')
  const asksFor = async (who: string, kind: 'prepay' | 'exit' = 'prepay') => {
    const phone = road.phone(`${kind} driver of ${number}`)
    await phone.scan(`${road.publicUrl}/p/${code(kind)}`)
    return { phone, quote: await phone.quote(code(kind), ...(kind === 'prepay' ? [who] : [])) }
  }
  const asks = (kind: 'prepay' | 'exit' = 'prepay') => asksFor(plate, kind)
  const paysFor = async (who: string, kind: 'prepay' | 'exit' = 'prepay') => {
    const { phone, quote } = await asksFor(who, kind)
    assert.equal(quote.status, 200, JSON.stringify(quote.body))
    const sheet = await phone.pay(code(kind), quote.body.quote!)
    await phone.payInWallet(sheet.body.sheet)
    await road.paymentIs(phone, sheet.body.payment, 'paid')
    return { phone, payment: sheet.body.payment }
  }
  const pays = (kind: 'prepay' | 'exit' = 'prepay') => paysFor(plate, kind)
  const paidFen = () =>
    [...lot.records.values()].flatMap(({ paid }) => [...paid.values()]).reduce((sum, one) => sum + one, 0)
  const sessions = () =>
    road.rows<{ state: string; plate: string; paid_fen: number }>(
      'select state::text, plate, paid_fen from session where lot_id = $1 order by id',
      [number],
    )
  const alarms = () => road.rows<{ kind: string }>('select kind::text from alarm where lot_id = $1', [number])
  return {
    number,
    plate,
    lot,
    refuses,
    calls,
    told,
    code,
    close,
    asks,
    asksFor,
    pays,
    paysFor,
    paidFen,
    sessions,
    alarms,
  }
}
