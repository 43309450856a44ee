import { useEffect, useRef, useState } from 'preact/hooks'
import { language as keptLanguage, rememberLanguage } from '../edge/kept.ts'
import { isShut, isUntold } from '../logic/lot.ts'
import type { Event, Stage, State } from '../logic/stage.ts'
import { texts } from '../texts/texts.ts'
import { announcement } from './announcement.ts'
import { DoneScreen } from './done-screen.tsx'
import { EntryScreen } from './entry-screen.tsx'
import { FeeScreen } from './fee-screen.tsx'
import { FreeScreen } from './free-screen.tsx'
import { PageContext, usePage } from './page.ts'
import { Call, LineLost, Wait } from './parts.tsx'
import { PayScreen } from './pay-screen.tsx'
import { PlateScreen } from './plate-screen.tsx'
import { ProblemScreen } from './problem-screen.tsx'

export function App({ state, tell }: { state: State; tell: (event: Event) => void }) {
  const [language, setLanguage] = useState(keptLanguage)
  const t = texts[language]
  useEffect(() => {
    document.documentElement.lang = language
    document.title = t.title
  }, [language])
  const turn = () => {
    const other = language === 'en' ? 'zh-CN' : 'en'
    rememberLanguage(other)
    setLanguage(other)
  }
  const { place, stage } = state
  const main = useRef<HTMLElement>(null)
  useEffect(() => {
    // Whoever walks the page by keyboard or by ear goes on at the top of the new screen, not at the top of the page.
    if (document.activeElement === document.body) main.current?.focus({ preventScroll: true })
  }, [stage.at])
  const note = stage.at === 'fee' || stage.at === 'done' ? stage.note : null
  const online = place?.lotOnline
  useEffect(() => scrollTo(0, 0), [stage.at, note, online])
  return (
    <PageContext.Provider value={{ state, tell, t, language }}>
      <header>
        <div class="lot">
          <p class="name">{place?.lot.name ?? t.title}</p>
          {place?.lane && <p class="lane">{t.lane(place.lane.name)}</p>}
        </div>
        <button
          type="button"
          class="language"
          lang={language === 'en' ? 'zh-CN' : 'en'}
          aria-label={t.otherLanguageLabel}
          onClick={turn}
        >
          {t.otherLanguage}
        </button>
      </header>
      <p role="status" class="heard">
        {announcement(state, t)}
      </p>
      <main ref={main} tabIndex={-1} key={stage.at}>
        <LineLost />
        <Screen />
        {('typing fee free'.includes(stage.at) || ('code' in stage && stage.code === 'permit-holder')) && (
          <a class="button bare" href={`${location.pathname}/card`}>
            {t.cards}
          </a>
        )}
        {!callsItself(stage) && <Call quiet />}
      </main>
    </PageContext.Provider>
  )
}

/** Screens of somebody who is stuck offer the telephone as a button of their own. */
function callsItself(stage: Stage): boolean {
  if (stage.at === 'free') return stage.quote.gate === 'silent'
  if (stage.at === 'entered') return stage.view.gate !== 'opened'
  if (stage.at === 'done') return isShut(stage.payment) || isUntold(stage.payment)
  return stage.at === 'problem' || stage.at === 'typing' || stage.at === 'entering'
}

function Screen() {
  const { state, t } = usePage()
  const { stage } = state
  switch (stage.at) {
    case 'opening':
      return <Wait text={t.opening} />
    case 'leaving':
      return <Wait text={t.leaving} />
    case 'typing':
      return <PlateScreen stage={stage} />
    case 'asking':
      return <Wait text={t.asking} />
    case 'fee':
      return <FeeScreen stage={stage} />
    case 'free':
      return <FreeScreen stage={stage} />
    case 'sheet':
    case 'waiting':
      return <PayScreen stage={stage} />
    case 'done':
      return <DoneScreen stage={stage} />
    case 'entering':
    case 'entered':
      return <EntryScreen stage={stage} />
    case 'problem':
      return <ProblemScreen stage={stage} />
  }
}
