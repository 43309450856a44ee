import { randomBytes } from 'node:crypto'
import type { AlipaySettings } from '@lanepay/channels/alipay/settings.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { openStore } from '@lanepay/simulator-wire/store.ts'
import { type Tell, tellNobody } from '@lanepay/simulator-wire/wire.ts'
import { type Account, openAccount, rotate, settingsFor } from './account.ts'
import { Book } from './book.ts'
import { type Control, controlOver } from './control.ts'
import { Faults } from './faults.ts'
import { keyringOf } from './keyring.ts'
import { passTime, type Works } from './money.ts'
import { Notifier } from './notifier.ts'
import type { House } from './people.ts'
import { listen } from './server.ts'
import { beginSettling, settleDaily } from './settlements.ts'

export { alipayBridgeScript, alipayUserAgent } from './bridge.ts'
export type { Control, TradeView } from './control.ts'
export type { Fault, FaultKind } from './faults.ts'
export type { Notification } from './notifier.ts'

export type AlipaySimulatorOptions = {
  /** Where the account (with its keys) and the trades live on. */
  readonly dir: string
  /** 0 takes a free one. */
  readonly port: number
  readonly host?: string
  readonly clock: Clock
  readonly tell?: Tell
  /** How the application is registered: fixed per application on the real side too. */
  readonly verify?: AlipaySettings['verify']['mode']
  /** Which identity the application gets. Older applications `user_id`, newer ones `open_id`. */
  readonly identity?: AlipaySettings['identity']
  /** Content is sealed beneath TLS from now on (alipay.md 2.8). Left out: as before, at first not. */
  readonly sealsContent?: boolean
  /** False keeps everything in memory, keys included: `dir` is not touched. */
  readonly durable?: boolean
  /** Pays out each morning at nine what an account had when the day before ended: some agree on that (alipay.md 10.1). Left out: as before. */
  readonly settlesDaily?: boolean
  /** The repeats of notifications come so many times faster than the real 4 m, 10 m, ... 15 h. */
  readonly notifyTimeScale?: number
}

export type AlipaySimulator = {
  readonly url: string
  /** Ready for `alipayChannel`: gateway and authorise page are this simulator. */
  readonly settings: AlipaySettings
  readonly control: Control
  close(): Promise<void>
}

/**
 * Alipay over HTTP: gateway, authorise page, wallet and notifications, with real keys and as strict as the real side
 * (alipay.md 2, 5, 6, 7, 8). Same `dir`, same account and trades; `settings` changes with the port only.
 * Rejects when the port is taken or the folder cannot be written.
 */
export async function startAlipaySimulator(options: AlipaySimulatorOptions): Promise<AlipaySimulator> {
  const { clock, verify: mode = 'public-key', identity = 'user_id', host = '127.0.0.1', tell = tellNobody } = options
  const timeScale = options.notifyTimeScale ?? 1
  if (!(timeScale > 0)) throw new RangeError(`notifyTimeScale is above 0, got ${timeScale}`)
  const store = openStore(options.durable === false ? null : options.dir, 'alipay')
  const accounts = store.table<Account>('account')
  let account = await openAccount(accounts, mode, clock.now())
  if (options.sealsContent && !account.contentKey) {
    account = { ...account, contentKey: randomBytes(16).toString('base64') }
    accounts.put('account', account)
  }
  let keys = keyringOf(account, mode)
  const faults = new Faults()
  const book = new Book(store)
  const notifier = new Notifier({
    store,
    clock,
    faults,
    tell,
    timeScale,
    keys: () => keys,
    everyTick: () => {
      passTime(works)
      settleDaily(works)
    },
  })
  const house: House = {
    pids: [account.sellerId, account.operator.sellerId],
    appIds: [account.appId, account.operator.appId],
  }
  let url = ''
  const works: Works = {
    ...{ store, book, clock, faults, notifier, appId: account.appId, identity, house, url: () => url },
    daily: { on: account.settlesDaily === true },
  }
  const control = controlOver(works, {
    operator: account.operator,
    pids: house.pids,
    setDailySettlement(on) {
      if (on && !works.daily.on) beginSettling(works)
      works.daily.on = on
      account = { ...account, settlesDaily: on }
      accounts.put('account', account)
    },
    async rotateCertificate() {
      account = await rotate(account, clock.now())
      accounts.put('account', account)
      keys = keyringOf(account, mode)
    },
  })
  if (options.settlesDaily !== undefined) control.setDailySettlement(options.settlesDaily)
  const serving = { works, control, tell, account: () => account, keys: () => keys }
  const { server, port } = await listen(serving, options.port, host).catch((error: unknown) => {
    notifier.close()
    store.close()
    throw error
  })
  url = `http://${reachable(host)}:${port}`
  return {
    url,
    settings: settingsFor(account, { mode, url, identity }),
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
