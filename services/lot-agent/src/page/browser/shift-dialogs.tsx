import { parseYuan, toYuan } from '@lanepay/domain/money.ts'
import type { Fen } from '@lanepay/domain/types.ts'
import { useState } from 'preact/hooks'
import { boothHere } from './booth-bar.tsx'
import { usePage } from './context.ts'
import { Over, ReasonField } from './parts.tsx'
import { Refusal } from './refusal.tsx'
import { plateText, yuan } from './shown.ts'
import { useAct } from './use-act.ts'

/** An amount that somebody types in yuan; null until it is one. */
function useYuan(begin = '') {
  const [text, setText] = useState(begin)
  const parsed = parseYuan(text.normalize('NFKC').trim())
  return { text, setText, fen: parsed.ok && parsed.value >= 0 ? parsed.value : null }
}

function YuanField({ id, label, of }: { id: string; label: string; of: ReturnType<typeof useYuan> }) {
  const { t } = usePage()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        inputMode="decimal"
        autoComplete="off"
        value={of.text}
        onInput={({ currentTarget }) => of.setText(currentTarget.value)}
      />
      <p class="hint" role="status">
        {of.text.trim() !== '' && of.fen === null && t.takeCash.notMoney}
      </p>
    </div>
  )
}

/** Of a booth, or of a kiosk the filling, which lasts until it is emptied. */
export type Drawer = {
  readonly booth: number
  readonly name: string
  readonly kiosk?: { readonly floatFen: number | null }
}

export function OpenShiftDialog({ booth, name, kiosk }: Drawer) {
  const { t } = usePage()
  const float = useYuan(kiosk?.floatFen ? toYuan(kiosk.floatFen as Fen) : '')
  const { run, busy, refused } = useAct('open-shift', () => (kiosk ? t.done.filled : t.done.openShift))
  return (
    <Over heading={kiosk ? t.kiosk.fillHeading(name) : t.shift.openHeading(name)}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void run({ booth, floatFen: float.fen })
        }}
      >
        <YuanField id="float" label={kiosk ? t.kiosk.left : t.shift.float} of={float} />
        <Refusal error={refused} />
        <button type="submit" class="main" disabled={busy || float.fen === null}>
          {kiosk ? t.kiosk.fill : t.shift.open}
        </button>
      </form>
    </Over>
  )
}

/** What the drawer should hold is not known here before it was counted. */
export function HandOverDialog({ booth, name, kiosk }: Drawer) {
  const { t } = usePage()
  const counted = useYuan()
  const [to, setTo] = useState('')
  const { run, busy, refused } = useAct('hand-over', ({ handedOver }) => {
    if (!handedOver) throw new Error('a hand-over says what was expected')
    const { expectedFen, overFen } = handedOver
    const differs = overFen > 0 ? t.done.over(yuan(overFen)) : overFen < 0 ? t.done.short(yuan(-overFen)) : null
    return t.done.handOver(yuan(expectedFen), differs)
  })
  return (
    <Over heading={kiosk ? t.kiosk.emptyHeading(name) : t.shift.handOverHeading(name)}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void run({ booth, to, countedFen: counted.fen })
        }}
      >
        <p class="hint">{kiosk ? t.kiosk.countFirst : t.shift.countFirst}</p>
        <YuanField id="counted" label={kiosk ? t.kiosk.counted : t.shift.counted} of={counted} />
        <div class="field">
          <label for="to">{kiosk ? t.kiosk.to : t.shift.to}</label>
          <input
            id="to"
            value={to}
            maxLength={60}
            autoComplete="off"
            onInput={({ currentTarget }) => setTo(currentTarget.value)}
          />
        </div>
        <Refusal error={refused} />
        <button type="submit" class="main" disabled={busy || counted.fen === null || to.trim() === ''}>
          {kiosk ? t.kiosk.empty : t.shift.handOver}
        </button>
      </form>
    </Over>
  )
}

export function GiveBackDialog({ session, plate }: { session: string; plate: string }) {
  const { state, t } = usePage()
  const amount = useYuan()
  const [reason, setReason] = useState('')
  const { run, busy, refused } = useAct('give-back', () => t.done.giveBack(yuan(amount.fen ?? 0)))
  return (
    <Over heading={t.shift.giveBackHeading(plateText(plate))}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const booth = boothHere(state)?.id
          void run({ session, reason, amountFen: amount.fen, ...(booth === undefined ? {} : { booth }) })
        }}
      >
        <YuanField id="amount" label={t.shift.amount} of={amount} />
        <ReasonField label={t.shift.reason} usual={t.shift.usual} value={reason} onChange={setReason} />
        <Refusal error={refused} />
        <button type="submit" class="main" disabled={busy || !amount.fen || reason.trim() === ''}>
          {t.shift.giveBack}
        </button>
      </form>
    </Over>
  )
}
