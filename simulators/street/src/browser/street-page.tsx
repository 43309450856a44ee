import { useEffect, useState } from 'preact/hooks'
import { type LotKind, lotKinds, type StreetLayout, type StreetView } from '../view.ts'
import { live, useLive } from './live.ts'
import { Dock } from './panels/dock.tsx'
import { Faults } from './panels/faults.tsx'
import { Header } from './panels/header.tsx'
import { LargeCode } from './panels/large-code.tsx'
import { Phone } from './panels/phone.tsx'
import { Tour } from './panels/tour.tsx'
import { Wires } from './panels/wires.tsx'
import { usePhones } from './phone-book.ts'
import { Scene } from './scene/scene.tsx'
import { type Language, LanguageContext, refusalText, textsIn } from './texts.ts'

const languageKey = 'street-language'
const lotKey = 'street-lot'
const scanMs = 650

function firstLanguage(): Language {
  const asked = new URLSearchParams(location.search).get('lang') ?? localStorage.getItem(languageKey)
  return asked === 'en' ? 'en' : 'zh-CN'
}

function firstLot(): LotKind {
  const asked = new URLSearchParams(location.search).get('lot') ?? sessionStorage.getItem(lotKey)
  return lotKinds.find((kind) => kind === asked) ?? 'hosted'
}

export function StreetPage() {
  const [language, setLanguage] = useState<Language>(firstLanguage)
  const { layout, view } = useLive()
  useEffect(() => void live.show(firstLot()), [])
  useEffect(() => {
    document.documentElement.lang = language
    document.title = `${layout ? `${layout.lot.name} · ` : ''}Lanepay ${textsIn[language].title}`
    localStorage.setItem(languageKey, language)
  }, [language, layout])
  return (
    <LanguageContext.Provider value={language}>
      {layout && view ? (
        <Street layout={layout} view={view} language={language} onLanguage={setLanguage} />
      ) : (
        <main class="connecting">{textsIn[language].connecting}</main>
      )}
    </LanguageContext.Provider>
  )
}

function Street({
  layout,
  view,
  language,
  onLanguage,
}: {
  layout: StreetLayout
  view: StreetView
  language: Language
  onLanguage: (language: Language) => void
}) {
  const book = usePhones(layout)
  const [picked, pick] = useState<number | null>(null)
  const [isFaults, setFaults] = useState(false)
  const [isWires, setWires] = useState(true)
  const [isTour, setTour] = useState(false)
  const [look, setLook] = useState<string | null>(null)
  const [large, setLarge] = useState<string | null>(null)
  const [isScanning, setScanning] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)
  useEffect(() => {
    if (refusal === null) return
    const timer = setTimeout(() => setRefusal(null), 5_000)
    return () => clearTimeout(timer)
  }, [refusal])

  const scan = (id: string) => {
    const code = layout.codes.find((one) => one.id === id)
    if (!code) return
    setLarge(null)
    setScanning(true)
    setTimeout(() => setScanning(false), scanMs)
    setTimeout(() => book.open(code.path), scanMs * 0.8)
  }
  const choose = (lot: LotKind) => {
    pick(null)
    setTour(false)
    sessionStorage.setItem(lotKey, lot)
    void live.show(lot)
  }
  const largeCode = layout.codes.find(({ id }) => id === large)
  return (
    <div class="street" data-look={look ?? undefined} data-wires={isWires ? 'shown' : 'hidden'}>
      <Header
        layout={layout}
        onLot={choose}
        language={language}
        onLanguage={onLanguage}
        faultsOn={view.faults.filter(({ on }) => on).length}
        isFaults={isFaults}
        onFaults={() => setFaults(!isFaults)}
        isWires={isWires}
        onWires={() => setWires(!isWires)}
        onShowMe={() => setTour(true)}
      />
      <main>
        <div class="left">
          <Scene
            key={layout.kind}
            layout={layout}
            view={view}
            picked={picked}
            onPick={pick}
            onScan={scan}
            onEnlarge={setLarge}
            onRefused={setRefusal}
          />
          <Dock layout={layout} cars={view.cars} picked={picked} onPick={pick} onRefused={setRefusal} />
        </div>
        <Phone layout={layout} book={book} isScanning={isScanning} onScan={scan} />
        {isWires ? <Wires /> : null}
      </main>
      {isFaults ? <Faults faults={view.faults} onClose={() => setFaults(false)} onRefused={setRefusal} /> : null}
      {isTour ? (
        <Tour
          layout={layout}
          view={view}
          book={book}
          onScan={scan}
          onLook={setLook}
          onRefused={setRefusal}
          onEnd={() => setTour(false)}
        />
      ) : null}
      {largeCode ? <LargeCode code={largeCode} onScan={scan} onClose={() => setLarge(null)} /> : null}
      <div class="toast" role="status">
        {refusal === null ? null : <span>{refusalText(language, refusal)}</span>}
      </div>
    </div>
  )
}
