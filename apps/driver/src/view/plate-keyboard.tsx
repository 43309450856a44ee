import { useEffect, useState } from 'preact/hooks'
import { type Draft, type Key, keyboardAt, press, rubOut } from '../logic/plate-keys.ts'
import { usePage } from './page.ts'

/** Keys a thumb can hit, and only those live that may come next. */
export function PlateKeyboard({ draft, onDraft }: { draft: Draft; onDraft: (draft: Draft) => void }) {
  const { t } = usePage()
  const [turned, setTurned] = useState(false)
  useEffect(() => setTurned(false), [draft.typed, draft.at])
  const { page, rows, canTurn } = keyboardAt(draft, turned)
  const buttons = (keys: readonly Key[]) =>
    keys.map(({ key, may }) => (
      <button key={key} type="button" disabled={!may} onClick={() => onDraft([...key].reduce(press, draft))}>
        {key}
      </button>
    ))
  return (
    <fieldset class="keyboard" aria-label={t.plate.keyboard}>
      <p role="status" class="heard">
        {[...draft.typed].join(' ')}
      </p>
      {rows.digits.length > 0 && <div class="keys digits">{buttons(rows.digits)}</div>}
      <div class="keys">
        {buttons(rows.main)}
        {buttons(rows.more)}
        {canTurn && (
          <button type="button" class="turn" onClick={() => setTurned(!turned)}>
            {t.plate.turn[page === 'letters' ? 'provinces' : 'letters']}
          </button>
        )}
        {draft.at > 0 && (
          <button type="button" class="rub" aria-label={t.plate.rubOut} onClick={() => onDraft(rubOut(draft))}>
            ⌫
          </button>
        )}
      </div>
    </fieldset>
  )
}
