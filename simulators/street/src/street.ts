import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { SimulatedClock } from '@lanepay/domain/clock.ts'
import { type Actions, actOn } from './act.ts'
import { startDrive } from './drive.ts'
import { watchers } from './events.ts'
import { type FaultHook, gatherFaults } from './faults.ts'
import { createStreetFeed, type StreetFeed } from './feed.ts'
import { laneFaults } from './lane-faults.ts'
import type { LaneHandle } from './lane-handle.ts'
import { type LotPlan, layoutOf } from './layout.ts'
import { buildStreetPage } from './page.ts'
import { payCodeOf } from './pay-code.ts'
import type { Wallet } from './phone/browser.ts'
import { isDriverId, type WalletName } from './phone/phone.ts'
import { phones } from './phone/proxy.ts'
import { type ServedLot, streetServer } from './server.ts'
import type { LotKind, StreetView } from './view.ts'

export type { FaultHook } from './faults.ts'
export { createStreetFeed, type KeptMessage, type StreetFeed, type Told } from './feed.ts'
export type { LaneHandle, LaneState } from './lane-handle.ts'
export type { LotPlan } from './layout.ts'
export type { Wallet } from './phone/browser.ts'
export type { WalletName } from './phone/phone.ts'
export type { FaultView, Text } from './view.ts'

/** A car park to draw. */
export type StreetLot = {
  readonly plan: LotPlan
  /** One for each lane of the plan, by its id. */
  readonly lanes: Readonly<Record<number, LaneHandle>>
  /** Faults of other parts of it than its lanes, which offer their own. */
  readonly faults?: readonly FaultHook[]
}
export type StreetOptions = {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** The clock of all parts; only the street pushes it forward. */
  readonly clock: SimulatedClock
  /** Called after every push, so that the starter can keep it. */
  readonly onAdvance?: (aheadMs: number) => void
  /** The lot that Lanepay's own agent runs. */
  readonly hosted: StreetLot
  /** A lot that charging software of its own runs; the page then has a switch between the two. */
  readonly connected?: StreetLot
  /** The real cloud: the phones load its pages. */
  readonly cloudUrl: string
  /** What codes and redirects call the cloud, where that is another address. */
  readonly publicUrl?: string
  readonly wallets: Readonly<Partial<Record<WalletName, Wallet>>>
  /** `id` goes into host names: lower case letters, digits, dashes. `wallet` is the one the driver opens first. */
  readonly drivers: readonly { readonly id: string; readonly name: string; readonly wallet?: WalletName }[]
  readonly feed?: StreetFeed
  /** Where cars and cookies live on; without it they end with the street. */
  readonly dir?: string
  /** 2: cars drive twice as fast. */
  readonly pace?: number
}
export type Street = { readonly url: string; close(): Promise<void> }

/**
 * The street: a small lot or two seen from above, with its phones and its wires, on one page. Rejects when the port is taken, a
 * driver's id cannot be part of a host name, or there are not exactly one lane in and one lane out.
 */
export async function startStreet(options: StreetOptions): Promise<Street> {
  const { clock, hosted, connected, drivers, feed = createStreetFeed() } = options
  const dir = options.dir ?? null
  for (const { id } of drivers)
    if (!isDriverId(id)) throw new RangeError(`a driver's id is lower case letters, digits and dashes, got ${id}`)
  const wallets = Object.keys(options.wallets) as WalletName[]
  if (drivers.length === 0 || wallets.length === 0) throw new RangeError('a street has a driver and a wallet')
  const given: readonly (readonly [LotKind, StreetLot])[] = [
    ['hosted', hosted],
    ...(connected ? [['connected', connected] as const] : []),
  ]
  const told = {
    kinds: given.map(([kind]) => kind),
    drivers: drivers.map((driver, index) => ({ wallet: wallets[index % wallets.length]!, ...driver })),
    wallets,
  }
  const lots = given.map(([kind, lot]) => {
    const layout = layoutOf(lot.plan, { kind, ...told })
    const laneOf = (direction: 'entry' | 'exit') => {
      const lane = lot.lanes[layout.lanes.find((one) => one.direction === direction)!.id]
      if (!lane) throw new RangeError(`there is no lane handle for the ${direction} lane`)
      return lane
    }
    const lanes = { entry: laneOf('entry'), exit: laneOf('exit') }
    return { kind, lot, layout, lanes, hooks: [...laneFaults(lanes), ...(lot.faults ?? [])] }
  })

  const page = await buildStreetPage()
  const walletUrls = Object.fromEntries(Object.entries(options.wallets).map(([name, { url }]) => [name, url]))
  const allChanged = () => {
    for (const { changed } of standing) changed()
  }
  const phoneBook = phones({
    sites: {
      cloud: options.cloudUrl,
      cloudAlso: [
        options.publicUrl,
        ...given.flatMap(([, { plan }]) => plan.codes.map(({ url }) => new URL(url).origin)),
      ].filter((one) => one !== undefined),
      wallets: walletUrls,
    },
    wallets: options.wallets,
    clock,
    dir,
    tell: feed.tell,
  })
  const standing = lots.map((one) => standLot(one))

  /** One lot on its feet: its cars, and those who watch it. */
  function standLot({ kind, lot, layout, lanes, hooks }: (typeof lots)[number]) {
    const watching = watchers()
    let due: NodeJS.Timeout | undefined
    // A car that sets out changes several things at once: one message for all of them.
    const changed = () => {
      due ??= setTimeout(() => {
        due = undefined
        watching.send({ event: 'state', data: view() })
      }, 20)
    }
    const faults = gatherFaults({ wallets: walletUrls, hooks, onChange: changed })
    const carsIn = dir === null || kind === 'hosted' ? dir : join(dir, kind)
    const drive = startDrive({ lanes, dir: carsIn, pace: options.pace ?? 1, onChange: changed })
    const view = (): StreetView => ({
      now: clock.now(),
      machineNow: Date.now(),
      cars: drive.traffic().cars,
      lanes: Object.fromEntries(layout.lanes.map(({ id, direction }) => [id, lanes[direction].state()])),
      faults: faults.views(),
    })
    const endFeed = feed.onTell((message) => {
      watching.send({ event: 'wire', id: message.n, data: message })
      const wallet = message.wire === 'wechatpay' || message.wire === 'alipay' ? message.wire : null
      if (wallet) faults.refresh(wallet).catch(() => {}) // shown again at the next message
    })
    const actions: Actions = {
      drive,
      lanes,
      bays: lot.plan.bays,
      faults,
      phones: phoneBook,
      drivers: drivers.map(({ id }) => id),
      random: Math.random,
      advance(ms) {
        clock.advance(ms)
        options.onAdvance?.(clock.aheadMs)
        allChanged()
      },
    }
    const served: ServedLot = {
      layout,
      watch(response, after) {
        const missed = feed.after(after).map((message) => ({ event: 'wire', id: message.n, data: message }) as const)
        watching.add(response, [{ event: 'state', data: view() }, ...missed])
      },
      act: (unchecked) => actOn(actions, unchecked),
    }
    const close = () => {
      clearTimeout(due)
      endFeed()
      drive.close()
      watching.close()
    }
    return { served, changed, close }
  }

  const server = streetServer({
    page,
    lots: standing.map(({ served }) => served),
    drivers: drivers.map(({ id }) => id),
    phones: phoneBook,
    payCode: (phone) => payCodeOf(phone, walletUrls),
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  const host = options.host === '127.0.0.1' || options.host === '0.0.0.0' ? 'localhost' : options.host
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    async close() {
      for (const lot of standing) lot.close()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
