import type { ComponentProps, ReactNode } from 'react'
import { useAddress } from './address.ts'
import { ExportButtons, FileButtons } from './export.tsx'
import { FindField } from './field.tsx'
import { useTexts } from './language.ts'
import { Empty } from './page.tsx'
import type { Words } from './request.ts'
import { afterOf, DataTable } from './table.tsx'

const texts = {
  zh: { find: '查找', none: '没有符合的记录', how: '换个词，或清空查找。' },
  en: { find: 'Find', none: 'Nothing fits', how: 'Try another word, or clear the search.' },
}

/**
 * A list of which all rows are here, because there are never many: narrowed by a text, sorted by its headings, paged by the keys of its rows, and
 * taken away as a file, all of it in the address.
 */
export function WholeList<Row>({
  name,
  findIn,
  keeps = () => true,
  file,
  filters,
  none,
  rows,
  ...table
}: Omit<ComponentProps<typeof DataTable<Row>>, 'extent' | 'sort'> & {
  /** Where a page has several lists: its words of the address are called by it. */
  readonly name?: string
  /** What of a row is looked through. */
  readonly findIn: (row: Row) => string
  /** `everybody`: whoever sees the list may take it away; else whoever may export. */
  readonly file: { readonly path: string; readonly words?: Words; readonly everybody?: true }
  /** What else it is narrowed by, in the address too, and which rows are left by that. */
  readonly filters?: ReactNode
  readonly keeps?: (row: Row) => boolean
  /** In place of a list that has no rows at all: what to do first. */
  readonly none: ReactNode
}) {
  const t = useTexts(texts)
  const { words } = useAddress()
  const [sort, findWord] = name === undefined ? ['sort', 'find'] : [name, `${name}-find`]
  const find = (words[findWord] ?? '').trim()
  const Files = file.everybody ? FileButtons : ExportButtons
  const found = rows.filter((row) => keeps(row) && findIn(row).toLowerCase().includes(find.toLowerCase()))
  if (rows.length === 0) return none
  return (
    <div className="lp-list">
      <div className="lp-filters">
        <FindField label={t.find} word={findWord} after={afterOf(sort)} />
        {filters}
      </div>
      <div className="lp-actions">
        <Files path={file.path} words={{ ...file.words, text: find || undefined }} />
      </div>
      {found.length === 0 ? (
        <Empty title={t.none}>
          <p>{t.how}</p>
        </Empty>
      ) : (
        <DataTable<Row> {...table} extent="whole" rows={found} sort={sort} />
      )}
    </div>
  )
}
