import { useTexts } from '../../kit/language.ts'
import { ListPage } from '../../kit/list.tsx'
import { Empty } from '../../kit/page.tsx'
import { texts } from './texts.ts'

/** What of payments is a partner's own, as whoever signs in for it sees it. */
export default function OwnShares() {
  const t = useTexts(texts)
  return (
    <ListPage
      title={t.title}
      lead={t.lead}
      list="shares"
      about="shares"
      without={['party']}
      empty={
        <Empty title={t.none}>
          <p>{t.noneHow}</p>
        </Empty>
      }
    />
  )
}
