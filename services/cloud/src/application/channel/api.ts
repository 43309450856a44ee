import { channelNames } from '@lanepay/domain/types.ts'
import { type Static, Type } from 'typebox'

/* What the platform's persons see and do about an application at its channels. The contract that pages are written against. */

const strict = { additionalProperties: false } as const

export const ErrandParams = Type.Object({ application: Type.String({ pattern: '^[1-9]\\d{0,17}$' }) }, strict)
export const HandParams = Type.Object(
  {
    application: Type.String({ pattern: '^[1-9]\\d{0,17}$' }),
    channel: Type.Union(channelNames.map((name) => Type.Literal(name))),
  },
  strict,
)
export const Nothing = Type.Object({}, strict)
/** By whom the money is received, as the channel's portal shows it, where a person has done there what no interface does. */
export const HandAsk = Type.Object(
  {
    merchant: Type.Object(
      {
        subMchid: Type.Optional(Type.String({ pattern: '^\\d{6,32}$' })),
        subAppid: Type.Optional(Type.String({ minLength: 1, maxLength: 32 })),
        sellerId: Type.Optional(Type.String({ pattern: '^2088\\d{12}$' })),
        appAuthToken: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
      },
      strict,
    ),
    reason: Type.String({ minLength: 3, maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]*$' }),
  },
  strict,
)
export type HandAsk = Static<typeof HandAsk>

export type ErrandView = {
  readonly channel: (typeof channelNames)[number]
  /** By which the channel finds it, for whoever calls there; null before it was sent. */
  readonly numberThere: string
  readonly channelNo: string | null
  readonly askAt: number
  readonly attempts: number
  /** `by-hand`: no interface here does it; else what the channel refused with. Null: it goes its way. */
  readonly trouble: string | null
  /** The account that was opened: `1900013511`. */
  readonly opened: string | null
}
export type ErrandsView = { readonly errands: readonly ErrandView[] }
