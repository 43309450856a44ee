import type { WireMessage } from '@lanepay/simulator-wire/wire.ts'
import { redact, redactText } from './redact.ts'

export type { WireMessage } from '@lanepay/simulator-wire/wire.ts'

/** What a part tells: the message, and where it has it, the bytes as they went, as text. */
export type Told = WireMessage & { readonly raw?: string }
/** A message that was kept; `n` counts from 1 and never comes twice, not even after a restart. */
export type KeptMessage = Told & { readonly n: number }

export type StreetFeed = {
  /** Fits every simulator's `tell`. Secrets are taken out before anything is kept. Never throws. */
  tell(message: Told): void
  /** What was kept after message `n`, oldest first. */
  after(n: number): readonly KeptMessage[]
  /** The answer ends it. */
  onTell(listener: (message: KeptMessage) => void): () => void
}

/** Keeps the last `keep` messages of all wires. */
export function createStreetFeed({ keep = 1500 }: { readonly keep?: number } = {}): StreetFeed {
  let kept: KeptMessage[] = []
  // A page that was open over a restart asks for what came after a number of the run before: start above it.
  let n = Date.now()
  const listeners = new Set<(message: KeptMessage) => void>()
  return {
    tell({ at, wire, from, to, title, detail, raw }) {
      const message: KeptMessage = {
        n: ++n,
        at,
        wire,
        from,
        to,
        title: redactText(title),
        ...(detail === undefined ? {} : { detail: redact(detail) }),
        ...(raw === undefined ? {} : { raw: redactText(raw.length > 20_000 ? `${raw.slice(0, 20_000)}…` : raw) }),
      }
      kept.push(message)
      if (kept.length > keep * 1.2) kept = kept.slice(-keep)
      for (const listener of listeners) listener(message)
    },
    after: (after) => kept.slice(-keep).filter((message) => message.n > after),
    onTell(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
