import type { CodeView, PaymentView } from '@lanepay/cloud/driver/api.ts'
import type { CardQuoteView, CardsView } from '@lanepay/cloud/renewal/api.ts'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { forgetOrder, keepOrder, lastPlate } from '../edge/kept.ts'
import { bringUpSheet } from '../edge/sheet.ts'
import { yuan } from '../logic/shown.ts'
import { firstState } from '../logic/stage.ts'
import { texts } from '../texts/texts.ts'
import { Header, useLanguage, useTop } from '../view/beside.tsx'
import { PageContext } from '../view/page.ts'
import { Call, Wait } from '../view/parts.tsx'
import { askingOf } from './ask.ts'
import { Cards, Done, doneWords, PlateForm, Price } from './screens.tsx'
import { cardTexts } from './texts.ts'

export type Stage =
  | { readonly at: 'opening' }
  | { readonly at: 'plate' }
  | { readonly at: 'cards'; readonly view: CardsView; readonly phoneEnd: string }
  | { readonly at: 'price'; readonly quote: CardQuoteView; readonly from: Extract<Stage, { at: 'cards' }> }
  | { readonly at: 'waiting' }
  | { readonly at: 'done'; readonly payment: PaymentView }
/** What is wrong: a code of the API's, `line`, or how the wallet's sheet ended. */
export type Wrong = string

const again = [1, 2, 3, 5, 5, 10]
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** On which a driver makes a month card longer: its plate, the card, for how long, what it costs, and the wallet's sheet. */
export function CardPage({ code }: { code: string }) {
  const [language, turn] = useLanguage(cardTexts)
  const [place, setPlace] = useState<CodeView | null>(null)
  const [stage, setStage] = useState<Stage>({ at: 'opening' })
  const [wrong, setWrong] = useState<Wrong | null>(null)
  const [busy, setBusy] = useState(false)
  const asking = useMemo(() => askingOf(code), [code])
  const main = useTop(stage.at)
  const [t, c] = [texts[language], cardTexts[language]]
  const fees = `/p/${code}`

  const followed = useRef(0)
  const go = (next: Stage) => {
    followed.current++
    setWrong(null)
    setStage(next)
  }
  /** One at a time, and what is wrong is said. */
  const act = async (work: () => Promise<Wrong | null>) => {
    if (busy) return
    setBusy(true)
    setWrong(await work())
    setBusy(false)
  }
  const open = () =>
    act(async () => {
      const read = await asking.code()
      if (!read.ok && read.code === 'line') return 'line'
      // Who is asking, and what a code is that is good no more: the page of fees sees to both.
      if (!read.ok || !read.view.identified || read.view.kind === 'entry') {
        location.replace(fees)
        return null
      }
      setPlace(read.view)
      setStage({ at: 'plate' })
      return null
    })
  const find = (plate: string, phoneEnd: string) =>
    act(async () => {
      const found = await asking.cards(plate, phoneEnd)
      if (!found.ok) return found.code
      setStage({ at: 'cards', view: found.view, phoneEnd })
      return phoneEnd !== '' && found.view.phoneNeeded ? 'card-not-proven' : null
    })
  const price = (from: Extract<Stage, { at: 'cards' }>, card: string, months: number) =>
    act(async () => {
      const { plate } = from.view
      const quoted = await asking.quote({ plate, phoneEnd: from.phoneEnd, card, months })
      if (!quoted.ok) return quoted.code
      setStage({ at: 'price', quote: quoted.view, from })
      return null
    })
  /** Until it is certain: whether it is paid, and then whether the card is longer; or until something else is begun. */
  const follow = async (payment: string) => {
    const mine = ++followed.current
    for (let tries = 0; ; tries++) {
      const told = await asking.payment(payment, true)
      if (mine !== followed.current) return
      if (told.ok && told.view.state !== 'pending') {
        forgetOrder(code)
        const isClosed = told.view.state === 'closed'
        setStage(isClosed ? { at: 'plate' } : { at: 'done', payment: told.view })
        if (isClosed) setWrong('order-closed')
        if (isClosed || told.view.state === 'refunded' || told.view.card?.renewed === true) return
      }
      await pause(again[Math.min(tries, again.length - 1)]! * 1000)
    }
  }
  const pay = (at: Extract<Stage, { at: 'price' }>) =>
    act(async () => {
      const { quote, from } = at
      const made = await asking.pay(quote.quote!)
      if (!made.ok) {
        // Its price stands no more: the card and for how long are still there.
        if (['quote-expired', 'quote-used', 'quote-unknown'].includes(made.code)) setStage(from)
        return made.code
      }
      const { payment, amountFen, expiresAt, now, sheet } = made.view
      // Where a wallet sends the browser away and back, the page of fees takes it up again.
      keepOrder(code, { payment, quote: quote.quote!, amountFen, plate: quote.plate, expiresAt }, expiresAt - now)
      const ended = await bringUpSheet(sheet)
      if (ended === 'cancelled' || ended === 'failed' || ended === 'no-bridge') {
        forgetOrder(code)
        return ended
      }
      setStage({ at: 'waiting' })
      void follow(payment)
      return null
    })

  useEffect(() => void open(), [])
  const state = { ...firstState({ lastPlate: lastPlate(), kept: null, keptEntry: null, anonymous: false }), place }
  return (
    <PageContext.Provider value={{ state, tell: () => {}, t, language }}>
      <Header lot={place?.lot.name} title={c.title} {...{ language, turn }} />
      <main ref={main} tabIndex={-1} key={stage.at}>
        <p role="status" class="heard">
          {heardOf(stage, t, c)}
        </p>
        <p role="alert" class={wrong === null ? 'heard' : 'note warn'}>
          {wrong === null ? '' : textOf(wrong, t, c)}
        </p>
        {stage.at === 'opening' &&
          (wrong === null ? (
            <Wait text={t.opening} />
          ) : (
            <button type="button" class="quiet" onClick={open}>
              {t.retry}
            </button>
          ))}
        {stage.at === 'plate' && (
          <PlateForm c={c} busy={busy} plate={lastPlate()} onFind={(plate) => find(plate, '')} />
        )}
        {stage.at === 'cards' && (
          <Cards
            {...{ c, busy }}
            view={stage.view}
            onPhone={(end) => find(stage.view.plate, end)}
            onPrice={(card, months) => price(stage, card, months)}
            onPlate={() => go({ at: 'plate' })}
          />
        )}
        {stage.at === 'price' && (
          <Price {...{ c, busy }} quote={stage.quote} onPay={() => pay(stage)} onChange={() => go(stage.from)} />
        )}
        {stage.at === 'waiting' && <Wait text={t.pay.confirming} />}
        {stage.at === 'done' && <Done c={c} payment={stage.payment} onAnother={() => go({ at: 'plate' })} />}
        <a class="button bare" href={fees}>
          {c.back}
        </a>
        <Call quiet />
      </main>
    </PageContext.Provider>
  )
}

function textOf(wrong: Wrong, t: (typeof texts)['en'], c: (typeof cardTexts)['en']): string {
  if (wrong === 'line') return t.notes['no-line']
  if (wrong in c.errors) return c.errors[wrong as keyof typeof c.errors]
  if (wrong in t.notes) return t.notes[wrong as keyof typeof t.notes]
  const problem = t.problems[(wrong in t.problems ? wrong : 'unknown') as keyof typeof t.problems]
  return `${problem.title} ${problem.todo}`
}

/** For who only hears it: where the page is now. */
function heardOf(stage: Stage, t: (typeof texts)['en'], c: (typeof cardTexts)['en']): string {
  switch (stage.at) {
    case 'opening':
      return t.opening
    case 'plate':
      return c.plate
    case 'cards':
      return stage.view.phoneNeeded ? c.phoneWhy : stage.view.cards.length === 0 ? c.none : c.howMany
    case 'price':
      return t.fee.pay(yuan(stage.quote.owedFen))
    case 'waiting':
      return t.pay.confirming
    case 'done':
      return doneWords(stage.payment, t, c).title
  }
}
