import { useTexts } from '../../kit/language.ts'
import { ListPage } from '../../kit/list.tsx'
import { Empty } from '../../kit/page.tsx'
import { withWords } from '../../kit/request.ts'
import { texts } from './texts.ts'

/** On what our book and the channels' bills differ, of one operator; to read. */
export default function Discrepancies() {
  const t = useTexts(texts)
  return (
    <ListPage
      title={t.title}
      lead={t.lead}
      list="discrepancies"
      about="money"
      without={['waits']}
      open={({ day, proof, item, account, lot }) =>
        withWords('/discrepancy', {
          ...{ day: String(day), proof: String(proof), item: String(item) },
          ...{ account: String(account ?? 0), lot: String(lot ?? 0) },
        })
      }
      empty={
        <Empty title={t.none}>
          <p>{t.noneHow}</p>
        </Empty>
      }
    />
  )
}
