import { when, yuan } from '../logic/shown.ts'
import { firstState } from '../logic/stage.ts'
import { texts } from '../texts/texts.ts'
import type { ProblemText, Texts } from '../texts/zh-cn.ts'
import { Header, useLanguage, useTop } from '../view/beside.tsx'
import { Sum } from '../view/fee-screen.tsx'
import { PageContext } from '../view/page.ts'
import { Bar, Call, LineLost, Wait } from '../view/parts.tsx'
import { type Event, type Screen, type State, screenOf } from './logic.ts'
import { type ChangeTexts, changeTexts } from './texts.ts'

/** Nothing of a code, a fee or an order is on this page; the parts it shares with that of fees find none. */
const noFee = firstState({ lastPlate: '', kept: null, keptEntry: null, anonymous: false })

/** On which a driver takes the change that a cash machine owes him: how much, one button, WeChat's own sheet. `who`: where WeChat says who this is. */
export function ChangePage({ state, who, tell }: { state: State; who: string; tell: (event: Event) => void }) {
  const [language, turn] = useLanguage(changeTexts)
  const [t, c] = [texts[language], changeTexts[language]]
  const { view, doing, trouble } = state
  const screen = screenOf(state)
  const main = useTop(screen)
  const note = noteOf(state, t, c)
  const again = () => tell({ type: 'back' })
  const shared = {
    ...{ ...noFee, lost: trouble === 'line' ? 1 : 0 },
    ...(view && { where: { lot: view.lot.name, lane: null, helpPhone: view.helpPhone } }),
  }
  const words = wordsOf(screen, state, c)
  const take = (text: string) => (
    <Bar reach>
      <button
        type="button"
        class="main"
        aria-disabled={doing === 'taking'}
        aria-busy={doing === 'taking'}
        onClick={() => tell({ type: 'tapped' })}
      >
        {doing === 'taking' ? c.taking : text}
      </button>
    </Bar>
  )
  return (
    <PageContext.Provider value={{ state: shared, tell: again, t, language }}>
      <Header lot={view?.lot.name} title={c.title} {...{ language, turn }} />
      <p role="status" class="heard">
        {heardOf(state, words, t, c)}
      </p>
      <main ref={main} tabIndex={-1} key={screen}>
        <p role="alert" class={note === null ? 'heard' : state.ended === 'cancelled' ? 'note' : 'note warn'}>
          {note}
        </p>
        <LineLost />
        {screen === 'opening' && <Wait text={t.opening} />}
        {screen === 'offer' && view && (
          <section class="card">
            <h1 class="label">{c.yours}</h1>
            <p class="sum">
              <Sum fen={view.amountFen} />
            </p>
            <p class="todo">{c.whence}</p>
            {view.state === 'open' && <p class="todo">{c.until(when(view.until, view.now))}</p>}
          </section>
        )}
        {words && (
          <section class={screen === 'taken' ? 'card good' : 'card'} aria-busy={busy.includes(screen)}>
            {busy.includes(screen) && <span class="road" aria-hidden="true" />}
            {['problem', 'anothers', 'over'].includes(screen) && <span class="cone" aria-hidden="true" />}
            <h1>{words.title}</h1>
            <p class="todo">{words.todo}</p>
            {view && screen !== 'problem' && screen !== 'anothers' && (
              <p class="sum">
                <Sum fen={view.amountFen} />
              </p>
            )}
          </section>
        )}
        {screen === 'offer' && view && take(c.take(yuan(view.amountFen)))}
        {screen === 'slow' && take(c.showAgain)}
        {screen === 'sheet' && (
          <button
            type="button"
            class="bare"
            onClick={() => tell({ type: 'sheet-ended', sheet: state.sheet, ended: 'unclear' })}
          >
            {c.noSheet}
          </button>
        )}
        {screen === 'problem' && trouble === 'not-identified' && (
          <a class="button main" href={who}>
            {t.retry}
          </a>
        )}
        {screen === 'problem' && trouble !== 'not-identified' && trouble !== 'change-unknown' && (
          <button type="button" class="main" aria-disabled={state.looking} onClick={again}>
            {t.retry}
          </button>
        )}
        <Call quiet={!['problem', 'anothers', 'over'].includes(screen)} />
      </main>
    </PageContext.Provider>
  )
}

/** Somebody else is at it: nothing to do but wait. */
const busy: readonly Screen[] = ['sheet', 'confirming', 'slow', 'sending']

const problemOf = (code: string, c: ChangeTexts): ProblemText =>
  c.problems[(code in c.problems ? code : 'unknown') as keyof typeof c.problems]

/** What the screen is about, where that is not an amount to take. */
function wordsOf(screen: Screen, { trouble }: State, c: ChangeTexts): ProblemText | null {
  if (screen === 'problem') return problemOf(trouble ?? 'unknown', c)
  return screen === 'opening' || screen === 'offer' ? null : c.screens[screen]
}

/** What became of the last tap or the last question, said above the amount. */
function noteOf(state: State, t: Texts, c: ChangeTexts): string | null {
  const screen = screenOf(state)
  const { refused, trouble, ended, view } = state
  const code = refused ?? (trouble === 'line' || view === null || screen === 'problem' ? null : trouble)
  if (code !== null) {
    const { title, todo } = problemOf(code, c)
    return t.lang === 'en' ? `${title}. ${todo}` : `${title}，${todo}`
  }
  return screen === 'offer' && ended !== null && ended !== 'paid' ? c.notes[ended] : null
}

/** The one sentence a screen reader hears when the page has changed; a note is an alert of its own. */
function heardOf({ view, doing, trouble }: State, words: ProblemText | null, t: Texts, c: ChangeTexts): string {
  const said = (): string => {
    if (words) return `${words.title} ${words.todo}`
    if (view === null) return t.opening
    return doing === 'taking' ? c.taking : `${c.yours} ¥${yuan(view.amountFen)}`
  }
  return trouble === 'line' ? `${t.lineLost} ${said()}` : said()
}
