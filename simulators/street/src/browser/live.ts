import { useEffect, useState } from 'preact/hooks'
import type { KeptMessage } from '../feed.ts'
import type { Act, LotKind, StreetLayout, StreetView } from '../view.ts'

/** What the server says, as it says it. One for the whole page. */
export class Live {
  layout: StreetLayout | null = null
  view: StreetView | null = null
  connected = false
  messages: readonly KeptMessage[] = []
  readonly #viewListeners = new Set<() => void>()
  readonly #messagesListeners = new Set<() => void>()
  readonly #wireListeners = new Set<(message: KeptMessage) => void>()
  // Server's clock less ours: the message that was on its way the shortest knows best.
  #machineOffset = Number.NEGATIVE_INFINITY
  #clockOffset = 0
  #messagesDue = 0
  #lot: LotKind = 'hosted'
  #events: EventSource | null = null
  #lastHeard = 0

  /** Shows this lot from here on; what went over the wires stays. */
  async show(lot: LotKind): Promise<void> {
    this.#lot = lot
    let layout: StreetLayout
    try {
      const answer = await fetch(`/street/layout?lot=${lot}`)
      layout = (await answer.json()) as StreetLayout
    } catch {
      setTimeout(() => this.#lot === lot && void this.show(lot), 1000)
      return
    }
    if (this.#lot !== lot) return // another was chosen meanwhile
    this.#events?.close()
    const events = new EventSource(`/street/events?lot=${lot}&after=${this.#lastHeard}`)
    this.#events = events
    events.addEventListener('open', () => {
      this.connected = true
      this.#machineOffset = Number.NEGATIVE_INFINITY
      this.#viewChanged()
    })
    events.addEventListener('error', () => {
      this.connected = false
      this.#viewChanged()
    })
    events.addEventListener('state', ({ data }) => {
      const view = JSON.parse(data) as StreetView
      this.#machineOffset = Math.max(this.#machineOffset, view.machineNow - performance.now())
      this.#clockOffset = view.now - performance.now()
      this.view = view
      this.layout = layout
      this.#viewChanged()
    })
    events.addEventListener('wire', ({ data }) => {
      const message = JSON.parse(data) as KeptMessage
      this.#lastHeard = message.n
      this.messages = [...(this.messages.length > 2000 ? this.messages.slice(-1500) : this.messages), message]
      for (const listener of this.#wireListeners) listener(message)
      this.#messagesChanged()
    })
  }
  /** ms since 1970 on the server machine's clock. */
  machineNow(): number {
    return performance.now() + this.#machineOffset
  }
  /** ms since 1970 on the simulated clock. */
  clockNow(): number {
    return performance.now() + this.#clockOffset
  }
  forgetMessages(): void {
    this.messages = []
    this.#messagesChanged()
  }
  /** After every change of all but the messages. */
  onView(listener: () => void): () => void {
    this.#viewListeners.add(listener)
    return () => void this.#viewListeners.delete(listener)
  }
  /** After the messages changed: once for many. */
  onMessages(listener: () => void): () => void {
    this.#messagesListeners.add(listener)
    return () => void this.#messagesListeners.delete(listener)
  }
  /** With each message. */
  onWire(listener: (message: KeptMessage) => void): () => void {
    this.#wireListeners.add(listener)
    return () => void this.#wireListeners.delete(listener)
  }
  #viewChanged(): void {
    for (const listener of this.#viewListeners) listener()
  }
  // A backlog of a thousand messages is one redraw.
  #messagesChanged(): void {
    if (this.#messagesDue !== 0) return
    this.#messagesDue = window.setTimeout(() => {
      this.#messagesDue = 0
      for (const listener of this.#messagesListeners) listener()
    }, 30)
  }
}

export const live = new Live()

/** Draws anew whenever what is seen of the street changed. */
export function useLive(): Live {
  const [, redraw] = useState(0)
  useEffect(() => live.onView(() => redraw((n) => n + 1)), [])
  return live
}

/** What went over the wires so far, drawn anew when there is more. */
export function useMessages(): readonly KeptMessage[] {
  const [messages, set] = useState(live.messages)
  useEffect(() => live.onMessages(() => set(live.messages)), [])
  return messages
}

/** The simulated time, every so often. */
export function useClock(everyMs: number): number {
  const [now, set] = useState(() => live.clockNow())
  useEffect(() => {
    const update = () => set(live.clockNow())
    const timer = setInterval(update, everyMs)
    const end = live.onView(update)
    return () => {
      clearInterval(timer)
      end()
    }
  }, [everyMs])
  return now
}

/** Asks the server to do something in the lot in sight; the code of its refusal, or null. */
export async function act(asked: Act): Promise<string | null> {
  try {
    const answer = await fetch(`/street/act?lot=${live.layout?.kind ?? 'hosted'}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(asked),
    })
    if (answer.ok) return null
    const { error } = (await answer.json()) as { error: { code: string } }
    return error.code
  } catch {
    return 'bad-request'
  }
}
