import { brokerRights } from '@lanepay/cloud/link/rights.ts'
import { type LotPlan, provision } from '@lanepay/cloud/lot/provision.ts'
import { aParty } from '@lanepay/cloud/share/party.testing.ts'
import { sealCard } from '@lanepay/cloud/withdrawal/seal.ts'
import { databaseUrl, testDatabase } from '@lanepay/database/testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import type { BilledChannel, Instant } from '@lanepay/domain/types.ts'
import { codesOf } from '@lanepay/lanepay/lot.ts'
import { openChannels } from '@lanepay/lanepay/parts.ts'
import { startBroker } from '@lanepay/lot-link/broker.ts'
import { startAlipaySimulator } from '@lanepay/simulator-alipay/simulator.ts'
import { startWechatPaySimulator } from '@lanepay/simulator-wechatpay/simulator.ts'
import { freePort } from '@lanepay/simulator-wire/free-port.testing.ts'
import { tap } from '@lanepay/simulator-wire/tap.ts'
import pg from 'pg'
import { type Phone, phone } from '../kit/phone.ts'
import { until } from '../kit/until.ts'
import { startLivedCloud } from './cloud.ts'
import { type LivedLot, livedLot } from './lot.ts'

export const channelNames = ['wechatpay', 'alipay'] as const
export const second = 1_000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour
export const bucket = 3
export const accountOf: Readonly<Record<BilledChannel, number>> = { wechatpay: 1, alipay: 2 }

const agentSecret = 'the secret of the agents of the lived days'
const brokerPassword = 'the password of the cloud of the lived days'
const houseKey = 'the house key of the lived days, 32 letters'
/** Every round of the cloud that has something to do with what is open, in the order in which things follow from each other. */
export const usualRounds = ['commands', 'queries', 'shares', 'refunds', 'withdrawals'] as const
export const dailyRounds = ['reconciliation', 'automatic-withdrawals'] as const

export type World = Awaited<ReturnType<typeof startWorld>>

/**
 * Everything of the lived days, at midnight in Beijing: PostgreSQL, broker, both channels with an operator under them, the cloud as a
 * process of its own, and lots on their lines. Time stands unless it is passed.
 */
export async function startWorld(told: { readonly lots: number }) {
  const closing: (() => unknown)[] = []
  const close = async () => {
    for (const end of closing.splice(0).reverse()) await end()
  }
  try {
    return await start()
  } catch (error) {
    await close()
    throw error
  }

  async function start() {
    let now = Date.UTC(2026, 10, 1, 16) as Instant
    let cloudAheadMs = 0
    const clock = { now: () => now }
    const cloudClock = { now: () => (now + cloudAheadMs) as Instant }
    const data = await testDatabase()
    closing.push(() => data.close())
    const { database } = data
    const looking = new pg.Client(data.connection)
    await looking.connect()
    closing.push(() => looking.end())
    const rows = async <Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> =>
      (await looking.query(text, [...values])).rows as Row[]
    // One operator under a service provider at WeChat Pay, and a merchant with certificates at Alipay: both may pay out.
    const wechatpay = await startWechatPaySimulator({
      ...{ dir: '', port: 0, clock, durable: false, mode: 'partner', notifyTimeScale: 1 },
    })
    closing.push(() => wechatpay.close())
    const alipay = await startAlipaySimulator({ dir: '', port: 0, clock, durable: false, verify: 'certificate' })
    closing.push(() => alipay.close())
    const settings = { wechatpay: wechatpay.settings, alipay: alipay.settings, bank: null }
    const broker = await startBroker({
      host: '127.0.0.1',
      port: 0,
      rightsOf: brokerRights({ database, cloudPassword: brokerPassword }),
    })
    closing.push(() => broker.close())
    const brokerUrl = `mqtt://127.0.0.1:${broker.port}`

    const merchants = { wechatpay: { subMchid: wechatpay.subMchid! }, alipay: {} }
    const plans = Array.from(
      { length: told.lots },
      (_, index): LotPlan => ({
        ...{ bucket, number: index + 1, name: '阳光花园', platformFeeBasisPoints: 100, agentSecret },
        operator: { id: '1', name: '阳光物业' },
        accounts: channelNames.map((channel) => ({
          ...{ id: accountOf[channel], channel, channelFeeBasisPoints: 60, merchant: merchants[channel] },
          payout: 'channel' as const,
        })),
        lanes: [
          { id: 1, name: '入口', direction: 'entry' },
          { id: 2, name: '出口', direction: 'exit' },
        ],
      }),
    )
    for (const plan of plans) await provision(database, plan, now)
    const card = { cardNumber: '6222021234567890128', name: '张三' }
    await rows(
      `insert into payout_card (account_id, version, sealed, ending, owner, bank, changed_by, changed_at)
       values ($1, 1, $2, '0128', 'person', '工商银行', '张经理', $3)`,
      [accountOf.alipay, sealCard(Buffer.from(houseKey), accountOf.alipay, card), new Date(now - 2 * day)],
    )

    const port = await freePort()
    const publicUrl = `http://127.0.0.1:${port}`
    const { host = '', port: dbPort = 5432 } = data.connection
    const wire = await tap(() =>
      host.startsWith('/') ? { path: `${host}/.s.PGSQL.${dbPort}` } : { host, port: dbPort },
    )
    closing.push(() => wire.close())
    const lots: LivedLot[] = []
    const cloud = await startLivedCloud({
      clock: cloudClock,
      wire,
      onStart: () => {
        for (const lot of lots) lot.beat()
      },
      onDeath: () => {
        for (const lot of lots) lot.cloudIsDead()
      },
      begins: {
        settings: {
          ...{ host: '127.0.0.1', port, publicUrl, houseKey, brokerUrl, brokerPassword, brokerSecret: 'not used here' },
          ...{
            nodeNumber: 1,
            trustProxy: false,
            gateSeconds: 60,
            lotAnswersWithinMs: 3_000,
            serves: true,
            works: true,
          },
        },
        channels: settings,
        database: databaseUrl(data.connection, wire.port),
      },
    })
    closing.push(() => cloud.close())
    for (const plan of plans) {
      const lot = livedLot({ bucket, number: plan.number, brokerUrl, agentSecret, clock })
      lots.push(lot)
      closing.push(() => lot.close())
    }
    const newId = idMaker(clock.now, 900)
    const channels = openChannels(settings, clock, silentLog)
    await Promise.all(channelNames.map((channel) => channels[channel]!.refreshKeys(now)))
    const mall = alipay.control.personOf({ loginName: 'mall@example.com', name: '张三' })
    const partner = {
      wechatpay: aParty(),
      alipay: aParty({ receiver: { kind: 'merchant', account: mall.userId, name: mall.name } }),
    }
    const codes = plans.map((plan) => codesOf(plan, publicUrl, houseKey).find(({ kind }) => kind === 'exit')!.url)
    const phones = new Map<string, Phone>()
    const simulators = { wechatpay, alipay }

    const world = {
      ...{
        clock,
        database,
        rows,
        lots,
        plans,
        cloud,
        wechatpay,
        alipay,
        simulators,
        channels,
        merchants,
        newId,
        partner,
      },
      /** Of each channel: what the operator's account holds, and what the partner's. */
      held: () => ({
        wechatpay: wechatpay.control.balanceOf(wechatpay.subMchid!),
        alipay: alipay.control.balance(alipay.settings.sellerId),
      }),
      partnerHas: () => ({
        wechatpay: wechatpay.control.balanceOf('1900000201').availableFen as number,
        alipay: alipay.control.balance(mall.userId).availableFen as number,
      }),
      notifyUrl: (channel: BilledChannel) => `${publicUrl}/notify/${channel}`,
      exitCode: (lot: LivedLot) => codes[lot.number - 1]!.split('/').at(-1)!,
      /** Time passes, and the cloud's process knows it. */
      async pass(ms: number, ...rounds: readonly string[]): Promise<void> {
        now = (now + ms) as Instant
        if (ms > 0) for (const lot of lots) lot.beat()
        await cloud.turn(...rounds)
      },
      /** The cloud's clock is wrong by so much from now on. */
      async cloudClockIsAhead(ms: number): Promise<void> {
        cloudAheadMs = ms
        await cloud.turn()
      },
      /** The same again where the cloud died over it: whoever asked asks again. */
      async insist<T>(act: () => Promise<T>): Promise<T> {
        for (;;) {
          try {
            const made = await act()
            await cloud.revive()
            return made
          } catch (error) {
            if (!(await cloud.revive())) throw error
          }
        }
      },
      /** This driver's phone with this wallet, which knows who it is. */
      async phoneOf(channel: BilledChannel, driver: string): Promise<Phone> {
        const key = `${channel} ${driver}`
        const known = phones.get(key)
        if (known) return known
        const one = phone({ driver, wallet: channel, cloudUrl: publicUrl, walletUrl: simulators[channel].url })
        const seen = await world.insist(() => one.scan(codes[0]!))
        if (seen.status !== 200) throw new Error(`${key} is not let in: ${seen.status}`)
        phones.set(key, one)
        return one
      },
      /** No channel has anything to say at this time that it has not said. */
      quiet: () =>
        until(
          'all is said',
          async () => {
            await cloud.revive()
            return Object.values(simulators).every(({ control }) =>
              control
                .notifications()
                .every(({ state, dueAt }) => (state !== 'waiting' && state !== 'held') || dueAt > now),
            )
          },
          120_000,
          2,
        ),
      /** Everything this lot wrote is in the cloud. */
      heard: (lot: LivedLot) =>
        until(
          `everything of lot ${lot.number} is heard`,
          async () => {
            await cloud.revive()
            return lot.isHeard()
          },
          120_000,
          2,
        ),
      close,
    }
    for (const lot of lots) await until(`lot ${lot.number} is on its line`, () => lot.beat())
    return world
  }
}
