import type { OwnLot } from '@lanepay/cloud/staff/api.ts'
import { useLocation } from 'wouter'
import { useAsk } from '../../kit/ask.ts'
import { useHere } from '../../kit/here.tsx'
import { useTexts } from '../../kit/language.ts'
import { Answered, Empty, Page } from '../../kit/page.tsx'
import { WholeList } from '../../kit/whole-list.tsx'
import { texts } from './texts.ts'

/** Of which lot the codes are looked at. */
export default function Lots() {
  const { title, lead } = useTexts(texts)
  return <LotsToOpen title={title} lead={lead} path={(lot) => `/codes/${lot}`} />
}

/** The lots that the person may see; one is opened at its path. */
export function LotsToOpen({
  title,
  lead,
  path,
}: {
  readonly title: string
  readonly lead: string
  readonly path: (lot: number) => string
}) {
  const t = useTexts(texts)
  const [, go] = useLocation()
  const { operator } = useHere()
  const ask = useAsk<readonly OwnLot[]>(operator === null ? null : '/api/me/lots', { operator: operator ?? '' })
  return (
    <Page title={title} lead={lead}>
      <Answered ask={ask}>
        {(lots) => (
          <WholeList
            label={t.lots}
            rows={lots}
            rowKey={({ lot }) => String(lot)}
            findIn={({ lot, name }) => `${lot} ${name}`}
            file={{ path: '/api/me/lots/file', words: { operator: operator ?? '' }, everybody: true }}
            none={
              <Empty title={t.noLots}>
                <p>{t.noLotsHow}</p>
              </Empty>
            }
            open={({ lot }) => go(path(lot))}
            columns={[
              { key: 'lot', title: t.number, show: ({ lot }) => lot, by: ({ lot }) => lot },
              { key: 'name', title: t.lot, show: ({ name }) => name, by: ({ name }) => name },
            ]}
          />
        )}
      </Answered>
    </Page>
  )
}
