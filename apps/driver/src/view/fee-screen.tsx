import type { QuoteView } from '@lanepay/cloud/driver/api.ts'
import { stayed, when, yuan } from '../logic/shown.ts'
import type { Stage } from '../logic/stage.ts'
import { usePage } from './page.ts'
import { Bar, LotOffline, NoteBox, Plate } from './parts.tsx'

/** What is owed, for which vehicle, why; and one button. */
export function FeeScreen({ stage }: { stage: Extract<Stage, { at: 'fee' }> }) {
  const { tell, t } = usePage()
  const { quote, note, doing } = stage
  const overdue = quote.state === 'overdue'
  return (
    <>
      {note !== null && <NoteBox note={note} />}
      {note !== 'lot-cut' && <LotOffline when="before" />}
      <section class="card" aria-busy={doing !== 'nothing'}>
        <h1 class="label">{t.fee.heading}</h1>
        <Plate plate={quote.plate} pass={quote.pass} />
        <p class="sum">
          <span>{overdue ? t.fee.overdue : t.fee.owed}</span> <Sum fen={quote.owedFen} />
        </p>
        {overdue && quote.leaveBy !== null && <p class="todo">{t.fee.overdueWhy(when(quote.leaveBy, quote.now))}</p>}
        <Stay quote={quote} />
        <Lines quote={quote} />
        <p class="todo">{t.fee.leaveWithin(quote.leaveMinutes)}</p>
        {quote.renewable && <p class="todo">{t.fee.renewable}</p>}
      </section>
      <Bar reach>
        <button type="button" class="main" aria-disabled={doing !== 'nothing'} onClick={() => tell({ type: 'pay' })}>
          {doing === 'pay' ? t.fee.paying : doing === 'held' ? t.fee.held : t.fee.pay(yuan(quote.owedFen))}
        </button>
      </Bar>
      {stage.plate !== null && (
        <button type="button" class="bare" onClick={() => tell({ type: 'change-plate' })}>
          {t.fee.changePlate}
        </button>
      )}
    </>
  )
}

/** The number everybody looks for: yuan large, fen small. */
export function Sum({ fen }: { fen: number }) {
  const [whole, part] = yuan(fen).split('.')
  return (
    <b class="amount">
      <small>¥</small>
      {whole}
      <small>.{part}</small>
    </b>
  )
}

export function Stay({ quote }: { quote: QuoteView }) {
  const { t } = usePage()
  return (
    <dl class="facts">
      <div>
        <dt>{t.fee.entered}</dt>
        <dd>{when(quote.enteredAt, quote.now)}</dd>
      </div>
      <div>
        <dt>{t.fee.stayed}</dt>
        <dd>{t.fee.duration(stayed(quote.enteredAt, quote.quotedAt))}</dd>
      </div>
    </dl>
  )
}

export function Lines({ quote }: { quote: QuoteView }) {
  const { t, language } = usePage()
  if (quote.lines.length === 0) return null
  return (
    <>
      <h2 class="label">{t.fee.lines}</h2>
      <ul class="lines">
        {quote.lines.map((line, i) => (
          <li key={i}>
            <span>
              {line.text[language]}
              {line.from !== undefined && line.to !== undefined && (
                <small>
                  {when(line.from, quote.now)} – {when(line.to, quote.now)}
                </small>
              )}
            </span>
            <span class="money">{yuan(line.amountFen)}</span>
          </li>
        ))}
        <li class="total">
          <span>{t.fee.total}</span>
          <span class="money">¥{yuan(quote.owedFen)}</span>
        </li>
      </ul>
    </>
  )
}
