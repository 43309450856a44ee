import type { KeyboardEvent, ReactNode } from 'react'

/** A column: what is shown of a row. `end` sets figures to the right; `plain` is left out of the phone's cards where there is nothing. */
export type TableColumn<Row> = {
  readonly key: string
  readonly title: ReactNode
  readonly show: (row: Row) => ReactNode
  readonly end?: boolean
}

const rowsOf = (element: Element) => [
  ...(element.closest('tbody')?.querySelectorAll<HTMLElement>('tr[tabindex]') ?? []),
]

/**
 * Rows under headings; on a phone each row is a card. Where rows can be opened, arrows go from row to row and Enter opens one. `footer` is
 * what it all adds up to.
 */
export function DataTable<Row>({
  label,
  columns,
  rows,
  rowKey,
  open,
  actions,
  footer,
}: {
  /** What the table is of, for whoever does not see it. */
  readonly label: string
  readonly columns: readonly TableColumn<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  readonly open?: (row: Row) => void
  /** Buttons of a row, in a last column. */
  readonly actions?: { readonly title: string; readonly show: (row: Row) => ReactNode }
  readonly footer?: Readonly<Record<string, ReactNode>>
}) {
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
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled sideways must be so by keyboard too
    <section className="lp-table" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map(({ key, title, end }) => (
              <th key={key} scope="col" className={end ? 'lp-end' : undefined}>
                {title}
              </th>
            ))}
            {actions && <th scope="col">{actions.title}</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
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
                <td>
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
}
