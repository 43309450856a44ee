import { useEffect, useState } from 'preact/hooks'
import { serverNow } from '../edge/clock.ts'
import { countdown, when } from '../logic/shown.ts'
import { usePage } from './page.ts'

/** Until when to leave, and how long that is from now. Only the time itself is read out; the seconds are for the eye. */
export function LeaveBy({ instant }: { instant: number }) {
  const { t } = usePage()
  const [now, setNow] = useState(serverNow)
  useEffect(() => {
    const ticking = setInterval(() => setNow(serverNow()), 1000)
    return () => clearInterval(ticking)
  }, [])
  if (now > instant) return <p class="note warn">{t.free.over}</p>
  return (
    <div class="leave">
      <p>{t.free.leaveBy(when(instant, now))}</p>
      <p class="left" aria-hidden="true">
        <small>{t.free.left}</small> <b>{countdown(instant - now)}</b>
      </p>
    </div>
  )
}
