import type { OneView } from '@lanepay/cloud/reconciliation/api.ts'
import { Link } from 'wouter'
import { useAddress } from '../../kit/address.ts'
import { useAsk } from '../../kit/ask.ts'
import { useHere } from '../../kit/here.tsx'
import { language, useTexts } from '../../kit/language.ts'
import { Answered, Empty, Page } from '../../kit/page.tsx'
import { Money } from '../../kit/shown.tsx'
import { Steps } from '../../kit/steps.tsx'
import { Act } from '../reconciliation/act.tsx'
import { classTexts } from '../reconciliation/classes.ts'
import { stateTexts } from '../reconciliation/texts.ts'
import { texts } from './texts.ts'

/** One discrepancy: both sides, what it means, what to do, and every step of it. The platform's finance works it here. */
export default function Discrepancy() {
  const t = useTexts(texts)
  const here = useHere()
  const { words } = useAddress()
  const { day, proof, item, account, lot } = words
  const works = here.look === null && here.may('discrepancies.work', 'platform')
  const path = works ? '/api/platform/discrepancies/one' : '/api/operator/discrepancies/one'
  const one = useAsk<OneView>(
    day === undefined ? null : path.replace('/api/operator', here.look ? '~' : '/api/operator'),
    { day, proof, item, account, lot },
  )
  return (
    <Page title={t.title}>
      {day === undefined ? (
        <Empty title={t.which}>
          <Link href={works ? '/reconciliation' : '/discrepancies'}>{t.list}</Link>
        </Empty>
      ) : (
        <Answered ask={one}>{(answer) => <Whole one={answer} works={works} />}</Answered>
      )}
    </Page>
  )
}

function Whole({ one, works }: { readonly one: OneView; readonly works: boolean }) {
  const t = useTexts(texts)
  const states = useTexts(stateTexts)
  const said = language.use()
  const { day, proof, item, account, lot } = one
  const meaning = classTexts[one.class][said]
  const amount = (fen: number | null) => (fen === null ? t.nothing : <Money fen={fen} />)
  return (
    <>
      <section className="lp-card">
        <h2>{meaning.name}</h2>
        <p>{meaning.says}</p>
        {one.state !== 'settled' && one.state !== 'explained-by-itself' && (
          <p className="lp-what">
            {t.todo} {meaning.todo}
          </p>
        )}
        <dl className="lp-facts">
          <dt>{t.day}</dt>
          <dd>{day}</dd>
          <dt>{t.item}</dt>
          <dd>
            {one.number !== null && item.startsWith('payment:') ? (
              <Link className="lp-number" href={`/payments/${one.number}`}>
                {one.number}
              </Link>
            ) : (
              <span className="lp-number">{one.number ?? item}</span>
            )}
          </dd>
          {lot !== 0 && (
            <>
              <dt>{t.lot}</dt>
              <dd>{lot}</dd>
            </>
          )}
          {account !== 0 && (
            <>
              <dt>{t.account}</dt>
              <dd>{account}</dd>
            </>
          )}
          <dt>{t.ours}</dt>
          <dd>{amount(one.oursFen)}</dd>
          <dt>{t.theirs}</dt>
          <dd>{amount(one.theirsFen)}</dd>
          <dt>{t.about}</dt>
          <dd>{one.about}</dd>
          <dt>{t.state}</dt>
          <dd>{states[one.state]}</dd>
          <dt>{t.owner}</dt>
          <dd>{t.owners[one.owner as keyof typeof t.owners] ?? one.owner}</dd>
        </dl>
        {works && (one.state === 'found' || one.state === 'with-a-person') && (
          <div className="lp-actions">
            <Act which={{ names: [{ day, proof, item, account, lot }] }} count={1} />
          </div>
        )}
      </section>
      <Steps steps={one.steps} stateName={(state) => states[state]} />
    </>
  )
}
