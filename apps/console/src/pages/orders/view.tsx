import { useTexts } from '../../kit/language.ts'
import { ListPage } from '../../kit/list.tsx'
import { Empty } from '../../kit/page.tsx'
import { texts } from './texts.ts'

/** Every payment that was begun, the unpaid too; each leads to what became of it. */
export default function Orders() {
  const t = useTexts(texts)
  return (
    <ListPage
      title={t.title}
      lead={t.lead}
      list="orders"
      about="money"
      without={['session', 'channelNumber']}
      open={({ number }) => (number === null ? undefined : `/payments/${number}`)}
      empty={
        <Empty title={t.none}>
          <p>{t.noneHow}</p>
        </Empty>
      }
    />
  )
}
