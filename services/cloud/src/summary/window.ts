/*
 * Which transfers a round reads: those posted since the last one, by the clock of whoever posted. What is posted is committed a
 * little later, by a process whose clock may differ: so each round goes back a minute, and each hour one goes back to what was
 * certainly read, an hour before the last such one. What is read again is known, and changes nothing.
 */

const minuteMs = 60_000
const hourMs = 60 * minuteMs

export type Cursor = {
  readonly readUntil: number
  /** What was posted before this was committed when it was read. */
  readonly sureUntil: number
}
export type Window = {
  readonly from: number
  /** null: all there is. */
  readonly until: number | null
  readonly next: Cursor
}

/** One that is far behind goes on by an hour at a time. */
export function windowOf({ readUntil, sureUntil }: Cursor, now: number): Window {
  const behind = now - readUntil > hourMs
  const sure = behind || now - sureUntil >= 2 * hourMs || sureUntil > now
  const end = behind ? readUntil + hourMs : now
  return {
    from: sure ? Math.min(sureUntil, now - hourMs) : Math.min(readUntil, now) - minuteMs,
    until: behind ? end : null,
    next: { readUntil: end, sureUntil: sure ? Math.min(end, now - hourMs) : sureUntil },
  }
}
