import { useEffect, useState, useSyncExternalStore } from 'react'

let text = ''
let nth = 0
const listeners = new Set<() => void>()
/** Says in one line what was done: shown for some seconds at the foot of the page, and read aloud. */
export function say(line: string): void {
  text = line
  nth++
  for (const listener of listeners) listener()
}
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

const shownMs = 6_000
/** Where it is shown: once on the screen. */
export function Said() {
  const now = useSyncExternalStore(subscribe, () => nth)
  const [seen, setSeen] = useState(now)
  useEffect(() => {
    if (now === seen) return
    const timer = setTimeout(() => setSeen(now), shownMs)
    return () => clearTimeout(timer)
  }, [now, seen])
  return (
    <div className="lp-said" role="status">
      {now === seen ? null : <p>{text}</p>}
    </div>
  )
}
