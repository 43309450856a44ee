declare const brand: unique symbol
/** A plain value that has passed one check, at one door; the name says which. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }

/** A plate in its one canonical spelling, or an unplated pass. Made by `plate.ts` and `unplated.ts` only. */
export type Plate = Brand<string, 'Plate'>
/** Milliseconds since 1970 UTC. */
export type Instant = Brand<number, 'Instant'>
/** Whole fen, 1 yuan = 100. Yuan exist only where a person or a foreign wire reads them. */
export type Fen = Brand<number, 'Fen'>
/** A 63-bit id, ordered in time, as the decimal text that JSON and PostgreSQL both keep whole. */
export type Id = Brand<string, 'Id'>

/** Where a lot's data lives: its bucket (0..255) and its number (1..9,999,999), its identity everywhere. */
export type LotKey = { readonly bucket: number; readonly lotId: number }

/** The plate colours a camera can tell (lot-devices.md 2.1). */
export const plateColours = ['blue', 'yellow', 'white', 'black', 'green', 'yellow-green', 'unknown'] as const
export type PlateColour = (typeof plateColours)[number]

export const channelNames = ['wechatpay', 'alipay', 'zldpay'] as const
/** A payment channel Lanepay can use today. */
export type ChannelName = (typeof channelNames)[number]
/** A channel that shares receipts, gives refunds and publishes bills; a partner's wallet does none of it (third-party-wallets.md A). */
export type BilledChannel = Exclude<ChannelName, 'zldpay'>
