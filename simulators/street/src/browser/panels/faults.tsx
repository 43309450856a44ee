import { useEffect, useRef } from 'preact/hooks'
import type { FaultView } from '../../view.ts'
import { act } from '../live.ts'
import { groupText, useTexts } from '../texts.ts'

const groups = ['lane', 'link', 'wechatpay', 'alipay'] as const

/** Everything that can be made to go wrong. */
export function Faults({
  faults,
  onClose,
  onRefused,
}: {
  faults: readonly FaultView[]
  onClose: () => void
  onRefused: (refusal: string) => void
}) {
  const { t, language } = useTexts()
  const first = useRef<HTMLButtonElement>(null)
  useEffect(() => first.current?.focus(), [])
  const flip = async ({ id, on }: FaultView) => {
    const refused = await act({ do: 'fault', id, on: !on })
    if (refused !== null) onRefused(refused)
  }
  return (
    <aside
      class="drawer"
      aria-label={t.faults}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose()
      }}
    >
      <div class="drawer-head">
        <h2>{t.faults}</h2>
        <button ref={first} type="button" class="icon" aria-label={t.close} onClick={onClose}>
          ×
        </button>
      </div>
      <p class="quiet">{t.faultsHint}</p>
      {groups.map((group) => {
        const own = faults.filter((fault) => fault.group === group)
        return own.length === 0 ? null : (
          <section key={group} class="fault-group">
            <h3>{groupText(language, group)}</h3>
            {own.map((fault) => (
              <button
                key={fault.id}
                type="button"
                role="switch"
                class="fault"
                aria-checked={fault.on}
                onClick={() => void flip(fault)}
              >
                <span class="knob" aria-hidden="true" />
                <span>
                  <strong>{fault.name[language]}</strong>
                  {fault.on ? <em>{fault.kind === 'once' ? t.armed : t.on}</em> : null}
                  <small>{fault.about[language]}</small>
                </span>
              </button>
            ))}
          </section>
        )
      })}
    </aside>
  )
}
