import type { OwedView, StoryView } from '@lanepay/cloud/session/api.ts'
import { Button } from 'antd'
import { Link } from 'wouter'
import { useAsk } from '../../kit/ask.ts'
import { useHere } from '../../kit/here.tsx'
import { language, useTexts } from '../../kit/language.ts'
import { wordIn } from '../../kit/lot/stay-words.ts'
import { Answered } from '../../kit/page.tsx'
import { Refund, useMayRefund } from '../../kit/payment/refund.tsx'
import { Money, Time, timeText, yuanText } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { useWords } from '../../kit/words.ts'
import { texts } from './texts.ts'

type Line = StoryView['quotes'][number]['lines'][number]
/** A fee line by line, in the order in which the price list made it. */
function Lines({ lines, label }: { readonly lines: readonly Line[]; readonly label: string }) {
  const t = useTexts(texts)
  const said = language.use()
  return (
    <DataTable
      label={label}
      extent="part"
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

/** What drivers were asked for, line by line. */
export function Quotes({ view }: { readonly view: StoryView }) {
  const t = useTexts(texts)
  return (
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
  )
}

type Payment = StoryView['payments'][number]
/** What was paid by phone, and to whoever may read money what of it went back and what is whose. */
export function Paid({ view }: { readonly view: StoryView }) {
  const t = useTexts(texts)
  const here = useHere()
  const mayRefund = useMayRefund()
  const mayOpen = here.may('reports.read', 'operator')
  const { payments } = view
  return (
    <section className="lp-card">
      <h2>{t.payments}</h2>
      {payments.length === 0 ? (
        <p className="lp-hint">{t.paymentsNone}</p>
      ) : (
        <DataTable<Payment>
          label={t.payments}
          extent="part"
          rows={payments}
          rowKey={({ number }) => number}
          columns={[
            { key: 'at', title: t.time, show: ({ createdAt, paidAt }) => <Time at={paidAt ?? createdAt} /> },
            { key: 'channel', title: t.channel, show: ({ channel }) => wordIn(t.channels, channel) },
            { key: 'state', title: t.state, show: ({ state }) => wordIn(t.states, state) },
            { key: 'amount', title: t.amount, end: true, show: ({ amountFen }) => <Money fen={amountFen} /> },
            {
              key: 'refunded',
              title: t.refunded,
              end: true,
              show: ({ money }) => (money?.refundedFen ? <Money fen={money.refundedFen} /> : ''),
            },
            {
              key: 'number',
              title: t.number,
              show: ({ number }) => (
                <span className="lp-secret">
                  {mayOpen ? <Link href={`/payments/${number}`}>{number}</Link> : number}
                </span>
              ),
            },
          ]}
          {...(payments.some(({ state }) => mayRefund(state))
            ? {
                actions: {
                  title: t.act,
                  show: ({ number, state }: Payment) =>
                    mayRefund(state) && <Refund payment={number} lot={view.lot.number} />,
                },
              }
            : {})}
        />
      )}
      {payments.map((payment) => payment.money && <Parts key={payment.number} {...payment} money={payment.money} />)}
    </section>
  )
}

type Part = {
  readonly key: string
  readonly what: string
  readonly who: string
  readonly amountFen: number
  readonly state: string
  readonly at: number
  readonly why: string
}
/** What of one payment went back and what of it is whose: how much, how far it is, and why. */
function Parts({ number, amountFen, money }: Payment & { readonly money: NonNullable<Payment['money']> }) {
  const t = useTexts(texts)
  const words = useWords()
  const { refunds, shares, returns, shareAt } = money
  const partner = (party: string) => (party === '0' ? t.platform : t.partner(party))
  const rows: readonly Part[] = [
    ...refunds.map((one) => ({
      ...{ key: one.refund, what: t.part.refund, who: one.askedBy ?? t.byItself, amountFen: one.amountFen },
      ...{ state: one.state, at: one.doneAt ?? one.askedAt },
      why: [one.reason, one.because].filter(Boolean).join(' · '),
    })),
    ...[
      ...shares.map((one) => ({ ...one, what: t.part.share })),
      ...returns.map((one) => ({ ...one, what: t.part.return })),
    ].map(({ what, party, amountFen, state, askedAt, doneAt, because }, at) => ({
      ...{ key: String(at), what, who: partner(party), amountFen, state, at: doneAt ?? askedAt, why: because ?? '' },
    })),
  ]
  const label = t.partsOf(yuanText(amountFen), number)
  if (rows.length === 0 && shareAt === null) return null
  return (
    <>
      <h3>{label}</h3>
      {rows.length > 0 && (
        <DataTable
          label={label}
          extent="part"
          rows={rows}
          rowKey={({ key }) => key}
          columns={[
            { key: 'what', title: t.what, show: ({ what }) => what },
            { key: 'who', title: t.who, show: ({ who }) => who },
            { key: 'amount', title: t.amount, end: true, show: (part) => <Money fen={part.amountFen} /> },
            { key: 'state', title: t.state, show: ({ state }) => words('refunds', 'state', state) },
            { key: 'at', title: t.time, show: ({ at }) => <Time at={at} /> },
            { key: 'why', title: t.why, show: ({ why }) => why },
          ]}
        />
      )}
      {shareAt !== null && (
        <p className="lp-hint">
          {t.shareAt} <Time at={shareAt} />
        </p>
      )}
    </>
  )
}
