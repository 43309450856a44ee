import { useRef, useState } from 'react'
import { wayOf } from './ask.ts'
import { useMaybeHere } from './here.tsx'
import { Problem } from './problem.ts'
import { request } from './request.ts'
import { withSecondFactor } from './second-factor.ts'

/**
 * One intention of a person: the server gives it a number once, which is sent again with whatever is tried again, so it is done once.
 * `over` after it was done: the next is another one.
 */
export function useIntention(path: string): { ask(body?: object): Promise<string>; over(): void } {
  const here = useMaybeHere()
  const kept = useRef<{ readonly of: string; readonly ask: string } | null>(null)
  return {
    async ask(body = {}) {
      const of = JSON.stringify([path, body])
      if (kept.current?.of === of) return kept.current.ask
      const way = wayOf(path, here)
      const { ask } = await withSecondFactor(() =>
        request<{ readonly ask: string }>(way.path, { method: 'POST', body, headers: way.headers }),
      )
      kept.current = { of, ask }
      return ask
    },
    over() {
      kept.current = null
    },
  }
}

/** Something that a person does in more than one step: whether it goes on, and what went wrong with it. */
export function useAct(): {
  readonly busy: boolean
  readonly problem: Problem | null
  run(act: () => Promise<unknown>): Promise<void>
  forget(): void
} {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  return {
    ...{ busy, problem },
    async run(act) {
      setBusy(true)
      setProblem(null)
      try {
        await act()
      } catch (error) {
        setProblem(error instanceof Problem ? error : new Problem({ code: 'unclear', status: 0 }))
      } finally {
        setBusy(false)
      }
    },
    forget: () => setProblem(null),
  }
}
