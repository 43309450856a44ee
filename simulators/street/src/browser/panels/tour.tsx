import { useEffect, useRef, useState } from 'preact/hooks'
import type { KeptMessage } from '../../feed.ts'
import { phoneName } from '../../phone/phone.ts'
import { type TourDoing, tour, tourPlate } from '../../tour.ts'
import type { StreetLayout, StreetView } from '../../view.ts'
import { act, live } from '../live.ts'
import type { PhoneBook } from '../phone-book.ts'
import { useTexts } from '../texts.ts'

/** In the tour played by itself a caption stays at least so long, and longer for each letter. */
const leastMs = { 'zh-CN': (text: string) => 2200 + text.length * 75, en: (text: string) => 2200 + text.length * 28 }
const stuckAfterMs = 25_000
const tapEveryMs = 900

/** Plays one whole visit on the real street, a step at a time. */
export function Tour(props: {
  layout: StreetLayout
  view: StreetView
  book: PhoneBook
  onScan: (code: string) => void
  onLook: (where: string | null) => void
  onRefused: (refusal: string) => void
  onEnd: () => void
}) {
  const { layout, view, book, onLook } = props
  const { t, language } = useTexts()
  const [index, setIndex] = useState(0)
  const [plays, setPlays] = useState(false)
  const [plate] = useState(() => tourPlate(view.cars.map((car) => car.plate)))
  const [doneStep, setDoneStep] = useState(-1)
  const [isStuck, setStuck] = useState(false)
  const seconds = useGateSeconds(layout, view, index)
  const step = tour[index]!
  const isDone = doneStep === index
  const main = useRef<HTMLButtonElement>(null)
  const phone = useRef(phoneName({ driver: layout.drivers[0]!.id, wallet: layout.drivers[0]!.wallet }))
  const viewNow = useRef(view)
  viewNow.current = view
  const bookNow = useRef(book)
  bookNow.current = book

  useEffect(() => {
    if (plate === null) return
    let over = false
    const messages: KeptMessage[] = []
    const facts = () => ({ view: viewNow.current, plate, messages })
    const endWire = live.onWire((message) => messages.push(message))
    setStuck(false)
    onLook(step.look)
    const run = async (doing: TourDoing): Promise<void> => {
      if (doing.kind === 'act') {
        const refused = await act(doing.act)
        if (refused !== null) props.onRefused(refused)
      } else if (doing.kind === 'scan') {
        const { id, wallet } = layout.drivers[0]!
        bookNow.current.hold(id, wallet)
        const code = layout.codes.find(({ kind }) => kind === doing.code)
        if (code) props.onScan(code.id)
      } else {
        while (!over && !(await bookNow.current.tap(phone.current, doing.finger)))
          await new Promise((resolve) => setTimeout(resolve, tapEveryMs))
      }
    }
    const doing = step.doing?.(facts())
    if (doing) void run(doing)
    const began = Date.now()
    const watch = setInterval(() => {
      if (step.done(facts())) {
        setDoneStep(index)
        setStuck(false)
        clearInterval(watch)
      } else if (Date.now() - began > stuckAfterMs) setStuck(true)
    }, 150)
    main.current?.focus({ preventScroll: true })
    return () => {
      over = true
      endWire()
      clearInterval(watch)
    }
  }, [index, plate])

  const isLast = index === tour.length - 1
  useEffect(() => {
    if (!plays || !isDone || isLast) return
    const timer = setTimeout(() => setIndex(index + 1), leastMs[language](step.body[language]))
    return () => clearTimeout(timer)
  }, [plays, isDone, index, language])
  useEffect(() => () => onLook(null), [])
  useEffect(() => {
    if (plate !== null) return
    props.onRefused('bays-full')
    props.onEnd()
  }, [plate])

  return (
    <aside class="tour" aria-label={t.showMe}>
      <div class="tour-progress" aria-hidden="true">
        {tour.map((one, at) => (
          <i key={one.title.en} class={at < index ? 'past' : at === index ? 'now' : ''} />
        ))}
      </div>
      <div class="tour-words" aria-live="polite">
        <h2>
          <span class="sr">
            {t.step} {index + 1}/{tour.length}:{' '}
          </span>
          {step.title[language]}
        </h2>
        <p>{step.body[language]}</p>
        {isLast && seconds !== null ? (
          <p class="tour-figure">
            {language === 'en'
              ? `From the tap in the wallet to the arm: ${seconds} s`
              : `从钱包里点付款到抬杆：${seconds} 秒`}
          </p>
        ) : null}
        {isStuck ? <p class="tour-stuck">{t.stuck}</p> : null}
      </div>
      <div class="tour-buttons">
        {isLast ? null : (
          <button type="button" aria-pressed={plays} onClick={() => setPlays(!plays)}>
            {plays ? `❚❚ ${t.manual}` : `▶ ${t.auto}`}
          </button>
        )}
        {isLast ? null : (
          <button
            ref={main}
            type="button"
            class="primary"
            onClick={() => setIndex(index + 1)}
            disabled={!isDone && !isStuck}
          >
            {isDone || isStuck ? (index === 0 ? t.start : t.next) : t.waiting}
          </button>
        )}
        <button type="button" class={isLast ? 'primary' : ''} onClick={props.onEnd}>
          {t.end}
        </button>
      </div>
    </aside>
  )
}

/** From the tap in the wallet until the exit's arm began to rise, in seconds; null while it is not known. */
function useGateSeconds(layout: StreetLayout, view: StreetView, index: number): string | null {
  const paidAt = useRef<number | null>(null)
  const [seconds, set] = useState<string | null>(null)
  const exit = layout.lanes.find(({ direction }) => direction === 'exit')!.id
  useEffect(
    () =>
      live.onWire(({ wire, title }) => {
        if (wire === 'wallet' && /^pay\b/.test(title)) paidAt.current = performance.now()
      }),
    [],
  )
  const arm = view.lanes[exit]?.arm
  useEffect(() => {
    if (index > 5 && paidAt.current !== null && seconds === null && (arm === 'rising' || arm === 'up'))
      set(((performance.now() - paidAt.current) / 1000).toFixed(1))
  }, [arm])
  return seconds
}
