import { Worker } from 'node:worker_threads'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Looked, Looking, Simulating } from './look.ts'

/** `busy`: others are looking; `too-much`: this list takes too long to look at, which says nothing of its prices at the lot. */
export type LookRefusal = 'busy' | 'too-much'
export type Aside = {
  ask<A extends Looking | Simulating>(asked: A): Promise<Result<Looked<A>, LookRefusal>>
  close(): Promise<void>
}
type Waiting = { readonly n: number; readonly asked: unknown; done(result: Result<unknown, LookRefusal>): void }

/**
 * Looks at price lists in a thread of its own, one after the other, so that whoever writes a list with a thousand steps keeps no driver
 * waiting. It is begun with the first question; one that takes longer than `patienceMs` is given up with its thread.
 */
export function lookingAside({
  patienceMs,
  waitAtMost = 16,
}: {
  readonly patienceMs: number
  readonly waitAtMost?: number
}): Aside {
  const queue: Waiting[] = []
  let worker: Worker | null = null
  let timer: NodeJS.Timeout | undefined
  let count = 0

  const answer = (result: Result<unknown, LookRefusal>): void => {
    clearTimeout(timer)
    queue.shift()?.done(result)
    next()
  }
  const giveUp = (): void => {
    const slow = worker
    worker = null
    void slow?.terminate()
    answer(err('too-much'))
  }
  const begin = (): Worker => {
    const begun = new Worker(new URL('./look-thread.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    })
    begun.on('message', ({ n, view }: { readonly n: number; readonly view: unknown }) => {
      if (worker === begun && queue[0]?.n === n) answer(ok(view))
    })
    // Out of memory, or a bug that a list has found: what was asked has no answer.
    begun.on('error', () => worker === begun && giveUp())
    begun.unref()
    return begun
  }
  const next = (): void => {
    const [first] = queue
    if (!first) return
    worker ??= begin()
    timer = setTimeout(giveUp, patienceMs)
    worker.postMessage({ n: first.n, asked: first.asked })
  }
  return {
    ask: (asked) =>
      new Promise((resolve) => {
        if (queue.length >= waitAtMost) return resolve(err('busy'))
        queue.push({ n: ++count, asked, done: resolve as Waiting['done'] })
        if (queue.length === 1) next()
      }),
    close: async () => {
      clearTimeout(timer)
      for (const { done } of queue.splice(0)) done(err('busy'))
      await worker?.terminate()
      worker = null
    },
  }
}
