import { type FaultOf, FaultQueue } from '@lanepay/simulator-wire/fault-queue.ts'

/** What can go wrong on purpose, and what is seen of it from outside. */
export const faultKinds = {
  'push-delay': 'the next plate result leaves `ms` later (default 15 s), those behind it wait',
  'push-lose': 'the next plate result never arrives, nor does the camera keep it',
  'push-double': 'the next plate result is sent twice at the same time',
  'push-reorder':
    'the next plate result waits until one taken later has been answered (at most `ms`, default a minute)',
  'push-store': 'the next plate result is kept as a stored record and comes later',
  'answer-lose': 'the next plate result arrives and its answer does not: it is sent again',
  'gate-silent': 'the camera closes the contact and the arm does not move',
} as const satisfies Record<string, string>
export type FaultKind = keyof typeof faultKinds

/** The kinds that wait do so in real time. */
export type Fault = FaultOf<FaultKind>

/** Faults that were asked for and did not happen yet. */
export class Faults extends FaultQueue<Fault> {
  constructor() {
    super({ kinds: faultKinds, longestMs: 2 ** 31 - 1 }) // more than this no timer can wait
  }
}
