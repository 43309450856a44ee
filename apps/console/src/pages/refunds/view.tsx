import { useTexts } from '../../kit/language.ts'
import { ListPage } from '../../kit/list.tsx'
import { Empty } from '../../kit/page.tsx'
import { texts } from './texts.ts'

/** What went back, and what is on its way back; each leads to its payment. */
export default function Refunds() {
  const t = useTexts(texts)
  return (
    <ListPage
      title={t.title}
      lead={t.lead}
      list="refunds"
      about="money"
      open={(row) => (row.trade === null ? undefined : `/payments/${row.trade}`)}
      empty={
        <Empty title={t.none}>
          <p>{t.noneHow}</p>
        </Empty>
      }
    />
  )
}
