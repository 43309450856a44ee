import type { SaidKind, SaidPage } from '@lanepay/cloud/bolink/api.ts'
import { Link } from 'wouter'
import { useAsk } from './ask.ts'
import { cellOf, isFigure } from './cell.tsx'
import { ExportButtons } from './export.tsx'
import { useHere } from './here.tsx'
import { language, useTexts } from './language.ts'
import { withWords } from './request.ts'
import { Masked } from './shown.tsx'
import { DataTable } from './table.tsx'

const texts = {
  zh: { all: '全部', source: '来源：车场软件' },
  en: { all: 'All of them', source: "Source: the lot's software" },
}
/** As many as are shown where they are used; the page of what a lot's software says has all. */
const most = 200

/** What the charging software of a lot has said of one kind of thing, for those who may read it. */
const useSaid = (lot: number | string | null, kind: SaidKind) => {
  const here = useHere()
  const may = lot !== null && here.may('vehicles.read', 'lot')
  return useAsk<SaidPage>(may ? `~/lots/${lot}/said/${kind}` : null, { order: 'key', limit: most })
}

/** A kind of thing that a lot's software has told, where whoever runs the lot looks for it; nothing where it has told none. */
export function SoftwareSays({
  lot,
  kind,
  title,
  what,
}: {
  readonly lot: number
  readonly kind: SaidKind
  readonly title: string
  readonly what: string
}) {
  const t = useTexts(texts)
  const said = language.use()
  const { data } = useSaid(lot, kind)
  if (!data || data.rows.length === 0) return null
  return (
    <section className="lp-card" aria-label={title}>
      <h2>
        {title} <span className="lp-hint">{t.source}</span>
      </h2>
      <p className="lp-what">{what}</p>
      <div className="lp-actions">
        <ExportButtons path={`~/lots/${lot}/said/${kind}/file`} words={{ order: 'key' }} />
      </div>
      <DataTable<SaidPage['rows'][number]>
        label={title}
        extent="part"
        rows={data.rows}
        rowKey={(row) => String(row.key)}
        columns={data.columns.map((column) => ({
          ...{ key: column.key, title: column.title[said], end: isFigure(column) },
          show: (row) => cellOf(column, row[column.key] ?? null, said),
        }))}
      />
      {data.next !== null && <Link href={withWords('/said', { lot: String(lot), kind })}>{t.all}</Link>}
    </section>
  )
}

/** An attendant of a lot's software by its number there, with the name that the software has said. */
export function SoftwarePerson({ lot, person }: { readonly lot: number | string; readonly person: string }) {
  const { data } = useSaid(lot, 'staff')
  const name = data?.rows.find(({ key }) => key === person)?.name
  return (
    <>
      {person} {typeof name === 'string' && name !== '' && <Masked text={name} />}
    </>
  )
}
