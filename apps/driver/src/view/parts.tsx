import type { ComponentChildren } from 'preact'
import { isNewEnergy } from '../logic/plate-keys.ts'
import { plateParts } from '../logic/shown.ts'
import type { Note } from '../logic/stage.ts'
import type { Texts } from '../texts/zh-cn.ts'
import { noteText } from './announcement.ts'
import { usePage } from './page.ts'

/** The vehicle, as it stands on the metal; a pass of a car without plate as a slip of paper. */
export function Plate({ plate, pass = false }: { plate: string; pass?: boolean }) {
  const look = pass ? 'pass' : isNewEnergy(plate) ? 'green' : ''
  const [front = '', back] = plateParts(plate)
  return (
    <span class={`plate ${look}`}>
      {front}
      {back !== undefined && <i />}
      {back}
    </span>
  )
}

export function Wait({ text }: { text: string }) {
  return (
    <div class="wait">
      <span class="road" aria-hidden="true" />
      <h1>{text}</h1>
    </div>
  )
}

export function NoteBox({ note }: { note: Note }) {
  const { t } = usePage()
  return <p class={note === 'updated' || note === 'cancelled' ? 'note' : 'note warn'}>{noteText(note, t)}</p>
}

/** Shown while requests get no answer: that it is tried again, and how to try at once. */
export function LineLost() {
  const { state, tell, t } = usePage()
  const { stage } = state
  if (state.lost === 0 || stage.at === 'entering' || (stage.at === 'fee' && stage.note === 'no-line')) return null
  return (
    <div class="note warn line">
      <p>
        <b>{t.lineLost}</b> {t.lineLostTodo}
      </p>
      <button type="button" class="quiet" onClick={() => tell({ type: 'retry' })}>
        {t.retry}
      </button>
    </div>
  )
}

/** The lot's own telephone; without one, that there are people on site. */
export function Call({ quiet = false }: { quiet?: boolean }) {
  const { state, t } = usePage()
  const phone = state.place?.helpPhone ?? state.no?.where?.helpPhone
  if (!phone) return quiet ? null : <p class="todo">{t.askStaff}</p>
  return (
    <a class={quiet ? 'button bare' : 'button quiet'} href={`tel:${phone.replace(/[^\d+]/g, '')}`}>
      {t.call} <span class="phone">{phone}</span>
    </a>
  )
}

/** The lot's own words beside ours: its text, whatever is in it. */
export function LotSays() {
  const { state, t } = usePage()
  const said = state.no?.said
  return said ? (
    <p>
      {t.lotSays} {said}
    </p>
  ) : null
}

/** While the lot is not reached: what that means before paying, while it is paid, or where nothing is to be paid. */
export function LotOffline({ when }: { when: keyof Texts['lotOffline'] }) {
  const { state, t } = usePage()
  return state.place?.lotOnline === false ? <p class="note warn">{t.lotOffline[when]}</p> : null
}

/** The buttons that matter. `reach`: under the thumb however long the page is, for the one that pays. */
export function Bar({ reach = false, children }: { reach?: boolean; children: ComponentChildren }) {
  return <div class={reach ? 'bar reach' : 'bar'}>{children}</div>
}

/** A barrier that shows what the real one does. */
export function Gate({ is }: { is: 'shut' | 'moving' | 'open' }) {
  return (
    <svg class={`gate ${is}`} viewBox="0 0 160 92" aria-hidden="true">
      <path class="ground" d="M0 88h160" />
      <rect class="post" x="16" y="34" width="18" height="54" rx="4" />
      <g class="arm">
        <rect class="pole" x="20" y="40" width="132" height="12" rx="6" />
        <path class="stripe" d="M52 40h16l-6 12H46zM88 40h16l-6 12H82zM124 40h16l-6 12h-16z" />
      </g>
      <circle class="joint" cx="25" cy="46" r="5" />
    </svg>
  )
}
