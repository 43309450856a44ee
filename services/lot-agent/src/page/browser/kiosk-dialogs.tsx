import { useState } from 'preact/hooks'
import type { OwedChangeView } from '../api.ts'
import { boothHere } from './booth-bar.tsx'
import { usePage } from './context.ts'
import { Over, ReasonField } from './parts.tsx'
import { Refusal } from './refusal.tsx'
import { plateText, yuan } from './shown.ts'
import { useAct } from './use-act.ts'

/** Owed change is paid out of the drawer of this booth, or was paid by the kiosk after all. */
export function SettleChangeDialog({ owed }: { owed: OwedChangeView }) {
  const { state, t } = usePage()
  const [reason, setReason] = useState('')
  const [kioskPaid, setKioskPaid] = useState(false)
  const { run, busy, refused } = useAct('settle-change', () => t.done.settled(yuan(owed.fen)))
  return (
    <Over heading={t.kiosk.settleHeading(plateText(owed.plate))}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const booth = boothHere(state)?.id
          const from = kioskPaid ? { kioskPaid } : booth === undefined ? {} : { booth }
          void run({ owed: owed.owed, reason, ...from })
        }}
      >
        {!kioskPaid && <p>{t.kiosk.settleHint(yuan(owed.fen))}</p>}
        <div class="field">
          <label>
            <input
              type="checkbox"
              checked={kioskPaid}
              onChange={({ currentTarget }) => setKioskPaid(currentTarget.checked)}
            />{' '}
            {t.kiosk.kioskPaid}
          </label>
        </div>
        <ReasonField label={t.kiosk.settleReason} usual={t.kiosk.settleUsual} value={reason} onChange={setReason} />
        <Refusal error={refused} />
        <button type="submit" class="main" disabled={busy || reason.trim() === ''}>
          {t.kiosk.settle}
        </button>
      </form>
    </Over>
  )
}

/** Of a kiosk that does nothing any more, so that the driver's money has an owner. */
export function EndPurchaseDialog({ kiosk, purchase, plate }: { kiosk: number; purchase: string; plate: string }) {
  const { t } = usePage()
  const [reason, setReason] = useState('')
  const { run, busy, refused } = useAct('end-purchase', () => t.done.ended)
  return (
    <Over heading={t.kiosk.endHeading(plateText(plate))}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void run({ kiosk, purchase, reason })
        }}
      >
        <p class="hint">{t.kiosk.endHint}</p>
        <ReasonField label={t.kiosk.endReason} usual={t.kiosk.endUsual} value={reason} onChange={setReason} />
        <Refusal error={refused} />
        <button type="submit" class="main" disabled={busy || reason.trim() === ''}>
          {t.kiosk.end}
        </button>
      </form>
    </Over>
  )
}
