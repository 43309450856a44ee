import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { ListPage } from '../../kit/list.tsx'
import { Empty } from '../../kit/page.tsx'
import { usePeriod } from '../../kit/period.tsx'
import { SummaryChart } from '../../kit/summary-chart.tsx'
import { texts } from './texts.ts'

/** Stays that ended owing; each leads to its whole story. */
export default function LeftOwing() {
  const t = useTexts(texts)
  const period = usePeriod()
  // Summaries are money's: whoever reads the traffic alone sees the list without them.
  const seesSummaries = useHere().may('reports.read', 'operator')
  return (
    <ListPage
      title={t.title}
      lead={t.lead}
      list="left-owing"
      about="traffic"
      without={['session']}
      top={seesSummaries && <SummaryChart period={period} figures={['escaped', 'releasedOwing']} />}
      open={({ lot, session }) => `/sessions/${lot}/${session}`}
      empty={
        <Empty title={t.none}>
          <p>{t.noneHow}</p>
        </Empty>
      }
    />
  )
}
