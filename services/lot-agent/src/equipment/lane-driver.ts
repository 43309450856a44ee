import { type LaneOrders, type LaneSays, noOrders, type Obeyed } from '@lanepay/devices/lane-device.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { Opening } from '../disk/store.ts'
import type { Shown } from '../lane/text.ts'
import type { LanePlan } from '../plan.ts'
import type { Desk } from './desk.ts'

/** How a lane's gate and display are told: over lines of their own, or in the answers to what its camera posts. */
export type LaneLines = {
  readonly open: (() => Promise<Obeyed>) | 'by-answer'
  readonly show: ((words: Shown) => Promise<Obeyed>) | 'by-answer' | 'nowhere'
}

type Given = {
  readonly lane: LanePlan
  readonly lines: LaneLines
  readonly desk: Desk
  readonly log: Log
  /** A poll is held this long when there is nothing to say. */
  readonly holdPollMs: number
  /** Before an order that never went out is sent again; each further time waits twice as long. */
  readonly againMs: number
}

/** So often an order that certainly never reached its gate is sent again, before it is left to the rules of openings. */
const triesAgain = 3

/**
 * Carries a lane's orders to its gate and its display, each over a line of its own or in the next answer to the camera. An order
 * goes out once; only one that certainly never reached the gate goes out again, while it still waits for that very vehicle.
 */
export class LaneDriver {
  readonly #given: Given
  readonly #again = new Set<NodeJS.Timeout>()
  #words: Shown | null = null
  #release: (() => void) | null = null
  #isClosed = false

  constructor(given: Given) {
    this.#given = given
  }

  /** There is a new order: it goes out now, or with the answer to the poll that is held. */
  ring(): void {
    const { desk, lane, lines } = this.#given
    if (lines.open === 'by-answer') {
      this.#release?.()
      return
    }
    const opening = desk.waiting(lane)
    if (opening) this.#keepForAnswer(this.#carry(opening, null))
  }

  show(words: Shown): void {
    if (this.#given.lines.show === 'by-answer') {
      this.#words = words
      this.#release?.()
    } else this.#display(words)
  }

  /** What the answer to a post carries; for a poll when there is something, or its time is over. */
  async answer(says: LaneSays, now: Instant, gone: AbortSignal): Promise<LaneOrders> {
    const { desk, lane } = this.#given
    const { opening, words } = desk.hear(lane, says, now)
    switch (says.kind) {
      case 'read':
        // Because of a stored record nothing opens and nothing is shown: it is kept, and the next one may come.
        return says.stored ? kept(says.recordId) : this.#carry(opening, words)
      case 'poll': {
        if (!says.takesOrders) return noOrders
        await this.#untilOrders(gone)
        return gone.aborted ? noOrders : this.#carry(desk.waiting(lane), null)
      }
      case 'input':
      case 'other':
        return noOrders
    }
  }

  /** Hears a camera with a line of its own; what the record asks for beside gate and display. */
  hear(says: LaneSays, now: Instant): LaneOrders {
    const { desk, lane } = this.#given
    const { opening, words } = desk.hear(lane, says, now)
    if (says.kind !== 'read') return noOrders
    return says.stored ? kept(says.recordId) : this.#carry(opening, words)
  }

  /** Lets go of whoever waits. */
  close(): void {
    this.#isClosed = true
    for (const timer of this.#again) clearTimeout(timer)
    this.#release?.()
  }

  /** Sends what goes over lines; what is left is for the answer. */
  #carry(opening: Opening | null, words: Shown | null): LaneOrders {
    const { desk, lane, lines } = this.#given
    const { open, show } = lines
    const isNew = opening?.state === 'ordered' && desk.tell(opening, open === 'by-answer' ? 'answer' : 'line')
    if (isNew && open !== 'by-answer') this.#open(opening, open, 0)
    const openGate = isNew && open === 'by-answer'
    const shown = words ?? (isNew ? desk.wordsWith(lane, opening) : this.#words)
    if (show !== 'by-answer') {
      if (shown) this.#display(shown)
      return { openGate }
    }
    if (shown) desk.shown(lane, shown)
    this.#words = null
    return { openGate, ...(shown ? { show: shown.show, ...(shown.say ? { say: shown.say } : {}) } : {}) }
  }

  /** An opening that went over its own line leaves its words to the next answer. */
  #keepForAnswer({ show, say }: LaneOrders): void {
    if (show) this.show({ show, ...(say ? { say } : {}) })
  }

  #open(opening: Opening, open: () => Promise<Obeyed>, tried: number): void {
    const { desk, log, lane, againMs } = this.#given
    open()
      .then((obeyed) => {
        if (this.#isClosed) return
        desk.became(opening, obeyed)
        if (obeyed !== 'told') log('warn', 'gate-order', { lane: lane.id, opening: opening.id, obeyed })
        if (obeyed !== 'unreached' || tried >= triesAgain) return
        const timer = setTimeout(
          () => {
            this.#again.delete(timer)
            const still = desk.waiting(lane)
            if (still?.id === opening.id && desk.tell(still, 'line')) this.#open(still, open, tried + 1)
          },
          againMs * 2 ** tried,
        )
        this.#again.add(timer)
      })
      .catch((error: Error) =>
        log('error', 'gate-order-failed', { lane: lane.id, opening: opening.id, message: error.message }),
      )
  }

  #display(words: Shown): void {
    const { desk, log, lane, lines } = this.#given
    desk.shown(lane, words)
    if (typeof lines.show !== 'function') return
    lines
      .show(words)
      .then((obeyed) => {
        if (obeyed === 'unreached' && !this.#isClosed) log('info', 'display-unreached', { lane: lane.id })
      })
      .catch((error: Error) => log('error', 'display-failed', { lane: lane.id, message: error.message }))
  }

  #untilOrders(gone: AbortSignal): Promise<void> {
    const { desk, lane, lines, holdPollMs } = this.#given
    const isWaiting = () => lines.open === 'by-answer' && desk.waiting(lane) !== null
    return new Promise((resolve) => {
      if (isWaiting() || this.#words !== null || gone.aborted || this.#isClosed) return resolve()
      this.#release?.() // one poll of a camera is held at a time; an older one is over
      const done = () => {
        clearTimeout(timer)
        if (this.#release === done) this.#release = null
        resolve()
      }
      const timer = setTimeout(done, holdPollMs)
      this.#release = done
      gone.addEventListener('abort', done)
    })
  }
}

const kept = (recordId: string): LaneOrders => ({ openGate: false, keptStored: { recordId, more: true } })
