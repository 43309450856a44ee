import type { About, Column, ListName, ListsView, ListView, PageView, Row } from '@lanepay/cloud/report/api.ts'
import { Button, Input } from 'antd'
import { type ReactNode, useState } from 'react'
import { useLocation } from 'wouter'
import { useAddress } from './address.ts'
import { useAsk } from './ask.ts'
import { cellOf, isFigure } from './cell.tsx'
import { ExportButtons } from './export.tsx'
import { Choice, Field } from './field.tsx'
import { useLot } from './here.tsx'
import { language, useTexts } from './language.ts'
import { OrderField } from './order.tsx'
import { Answered, Empty, Page, ProblemBox } from './page.tsx'
import { Pager } from './pager.tsx'
import { PeriodFields, usePeriod } from './period.tsx'
import { onPhone } from './phone.ts'
import { dayAfter, yuanText } from './shown.tsx'
import { sortOf } from './sorted.ts'
import { DataTable } from './table.tsx'

const texts = {
  zh: {
    any: '全部',
    search: '查找',
    clear: '清除条件',
    rows: (count: number) => `共 ${count} 条`,
    counting: '正在合计…',
    none: '这段时间没有记录',
    noneFiltered: '没有符合条件的记录',
    noneHow: '换一段时间，或清除条件再看。',
    not: '您的角色看不到这份清单。',
    byTime: '超过 31 天的时间段只能按时间排序。',
  },
  en: {
    any: 'All',
    search: 'Search',
    clear: 'Clear the filters',
    rows: (count: number) => (count === 1 ? '1 row' : `${count} rows`),
    counting: 'Adding up…',
    none: 'Nothing in this period',
    noneFiltered: 'Nothing fits these filters',
    noneHow: 'Choose another period, or clear the filters.',
    not: 'Your role does not see this list.',
    byTime: 'A period of more than 31 days is sorted by time only.',
  },
}

type Shown = {
  /** Of the reports (services/cloud/src/report/lists.ts). */
  readonly list: ListName
  readonly about: About
  /** Where a row leads, as a path of the console; undefined: nowhere. */
  readonly open?: (row: Row) => string | undefined
  /** Columns that are left out on the screen; files have them all. */
  readonly without?: readonly string[]
  /** Cells shown in another way than their column says. */
  readonly show?: Readonly<Record<string, (row: Row) => ReactNode>>
  /** Buttons of a row. */
  readonly actions?: { readonly title: string; readonly show: (row: Row) => ReactNode }
  /** Filters that always hold, and are not shown. */
  readonly always?: Readonly<Record<string, string>>
  /** In place of what an empty list says: what to do first. */
  readonly empty?: ReactNode
}

/** A page that is one list of the reports: its name is the list's. `top` stands above the filters, `actions` beside the name. */
export function ListPage({
  title,
  lead,
  top,
  actions,
  ...shown
}: Omit<Shown, 'actions'> & {
  readonly title: string
  readonly lead?: ReactNode
  readonly top?: ReactNode
  readonly actions?: ReactNode
}) {
  return (
    <Page title={title} {...(lead ? { lead } : {})} {...(actions ? { actions } : {})}>
      {top}
      <ListOf {...shown} />
    </Page>
  )
}

/**
 * A list of the reports: from one definition its filters, columns, order, pages, totals and files. All of what it shows is in the address;
 * pages go forward by the key of their last row, and back by the browser.
 */
export function ListOf(shown: Shown) {
  const t = useTexts(texts)
  const lists = useAsk<ListsView>('~/reports')
  return (
    <Answered ask={lists}>
      {(answer) => {
        const view = answer.lists.find(({ name }) => name === shown.list)
        return view ? <Rows view={view} {...shown} /> : <Empty title={t.not} />
      }}
    </Answered>
  )
}

function Rows({
  view,
  list,
  about,
  open,
  without = [],
  show = {},
  actions,
  always = {},
  empty,
}: Shown & { view: ListView }) {
  const t = useTexts(texts)
  const said = language.use()
  const [, go] = useLocation()
  const { words } = useAddress()
  const period = usePeriod()
  const chosenLot = useLot()
  const filters = view.filters.filter((key) => !(key in always))
  const given = Object.fromEntries(filters.flatMap((key) => (words[key] ? [[key, words[key]]] : [])))
  const order = words.order === 'asc' ? 'asc' : 'desc'
  const asked = { ...period, ...given, ...always, order, lot: chosenLot }
  // The server puts what is of a month at most in the order of a column; a file is in that of time.
  const isShort = dayAfter(period.from, 31) >= period.until
  const sorts = isShort ? view.sorts : []
  const sort = sortOf(words.sort, sorts)
  const path = `~/reports/${about}/${list}`
  const page = useAsk<PageView>(
    path,
    {
      ...asked,
      sort: sort ? words.sort : undefined,
      only: 'rows',
      after: words.after,
      limit: onPhone ? 20 : undefined /* a card is taller than a row */,
    },
    { keepsOld: true },
  )
  // Of a month with a million rows it takes seconds to add them up: the rows are there before.
  const all = useAsk<PageView>(words.after === undefined ? path : null, { ...asked, only: 'totals' })
  const totals = words.after === undefined ? all.data?.totals : undefined
  const columns = view.columns.filter(({ key }) => !without.includes(key))
  const isFiltered = Object.keys(given).length > 0
  const way = open
  return (
    <>
      <Filters key={JSON.stringify(given)} view={view} filters={filters} given={given} isSorted={sort !== null} />
      {!isShort && view.sorts.length > 0 && <p className="lp-hint">{t.byTime}</p>}
      <Answered ask={page}>
        {({ rows, next }) => (
          <>
            <div className="lp-head">
              <p className="lp-lead" role="status">
                {totals ? t.rows(totals.rows) : all.isFetching ? t.counting : ''}
              </p>
              <div className="lp-actions">
                <ExportButtons path={`~/exports/${list}`} words={asked} />
              </div>
            </div>
            {rows.length === 0 ? (
              isFiltered || !empty ? (
                <Empty title={isFiltered ? t.noneFiltered : t.none}>
                  <p>{t.noneHow}</p>
                </Empty>
              ) : (
                empty
              )
            ) : (
              <DataTable
                label={view.title[said]}
                extent="page"
                rows={rows}
                rowKey={(row) => rows.indexOf(row).toString()}
                columns={columns.map((column) => ({
                  key: column.key,
                  title: column.title[said],
                  end: isFigure(column),
                  asks: sorts.includes(column.key),
                  show: show[column.key] ?? ((row: Row) => cellOf(column, row[column.key] ?? null, said)),
                }))}
                {...(way
                  ? {
                      open: (row: Row) => {
                        const to = way(row)
                        if (to !== undefined) go(to)
                      },
                    }
                  : {})}
                {...(actions ? { actions } : {})}
                {...(totals && columns.some(({ total }) => total) ? { footer: totalsOf(columns, totals) } : {})}
              />
            )}
            {all.error && <ProblemBox problem={all.error} again={() => void all.refetch()} />}
            <Pager next={next} />
          </>
        )}
      </Answered>
    </>
  )
}

const totalsOf = (columns: readonly Column[], totals: Row): Readonly<Record<string, ReactNode>> =>
  Object.fromEntries(
    columns
      .filter(({ total }) => total)
      .map(({ key, kind }) => [key, kind === 'fen' ? yuanText(Number(totals[key] ?? 0)) : String(totals[key] ?? 0)]),
  )

/** What the list is narrowed by. Words of the code are chosen by their names, all else is typed and searched for with Enter. */
function Filters({
  view,
  filters,
  given,
  isSorted,
}: {
  readonly view: ListView
  readonly filters: readonly string[]
  readonly given: Readonly<Record<string, string>>
  readonly isSorted: boolean
}) {
  const t = useTexts(texts)
  const said = language.use()
  const { set } = useAddress()
  const period = usePeriod()
  const [typed, setTyped] = useState(given)
  const search = (changed: Readonly<Record<string, string>>) => {
    const words = { ...typed, ...changed }
    setTyped(words)
    set({ ...Object.fromEntries(filters.map((key) => [key, words[key]?.trim()])), ...period, after: undefined })
  }
  return (
    <form
      className="lp-filters"
      onSubmit={(event) => {
        event.preventDefault()
        search({})
      }}
    >
      <PeriodFields period={period} />
      {filters.map((key) => {
        const column = view.columns.find((one) => one.key === key)
        const title = column?.title[said] ?? key
        return (
          <Field key={key} label={title} name={key}>
            {(props) =>
              column?.words ? (
                <Choice
                  {...props}
                  value={typed[key] ?? ''}
                  onChange={(value) => search({ [key]: value })}
                  options={[
                    { value: '', label: t.any },
                    ...Object.entries(column.words).map(([value, names]) => ({ value, label: names[said] })),
                  ]}
                />
              ) : (
                <Input
                  {...props}
                  maxLength={64}
                  allowClear={false}
                  value={typed[key] ?? ''}
                  onChange={({ target }) => setTyped({ ...typed, [key]: target.value })}
                />
              )
            }
          </Field>
        )
      })}
      <OrderField isSorted={isSorted} />
      <Button type="primary" htmlType="submit">
        {t.search}
      </Button>
      {Object.keys(given).length > 0 && (
        <Button onClick={() => set(Object.fromEntries([...filters, 'after'].map((key) => [key, undefined])))}>
          {t.clear}
        </Button>
      )}
    </form>
  )
}
