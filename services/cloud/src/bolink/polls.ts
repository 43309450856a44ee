import type { LotKey } from '@lanepay/domain/types.ts'

/** One poll that is open, or one asker that waits: woken when there may be something for it. */
type Waiter = { readonly wake: () => void; readonly end: () => void }

/** The long polls that this process holds. Real time, not the lots' clocks: it is about the line. */
export function polls() {
  const lotName = ({ bucket, lotId }: LotKey) => `${bucket}/${lotId}`
  const open = new Map<string, Waiter>()
  const askers = new Map<string, () => void>()
  let closed = false
  const thereUntil = new Map<string, number>()
  const isRecent = (name: string) => performance.now() < (thereUntil.get(name) ?? 0)
  const seen = (lot: LotKey, computer: string, awayAfterMs: number) => {
    for (const name of [lotName(lot), computer]) thereUntil.set(name, performance.now() + awayAfterMs)
  }
  return {
    /** A lot is there while one of its computers is: so long after its last poll ended (bolink-protocol.md 2.3). */
    isOnline: (lot: LotKey): boolean => isRecent(lotName(lot)),
    /** Whether this computer polls here. */
    isThere: (lot: LotKey, localId: string): boolean => isRecent(`${lotName(lot)}/${localId}`),
    /** Something for this lot lies in the database. */
    wake(lot: LotKey): void {
      for (const [name, poll] of open) if (name.startsWith(`${lotName(lot)}/`)) poll.wake()
    },
    /** Another system may run this lot: its polls end with nothing, and whoever polls again is judged anew. */
    end(lot: LotKey): void {
      for (const [name, poll] of open) if (name.startsWith(`${lotName(lot)}/`)) poll.end()
    },
    /** An answer to this question lies in the database. */
    answered: (id: string): void => askers.get(id)?.(),
    /** Waits for `answered`, or this long. */
    forAnswer: (id: string, atMostMs: number): Promise<void> =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer)
          askers.delete(id)
          resolve()
        }
        const timer = setTimeout(done, atMostMs)
        askers.set(id, done)
      }),
    /**
     * Holds a poll until `next` has something, `holdMs` are over, a newer poll of the same computer comes, or it hangs up. Asks
     * again when it is woken, and every `lookMs` for what other processes have put there and what is due again.
     */
    async hold<T>(
      lot: LotKey,
      localId: string,
      how: {
        readonly holdMs: number
        readonly lookMs: number
        readonly awayAfterMs: number
        readonly gone: AbortSignal
      },
      next: () => Promise<T | null>,
    ): Promise<T | null> {
      const name = `${lotName(lot)}/${localId}`
      open.get(name)?.end()
      // A poll that comes while the process goes would keep it from going.
      let ended: boolean = closed
      let wake = () => {}
      const poll: Waiter = {
        wake: () => wake(),
        end: () => {
          ended = true
          wake()
        },
      }
      open.set(name, poll)
      const over = setTimeout(poll.end, how.holdMs)
      how.gone.addEventListener('abort', poll.end)
      try {
        while (!ended) {
          seen(lot, name, how.awayAfterMs)
          // Made before it asks: whatever is put there while it asks wakes it.
          const woken = new Promise<void>((resolve) => {
            const look = setTimeout(resolve, how.lookMs)
            wake = () => {
              clearTimeout(look)
              resolve()
            }
          })
          const message = await next()
          if (message !== null) return message
          if (ended) break
          await woken
        }
        return null
      } finally {
        wake()
        clearTimeout(over)
        how.gone.removeEventListener('abort', poll.end)
        seen(lot, name, how.awayAfterMs)
        if (open.get(name) === poll) open.delete(name)
      }
    },
    /** Ends every poll with nothing: the process goes. */
    close(): void {
      closed = true
      for (const poll of open.values()) poll.end()
    },
  }
}
export type Polls = ReturnType<typeof polls>
