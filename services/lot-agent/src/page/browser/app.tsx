import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { ask } from './ask.ts'
import { type Over, type Page, PageContext } from './context.ts'
import { CashDialog, CorrectDialog, OpenDialog, PictureDialog, VoidDialog } from './dialogs.tsx'
import { InsideView } from './inside-view.tsx'
import { keepLanguage, keptLanguage, keptName } from './kept.ts'
import { EndPurchaseDialog, SettleChangeDialog } from './kiosk-dialogs.tsx'
import { LanesView } from './lanes-view.tsx'
import { useLive } from './live.ts'
import { LogView } from './log-view.tsx'
import { ScanDialog } from './scan-dialog.tsx'
import { GiveBackDialog, HandOverDialog, OpenShiftDialog } from './shift-dialogs.tsx'
import { moment } from './shown.ts'
import { SignIn } from './sign-in.tsx'
import { StoryDialog } from './story-dialog.tsx'
import { SystemView } from './system-view.tsx'
import { texts } from './texts/texts.ts'

const tabs = ['lanes', 'inside', 'log', 'system'] as const
type Tab = (typeof tabs)[number]

export function App() {
  const [language, setLanguage] = useState(keptLanguage)
  const [by, setBy] = useState(keptName)
  const [tab, setTab] = useState<Tab>('lanes')
  const [over, setOver] = useState<Over | null>(null)
  const [note, setNote] = useState('')
  const [searches, setSearches] = useState(0)
  const live = useLive()
  const field = useRef<HTMLInputElement>(null)
  const t = texts[language]
  const lot = live.state?.lot ?? null

  useEffect(() => {
    document.documentElement.lang = language
    document.title = t.title(lot)
  }, [language, lot])
  useEffect(() => {
    if (note === '') return
    const timer = setTimeout(() => setNote(''), 6_000)
    return () => clearTimeout(timer)
  }, [note])
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (live.at !== 'in' || document.querySelector('dialog[open]') || event.ctrlKey || event.altKey || event.metaKey)
        return
      if (event.target instanceof HTMLElement && event.target.closest('input, select')) return
      const to = tabs[Number(event.key) - 1]
      if (to) return setTab(to)
      if (event.key !== '/') return
      event.preventDefault()
      setTab('inside')
      setSearches((n) => n + 1)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [live.at])

  // With the drawing itself, not after it: the very next key belongs into the field.
  useLayoutEffect(() => {
    if (searches > 0) field.current?.focus()
  }, [searches])

  const turn = () => {
    const other = language === 'en' ? 'zh-CN' : 'en'
    keepLanguage(other)
    setLanguage(other)
  }
  const signedOut = () => {
    setOver(null)
    live.again()
  }
  const page: Page | null = live.state && {
    state: live.state,
    now: live.now,
    t,
    language,
    by,
    over: (next) => {
      // Closed before it goes: that puts the keyboard back to where it was.
      document.querySelector<HTMLDialogElement>('dialog[open]')?.close()
      setOver(next)
    },
    told: (said) => setNote(said.ok ? said.text : t.refused[said.error.code].title),
    signedOut,
  }
  return (
    <PageContext.Provider value={page ?? ({ t, language } as Page)}>
      <header class="top">
        <h1>{t.title(lot)}</h1>
        {live.state && (
          <>
            <p class={`link ${live.state.link.connected ? 'up' : 'down'}`}>
              {live.state.link.connected ? t.link.up : t.link.down}
              {live.state.link.lastSeq > live.state.link.ackedSeq && (
                <> · {t.link.waiting(live.state.link.lastSeq - live.state.link.ackedSeq)}</>
              )}
            </p>
            <p>{t.inside(live.state.inside, live.state.capacity)}</p>
            <p class="clock">{moment(live.now, live.now)}</p>
            <p>{t.signIn.by(by)}</p>
          </>
        )}
        <div class="ends">
          <button
            type="button"
            lang={language === 'en' ? 'zh-CN' : 'en'}
            aria-label={t.otherLanguageLabel}
            onClick={turn}
          >
            {t.otherLanguage}
          </button>
          {live.at === 'in' && (
            <button type="button" onClick={() => void ask('sign-out', {}).then(signedOut)}>
              {t.signIn.out}
            </button>
          )}
        </div>
      </header>
      {live.at === 'in' && (
        <nav aria-label={t.title(lot)}>
          {tabs.map((one) => (
            <button
              type="button"
              class="tab"
              key={one}
              aria-current={tab === one ? 'page' : undefined}
              onClick={() => setTab(one)}
            >
              {t.tabs[one]}
            </button>
          ))}
        </nav>
      )}
      <main>
        <div role="alert" class={live.lost ? 'note bad' : 'none'}>
          {live.lost && (
            <p>
              <b>{t.noLine.title}</b> {t.noLine.todo}
            </p>
          )}
        </div>
        <p role="status" class={note === '' ? 'none' : 'note good'}>
          {note}
        </p>
        {live.at === 'opening' && !live.lost && <p>{t.opening}</p>}
        {live.at === 'out' && (
          <SignIn
            t={t}
            name={by}
            done={(name) => {
              setBy(name)
              live.again()
            }}
          />
        )}
        {page && (
          <>
            {!page.state.link.connected && tab === 'lanes' && (
              <p class="note warn">
                <b>{t.link.down}</b> {t.link.downTodo}
              </p>
            )}
            {page.state.planRefused !== null && (
              <div class="note bad" role="alert">
                <b>{t.planRefused}</b>
                <pre>{page.state.planRefused}</pre>
              </div>
            )}
            {tab === 'lanes' && <LanesView />}
            {tab === 'inside' && <InsideView field={field} />}
            {tab === 'log' && <LogView />}
            {tab === 'system' && <SystemView />}
            <p class="keys">{t.keys}</p>
            {over && <OverPage key={JSON.stringify(over)} over={over} />}
          </>
        )}
      </main>
    </PageContext.Provider>
  )
}

function OverPage({ over }: { over: Over }) {
  switch (over.what) {
    case 'open':
      return <OpenDialog {...over} />
    case 'cash':
      return <CashDialog {...over} />
    case 'scan':
      return <ScanDialog {...over} />
    case 'correct':
      return <CorrectDialog {...over} />
    case 'give-back':
      return <GiveBackDialog {...over} />
    case 'open-shift':
      return <OpenShiftDialog {...over} />
    case 'hand-over':
      return <HandOverDialog {...over} />
    case 'settle-change':
      return <SettleChangeDialog {...over} />
    case 'end-purchase':
      return <EndPurchaseDialog {...over} />
    case 'void':
      return <VoidDialog {...over} />
    case 'story':
      return <StoryDialog {...over} />
    case 'picture':
      return <PictureDialog {...over} />
  }
}
