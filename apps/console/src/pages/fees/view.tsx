import { useTexts } from '../../kit/language.ts'
import { ListPage } from '../../kit/list.tsx'
import { Empty } from '../../kit/page.tsx'
import { usePeriod } from '../../kit/period.tsx'
import { SummaryChart } from '../../kit/summary-chart.tsx'
import { texts } from './texts.ts'

/** What the channels kept by their bills, and gave back. */
export default function Fees() {
  const t = useTexts(texts)
  return (
    <ListPage
      title={t.title}
      lead={t.lead}
      list="fees"
      about="money"
      top={<SummaryChart period={usePeriod()} figures={['channelFeeFen']} />}
      empty={
        <Empty title={t.none}>
          <p>{t.noneHow}</p>
        </Empty>
      }
    />
  )
}
