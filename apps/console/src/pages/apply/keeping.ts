import type { ApplicantView, FormPart } from '@lanepay/cloud/application/api.ts'
import { useCallback, useEffect, useRef, useState } from 'react'
import { Problem } from '../../kit/problem.ts'
import { request } from '../../kit/request.ts'
import { linkHeaders } from './wire.ts'

/** What was typed goes out when nothing more was typed for so long. */
const restMs = 800
/** After this long it is tried again, where the line is down. */
const againMs = 5_000

export type Keeping = {
  readonly typed: FormPart
  readonly state: 'kept' | 'keeping' | 'waiting'
  readonly problem: Problem | null
  type(part: FormPart): void
  /** Everything typed is out, or the problem why it is not. */
  flush(): Promise<ApplicantView>
}

/** Keeps what somebody types: by itself, one save after the other, again when the line comes back. `seen` is told what the cloud has then. */
export function useKeeping(link: string, view: ApplicantView, seen: (view: ApplicantView) => void): Keeping {
  const [typed, setTyped] = useState<FormPart>({})
  const [state, setState] = useState<Keeping['state']>('kept')
  const [problem, setProblem] = useState<Problem | null>(null)
  const unsent = useRef<FormPart>({})
  const latest = useRef(view)
  latest.current = view
  const running = useRef<Promise<ApplicantView> | null>(null)
  const timer = useRef<number | undefined>(undefined)

  const send = useCallback(async (): Promise<ApplicantView> => {
    for (;;) {
      if (Object.keys(unsent.current).length === 0) return latest.current
      const set = unsent.current
      unsent.current = {}
      setState('keeping')
      const save = (version: number) =>
        request<ApplicantView>('/api/apply/form', {
          method: 'PATCH',
          body: { version, set },
          headers: linkHeaders(link),
        })
      try {
        const answer = await save(latest.current.version).catch(async (error) => {
          if (!(error instanceof Problem && error.code === 'changed-elsewhere')) throw error
          // Another window has kept other fields: those that were typed here go on top.
          const now = await request<ApplicantView>('/api/apply/form', { headers: linkHeaders(link) })
          return save(now.version)
        })
        latest.current = answer
        seen(answer)
        setProblem(null)
        setState('kept')
      } catch (error) {
        unsent.current = { ...set, ...unsent.current }
        const known = error instanceof Problem ? error : new Problem({ code: 'unclear', status: 0 })
        setProblem(known)
        setState('waiting')
        throw known
      }
    }
  }, [link, seen])

  const flush = useCallback((): Promise<ApplicantView> => {
    window.clearTimeout(timer.current)
    const next = (running.current ?? Promise.resolve(latest.current)).catch(() => latest.current).then(send)
    running.current = next
    return next
  }, [send])

  const later = useCallback(
    (ms: number) => {
      window.clearTimeout(timer.current)
      timer.current = window.setTimeout(() => {
        flush().catch((error: Problem) => {
          // What the cloud has refused is not sent again by itself: the person hears of it.
          if (error.status === 0 || error.status >= 500) later(againMs)
        })
      }, ms)
    },
    [flush],
  )
  useEffect(() => () => window.clearTimeout(timer.current), [])
  // Whoever closes the window with something unsent is asked.
  useEffect(() => {
    if (state === 'kept') return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [state])

  return {
    ...{ typed, state, problem, flush },
    type(part) {
      setTyped((before) => ({ ...before, ...part }))
      unsent.current = { ...unsent.current, ...part }
      setState('keeping')
      later(restMs)
    },
  }
}
