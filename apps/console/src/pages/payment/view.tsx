import type { PaymentStory } from '@lanepay/cloud/payment/api.ts'
import { Link, useParams } from 'wouter'
import { useAsk } from '../../kit/ask.ts'
import { language, useTexts } from '../../kit/language.ts'
import { Answered, Page } from '../../kit/page.tsx'
import { Refund, useMayRefund } from '../../kit/payment/refund.tsx'
import { Money, Plate, Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { useWords } from '../../kit/words.ts'
import { texts } from './texts.ts'
import { timelineOf } from './timeline.ts'
import { WaitingShares } from './waiting-shares.tsx'

/** One payment's whole story: what was quoted, what became of it, who got what, and every entry of the ledger. */
export default function Payment() {
  const { payment } = useParams<{ payment: string }>()
  const t = useTexts(texts)
  const mayRefund = useMayRefund()
  const story = useAsk<PaymentStory>(`~/payments/${payment}`)
  return (
    <Page
      title={t.title}
      actions={story.data && mayRefund(story.data.state) && <Refund payment={payment} lot={story.data.lot} />}
    >
      <Answered ask={story}>{(answer) => <Story story={answer} />}</Answered>
    </Page>
  )
}

function Story({ story }: { readonly story: PaymentStory }) {
  const t = useTexts(texts)
  const words = useWords()
  const said = language.use()
  const { quote, clearance } = story
  return (
    <>
      <section className="lp-card">
        <p className="lp-big">
          <Money fen={story.amountFen} />
        </p>
        <dl className="lp-facts">
          <dt>{t.number}</dt>
          <dd className="lp-number">{story.payment}</dd>
          <dt>{t.state}</dt>
          <dd>
            {words('payments', 'state', story.state)}
            {story.refundedFen > 0 && (
              <>
                {' '}
                ({t.refunded} <Money fen={story.refundedFen} />)
              </>
            )}
          </dd>
          {story.plate !== null && (
            <>
              <dt>{t.plate}</dt>
              <dd>
                <Plate plate={story.plate} />
              </dd>
            </>
          )}
          <dt>{t.lot}</dt>
          <dd>
            {story.lotName} ({story.lot}){story.lane === null ? '' : `, ${t.lane} ${story.lane}`}
          </dd>
          <dt>{t.channel}</dt>
          <dd>
            {words('payments', 'channel', story.channel)}, {t.account} {story.account}
          </dd>
          {story.channelNumber !== null && (
            <>
              <dt>{t.channelNumber}</dt>
              <dd className="lp-number">{story.channelNumber}</dd>
            </>
          )}
        </dl>
      </section>

      <section className="lp-card">
        <h2>{t.quote}</h2>
        {quote === null ? (
          <p>{t.noQuote}</p>
        ) : (
          <>
            <DataTable
              label={t.quote}
              extent="part"
              rows={quote.lines}
              rowKey={(line) => String(quote.lines.indexOf(line))}
              columns={[
                { key: 'text', title: t.line, show: (line) => line.text[said === 'zh' ? 'zh-CN' : 'en'] },
                { key: 'from', title: t.from, show: ({ from }) => (from === undefined ? '' : <Time at={from} />) },
                { key: 'to', title: t.to, show: ({ to }) => (to === undefined ? '' : <Time at={to} />) },
                { key: 'amount', title: t.amount, end: true, show: (line) => <Money fen={line.amountFen} /> },
              ]}
              footer={{ amount: <Money fen={quote.owedFen} /> }}
            />
            <p className="lp-hint">
              {t.quotedAt} <Time at={quote.at} />, {t.standsUntil} <Time at={quote.until} />.{' '}
              {t.leaves(quote.leaveMinutes)}
            </p>
          </>
        )}
      </section>

      <section className="lp-card">
        <h2>{t.what}</h2>
        <DataTable
          label={t.what}
          extent="part"
          rows={timelineOf(story)}
          rowKey={({ key }) => key}
          columns={[
            { key: 'at', title: t.at, show: ({ at }) => <Time at={at} /> },
            { key: 'what', title: t.what, show: ({ what, by }) => `${t.steps[what]}${by ? ` (${by})` : ''}` },
          ]}
        />
        <p className="lp-hint">{t.asked(story.queries)}</p>
        {clearance !== null && (
          <p className="lp-hint">
            {t.mayLeave} <Time at={clearance.leaveBy} />. {t.told[clearance.answeredAt === null ? 'not' : 'yes']}
          </p>
        )}
        {story.alarms.map((alarm) => (
          <p key={`${alarm.kind} ${alarm.at}`} className="lp-bad">
            {words('alarms', 'kind', alarm.kind)}: {alarm.because} (<Time at={alarm.at} />)
          </p>
        ))}
      </section>

      <section className="lp-card">
        <h2>{t.split}</h2>
        <dl className="lp-facts">
          <dt>{t.channelFee}</dt>
          <dd>
            <Money fen={story.channelFeeFen} />
          </dd>
          <dt>{t.platformFee}</dt>
          <dd>
            <Money fen={story.platformFeeFen} />
          </dd>
          <dt>{t.operator}</dt>
          <dd>
            <Money fen={story.amountFen - story.channelFeeFen - story.platformFeeFen} />
          </dd>
        </dl>
        {story.shareAt !== null && (
          <p>
            {t.shareAt} <Time at={story.shareAt} />
          </p>
        )}
        {story.shares.length > 0 && (
          <DataTable
            label={t.shares}
            extent="part"
            rows={story.shares}
            rowKey={({ share, party }) => `${share} ${party}`}
            columns={[
              { key: 'party', title: t.party, show: ({ party }) => (party === '0' ? t.platform : party) },
              { key: 'amount', title: t.amount, end: true, show: ({ amountFen }) => <Money fen={amountFen} /> },
              { key: 'state', title: t.state, show: ({ state }) => words('shares', 'state', state) },
              { key: 'because', title: t.because, show: ({ because }) => because ?? '' },
              { key: 'done', title: t.doneAt, show: ({ doneAt }) => (doneAt === null ? '' : <Time at={doneAt} />) },
            ]}
          />
        )}
        <WaitingShares story={story} />
        {story.returns.length > 0 && (
          <>
            <h3>{t.returns}</h3>
            <DataTable
              label={t.returns}
              extent="part"
              rows={story.returns}
              rowKey={(one) => String(story.returns.indexOf(one))}
              columns={[
                { key: 'party', title: t.party, show: ({ party }) => (party === '0' ? t.platform : party) },
                { key: 'amount', title: t.amount, end: true, show: ({ amountFen }) => <Money fen={amountFen} /> },
                { key: 'state', title: t.state, show: ({ state }) => words('share-returns', 'state', state) },
                { key: 'because', title: t.because, show: ({ because }) => because ?? '' },
              ]}
            />
          </>
        )}
      </section>

      {story.refunds.length > 0 && (
        <section className="lp-card">
          <h2>{t.refunds}</h2>
          <DataTable
            label={t.refunds}
            extent="part"
            rows={story.refunds}
            rowKey={({ refund }) => refund}
            columns={[
              { key: 'number', title: t.number, show: ({ refund }) => <span className="lp-number">{refund}</span> },
              { key: 'amount', title: t.amount, end: true, show: ({ amountFen }) => <Money fen={amountFen} /> },
              { key: 'state', title: t.state, show: ({ state }) => words('refunds', 'state', state) },
              { key: 'reason', title: t.reason, show: ({ reason }) => reason },
              { key: 'by', title: t.by, show: ({ askedBy }) => askedBy ?? t.byItself },
              { key: 'at', title: t.at, show: ({ askedAt }) => <Time at={askedAt} /> },
              { key: 'because', title: t.because, show: ({ because }) => because ?? '' },
            ]}
          />
        </section>
      )}

      <details className="lp-card">
        <summary>{t.entries}</summary>
        <DataTable
          label={t.entries}
          extent="part"
          rows={story.entries}
          rowKey={(one) => String(story.entries.indexOf(one))}
          columns={[
            { key: 'at', title: t.at, show: ({ at }) => <Time at={at} /> },
            { key: 'cause', title: t.cause, show: ({ cause }) => words('transfers', 'cause', cause) },
            { key: 'account', title: t.ledgerAccount, show: ({ account }) => words('transfers', 'account', account) },
            { key: 'amount', title: t.amount, end: true, show: ({ amountFen }) => <Money fen={amountFen} /> },
          ]}
        />
      </details>
      <p>
        <Link href={`/sessions/${story.lot}/${story.session}`}>{t.stay}</Link>
      </p>
    </>
  )
}
