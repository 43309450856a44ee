import type { AgentEnd } from '@lanepay/lot-link/agent-end.ts'
import type { Ask, Reply } from '@lanepay/lot-link/messages.ts'

const usualAnswerWithinMs = 8_000
const usualAgainMs = 2_000

/** A driver's pay code goes to the cloud, which alone speaks with the channels. */
export type Scans = {
  /**
   * Asks, and again under the same id until there is an answer; null: none came in time, so nobody knows: ask again under the
   * same id. The code goes no further than the line, and is kept nowhere here.
   */
  ask(ask: Ask): Promise<Reply | null>
  hear(reply: Reply): void
  close(): void
}

export function scanning(options: {
  readonly end: () => Pick<AgentEnd, 'say'>
  readonly answerWithinMs?: number
  readonly againMs?: number
}): Scans {
  const { end, answerWithinMs = usualAnswerWithinMs, againMs = usualAgainMs } = options
  const open = new Map<string, Set<(reply: Reply | null) => void>>()
  return {
    ask: (ask) =>
      new Promise((resolve) => {
        const done = (reply: Reply | null) => {
          clearInterval(again)
          clearTimeout(patience)
          waiting.delete(done)
          if (waiting.size === 0) open.delete(ask.id)
          resolve(reply)
        }
        const waiting = open.get(ask.id) ?? new Set()
        open.set(ask.id, waiting.add(done))
        const again = setInterval(() => end().say('ask', ask), againMs)
        const patience = setTimeout(() => done(null), answerWithinMs)
        end().say('ask', ask)
      }),
    hear: (reply) => {
      for (const done of open.get(reply.id) ?? []) done(reply)
    },
    close: () => {
      for (const waiting of open.values()) for (const done of waiting) done(null)
    },
  }
}
