import type { OwedView, StoryView } from '@lanepay/cloud/session/api.ts'
import { Button } from 'antd'
import { useLocation } from 'wouter'
import { useAsk } from '../../kit/ask.ts'
import { useHere } from '../../kit/here.tsx'
import { language, useTexts } from '../../kit/language.ts'
import { wordIn } from '../../kit/lot/stay-words.ts'
import { Answered } from '../../kit/page.tsx'
import { Money, Time, timeText, yuanText } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { texts } from './texts.ts'

type Line = StoryView['quotes'][number]['lines'][number]
/** A fee line by line, in the order in which the price list made it. */
function Lines({ lines, label }: { readonly lines: readonly Line[]; readonly label: string }) {
  const t = useTexts(texts)
  const said = language.use()
  return (
    <DataTable
      label={label}
      rows={lines.map((line, at) => ({ ...line, at }))}
      rowKey={({ at }) => String(at)}
      columns={[
        { key: 'text', title: t.lines, show: ({ text }) => text[said === 'zh' ? 'zh-CN' : 'en'] },
        { key: 'amount', title: t.amount, end: true, show: ({ amountFen }) => <Money fen={amountFen} /> },
      ]}
    />
  )
}

/** What the stay owes now, as its lot reckons it. */
export function OwedNow({ way }: { readonly way: string }) {
  const t = useTexts(texts)
  const ask = useAsk<OwedView>(`${way}/owed`)
  return (
    <section className="lp-card">
      <div className="lp-head">
        <h2>{t.now}</h2>
        <Button loading={ask.isFetching} onClick={() => void ask.refetch()}>
          {t.askAgain}
        </Button>
      </div>
      <Answered ask={ask}>
        {(owed) =>
          owed.owes ? (
            <>
              <p className="lp-big" data-owed={owed.owedFen}>
                {yuanText(owed.owedFen)}
              </p>
              <p className="lp-hint">
                {t.priceNow(yuanText(owed.priceFen), yuanText(owed.paidFen))} <Time at={owed.quotedAt} />
              </p>
              <Lines lines={owed.lines} label={t.now} />
            </>
          ) : (
            <p>{owed.because === 'offline' ? t.notAsked.offline : t.notAsked.other + owed.because}</p>
          )
        }
      </Answered>
    </section>
  )
}

/** What drivers were asked for, line by line, and what was paid by phone. */
export function Paid({ view }: { readonly view: StoryView }) {
  const t = useTexts(texts)
  const here = useHere()
  const [, go] = useLocation()
  const mayOpen = here.may('reports.read', 'operator')
  return (
    <>
      <section className="lp-card">
        <h2>{t.quotes}</h2>
        {view.quotes.length === 0 && <p className="lp-hint">{t.quotesNone}</p>}
        {view.quotes.map((quote) => (
          <details key={quote.quotedAt}>
            <summary>
              <Time at={quote.quotedAt} /> {t.quoteOf(yuanText(quote.owedFen))} ({t.validUntil}{' '}
              {timeText(quote.expiresAt)})
            </summary>
            <Lines lines={quote.lines} label={`${t.quotes} ${timeText(quote.quotedAt)}`} />
          </details>
        ))}
      </section>
      <section className="lp-card">
        <h2>{t.payments}</h2>
        {view.payments.length === 0 ? (
          <p className="lp-hint">{t.paymentsNone}</p>
        ) : (
          <DataTable
            label={t.payments}
            rows={view.payments}
            rowKey={({ number }) => number}
            {...(mayOpen ? { open: ({ number }: { readonly number: string }) => go(`/payments/${number}`) } : {})}
            columns={[
              { key: 'at', title: t.time, show: ({ createdAt, paidAt }) => <Time at={paidAt ?? createdAt} /> },
              { key: 'channel', title: t.channel, show: ({ channel }) => wordIn(t.channels, channel) },
              { key: 'state', title: t.state, show: ({ state }) => wordIn(t.states, state) },
              { key: 'amount', title: t.amount, end: true, show: ({ amountFen }) => <Money fen={amountFen} /> },
              {
                key: 'refunded',
                title: t.refunded,
                end: true,
                show: ({ refundedFen }) => (refundedFen === 0 ? '' : <Money fen={refundedFen} />),
              },
              { key: 'number', title: t.number, show: ({ number }) => <span className="lp-secret">{number}</span> },
            ]}
          />
        )}
      </section>
    </>
  )
}
