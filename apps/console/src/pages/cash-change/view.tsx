import { useTexts } from '../../kit/language.ts'
import { ListPage } from '../../kit/list.tsx'
import { Empty } from '../../kit/page.tsx'
import { texts } from './texts.ts'

/** Change of cash machines that drivers took into a wallet, and what became of the rest; a row leads nowhere: all of it is in the row. */
export default function CashChange() {
  const t = useTexts(texts)
  return (
    <ListPage
      title={t.title}
      lead={t.lead}
      list="cash-change"
      about="money"
      without={['askedBy', 'channel', 'account']}
      empty={
        <Empty title={t.none}>
          <p>{t.noneHow}</p>
        </Empty>
      }
    />
  )
}
