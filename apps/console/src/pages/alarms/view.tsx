import { useTexts } from '../../kit/language.ts'
import { ListPage } from '../../kit/list.tsx'
import { Empty } from '../../kit/page.tsx'
import { texts } from './texts.ts'

/** Everything that was raised for a person to see. */
export default function Alarms() {
  const t = useTexts(texts)
  return (
    <ListPage
      title={t.title}
      lead={t.lead}
      list="alarms"
      about="traffic"
      empty={
        <Empty title={t.none}>
          <p>{t.noneHow}</p>
        </Empty>
      }
    />
  )
}
