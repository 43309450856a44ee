import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { Id } from '@lanepay/domain/types.ts'
import type { AgentEnd } from '@lanepay/lot-link/agent-end.ts'
import type { Ack } from '@lanepay/lot-link/messages.ts'
import type { NewEvent, Store } from '../disk/store.ts'
import type { UntilKept } from '../disk/until-kept.ts'

export const agentVersion = '1'
const pieceOf = 200
const ackKeptWithinMs = 2_000
/** What follows so soon goes up together: one message costs the line and the cloud nearly what many events cost. */
const usuallyTogetherMs = 100
const driftAlarmMs = 60_000
const helloAtLeastEveryMs = 60_000

/** Sends the log up, one piece at a time, from what the cloud has committed; again after a while without an answer. */
export type Shipping = {
  hello(): void
  welcome(welcome: Ack): void
  ack(ack: Ack): void
  /** There may be something new. */
  wake(): void
  /** How far the cloud's clock is ahead of ours, as its last answer said; null before the first. */
  cloudOffMs(): number | null
  close(): void
}

export function shipping(options: {
  readonly store: Store
  /** What areas inside the lot are called in its plan; left out: there are none. */
  readonly areas?: readonly string[]
  readonly clock: Clock
  readonly log: Log
  readonly end: () => AgentEnd
  readonly answerWithinMs: number
  /** Left out: a tenth of a second; 0: each message goes up as soon as the one before it is answered. */
  readonly togetherMs?: number
  /** Does it on a full disk too, in the end; left out, a full disk is thrown. */
  readonly keep?: UntilKept['keep']
}): Shipping {
  const {
    store,
    areas = [],
    clock,
    log,
    end,
    answerWithinMs,
    togetherMs = usuallyTogetherMs,
    keep = (act) => act(),
  } = options
  const epoch: Id = store.epoch
  let welcomed = false
  let acked = store.ackedSeq()
  let waiting: NodeJS.Timeout | null = null
  let [greeting, gathering]: (NodeJS.Timeout | undefined)[] = []
  let keeping: NodeJS.Timeout | null = null
  let cloudOff: number | null = null

  /** Until it is answered, less and less often: a thousand lots that are back at once are answered one after the other. */
  const sayHello = (againMs: number) => {
    end().say('hello', {
      ...{ epoch, lastSeq: store.lastSeq(), clock: clock.now(), version: agentVersion },
      areas: [...areas],
    })
    greeting = setTimeout(() => sayHello(Math.min(againMs * 2, helloAtLeastEveryMs)), againMs)
  }
  const send = () => {
    if (!welcomed || waiting) return
    if (gathering && store.lastSeq() - acked < pieceOf) return
    const events = store.eventsAfter(acked, pieceOf)
    if (events.length === 0 || !end().say('events', { epoch, events })) return
    clearTimeout(gathering)
    if (togetherMs > 0)
      gathering = setTimeout(() => {
        gathering = undefined
        send()
      }, togetherMs)
    waiting = setTimeout(() => {
      waiting = null
      send()
    }, answerWithinMs)
  }
  const hear = (ack: Ack) => {
    committed(ack)
    hearClock(ack.clock)
  }
  const committed = ({ epoch: theirs, seq }: Ack) => {
    if (theirs !== epoch) return
    if (seq > store.lastSeq())
      return log('error', 'cloud-knows-more-than-this-log', { theirs: seq, ours: store.lastSeq() })
    if (waiting) clearTimeout(waiting)
    waiting = null
    acked = seq
    store.acked(seq)
    // Only the newest matters, so however many come, one turn is for them, if no event was written meanwhile.
    keeping ??= setTimeout(() => {
      keep(() => {
        store.turn(() => store.keepAcked())
        keeping = null
      })
    }, ackKeptWithinMs)
    send()
  }
  /** A clock that is off by over a minute is told once, and once when it is right again; who is wrong is for a person to see. */
  const hearClock = (cloudClock: number) => {
    const [before, now] = [cloudOff ?? 0, cloudClock - clock.now()]
    cloudOff = now
    const [was, is] = [before, now].map((off) => Math.abs(off) > driftAlarmMs)
    if (was === is) return
    const off = Math.round(now / 1000)
    const event: NewEvent = {
      kind: 'device',
      at: clock.now(),
      device: 'cloud-clock',
      state: is ? 'ill' : 'well',
      because: is ? `the clocks of this box and of the cloud differ by ${off} s` : 'the clocks agree again',
      driftMs: Math.round(now),
    }
    keep(() => {
      store.turn(() => store.log(event))
      send()
    })
  }
  return {
    cloudOffMs: () => cloudOff,
    hello: () => {
      welcomed = false
      if (waiting) clearTimeout(waiting)
      waiting = null
      clearTimeout(gathering)
      gathering = undefined
      clearTimeout(greeting)
      sayHello(answerWithinMs)
    },
    welcome: (welcome) => {
      clearTimeout(greeting)
      welcomed = true
      hear(welcome)
    },
    ack: hear,
    wake: send,
    close: () => {
      if (waiting) clearTimeout(waiting)
      if (keeping) clearTimeout(keeping)
      clearTimeout(greeting)
      clearTimeout(gathering)
      welcomed = false
    },
  }
}
