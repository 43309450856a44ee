import type { WechatPaySettings } from '@lanepay/channels/wechatpay/settings.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { openStore } from '@lanepay/simulator-wire/store.ts'
import { type Tell, tellNobody } from '@lanepay/simulator-wire/wire.ts'
import { AccountKeeper, settingsFor, strangersKey, type Verification } from './account.ts'
import { Book } from './book.ts'
import { type Control, controlOver } from './control.ts'
import { Faults } from './faults.ts'
import { Notifier } from './notifier.ts'
import { Rates } from './rates.ts'
import { listen } from './server.ts'
import { passTime } from './time.ts'
import type { Works } from './works.ts'

export type { Verification } from './account.ts'
export { weixinBridgeScript, weixinUserAgent } from './bridge.ts'
export type { Control, OrderView } from './control.ts'
export { type Call, type Fault, type FaultKind, faultKinds } from './faults.ts'
export type { Notification } from './notifier.ts'

export type WechatPaySimulatorOptions = {
  /** Where the account (with its keys), the orders and the notifications live on. */
  readonly dir: string
  /** 0 takes a free one. */
  readonly port: number
  readonly host?: string
  readonly clock: Clock
  readonly tell?: Tell
  /** How the merchant takes part: by itself, or as service provider of operators. */
  readonly mode?: 'direct' | 'partner'
  /** By which keys WeChat Pay signs. Without it as before a restart, at first by both. */
  readonly verification?: Verification
  /** Which code pay the account was opened for (wechat-pay.md 11): the other is refused. */
  readonly codePay?: 'v2' | 'v3'
  /** Pays out each morning at nine what an account had when the day before ended, as it is by default (wechat-pay.md 19). Left out: as before. */
  readonly settlesDaily?: boolean
  /** The repeats of notifications come so many times faster than the real 15 s, 15 s, ... 6 h. */
  readonly notifyTimeScale?: number
  /** False keeps everything in memory, keys included: `dir` is not touched. */
  readonly durable?: boolean
}

export type WechatPaySimulator = {
  readonly url: string
  /** Ready for `wechatPayChannel`: every host is this simulator. Follows `control.setVerification`. */
  readonly settings: WechatPaySettings
  /** Partner mode: an operator under the service provider. */
  readonly subMchid?: string
  readonly control: Control
  close(): Promise<void>
}

/**
 * WeChat Pay over HTTP: API v3, the XML interfaces of code pay, bills, OAuth, wallet and notifications, with real keys and
 * as strict as the real side (wechat-pay.md 3 to 14, 19, 21.1, 22). Same `dir`, same account and orders; `settings` changes with the port only.
 * Rejects when the port is taken or the folder cannot be written.
 */
export async function startWechatPaySimulator(options: WechatPaySimulatorOptions): Promise<WechatPaySimulator> {
  const { clock, mode = 'direct', codePay = 'v2', host = '127.0.0.1', tell = tellNobody } = options
  const timeScale = options.notifyTimeScale ?? 1
  if (!(timeScale > 0)) throw new RangeError(`notifyTimeScale is above 0, got ${timeScale}`)
  const store = openStore(options.durable === false ? null : options.dir, 'wechatpay')
  const keeper = await AccountKeeper.open(store, clock.now())
  const account = () => keeper.now
  const stranger = await strangersKey()
  const faults = new Faults()
  const book = new Book(store)
  const notifier = new Notifier({
    store,
    clock,
    account,
    strangersKey: stranger,
    faults,
    tell,
    timeScale,
    everyTick: () => passTime(works, clock.now()),
  })
  let url = ''
  const works: Works = {
    store,
    book,
    account,
    keeper,
    mode,
    codePay,
    rates: new Rates(),
    url: () => url,
    clock,
    faults,
    notifier,
    tell,
    strangersKey: stranger,
  }
  const control = controlOver(works)
  if (options.settlesDaily !== undefined) control.setDailySettlement(options.settlesDaily)
  if (options.verification !== undefined) control.setVerification(options.verification)
  const { server, port } = await listen({ works, control }, options.port, host).catch((error: unknown) => {
    notifier.close()
    store.close()
    throw error
  })
  url = `http://${reachable(host)}:${port}`
  return {
    url,
    get settings() {
      return settingsFor(keeper.now, { mode, codePay, url })
    },
    ...(mode === 'partner' ? { subMchid: keeper.now.subMerchants[0]!.mchid } : {}),
    control,
    async close() {
      notifier.close()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
      store.close()
    },
  }
}

/** A name by which a listener on every address is reached from here. */
const reachable = (host: string): string =>
  host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
