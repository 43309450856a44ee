import type { ListsView } from '@lanepay/cloud/report/api.ts'
import { useAsk } from '../../kit/ask.ts'
import { useTexts } from '../../kit/language.ts'
import { Answered, Empty, Page } from '../../kit/page.tsx'
import { Statement } from './statement.tsx'
import { texts } from './texts.ts'

/** One account of the ledger over days: what it was, what changed it, and what it is then. */
export default function Statements() {
  const t = useTexts(texts)
  const lists = useAsk<ListsView>('~/reports')
  return (
    <Page title={t.title} lead={t.lead}>
      <Answered ask={lists}>
        {(answer) => {
          const list = answer.lists.find(({ name }) => name === 'statement')
          return list ? <Statement list={list} /> : <Empty title={t.not} />
        }}
      </Answered>
    </Page>
  )
}
