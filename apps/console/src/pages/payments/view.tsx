import { useTexts } from '../../kit/language.ts'
import { ListPage } from '../../kit/list.tsx'
import { Empty } from '../../kit/page.tsx'
import { texts } from './texts.ts'

/** What came in, as the ledger has it; each leads to its whole story. */
export default function Payments() {
  const t = useTexts(texts)
  return (
    <ListPage
      title={t.title}
      lead={t.lead}
      list="payments"
      about="money"
      without={['channelNumber', 'session']}
      open={(row) => (row.number === null ? undefined : `/payments/${row.number}`)}
      empty={
        <Empty title={t.none}>
          <p>{t.noneHow}</p>
        </Empty>
      }
    />
  )
}
