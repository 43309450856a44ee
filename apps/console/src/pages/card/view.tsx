import type { CardChange, CardView } from '@lanepay/cloud/withdrawal/api.ts'
import { useParams } from 'wouter'
import { useAsk, useTell } from '../../kit/ask.ts'
import { Because } from '../../kit/because.tsx'
import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { Answered, Empty, Page } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { Masked, Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { PutCard } from './put.tsx'
import { problems, texts } from './texts.ts'

const asksAgainMs = 15_000

/** The card that an account is paid out to: masked, with who changed it when and why. */
export default function Card() {
  const { account } = useParams<{ account: string }>()
  const t = useTexts(texts)
  const card = useAsk<CardView>(`~/accounts/${account}/card`, {}, { everyMs: asksAgainMs })
  return (
    <Page title={t.title} lead={t.lead}>
      <Answered ask={card}>{(answer) => <Shown card={answer} />}</Answered>
    </Page>
  )
}

function Shown({ card }: { readonly card: CardView }) {
  const t = useTexts(texts)
  const here = useHere()
  const end = useTell(`/api/operator/accounts/${card.account}/card/end`)
  const mayChange = here.side === '/api/operator' && here.may('cards.change', 'operator')
  if (card.cardAt === 'elsewhere')
    return (
      <Empty title={t.channels}>
        <p>{t.channelsHow}</p>
      </Empty>
    )
  const held = card.cardAt === 'channel'
  const [last] = card.changes
  const isUnderWay = last !== undefined && last.endedAt === null
  return (
    <>
      <section className="lp-card">
        {held && <p>{t.held}</p>}
        {held && card.card !== null && <p className="lp-hint">{t.changed}</p>}
        {card.card === null ? (
          !held && <p>{t.none}</p>
        ) : (
          <p className="lp-big">
            {card.card.bank ?? t.alipay} <Masked text={card.card.ending ?? ''} />
          </p>
        )}
        {card.card?.holder && (
          <p>
            {t.holder} <Masked text={card.card.holder} />
          </p>
        )}
        {card.lockedUntil !== null && (
          <p className="lp-what">
            {t.locked} <Time at={card.lockedUntil} />
          </p>
        )}
        {held && last !== undefined && <Change one={last} />}
        {mayChange && !isUnderWay && (
          <div className="lp-actions">
            <PutCard card={card} />
            {!held && card.card !== null && (
              <Because
                label={t.end}
                title={t.end}
                what={t.endWhat}
                danger
                own={problems}
                act={async (reason) => {
                  await end.mutateAsync({ seen: card.version, reason: reason.slice(0, 80) })
                  say(t.ended)
                }}
              />
            )}
          </div>
        )}
      </section>
      <section className="lp-card">
        <h2>{t.history}</h2>
        {card.changes.length === 0 ? (
          <p>{t.noHistory}</p>
        ) : (
          <DataTable
            label={t.history}
            extent="part"
            rows={card.changes}
            rowKey={({ version }) => String(version)}
            columns={[
              { key: 'at', title: t.at, show: ({ at }) => <Time at={at} /> },
              {
                key: 'card',
                title: t.card,
                show: (one) =>
                  one.kind === 'none' ? t.endedOnce : `${one.bank ?? t.alipay} ${one.branch ?? ''} ${one.ending ?? ''}`,
              },
              ...(held ? [{ key: 'state', title: t.state, show: (one: CardChange) => <State one={one} /> }] : []),
              { key: 'by', title: t.by, show: ({ by }) => by },
              { key: 'why', title: t.why, show: ({ reason }) => reason },
            ]}
          />
        )}
      </section>
    </>
  )
}

/** What has become of the last change at the channel, and what that means. */
function Change({ one }: { readonly one: CardChange }) {
  const t = useTexts(texts)
  const isBad = one.state === 'refused' || one.state === 'lost'
  return (
    <div role="status">
      <p className={isBad ? 'lp-bad' : 'lp-good'}>
        {t.states[one.state]} {one.bank} <Masked text={one.ending ?? ''} />
      </p>
      <p>
        {t.means[one.state]} {one.state === 'refused' && <Reason one={one} />}
      </p>
    </div>
  )
}

function State({ one }: { readonly one: CardChange }) {
  const t = useTexts(texts)
  return (
    <>
      {t.states[one.state]}
      {one.state === 'refused' && (
        <>
          {' '}
          <Reason one={one} />
        </>
      )}
      {one.endedAt !== null && (
        <>
          {' '}
          <Time at={one.endedAt} />
        </>
      )}
    </>
  )
}

/** Ours in our words, the channel's in its own. */
function Reason({ one: { because } }: { readonly one: CardChange }) {
  const ours: Readonly<Record<string, string>> = useTexts(texts).because
  return because === null ? null : (ours[because] ?? `“${because}”`)
}
