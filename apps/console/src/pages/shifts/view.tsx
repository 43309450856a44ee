import { Link } from 'wouter'
import { now } from '../../kit/clock.ts'
import { useTexts } from '../../kit/language.ts'
import { ListPage } from '../../kit/list.tsx'
import { Empty } from '../../kit/page.tsx'
import { withWords } from '../../kit/request.ts'
import { dayAfter, dayText } from '../../kit/shown.tsx'
import { texts } from './texts.ts'

/** Shifts with what their drawers should hold and held; each leads to its cash. */
export default function Shifts() {
  const t = useTexts(texts)
  return (
    <ListPage
      title={t.title}
      lead={t.lead}
      list="shifts"
      about="traffic"
      actions={<Link href="/cash">{t.cash}</Link>}
      open={({ shift, openedAt, handedOverAt }) =>
        withWords('/cash', {
          ...{ shift: String(shift), from: dayText(Number(openedAt)) },
          until: dayAfter(dayText(handedOverAt === null ? now() : Number(handedOverAt)), 1),
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
