import type { PaymentView } from '@lanepay/cloud/driver/api.ts'
import type { CardQuoteView, CardsView } from '@lanepay/cloud/renewal/api.ts'
import { useState } from 'preact/hooks'
import { draftOf, isWhole } from '../logic/plate-keys.ts'
import { wallTime, when, yuan } from '../logic/shown.ts'
import type { Texts } from '../texts/zh-cn.ts'
import { Sum } from '../view/fee-screen.tsx'
import { usePage } from '../view/page.ts'
import { Bar, Plate } from '../view/parts.tsx'
import { PlateField } from '../view/plate-field.tsx'
import { PlateKeyboard } from '../view/plate-keyboard.tsx'
import type { CardTexts } from './texts.ts'

type Common = { readonly c: CardTexts; readonly busy: boolean }

export function PlateForm({ c, busy, plate, onFind }: Common & { plate: string; onFind: (plate: string) => void }) {
  const { t } = usePage()
  const [draft, setDraft] = useState(() => draftOf(plate))
  const whole = isWhole(draft.typed)
  const [typing, setTyping] = useState(!whole)
  return (
    <>
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault()
          if (whole) onFind(draft.typed)
        }}
      >
        <h1 class="label">{c.plate}</h1>
        <PlateField draft={draft} onDraft={setDraft} onTouch={() => setTyping(true)} />
        <button type="submit" class="main" aria-disabled={!whole || busy}>
          {busy ? t.asking : c.find}
        </button>
      </form>
      {typing && <PlateKeyboard draft={draft} onDraft={setDraft} />}
    </>
  )
}

const dayOf = (at: number): string => wallTime(at)[0]
/** The last day on which it is good. */
function Until({ c, until }: { c: CardTexts; until: number }) {
  return (
    <p class="todo">
      {c.until} <span class="day">{dayOf(until - 1)}</span>
    </p>
  )
}

export function Cards({
  c,
  busy,
  view,
  onPhone,
  onPrice,
  onPlate,
}: Common & {
  view: CardsView
  onPhone: (end: string) => void
  onPrice: (card: string, months: number) => void
  onPlate: () => void
}) {
  const { t } = usePage()
  const [months, setMonths] = useState(1)
  const [end, setEnd] = useState('')
  return (
    <>
      <Plate plate={view.plate} />
      {view.cards.length === 0 && !view.phoneNeeded && (
        <section class="card">
          <h1>{c.none}</h1>
          <p class="todo">{c.noneTodo}</p>
        </section>
      )}
      {view.phoneNeeded && (
        <form
          class="card"
          onSubmit={(event) => {
            event.preventDefault()
            if (/^\d{4}$/.test(end)) onPhone(end)
          }}
        >
          <h1 class="label">
            <label for="phone-end">{c.phone}</label>
          </h1>
          <p class="todo">{c.phoneWhy}</p>
          <input
            id="phone-end"
            class="phone-end"
            inputMode="numeric"
            autocomplete="off"
            maxLength={4}
            value={end}
            onInput={(event) => setEnd(event.currentTarget.value.replace(/\D/g, ''))}
          />
          <button type="submit" class="quiet" aria-disabled={end.length !== 4 || busy}>
            {c.show}
          </button>
        </form>
      )}
      {view.cards.map(({ card, product, until, monthFen, period }) => (
        <section class="card" key={card}>
          <h1>{product || c.card}</h1>
          {until !== null && <Until c={c} until={until} />}
          <p class="todo">{monthFen === null ? c.lotSays : c.perMonth(yuan(monthFen))}</p>
          <h2 class="label">{c.howMany}</h2>
          <div class="row">
            <button
              type="button"
              class="quiet"
              aria-label={c.less}
              aria-disabled={months <= 1}
              onClick={() => setMonths(Math.max(1, months - 1))}
            >
              −
            </button>
            <b>{period === '月' ? c.months(months) : c.periods(months, period)}</b>
            <button
              type="button"
              class="quiet"
              aria-label={c.more}
              aria-disabled={months >= view.mostMonths}
              onClick={() => setMonths(Math.min(view.mostMonths, months + 1))}
            >
              +
            </button>
          </div>
          <button type="button" class="main" aria-disabled={busy} onClick={() => onPrice(card, months)}>
            {busy ? c.asking : c.price}
          </button>
        </section>
      ))}
      <button type="button" class="bare" onClick={onPlate}>
        {t.fee.changePlate}
      </button>
    </>
  )
}

export function Price({
  c,
  busy,
  quote,
  onPay,
  onChange,
}: Common & { quote: CardQuoteView; onPay: () => void; onChange: () => void }) {
  const { t, language } = usePage()
  return (
    <>
      <section class="card">
        <h1 class="label">{t.fee.owed}</h1>
        <Sum fen={quote.owedFen} />
        <Plate plate={quote.plate} />
        <ul class="lines">
          {quote.lines.map(({ text, from, to, amountFen }) => (
            <li key={text.en}>
              <span>
                {text[language]}
                {from !== undefined && to !== undefined && (
                  <small>
                    <span class="day">{dayOf(from)}</span> – <span class="day">{dayOf(to - 1)}</span>
                  </small>
                )}
              </span>
              <span class="money">{yuan(amountFen)}</span>
            </li>
          ))}
        </ul>
      </section>
      <Bar reach>
        <button type="button" class="main" aria-disabled={busy} onClick={onPay}>
          {busy ? t.fee.paying : t.fee.pay(yuan(quote.owedFen))}
        </button>
      </Bar>
      <button type="button" class="bare" aria-disabled={busy} onClick={onChange}>
        {c.change}
      </button>
    </>
  )
}

/** What became of it, and what to do about that. */
export function doneWords({ state, card }: PaymentView, t: Texts, c: CardTexts) {
  if (state === 'refunding' || state === 'refunded')
    return { title: t.pay[state], todo: c.refundingTodo, isRenewed: false }
  if (card?.renewed !== true) return { title: c.waits, todo: c.waitsTodo, isRenewed: false }
  return { title: c.renewed, todo: c.renewedTodo, isRenewed: true }
}

export function Done({ c, payment, onAnother }: { c: CardTexts; payment: PaymentView; onAnother: () => void }) {
  const { t } = usePage()
  const { title, todo, isRenewed } = doneWords(payment, t, c)
  return (
    <>
      <section class={isRenewed ? 'card good' : 'card'}>
        <h1>{title}</h1>
        <p class="todo">{todo}</p>
        {isRenewed && payment.card?.until != null && <Until c={c} until={payment.card.until} />}
        <Plate plate={payment.plate} />
        <dl class="facts">
          <div>
            <dt>{t.pay.amount}</dt>
            <dd>
              <Sum fen={payment.amountFen} />
            </dd>
          </div>
          {payment.paidAt !== null && (
            <div>
              <dt>{t.pay.at}</dt>
              <dd>{when(payment.paidAt, payment.now)}</dd>
            </div>
          )}
          <div>
            <dt>{t.pay.number}</dt>
            <dd class="number">{payment.payment}</dd>
          </div>
        </dl>
      </section>
      <button type="button" class="bare" onClick={onAnother}>
        {c.another}
      </button>
    </>
  )
}
