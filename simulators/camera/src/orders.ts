import type { Instant } from '@lanepay/domain/types.ts'

/** What a camera was told to do, whatever words its vendor has for it. */
export type Orders = {
  /** Close this output for as long as the firmware does without being told. */
  readonly open: { readonly output: number } | null
  /** Switch an output, or close it for a time. */
  readonly output: { readonly io: number; readonly value: 'off' | 'on' | 'pulse'; readonly ms: number } | null
  /** Words for the loudspeaker in the camera. */
  readonly say: string | null
  /** Bytes for the serial lines. */
  readonly serial: readonly { readonly port: number; readonly bytes: Buffer }[]
  /** The stored record is kept on the other side, and whether the next one is wanted. */
  readonly kept: { readonly recordId: number; readonly more: boolean } | null
  /** Look now. */
  readonly look: boolean
}
export const nothingOrdered: Orders = { open: null, output: null, say: null, serial: [], kept: null, look: false }

export const asksForSomething = ({ open, output, say, serial, kept, look }: Orders): boolean =>
  open !== null || output !== null || say !== null || serial.length > 0 || kept !== null || look

/** With what orders came: in the answer to something the camera said, or by themselves. */
export type AnswerTo =
  | { readonly kind: 'plate'; readonly recordId: number; readonly stored: boolean }
  | { readonly kind: 'poll' | 'heartbeat' | 'input' | 'serial' | 'command' }

/** What the camera did not obey, and the rule it broke. */
export type Refusal = { readonly at: Instant; readonly to: AnswerTo; readonly field: string; readonly rule: string }
