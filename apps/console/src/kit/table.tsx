import type { KeyboardEvent, ReactNode } from 'react'
import { useAddress } from './address.ts'
import { ChoiceField } from './field.tsx'
import { htmlLanguage, language, useTexts } from './language.ts'
import { Pager } from './pager.tsx'
import { onPhone } from './phone.ts'
import { pageBehind, type SortValue, sorted, sortOf, wordAfter } from './sorted.ts'

const texts = {
  zh: {
    order: '按列排序',
    asGiven: '默认顺序',
    up: (title: string) => `${title} ↑`,
    down: (title: string) => `${title} ↓`,
  },
  en: {
    order: 'Sort by',
    asGiven: 'As usual',
    up: (title: string) => `${title} ↑`,
    down: (title: string) => `${title} ↓`,
  },
}

/** A column: what is shown of a row. `end` sets figures to the right. */
export type TableColumn<Row> = {
  readonly key: string
  readonly title: ReactNode
  readonly show: (row: Row) => ReactNode
  readonly end?: boolean
  /** What its heading sorts by, where all rows are here: a page of a longer list is put in order by the server. */
  readonly by?: (row: Row) => SortValue
  /** The server puts the rows in the order of this column, where its heading is pressed. */
  readonly asks?: boolean
}
/**
 * `part`: what one thing is made of, and no list. `whole`: a list of which all rows are here: it is paged by their keys. `page`: what the server
 * answered of a list that it pages by key; a Pager stands beside it. Every list is narrowed, sorted, paged and taken away as a file, with its
 * state in the address (lists.live.test.ts).
 */
export type Extent = 'part' | 'whole' | 'page'

const rowsOf = (element: Element) => [
  ...(element.closest('tbody')?.querySelectorAll<HTMLElement>('tr[tabindex]') ?? []),
]

/**
 * Rows under headings; on a phone each row is a card. Where rows can be opened, arrows go from row to row and Enter opens one. `footer` is
 * what it all adds up to. A heading whose column says `by` or `asks` sorts, kept in the word `sort` of the address.
 */
export function DataTable<Row>({
  label,
  extent,
  columns,
  rows,
  rowKey,
  open,
  actions,
  footer,
  sort: word = 'sort',
}: {
  /** What the table is of, for whoever does not see it. */
  readonly label: string
  readonly extent: Extent
  readonly columns: readonly TableColumn<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  readonly open?: (row: Row) => void
  /** Buttons of a row, in a last column. */
  readonly actions?: { readonly title: string; readonly show: (row: Row) => ReactNode }
  readonly footer?: Readonly<Record<string, ReactNode>>
  /** The word of the address that keeps the order, where a page has several tables that can be sorted. */
  readonly sort?: string
}) {
  const t = useTexts(texts)
  const said = language.use()
  const { words, set } = useAddress()
  const sortable = columns.filter(({ by, asks }) => by || asks)
  const afterWord = afterOf(word)
  const sort = sortOf(
    words[word],
    sortable.map(({ key }) => key),
  )
  const by = sortable.find(({ key }) => key === sort?.key)?.by
  const ordered = sort && by ? sorted(rows, by, sort.down, htmlLanguage(said)) : rows
  const { page: shown, next } =
    extent === 'whole' ? pageBehind(ordered, rowKey, words[afterWord]) : { page: ordered, next: null }
  const order = (way: string | undefined) => set({ [word]: way, [afterWord]: undefined, before: undefined })
  const onKey = (event: KeyboardEvent<HTMLTableRowElement>, row: Row) => {
    if (event.target !== event.currentTarget) return
    const all = rowsOf(event.currentTarget)
    const at = all.indexOf(event.currentTarget)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key]
    if (to !== undefined) {
      event.preventDefault()
      all[to]?.focus()
    } else if (event.key === 'Enter') open?.(row)
  }
  const table = (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled sideways must be so by keyboard too
    <section className="lp-table" data-extent={extent} aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map(({ key, title, end, by, asks }) => {
              const way = sort?.key === key ? (sort.down ? 'descending' : 'ascending') : undefined
              return (
                <th key={key} scope="col" className={end ? 'lp-end' : undefined} aria-sort={way}>
                  {(by || asks) && !onPhone ? (
                    <button type="button" className="lp-sorts" onClick={() => order(wordAfter(sort, key))}>
                      {title}
                      <span aria-hidden="true">{way === undefined ? '↕' : sort?.down ? '↓' : '↑'}</span>
                    </button>
                  ) : (
                    title
                  )}
                </th>
              )
            })}
            {actions && (
              <th scope="col" className="lp-acts">
                {actions.title}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr
              key={rowKey(row)}
              {...(open
                ? {
                    tabIndex: 0,
                    onClick: () => open(row),
                    onKeyDown: (event: KeyboardEvent<HTMLTableRowElement>) => onKey(event, row),
                    className: 'lp-opens',
                  }
                : {})}
            >
              {columns.map(({ key, title, show, end }) => (
                <td key={key} className={end ? 'lp-end' : undefined}>
                  <span className="lp-cell-title" aria-hidden="true">
                    {title}
                  </span>
                  <span className="lp-cell">{show(row)}</span>
                </td>
              ))}
              {actions && (
                <td className="lp-acts">
                  <span className="lp-row-actions">{actions.show(row)}</span>
                </td>
              )}
            </tr>
          ))}
        </tbody>
        {footer && (
          <tfoot>
            <tr>
              {columns.map(({ key, title, end }) => (
                <td key={key} className={end ? 'lp-end' : undefined}>
                  {footer[key] !== undefined && (
                    <>
                      <span className="lp-cell-title" aria-hidden="true">
                        {title}
                      </span>
                      <span className="lp-cell">{footer[key]}</span>
                    </>
                  )}
                </td>
              ))}
              {actions && <td />}
            </tr>
          </tfoot>
        )}
      </table>
    </section>
  )
  const pager = extent === 'whole' && <Pager next={next} by={afterWord} />
  if (!onPhone || sortable.length === 0)
    return (
      <>
        {table}
        {pager}
      </>
    )
  // Cards have no headings to press.
  const ways = sortable.flatMap(({ key, title }) => [
    { value: key, label: t.up(String(title)) },
    { value: `-${key}`, label: t.down(String(title)) },
  ])
  return (
    <>
      <ChoiceField
        label={t.order}
        name={word}
        value={sort ? `${sort.down ? '-' : ''}${sort.key}` : ''}
        onChange={order}
        options={[{ value: '', label: t.asGiven }, ...ways]}
      />
      {table}
      {pager}
    </>
  )
}
/** The word of the address that keeps behind which row a list stands whose order is kept in this word. */
export const afterOf = (sort: string): string => (sort === 'sort' ? 'after' : `${sort}-after`)
