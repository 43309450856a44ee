import { useEffect, useState } from 'preact/hooks'
import { serverNow } from '../edge/clock.ts'
import { countdown, when } from '../logic/shown.ts'
import { usePage } from './page.ts'

/** Until when to leave, and how long that is from now; when it is over, a way to ask again. Only the time itself is read out; the seconds are for the eye. */
export function LeaveBy({ instant, onAgain }: { instant: number; onAgain?: () => void }) {
  const { t } = usePage()
  const [now, setNow] = useState(serverNow)
  useEffect(() => {
    const ticking = setInterval(() => setNow(serverNow()), 1000)
    return () => clearInterval(ticking)
  }, [])
  if (now > instant)
    return (
      <div class="note warn line">
        <p>{t.free.over}</p>
        {onAgain && (
          <button type="button" class="quiet" onClick={onAgain}>
            {t.free.askAgain}
          </button>
        )}
      </div>
    )
  return (
    <div class="leave">
      <p>{t.free.leaveBy(when(instant, now))}</p>
      <p class="left" aria-hidden="true">
        <small>{t.free.left}</small> <b>{countdown(instant - now)}</b>
      </p>
    </div>
  )
}
