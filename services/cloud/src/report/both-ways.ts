import type { Statement } from '@lanepay/database/database.ts'
import { Type } from 'typebox'

export type Order = 'asc' | 'desc'
/** How a list that is asked for by pages is to stand; left out: as it usually does. */
export const OrderWord = Type.Optional(Type.Union([Type.Literal('asc'), Type.Literal('desc')]))

/** One page in either order: `beyond` holds a key against that of the last row before, `way` stands behind each key of `order by`. */
export const bothWays = (
  name: string,
  text: (beyond: '<' | '>', way: Order) => string,
): Readonly<Record<Order, Statement>> => ({
  asc: { name: `${name}-asc`, text: text('>', 'asc') },
  desc: { name: `${name}-desc`, text: text('<', 'desc') },
})
