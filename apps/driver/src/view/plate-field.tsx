import { type Draft, fromText, isNewEnergy, usualPlaces } from '../logic/plate-keys.ts'
import { usePage } from './page.ts'

/**
 * The plate in boxes. Over them lies an ordinary field that nobody sees: it takes a hardware keyboard, the clipboard and
 * a screen reader, and keeps the phone's own keyboard down.
 */
export function PlateField({
  draft,
  onDraft,
  onTouch,
}: {
  draft: Draft
  onDraft: (draft: Draft) => void
  onTouch: () => void
}) {
  const { t } = usePage()
  const { typed, at } = draft
  const places = Math.max(usualPlaces, typed.length)
  const take = (field: HTMLInputElement) => {
    const next = fromText(field.value)
    field.value = next.typed
    onDraft(next)
  }
  return (
    <div class="field">
      <input
        aria-label={t.plate.label}
        inputMode="none"
        autocomplete="off"
        spellcheck={false}
        value={typed}
        onInput={(event) => {
          if (!event.isComposing) take(event.currentTarget)
        }}
        onCompositionEnd={(event) => take(event.currentTarget)}
        onClick={(event) => {
          const { left, width } = event.currentTarget.getBoundingClientRect()
          const place = Math.floor(((event.clientX - left) / width) * places)
          onDraft({ typed, at: Math.min(Math.max(0, place), typed.length) })
          onTouch()
        }}
      />
      <div class={isNewEnergy(typed) ? 'places green' : 'places'} aria-hidden="true">
        {Array.from({ length: places }, (_, i) => (
          <span key={i} class={`${i === at ? 'next' : ''} ${i === 7 && typed.length < 8 ? 'more' : ''}`}>
            {typed[i] ?? (i === 7 ? '+' : '')}
          </span>
        ))}
      </div>
    </div>
  )
}
