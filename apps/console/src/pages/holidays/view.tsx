import type { HolidaysView, HolidayYearView } from '@lanepay/cloud/application/api.ts'
import { Button } from 'antd'
import { useState } from 'react'
import { useAsk } from '../../kit/ask.ts'
import { useTexts } from '../../kit/language.ts'
import { Answered, Page } from '../../kit/page.tsx'
import { Time } from '../../kit/shown.tsx'
import { WholeList } from '../../kit/whole-list.tsx'
import { PutYear } from './put-year.tsx'
import { texts } from './texts.ts'

/** Which years' public holidays are known, and where they are put. */
export default function Holidays() {
  const t = useTexts(texts)
  const ask = useAsk<HolidaysView>('/api/platform/holidays')
  return (
    <Page title={t.title} lead={t.lead}>
      <Answered ask={ask}>{(view) => <Known view={view} />}</Answered>
    </Page>
  )
}

function Known({ view }: { readonly view: HolidaysView }) {
  const t = useTexts(texts)
  const { years, missing } = view
  const [year, setYear] = useState(missing ?? view.year)
  return (
    <>
      {missing !== null && (
        <p className="lp-bad" role="alert">
          {t.missing(missing)}
        </p>
      )}
      <WholeList<HolidayYearView>
        label={t.table}
        rows={years}
        rowKey={({ year }) => String(year)}
        findIn={({ year, off, worked, source, put }) => [year, ...off, ...worked, source, put?.by ?? ''].join(' ')}
        file={{ path: '/api/platform/holidays-file', everybody: true }}
        none={null}
        columns={[
          { key: 'year', title: t.year, show: (one) => one.year, by: (one) => one.year },
          { key: 'off', title: t.off, show: ({ year, off }) => <Days year={year} days={off} /> },
          { key: 'worked', title: t.worked, show: ({ year, worked }) => <Days year={year} days={worked} /> },
          { key: 'source', title: t.source, show: ({ source }) => `“${source}”`, by: ({ source }) => source },
          {
            key: 'put',
            title: t.put,
            by: ({ put }) => put?.at ?? null,
            show: ({ put }) =>
              put === null ? (
                <span className="lp-hint">{t.builtIn}</span>
              ) : (
                <>
                  {put.by} <Time at={put.at} />
                </>
              ),
          },
        ]}
        actions={{
          title: t.change,
          show: (one) => (
            <Button aria-label={`${t.change} ${one.year}`} onClick={() => setYear(one.year)}>
              {t.change}
            </Button>
          ),
        }}
      />
      <PutYear
        // What is there of another year is another text.
        key={year}
        year={year}
        choices={[...new Set([view.year + 1, ...years.map((one) => one.year), view.year])].sort().reverse()}
        choose={setYear}
        known={years.find((one) => one.year === year) ?? null}
      />
    </>
  )
}

/** Each day or row of days on a line of its own; the year stands beside them. */
function Days({ year, days }: { readonly year: number; readonly days: readonly string[] }) {
  return days.map((one) => (
    <div key={one} className="lp-nowrap">
      {one.replaceAll(`${year}-`, '').replace('/', ' – ')}
    </div>
  ))
}
