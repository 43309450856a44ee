import type { PlateColour } from '@lanepay/domain/types.ts'
import type { LaneState } from './lane-handle.ts'
import type { WalletName } from './phone/phone.ts'
import type { Car } from './traffic.ts'

/* What the street's server and its page say to each other. */

export type Text = { readonly 'zh-CN': string; readonly en: string }
export type CodeKind = 'entry' | 'prepay' | 'exit'

/** Who decides in a lot of the street: Lanepay's own agent, or charging software that stands there already. */
export const lotKinds = ['hosted', 'connected'] as const
export type LotKind = (typeof lotKinds)[number]

/** One lot of the street. Does not change while the street stands. */
export type StreetLayout = {
  readonly kind: LotKind
  /** All that the street has. */
  readonly kinds: readonly LotKind[]
  readonly lot: { readonly name: string; readonly bays: number; readonly tariffText: string | null }
  readonly lanes: readonly { readonly id: number; readonly name: string; readonly direction: 'entry' | 'exit' }[]
  readonly codes: readonly {
    readonly id: string
    readonly kind: CodeKind
    readonly laneId: number | null
    readonly name: string
    /** What is printed. */
    readonly url: string
    /** The same on a phone of this street. */
    readonly path: string
  }[]
  readonly drivers: readonly { readonly id: string; readonly name: string; readonly wallet: WalletName }[]
  readonly wallets: readonly WalletName[]
}

export type FaultView = {
  readonly id: string
  readonly group: 'wechatpay' | 'alipay' | 'lane' | 'link'
  readonly name: Text
  readonly about: Text
  /** `once` happens the next time there is an occasion and is over; `switch` holds until it is switched off. */
  readonly kind: 'once' | 'switch'
  readonly on: boolean
}

export type StreetView = {
  /** ms since 1970 on the clock that all parts share. */
  readonly now: number
  /** ms since 1970 on the machine's clock: cars move by it. */
  readonly machineNow: number
  readonly cars: readonly Car[]
  readonly lanes: Readonly<Record<number, LaneState>>
  readonly faults: readonly FaultView[]
}

/** What a viewer can do in the lot in sight, as `POST /street/act`. */
export type Act =
  /** `plate` null: a car without one. Without `colour` the usual one of such a plate. */
  | { readonly do: 'send'; readonly plate: string | null; readonly colour?: PlateColour }
  | { readonly do: 'send-any' }
  | { readonly do: 'drive-out'; readonly car: number }
  | { readonly do: 'turn-back'; readonly car: number }
  /** The button in the booth. */
  | { readonly do: 'open-by-hand'; readonly lane: 'entry' | 'exit' }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'fault'; readonly id: string; readonly on: boolean }
  /** As new: no cookies, known to nobody. */
  | { readonly do: 'new-phone'; readonly phone: string }

/** A driver's pay code, as `GET /street/pay-code/<phone>`. */
export type PayCodeView = {
  readonly code: string
  /** On the simulated clock; then the wallet shows another one. */
  readonly goodForMs: number
  /** The same as a QR code, SVG. */
  readonly picture: string
}

export const actRefusals = [
  'bad-request',
  'bays-full',
  'lane-full',
  'car-unknown',
  'not-from-here',
  'fault-unknown',
  'fault-failed',
  'phone-unknown',
] as const
export type ActRefusal = (typeof actRefusals)[number]
