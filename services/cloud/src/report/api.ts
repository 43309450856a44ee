import type { Column } from './column.ts'
import type { About, ListName } from './list.ts'

/*
 * What screens ask of reports (routes.ts says by which paths): which lists a person may read, and a page of one.
 */

export type { Cell, Column, Row, Words } from './column.ts'
export type { About, ListName } from './list.ts'
export type { PageView } from './page.ts'
export type { PartnerMoneyView } from './partner.ts'
export type { Telling } from './summaries.ts'
export type { SummaryView } from './summary-page.ts'

/** A list as a screen needs it: its columns, and by the values of which it can be narrowed. */
export type ListView = {
  readonly name: ListName
  readonly title: Column['title']
  readonly about: About
  readonly columns: readonly Column[]
  readonly filters: readonly string[]
  /** By which columns else than time it can be put in order: `sort=amountFen`, downwards `sort=-amountFen`; of at most 31 days. */
  readonly sorts: readonly string[]
}
/** `GET :base/reports`. */
export type ListsView = { readonly lists: readonly ListView[] }
