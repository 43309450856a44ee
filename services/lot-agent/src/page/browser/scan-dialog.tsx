import { useEffect, useState } from 'preact/hooks'
import type { ScanView } from '../api.ts'
import { ask, type Refused } from './ask.ts'
import { usePage } from './context.ts'
import { Over } from './parts.tsx'
import { Refusal } from './refusal.tsx'
import { plateText, yuan } from './shown.ts'

const askAgainMs = 2_000
/** Names no other scan has. Not `randomUUID`: a page of the lot's own network is no secure context to a browser. */
const newScan = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16)).join('-')

/** The attendant scans the driver's pay code: a reader types it and presses Enter. Stays open until it is certain. */
export function ScanDialog({ session, plate, owedFen }: { session: string; plate: string; owedFen: number }) {
  const { by, over, told, signedOut, t } = usePage()
  const [code, setCode] = useState('')
  const [scan, setScan] = useState<string | null>(null)
  const [said, setSaid] = useState<ScanView | null>(null)
  const [refused, setRefused] = useState<Refused | null>(null)
  const open = scan !== null && (said === null || said.state === 'waiting' || said.state === 'no-answer')

  const send = async (name: string, shown: string | null): Promise<void> => {
    const answer = await ask<ScanView>('scan', { scan: name, session, by, ...(shown === null ? {} : { code: shown }) })
    if (answer.ok) {
      setRefused(null)
      if (answer.value.state === 'paid') {
        told({ ok: true, text: t.scan.paid(yuan(answer.value.paidFen ?? owedFen)) })
        over(null)
      } else setSaid({ ...answer.value }) // another one each time, so that it is asked again
    } else if (answer.error.code === 'not-signed-in') signedOut()
    else if (answer.error.code === 'no-line') setSaid({ state: 'no-answer', because: null, paidFen: null })
    else {
      setScan(null)
      setRefused(answer.error)
    }
  }
  useEffect(() => {
    if (!open || scan === null || said === null) return
    // The code goes with it as long as nobody knows whether it arrived: the same scan is done once.
    const again = setTimeout(() => void send(scan, said.state === 'no-answer' ? code : null), askAgainMs)
    return () => clearTimeout(again)
  }, [said])

  const ended = said !== null && !open
  return (
    <Over heading={t.scan.heading(plateText(plate))}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (open) return
          const name = newScan()
          setScan(name)
          setSaid(null)
          setRefused(null)
          void send(name, code.replaceAll(/\s/g, ''))
        }}
      >
        <p class="sum">
          {t.lane.owes} <b>{yuan(owedFen)}</b>
        </p>
        <div class="field">
          <label for="code">{t.scan.field}</label>
          <input
            id="code"
            inputMode="numeric"
            autoComplete="off"
            spellcheck={false}
            readOnly={open}
            value={code}
            onInput={({ currentTarget }) => {
              setCode(currentTarget.value)
              if (ended) {
                setScan(null)
                setSaid(null)
              }
            }}
          />
          <p class="hint">{t.scan.hint}</p>
        </div>
        <p role="status" class={open ? 'note' : 'none'}>
          {open && (said?.state === 'no-answer' ? t.scan.noAnswer : t.scan.waiting)}
        </p>
        <p role="alert" class={ended ? 'note bad' : 'none'}>
          {ended && (t.scan.because[said.because ?? ''] ?? t.scan.otherwise)}
        </p>
        <Refusal error={refused} />
        <button type="submit" class="main" disabled={open || code.trim() === ''}>
          {ended ? t.scan.again : t.scan.submit(yuan(owedFen))}
        </button>
      </form>
    </Over>
  )
}
