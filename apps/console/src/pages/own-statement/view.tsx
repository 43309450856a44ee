import type { ListsView, PartnerMoneyView } from '@lanepay/cloud/report/api.ts'
import { Link } from 'wouter'
import { useAsk } from '../../kit/ask.ts'
import { now } from '../../kit/clock.ts'
import { Figure } from '../../kit/figure.tsx'
import { useTexts } from '../../kit/language.ts'
import { Answered, Empty, Page } from '../../kit/page.tsx'
import { withWords } from '../../kit/request.ts'
import { dayAfter, dayText, yuanText } from '../../kit/shown.tsx'
import { Statement } from '../statements/statement.tsx'
import { texts } from './texts.ts'

/** What is open is at most so old: channels let go of what nobody shared after 30 days. */
const openDays = 31

/** What a partner is owed and what of it is on its way, over all lots that share with it; and what moved it. */
export default function OwnStatement() {
  const t = useTexts(texts)
  const money = useAsk<PartnerMoneyView>('~/money', {}, { everyMs: 60_000 })
  const lists = useAsk<ListsView>('~/reports')
  return (
    <Page title={t.title} lead={t.lead}>
      <Answered ask={money}>{(view) => <Figures view={view} />}</Answered>
      <Answered ask={lists}>
        {(answer) => {
          const list = answer.lists.find(({ name }) => name === 'statement')
          return list ? <Statement list={list} /> : <Empty title={t.not} />
        }}
      </Answered>
    </Page>
  )
}

function Figures({ view }: { readonly view: PartnerMoneyView }) {
  const t = useTexts(texts)
  const { owedFen, onTheWayFen, onTheWay, returningFen, returning } = view
  // What was told to a channel and is not under way any more waits for somebody's word.
  const restFen = owedFen - onTheWayFen
  const from = dayAfter(dayText(now()), 1 - openDays)
  const ofState = (path: string, state: string) => <Link href={withWords(path, { state, from })}>{t.see}</Link>
  return (
    <div className="lp-figures" role="status" aria-label={t.now}>
      <Figure name={t.owed} value={yuanText(owedFen)} />
      <Figure name={t.onTheWay} value={yuanText(onTheWayFen)} of={t.parts(onTheWay)}>
        {onTheWay > 0 && ofState('/own-shares', 'asked')}
      </Figure>
      {restFen > 0 && (
        <Figure name={t.rest} value={yuanText(restFen)} of={t.restHow}>
          {ofState('/own-shares', 'with-a-person')}
        </Figure>
      )}
      {returning > 0 && (
        <Figure name={t.returning} value={yuanText(returningFen)} of={t.parts(returning)}>
          {ofState('/own-share-returns', 'asked')}
        </Figure>
      )}
    </div>
  )
}
