import { useTexts } from '../../kit/language.ts'
import { ListPage } from '../../kit/list.tsx'
import { Empty } from '../../kit/page.tsx'
import { texts } from './texts.ts'

/** What of it went back with refunds. */
export default function OwnShareReturns() {
  const t = useTexts(texts)
  return (
    <ListPage
      title={t.returns}
      lead={t.returnsLead}
      list="share-returns"
      about="shares"
      without={['party']}
      empty={
        <Empty title={t.noneBack}>
          <p>{t.noneBackHow}</p>
        </Empty>
      }
    />
  )
}
