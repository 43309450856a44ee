import { useEffect, useState } from 'react'
import { request, withWords } from '../../kit/request.ts'
import { linkHeaders } from './wire.ts'

const restMs = 400
/** Full names of branches like what was typed; nothing while there is no answer, for whoever types knows it anyway. */
export function useBranches(link: string, typed: string): readonly string[] {
  const [found, setFound] = useState<readonly string[]>([])
  useEffect(() => {
    if (typed.trim().length < 2) return
    const stop = new AbortController()
    const timer = setTimeout(() => {
      request<{ readonly branches: readonly string[] }>(
        withWords('/api/apply/branches', { text: typed.slice(0, 60) }),
        {
          ...{ headers: linkHeaders(link), signal: stop.signal },
        },
      ).then(
        ({ branches }) => setFound(branches),
        () => setFound([]),
      )
    }, restMs)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [link, typed])
  return found
}
