import type { LotEvent } from '@lanepay/lot-link/messages.ts'

export type AreaEvent = Extract<LotEvent, { kind: 'area-entered' | 'area-left' }>
/** A time that a session was in an area inside its lot; `leftAt` null: it is there now. */
export type Part = { readonly area: string; readonly enteredAt: number; readonly leftAt: number | null }

/**
 * Where in its lot a session was, by what its log says of it, in order. Nothing here prices a stay, so nothing here keeps this: it
 * is read out of the log when a box takes over and must know. What a damaged log tells a second time changes nothing.
 */
export function partsIn(events: readonly AreaEvent[]): readonly Part[] {
  const parts: Part[] = []
  for (const event of events) {
    const last = parts.at(-1)
    const isAgain = last?.area === event.area && last.enteredAt === event.enteredAt
    if (event.kind === 'area-entered') {
      // Out and in again within one instant are two parts, and the first of them is no time at all.
      if (isAgain && (event.back || last.leftAt !== last.enteredAt)) parts.pop()
      parts.push({ area: event.area, enteredAt: event.enteredAt, leftAt: null })
    } else if (last && isAgain) {
      parts.pop()
      if (!event.back) parts.push({ ...last, leftAt: Math.max(last.enteredAt, event.at) })
    }
  }
  return parts
}
