import type { LotKey } from '@lanepay/domain/types.ts'

/** A message that was claimed for one poll. */
export type Claimed = { readonly id: string; readonly service: string; readonly body: string }
type Ask = () => Promise<Claimed | null>
/** One poll that is open. */
type Poll = {
  /** There may be something for it. */
  readonly wake: () => void
  readonly end: () => void
  /** It has found nothing, and waits. */
  readonly isFree: () => boolean
  readonly give: (coming: Promise<Claimed | null>) => void
}

/** The long polls that this process holds. Real time, not the lots' clocks: it is about the line. */
export function polls() {
  const lotName = ({ bucket, lotId }: LotKey) => `${bucket}/${lotId}`
  const open = new Map<string, { readonly lot: LotKey; readonly polls: Map<string, Poll> }>()
  const askers = new Map<string, () => void>()
  let closed = false
  const thereUntil = new Map<string, number>()
  const isRecent = (name: string) => performance.now() < (thereUntil.get(name) ?? 0)
  const pollsOf = (lot: LotKey): ReadonlyMap<string, Poll> => open.get(lotName(lot))?.polls ?? new Map()
  return {
    /** A lot is there while one of its computers is: so long after its last poll ended (bolink-protocol.md 2.3). */
    isOnline: (lot: LotKey): boolean => isRecent(lotName(lot)),
    /** Whether this computer polls here. */
    isThere: (lot: LotKey, localId: string): boolean => isRecent(`${lotName(lot)}/${localId}`),
    /** The lots that have a poll open here. */
    lots: (): LotKey[] => Array.from(open.values(), ({ lot }) => lot),
    /** Something for this lot lies in the database. */
    wake(lot: LotKey): void {
      for (const poll of pollsOf(lot).values()) poll.wake()
    },
    /**
     * A poll that waits here, of this computer or of any of the lot's, for whoever is about to put something there. Given a promise, it
     * is answered with what comes of it, and given nothing else until then; with null it looks again. To be given before anything is waited for.
     */
    waiting(lot: LotKey, localId: string | null): Pick<Poll, 'give'> | null {
      for (const [name, poll] of pollsOf(lot)) if ((localId ?? name) === name && poll.isFree()) return poll
      return null
    },
    /** Another system may run this lot: its polls end with nothing, and whoever polls again is judged anew. */
    end(lot: LotKey): void {
      for (const poll of pollsOf(lot).values()) poll.end()
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
     * Holds a poll until `next` has something, or it is given something, or `holdMs` are over, a newer poll of the same computer comes, or
     * it hangs up. Asks when it comes and when it is woken. Without `next` it hears nothing.
     */
    async hold(
      lot: LotKey,
      localId: string,
      how: { readonly holdMs: number; readonly awayAfterMs: number; readonly onGone: (end: () => void) => void },
      next: Ask | null,
    ): Promise<Claimed | null> {
      const name = lotName(lot)
      const seen = () => {
        for (const one of [name, `${name}/${localId}`]) thereUntil.set(one, performance.now() + how.awayAfterMs)
      }
      // A poll that comes while the process goes would keep it from going.
      let ended: boolean = closed
      let wasWoken = false
      let goOn: ((ask: Ask) => void) | null = null
      const look: Ask = async () => {
        wasWoken = false
        return next === null ? null : next()
      }
      const wait = () =>
        new Promise<Ask>((resolve) => {
          goOn = (ask) => {
            goOn = null
            resolve(ask)
          }
        })
      const wake = () => {
        // Whatever is put there while it asks has it ask again.
        wasWoken = true
        goOn?.(look)
      }
      const poll: Poll = {
        wake,
        end: () => {
          ended = true
          wake()
        },
        isFree: () => goOn !== null && next !== null,
        give: (coming) => goOn?.(() => coming),
      }
      const ofLot = open.get(name) ?? { lot, polls: new Map<string, Poll>() }
      open.set(name, ofLot)
      ofLot.polls.get(localId)?.end()
      ofLot.polls.set(localId, poll)
      const over = setTimeout(poll.end, how.holdMs)
      how.onGone(poll.end)
      try {
        for (let ask = look; !(ended && ask === look); ask = wasWoken ? look : await wait()) {
          seen()
          const message = await ask()
          if (message !== null || ended) return message
        }
        return null
      } finally {
        clearTimeout(over)
        seen()
        if (ofLot.polls.get(localId) === poll) {
          ofLot.polls.delete(localId)
          if (ofLot.polls.size === 0) open.delete(name)
        }
      }
    },
    /** Ends every poll with nothing: the process goes. */
    close(): void {
      closed = true
      for (const { polls } of open.values()) for (const poll of polls.values()) poll.end()
    },
  }
}
export type Polls = ReturnType<typeof polls>
