import type { WithdrawalView } from '@lanepay/cloud/withdrawal/api.ts'
import { useParams } from 'wouter'
import { useAsk } from '../../kit/ask.ts'
import { useTexts } from '../../kit/language.ts'
import { Answered, Page } from '../../kit/page.tsx'
import { Money } from '../../kit/shown.tsx'
import { Steps } from '../../kit/steps.tsx'
import { DataTable } from '../../kit/table.tsx'
import { useWords } from '../../kit/words.ts'
import { texts } from './texts.ts'

const asksAgainMs = 5_000

/** One withdrawal on its way to the bank, step by step, and back where the bank returned it. */
export default function Withdrawal() {
  const { withdrawal } = useParams<{ withdrawal: string }>()
  const t = useTexts(texts)
  const ask = useAsk<WithdrawalView>(`~/withdrawals/${withdrawal}`, {}, { everyMs: asksAgainMs })
  return (
    <Page title={t.title}>
      <Answered ask={ask}>{(answer) => <Whole one={answer} />}</Answered>
    </Page>
  )
}

function Whole({ one }: { readonly one: WithdrawalView }) {
  const t = useTexts(texts)
  const words = useWords()
  const { state, card } = one
  return (
    <>
      <section className="lp-card" role="status">
        <p className="lp-big">
          <Money fen={one.amountFen} />
        </p>
        <p className={state === 'returned' || state === 'refused' ? 'lp-bad' : 'lp-good'}>
          {words('withdrawals', 'state', state)}
        </p>
        <p>{t.means[state]}</p>
        {one.watched && <p className="lp-hint">{t.watched}</p>}
      </section>
      <section className="lp-card">
        <dl className="lp-facts">
          <dt>{t.number}</dt>
          <dd className="lp-number">{one.withdrawal}</dd>
          <dt>{t.kind}</dt>
          <dd>{words('withdrawals', 'kind', one.kind)}</dd>
          <dt>{t.account}</dt>
          <dd>
            {words('withdrawals', 'channel', one.channel)} {one.account}
          </dd>
          <dt>{t.fee}</dt>
          <dd>
            <Money fen={one.feeFen} />
          </dd>
          <dt>{t.bank}</dt>
          <dd>
            <Money fen={one.amountFen - one.feeFen} />
          </dd>
          <dt>{t.to}</dt>
          <dd>{card ? `${card.bank ?? t.alipay} ${card.ending ?? ''} ${card.holder ?? ''}` : t.channelsCard}</dd>
          {one.channelNumber !== null && (
            <>
              <dt>{t.channelNumber}</dt>
              <dd className="lp-number">{one.channelNumber}</dd>
            </>
          )}
        </dl>
      </section>
      <Steps steps={one.steps} stateName={(state) => words('withdrawal-steps', 'state', state)} />
      <section className="lp-card">
        <h2>{t.parts}</h2>
        <DataTable
          label={t.parts}
          extent="part"
          rows={one.parts}
          rowKey={({ lot }) => String(lot)}
          columns={[
            { key: 'lot', title: t.lot, show: ({ lot }) => lot },
            { key: 'amount', title: t.amount, end: true, show: ({ amountFen }) => <Money fen={amountFen} /> },
            { key: 'fee', title: t.fee, end: true, show: ({ feeFen }) => <Money fen={feeFen} /> },
          ]}
        />
      </section>
    </>
  )
}
