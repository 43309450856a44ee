import { Link } from 'wouter'
import { useTexts } from '../../kit/language.ts'
import { ListPage } from '../../kit/list.tsx'
import { Empty } from '../../kit/page.tsx'
import { texts } from './texts.ts'

/** What of payments was shared with whom. */
export default function Shares() {
  const t = useTexts(texts)
  return (
    <ListPage
      title={t.title}
      lead={t.lead}
      list="shares"
      about="shares"
      actions={
        <>
          <Link href="/share-rules">{t.rules}</Link>
          <Link href="/share-returns">{t.returns}</Link>
        </>
      }
      open={(row) => (row.trade === null ? undefined : `/payments/${row.trade}`)}
      empty={
        <Empty title={t.none}>
          <p>
            {t.noneHow} <Link href="/share-rules">{t.rules}</Link>
          </p>
        </Empty>
      }
    />
  )
}
