import { useEffect, useState } from 'react'
import { wayOf } from './ask.ts'
import { useHere } from './here.tsx'
import { Problem, problemOf } from './problem.ts'
import { type Words, withWords } from './request.ts'
import { signInAgain } from './ways.ts'

/** After this long without a sign of life the line is dead, whatever the browser thinks. */
const silenceMs = 30_000
/** A page in the background lets go of its stream after this long, and takes it up when it is looked at. */
const hiddenMs = 60_000
const waits = [1_000, 2_000, 5_000, 15_000, 30_000]

export type Live<T> = {
  readonly data: T | null
  /** `paused`: in the background, or the same person watches elsewhere. */
  readonly state: 'coming' | 'live' | 'lost' | 'paused'
  readonly problem: Problem | null
}

/** What a stream of server-sent events tells under one name, as it comes; begun again when it breaks. Of an operator's side, as `useAsk`. */
export function useLive<T>(path: string, event: string, words: Words = {}): Live<T> {
  const here = useHere()
  const way = wayOf(path, here)
  const url = withWords(way.path, words)
  const headers = JSON.stringify(way.headers)
  const [live, setLive] = useState<Live<T>>({ data: null, state: 'coming', problem: null })
  useEffect(() => {
    let stop: AbortController | null = null
    let timer: ReturnType<typeof setTimeout> | undefined
    let hidden: ReturnType<typeof setTimeout> | undefined
    let failures = 0
    let over = false
    setLive({ data: null, state: 'coming', problem: null })

    const pause = () => {
      stop?.abort()
      stop = null
      clearTimeout(timer)
      setLive((was) => ({ ...was, state: 'paused' }))
    }
    const again = (problem: Problem | null) => {
      stop = null
      if (over) return
      if (problem?.code === 'not-signed-in') return signInAgain()
      setLive((was) => ({ ...was, state: 'lost', problem }))
      if (problem && problem.status >= 400 && problem.status < 500 && problem.status !== 429) return
      timer = setTimeout(begin, problem?.waitSeconds ? problem.waitSeconds * 1_000 : waits[Math.min(failures++, 4)]!)
    }
    const begin = () => {
      clearTimeout(timer)
      const own = new AbortController()
      stop = own
      follow(url, JSON.parse(headers) as Record<string, string>, own, (name, text) => {
        failures = 0
        if (name === event) setLive({ data: JSON.parse(text) as T, state: 'live', problem: null })
        else if (name === 'replaced') pause()
      }).then(
        (problem) => {
          if (stop === own) again(problem)
        },
        () => {
          if (stop === own) again(new Problem({ code: 'offline', status: 0 }))
        },
      )
    }
    const onSight = () => {
      clearTimeout(hidden)
      if (document.visibilityState === 'hidden') hidden = setTimeout(pause, hiddenMs)
      else if (stop === null) begin()
    }
    document.addEventListener('visibilitychange', onSight)
    addEventListener('focus', onSight)
    addEventListener('online', onSight)
    begin()
    return () => {
      over = true
      document.removeEventListener('visibilitychange', onSight)
      removeEventListener('focus', onSight)
      removeEventListener('online', onSight)
      clearTimeout(hidden)
      clearTimeout(timer)
      stop?.abort()
    }
  }, [url, headers, event])
  return live
}

/** Follows one stream to its end; answers why there was none. Throws when the line breaks. */
async function follow(
  url: string,
  headers: Readonly<Record<string, string>>,
  stop: AbortController,
  on: (event: string, data: string) => void,
): Promise<Problem | null> {
  let watch = setTimeout(() => stop.abort(), silenceMs)
  try {
    const response = await fetch(url, { headers, signal: stop.signal, cache: 'no-store' })
    if (!response.ok) return await problemOf(response)
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let kept = ''
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return null
      clearTimeout(watch)
      watch = setTimeout(() => stop.abort(), silenceMs)
      kept += value
      for (let end = kept.indexOf('\n\n'); end >= 0; end = kept.indexOf('\n\n')) {
        const lines = kept.slice(0, end).split('\n')
        kept = kept.slice(end + 2)
        const of = (field: string) => lines.find((line) => line.startsWith(`${field}: `))?.slice(field.length + 2)
        const name = of('event')
        if (name !== undefined) on(name, of('data') ?? '')
      }
    }
  } finally {
    clearTimeout(watch)
  }
}
