import { numberIn } from '../values.ts'
import type { Packet } from './packet.ts'

/** 200 is well (lot-devices.md 2.3); an answer that does not say is. */
export const stateOf = ({ fields }: Packet): unknown => fields.values.state_code ?? 200

/** The serial number, `unknown` where the camera has none; null where the answer says nothing of the kind. */
export function serialOf(answer: Packet | null): string | null {
  const value = answer?.fields.values.value
  return typeof value === 'string' && /^[\x21-\x7e]{1,64}$/.test(value) ? value : null
}

/**
 * How far the camera's clock is ahead of ours, which said `nowMs` half way between question and answer. It says whole seconds
 * since 1970, so it is half a second further on average. Null where it says none.
 */
export function clockOffMs({ fields }: Packet, nowMs: number): number | null {
  const seconds = numberIn(fields.values.timestamp)
  return seconds === null ? null : Math.round(seconds * 1_000 + 500 - nowMs)
}
