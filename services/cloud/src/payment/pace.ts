import { setTimeout as sleep } from 'node:timers/promises'

/**
 * A turnstile for calls that cost the same for one item as for ten: each passes at least `everyMs` after the one before.
 * Whoever comes alone passes at once; in a crowd those behind gather meanwhile and go as one (micro-batch.ts).
 */
export function turnstile(everyMs: number): () => Promise<void> {
  let freeAt = 0
  return async () => {
    const now = performance.now()
    const passesAt = Math.max(now, freeAt)
    freeAt = passesAt + everyMs
    if (passesAt > now) await sleep(Math.ceil(passesAt - now))
  }
}
