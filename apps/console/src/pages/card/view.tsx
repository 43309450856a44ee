import type { CardView } from '@lanepay/cloud/withdrawal/api.ts'
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

/** The card that an account is paid out to: masked, with who changed it when and why. */
export default function Card() {
  const { account } = useParams<{ account: string }>()
  const t = useTexts(texts)
  const card = useAsk<CardView>(`~/accounts/${account}/card`)
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
  if (!card.needsCard)
    return (
      <Empty title={t.channels}>
        <p>{t.channelsHow}</p>
      </Empty>
    )
  return (
    <>
      <section className="lp-card">
        {card.card === null ? (
          <p>{t.none}</p>
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
        {mayChange && (
          <div className="lp-actions">
            <PutCard card={card} />
            {card.card !== null && (
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
              { key: 'by', title: t.by, show: ({ by }) => by },
              { key: 'why', title: t.why, show: ({ reason }) => reason },
            ]}
          />
        )}
      </section>
    </>
  )
}
