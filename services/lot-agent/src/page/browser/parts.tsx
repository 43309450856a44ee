import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { usePage } from './context.ts'
import { plateText } from './shown.ts'

/** New-energy plates are green, and have one character more. */
const isLong = (plate: string): boolean => /^\p{Script=Han}[A-Z][A-Z0-9]{6}$/u.test(plate)

export function Plate({ plate, pass = false }: { plate: string; pass?: boolean }) {
  return <span class={`plate ${pass ? 'pass' : isLong(plate) ? 'green' : ''}`}>{plateText(plate)}</span>
}

export function Empty({ title, hint }: { title: string; hint: string }) {
  return (
    <div class="empty">
      <p>
        <b>{title}</b>
      </p>
      <p>{hint}</p>
    </div>
  )
}

/** A window over the page: Escape closes it, and the keyboard stays in it until then. */
export function Over({
  heading,
  wide = false,
  children,
}: {
  heading: ComponentChildren
  wide?: boolean
  children: ComponentChildren
}) {
  const { over, t } = usePage()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  const close = () => {
    // A word of this one that comes late must not close the next one.
    if (dialog.current) over(null)
  }
  return (
    <dialog
      ref={dialog}
      class={wide ? 'wide' : ''}
      aria-labelledby="over-heading"
      onCancel={(event) => {
        event.preventDefault()
        close()
      }}
      onClose={close}
    >
      <header class="over-head">
        <h2 id="over-heading">{heading}</h2>
        <button type="button" class="plain" aria-label={t.close} onClick={close}>
          ✕
        </button>
      </header>
      {children}
    </dialog>
  )
}

/** Why something is done: in own words, or one of the usual ones by a tap. */
export function ReasonField({
  label,
  hint,
  usual,
  value,
  onChange,
}: {
  label: string
  hint?: string
  usual: readonly string[]
  value: string
  onChange: (value: string) => void
}) {
  return (
    <div class="field">
      <label for="reason">{label}</label>
      <div class="usual">
        {usual.map((one) => (
          <button type="button" key={one} class="chip" aria-pressed={value === one} onClick={() => onChange(one)}>
            {one}
          </button>
        ))}
      </div>
      <input
        id="reason"
        value={value}
        maxLength={200}
        required
        autoComplete="off"
        aria-describedby={hint === undefined ? undefined : 'reason-hint'}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
      {hint && (
        <p id="reason-hint" class="hint">
          {hint}
        </p>
      )}
    </div>
  )
}
