import type { LotKey } from '@lanepay/domain/types.ts'
import type { Among } from '@lanepay/lot-link/among.ts'

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

/** One computer that polls here: until when it is there, and until when the other processes think so. */
type Here = { readonly lot: LotKey; readonly localId: string; until: number; toldUntil: number }

/** So much of the time for which a computer is there may pass before the others hear that it still is. */
const untoldPart = 1 / 3
/** So many computers go into one message. */
const toldAtOnce = 500
/** Those who have gone are forgotten as often. */
const pruneMs = 60_000

type Said = Omit<Among, 'by'>
/** Nothing else of whoever polls goes to the others: it may hold the lot's key. */
const keyOf = ({ bucket, lotId }: LotKey): LotKey => ({ bucket, lotId })
const nothing: Said = { opened: [], polling: [], put: [] }

/**
 * The long polls that this process holds, and who polls at others, as they tell each other. Real time, not the lots' clocks: it is about
 * the line.
 */
export function polls(tellOthers: (said: Said) => void = () => {}) {
  const lotName = ({ bucket, lotId }: LotKey) => `${bucket}/${lotId}`
  const open = new Map<string, { readonly lot: LotKey; readonly polls: Map<string, Poll> }>()
  const askers = new Map<string, () => void>()
  let closed = false
  const here = new Map<string, Here>()
  // By lot, and by lot and computer: those that poll here as well.
  const thereUntil = new Map<string, number>()
  const elsewhereUntil = new Map<string, number>()
  let prunedAt = 0
  const isIn = (until: ReadonlyMap<string, number>, name: string) => performance.now() < (until.get(name) ?? 0)
  const isRecent = (name: string) => isIn(thereUntil, name)
  const later = (until: Map<string, number>, name: string, at: number) =>
    void until.set(name, Math.max(at, until.get(name) ?? 0))
  const pollsOf = (lot: LotKey): ReadonlyMap<string, Poll> => open.get(lotName(lot))?.polls ?? new Map()
  /** Something for this lot lies in the database. */
  const wake = (lot: LotKey): void => {
    for (const poll of pollsOf(lot).values()) poll.wake()
  }
  return {
    wake,
    /** A lot is there while one of its computers is: so long after its last poll ended (bolink-protocol.md 2.3). */
    isOnline: (lot: LotKey): boolean => isRecent(lotName(lot)),
    /** Whether this computer polls, here or at another process. */
    isThere: (lot: LotKey, localId: string): boolean => isRecent(`${lotName(lot)}/${localId}`),
    /** Another process says what it knows of its own polls. */
    heard({ opened, polling, put }: Said): void {
      for (const { localId, ...lot } of opened) pollsOf(lot).get(localId)?.end()
      for (const { localId, forMs, ...lot } of polling) {
        const name = lotName(lot)
        const computer = `${name}/${localId}`
        for (const one of [name, computer]) {
          later(thereUntil, one, performance.now() + forMs)
          later(elsewhereUntil, one, performance.now() + forMs)
        }
      }
      for (const lot of put) wake(lot)
    },
    /** One round of every process: the others hear who polls here. Who has gone is forgotten. */
    round(): void {
      const now = performance.now()
      if (now > prunedAt + pruneMs) {
        prunedAt = now
        for (const until of [thereUntil, elsewhereUntil])
          for (const [name, at] of until) if (at <= now) until.delete(name)
      }
      const polling: Said['polling'] = []
      for (const [name, one] of here) {
        const leftMs = one.until - now
        if (leftMs <= 0) here.delete(name)
        else if (one.until - Math.max(now, one.toldUntil) > leftMs * untoldPart) {
          polling.push({ ...one.lot, localId: one.localId, forMs: Math.ceil(leftMs) })
          one.toldUntil = one.until
        }
      }
      for (let at = 0; at < polling.length; at += toldAtOnce)
        tellOthers({ ...nothing, polling: polling.slice(at, at + toldAtOnce) })
    },
    /** Something for this lot was put into the database: whoever holds its poll looks. */
    put(lot: LotKey): void {
      wake(lot)
      if (isIn(elsewhereUntil, lotName(lot))) tellOthers({ ...nothing, put: [keyOf(lot)] })
    },
    /** The lots that have a poll open here. */
    lots: (): LotKey[] => Array.from(open.values(), ({ lot }) => lot),
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
        const until = performance.now() + how.awayAfterMs
        const computer = `${name}/${localId}`
        for (const one of [name, computer]) thereUntil.set(one, until)
        here.set(computer, { lot: keyOf(lot), localId, toldUntil: here.get(computer)?.toldUntil ?? 0, until })
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
      if (isIn(elsewhereUntil, `${name}/${localId}`)) tellOthers({ ...nothing, opened: [{ ...keyOf(lot), localId }] })
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
