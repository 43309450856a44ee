import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { alipayChannel } from '@lanepay/channels/alipay/channel.ts'
import { bankPayouts } from '@lanepay/channels/bank/payouts.ts'
import type { BankSettings } from '@lanepay/channels/bank/settings.ts'
import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import type { Withdrawals } from '@lanepay/channels/withdrawals.ts'
import type { CloudSettings } from '@lanepay/cloud/cloud.ts'
import type { Channels } from '@lanepay/cloud/payment/settle.ts'
import type { WithdrawalTerms } from '@lanepay/cloud/withdrawal/decide.ts'
import { type Database, type DatabaseOptions, openDatabase } from '@lanepay/database/database.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@lanepay/database/embedded.ts'
import { migrate } from '@lanepay/database/migrate.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { fen } from '@lanepay/domain/money.ts'
import { keepFile, noteData, type Secrets, Told } from './keep.ts'
import type { Settings } from './settings.ts'

/** The data: yours where LANEPAY_DATABASE_URL says so, else a PostgreSQL of our own under LANEPAY_HOME; brought to this release. */
export async function openData(
  settings: Settings,
  clock: Clock,
  options: Omit<DatabaseOptions, 'connection'> = {},
): Promise<{ database: Database; ended: EmbeddedPostgres['ended']; close(): Promise<void> }> {
  if (settings.databaseUrl !== null) {
    await migrate(settings.databaseUrl, clock.now())
    const database = openDatabase({ connection: settings.databaseUrl, ...options })
    return { database, ended: new Promise(() => {}), close: () => database.close() }
  }
  const server = await startEmbeddedPostgres({ dir: join(settings.home, 'postgres') })
  await migrate(server.connection, clock.now())
  const database = openDatabase({ connection: server.connection, ended: server.ended, ...options })
  noteData(settings.home, true)
  return {
    database,
    ended: server.ended,
    close: async () => {
      noteData(settings.home, false)
      await database.close()
      await server.stop()
    },
  }
}

/** What a simulated channel must be told by: as the settings of a real account; and the simulated bank, which is never a real one. */
export type ChannelSettings = Pick<Settings, 'wechatpay' | 'alipay'> & { readonly bank?: BankSettings | null }

const simulatedFile = (home: string) => join(home, 'simulated-channels.json')

/** Notes how the simulated channels of this folder are reached, for cloud processes beside them. */
export const noteSimulated = (home: string, channels: Partial<ChannelSettings>): void =>
  keepFile(simulatedFile(home), JSON.stringify(channels))

/** The configured accounts; with LANEPAY_CHANNELS=simulated the simulated ones where there is no account. */
export function channelSettings(settings: Settings): ChannelSettings {
  const { wechatpay, alipay } = settings
  if (settings.channels === 'real') return { wechatpay, alipay, bank: null }
  const file = simulatedFile(settings.home)
  if (!existsSync(file)) throw new Told(`LANEPAY_CHANNELS=simulated: run lanepay simulate with the same LANEPAY_HOME.`)
  const simulated = JSON.parse(readFileSync(file, 'utf8')) as Partial<ChannelSettings>
  return {
    wechatpay: wechatpay ?? simulated.wechatpay ?? null,
    alipay: alipay ?? simulated.alipay ?? null,
    bank: simulated.bank ?? null,
  }
}

/** The channels that are configured. */
export function openChannels({ wechatpay, alipay }: Omit<ChannelSettings, 'bank'>, clock: Clock, log: Log): Channels {
  return {
    ...(wechatpay
      ? {
          wechatpay: wechatPayChannel(wechatpay, {
            clock,
            onKeyEvent: (event) => log('info', 'wechatpay-keys', { ...event }),
          }),
        }
      : {}),
    ...(alipay
      ? {
          alipay: alipayChannel(alipay, { clock, onKeyEvent: (event) => log('info', 'alipay-keys', { ...event }) }),
        }
      : {}),
  }
}

/** The simulated bank, where there is one. */
export const openBank = (bank: BankSettings | null | undefined, clock: Clock): { readonly bank?: Withdrawals } =>
  bank ? { bank: bankPayouts(bank, { clock }) } : {}

/** What the cloud is told, from the settings and the secrets kept beside them. */
export function cloudSettings(
  settings: Settings,
  secrets: Secrets,
  role: { serves: boolean; works: boolean },
): CloudSettings {
  return {
    host: settings.httpHost,
    port: settings.httpPort,
    publicUrl: settings.publicUrl ?? `http://localhost:${settings.httpPort}`,
    houseKey: settings.houseKey ?? secrets.houseKey,
    brokerUrl: settings.brokerUrl ?? `mqtt://${settings.brokerHost}:${settings.brokerPort}`,
    ...(settings.agentBrokerUrl === null ? {} : { agentBrokerUrl: settings.agentBrokerUrl }),
    brokerPassword: settings.brokerPassword ?? secrets.brokerPassword,
    brokerSecret: settings.brokerSecret ?? secrets.brokerSecret,
    nodeNumber: settings.nodeNumber,
    trustProxy: settings.trustProxy ?? false,
    gateSeconds: settings.gateSeconds,
    lotAnswersWithinMs: settings.lotAnswerMs,
    withdrawals: termsOf(settings),
    ...role,
  }
}

type Limits = Pick<Settings, 'withdrawalFeeFen' | 'withdrawalFloorFen' | 'withdrawalMostFen' | 'withdrawalDayFen'>

/** What withdrawals cost here, and how much is let out at once. */
export const termsOf = (settings: Limits): WithdrawalTerms => ({
  instantFeeFen: fen(settings.withdrawalFeeFen),
  floorFen: fen(settings.withdrawalFloorFen),
  mostAtOnceFen: fen(settings.withdrawalMostFen),
  mostPerDayFen: fen(settings.withdrawalDayFen),
})
