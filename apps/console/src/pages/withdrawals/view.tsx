import type { BalancesView, BalanceView } from '@lanepay/cloud/withdrawal/api.ts'
import { Link } from 'wouter'
import { useAsk } from '../../kit/ask.ts'
import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { ListOf } from '../../kit/list.tsx'
import { Answered, Empty, Page } from '../../kit/page.tsx'
import { Money, Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { useWords } from '../../kit/words.ts'
import { refusalTexts } from './refusals.ts'
import { texts } from './texts.ts'
import { Withdraw } from './withdraw.tsx'

/** What an operator has at its channels, what of it may be paid out and what is coming; and everything that was. */
export default function Withdrawals() {
  const t = useTexts(texts)
  const balances = useAsk<BalancesView>('~/balances')
  return (
    <Page title={t.title} lead={t.lead}>
      <Answered ask={balances}>
        {({ balances: all }) =>
          all.length === 0 ? (
            <Empty title={t.noAccount}>
              <p>{t.noAccountHow}</p>
            </Empty>
          ) : (
            <div className="lp-cards-wide">
              {all.map((one) => (
                <Balance key={`${one.account} ${one.bucket}`} balance={one} />
              ))}
            </div>
          )
        }
      </Answered>
      <h2>{t.history}</h2>
      <ListOf
        list="withdrawals"
        about="money"
        open={(row) => (row.number === null ? undefined : `/withdrawals/${row.number}`)}
        empty={
          <Empty title={t.none}>
            <p>{t.noneHow}</p>
          </Empty>
        }
      />
    </Page>
  )
}

function Balance({ balance }: { readonly balance: BalanceView }) {
  const t = useTexts(texts)
  const words = useWords()
  const here = useHere()
  const refusals = useTexts(refusalTexts)
  const { instant, card } = balance
  const mayAsk = here.side === '/api/operator' && here.may('withdrawals.ask', 'operator')
  const name = `${words('withdrawals', 'channel', balance.channel)} ${balance.account}`
  return (
    <section className="lp-card" aria-label={name}>
      <h2>{name}</h2>
      <p className="lp-hint">{t.available}</p>
      <p className="lp-big">
        <Money fen={balance.availableFen} />
      </p>
      <dl className="lp-facts">
        <dt>{t.held}</dt>
        <dd>
          <Money fen={balance.heldFen} />
        </dd>
        {balance.inFlightFen > 0 && (
          <>
            <dt>{t.inFlight}</dt>
            <dd>
              <Money fen={balance.inFlightFen} />
            </dd>
          </>
        )}
        {balance.inQuestionFen > 0 && (
          <>
            <dt>{t.inQuestion}</dt>
            <dd>
              <Money fen={balance.inQuestionFen} />
            </dd>
          </>
        )}
        <dt>{t.proven}</dt>
        <dd>{balance.provenDay ?? t.notYet}</dd>
        {balance.coming.length > 0 && (
          <>
            <dt>{t.coming}</dt>
            <dd>
              <Money fen={balance.coming.reduce((sum, { amountFen }) => sum + amountFen, 0)} />
            </dd>
          </>
        )}
        <dt>{t.to}</dt>
        <dd>
          {card
            ? `${card.bank ?? t.alipay} ${card.ending ?? ''} ${card.holder ?? ''}`
            : balance.payout === 'mirrored'
              ? t.byChannel
              : balance.cardAt === 'here'
                ? t.noCard
                : t.channelsCard}
        </dd>
      </dl>
      {balance.coming.length > 0 && (
        <details>
          <summary>{t.comingWhen}</summary>
          <DataTable
            label={t.comingWhen}
            extent="part"
            rows={balance.coming}
            rowKey={({ day }) => day}
            columns={[
              { key: 'day', title: t.cameIn, show: ({ day }) => <span className="lp-nowrap">{day}</span> },
              { key: 'amount', title: t.amountOf, end: true, show: ({ amountFen }) => <Money fen={amountFen} /> },
              { key: 'from', title: t.from, show: ({ expectedAt }) => <Time at={expectedAt} short /> },
            ]}
          />
        </details>
      )}
      {balance.cardLockedUntil !== null && (
        <p className="lp-what">
          {t.locked} <Time at={balance.cardLockedUntil} />
        </p>
      )}
      {instant.refusal !== null && <p className="lp-hint">{refusals[instant.refusal]}</p>}
      <div className="lp-actions">
        {mayAsk && balance.payout !== 'mirrored' && <Withdraw balance={balance} name={name} />}
        {balance.cardAt !== 'elsewhere' && <Link href={`/accounts/${balance.account}/card`}>{t.card}</Link>}
      </div>
    </section>
  )
}
