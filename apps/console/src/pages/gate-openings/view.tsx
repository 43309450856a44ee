import { Link } from 'wouter'
import { useTexts } from '../../kit/language.ts'
import { ListPage } from '../../kit/list.tsx'
import { Empty } from '../../kit/page.tsx'
import { SoftwarePerson } from '../../kit/software-says.tsx'
import { texts } from './texts.ts'

/** Every opening of a gate with its reason; each leads to the stay that it was for. */
export default function GateOpenings() {
  const t = useTexts(texts)
  return (
    <ListPage
      title={t.title}
      lead={t.lead}
      list="gate-openings"
      about="traffic"
      without={['causeId', 'session']}
      actions={<Link href="/unordered-openings">{t.unordered}</Link>}
      open={({ lot, session }) => (session === null ? undefined : `/sessions/${lot}/${session}`)}
      show={{
        // At a lot with charging software of its own it is a number of that software's.
        by: ({ lot, cause, by }) =>
          cause === 'attendant' && by !== null ? <SoftwarePerson lot={String(lot)} person={String(by)} /> : by,
      }}
      empty={
        <Empty title={t.none}>
          <p>{t.noneHow}</p>
        </Empty>
      }
    />
  )
}
