import { useState } from 'preact/hooks'
import type { DoneView } from '../api.ts'
import { ask, type Refused } from './ask.ts'
import { usePage } from './context.ts'

/** Has the agent do something, once at a time; where it refuses, says so where it was asked. */
export function useAct(
  act:
    | 'open'
    | 'cash'
    | 'give-back'
    | 'open-shift'
    | 'hand-over'
    | 'settle-change'
    | 'end-purchase'
    | 'correct'
    | 'void',
  said: (done: DoneView) => string,
) {
  const { by, over, told, signedOut } = usePage()
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const run = async (asked: object): Promise<void> => {
    if (busy) return
    setBusy(true)
    setRefused(null)
    const done = await ask<DoneView>(act, { ...asked, by })
    setBusy(false)
    if (done.ok) {
      told({ ok: true, text: said(done.value) })
      over(null)
    } else if (done.error.code === 'not-signed-in') signedOut()
    else setRefused(done.error)
  }
  return { run, busy, refused }
}
