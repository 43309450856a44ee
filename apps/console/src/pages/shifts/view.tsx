import { Link } from 'wouter'
import { now } from '../../kit/clock.ts'
import { useTexts } from '../../kit/language.ts'
import { ListPage } from '../../kit/list.tsx'
import { Empty } from '../../kit/page.tsx'
import { withWords } from '../../kit/request.ts'
import { dayAfter, dayText } from '../../kit/shown.tsx'
import { SoftwarePerson } from '../../kit/software-says.tsx'
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
      // What its software says of cash is in no drawer of ours.
      open={({ shift, source, openedAt, handedOverAt }) =>
        source === 'software'
          ? undefined
          : withWords('/cash', {
              ...{ shift: String(shift), from: dayText(Number(openedAt)) },
              until: dayAfter(dayText(handedOverAt === null ? now() : Number(handedOverAt)), 1),
            })
      }
      show={{
        attendant: ({ lot, source, attendant }) =>
          source === 'software' && attendant !== null ? (
            <SoftwarePerson lot={String(lot)} person={String(attendant)} />
          ) : (
            attendant
          ),
      }}
      empty={
        <Empty title={t.none}>
          <p>{t.noneHow}</p>
        </Empty>
      }
    />
  )
}
