import type { LotsView } from '@lanepay/cloud/integrator/api.ts'
import { useLocation } from 'wouter'
import { Found } from '../../kit/found.tsx'
import { useTexts } from '../../kit/language.ts'
import { systemWords } from '../../kit/lot/system-words.ts'
import { Empty } from '../../kit/page.tsx'
import { Time } from '../../kit/shown.tsx'
import { DataTable } from '../../kit/table.tsx'
import { texts } from './texts.ts'

/** Lots, of all operators or of one. */
export function LotsFound({ operator }: { readonly operator?: string }) {
  const t = useTexts(texts)
  const systems = useTexts(systemWords)
  const [, go] = useLocation()
  return (
    <Found<LotsView>
      path="/api/platform/lots"
      file="/api/platform/lots-file"
      find={{ label: t.find, hint: t.hint }}
      more={operator === undefined ? {} : { operator }}
    >
      {({ lots }, { isSearch }) =>
        lots.length === 0 ? (
          <Empty title={isSearch ? t.noneFound : t.none}>
            <p>{isSearch ? t.noneFoundHow : t.noneHow}</p>
          </Empty>
        ) : (
          <DataTable
            label={t.table}
            extent="page"
            rows={lots}
            rowKey={({ lot }) => String(lot)}
            {...(operator === undefined
              ? { open: (row: LotsView['lots'][number]) => go(`/platform/operators/${row.operator}`) }
              : {})}
            columns={[
              { key: 'number', title: t.number, show: ({ lot }) => lot },
              { key: 'name', title: t.name, show: ({ name }) => name },
              ...(operator === undefined
                ? [
                    {
                      key: 'operator',
                      title: t.operator,
                      show: (row: LotsView['lots'][number]) => `${row.operator} ${row.operatorName}`,
                    },
                  ]
                : []),
              { key: 'system', title: t.system, show: ({ system }) => systems[system] },
              { key: 'fee', title: t.fee, end: true, show: (row) => `${row.platformFeeBasisPoints / 100} %` },
              { key: 'since', title: t.since, show: ({ since }) => <Time at={since} /> },
            ]}
          />
        )
      }
    </Found>
  )
}
