import type { Database, Statement } from '@lanepay/database/database.ts'
import type { Order } from '../report/both-ways.ts'
import { cursorIn, cursorOut } from '../report/cursor.ts'
import type {
  AccountsView,
  AccountView,
  LotLine,
  LotsView,
  OneOperatorView,
  OperatorLine,
  OperatorsView,
} from './api.ts'
import {
  type AccountRow,
  countLots,
  type LotFoundRow,
  type OperatorRow,
  selectAccountsOf,
  selectAccountsPage,
  selectLastBills,
  selectLots,
  selectLotsByName,
  selectLotsByNumber,
  selectLotsOfOperator,
  selectLotsOfOperatorLike,
  selectOperatorNames,
  selectOperators,
  selectOperatorsByName,
  selectOperatorsByNumber,
  selectTroubledAccounts,
} from './list-store.ts'

/* Lists over everything, a page at a time by key: a page costs the same whether there are a hundred lots or ten thousand. */

type Asked = { readonly search?: string; readonly after?: string; readonly limit?: string; readonly order?: Order }
const usualLimit = 50
const limitOf = ({ limit }: Asked): number => Number(limit ?? usualLimit)

/** Letters, one and two at a time, as the index has them (name_grams): of a name that has this in it, all of these are. */
export function gramsOf(term: string): readonly string[] {
  const letters = [...term]
  if (letters.length === 1) return letters
  return [...new Set(letters.slice(1).map((letter, at) => `${letters[at]}${letter}`))]
}

/** All numbers that begin with these digits, of at most so many. `1` of two: 1 to 1, 10 to 19. */
export function rangesOf(
  digits: string,
  longest: number,
): { readonly low: readonly string[]; readonly high: readonly string[] } {
  const more = Array.from({ length: Math.max(0, longest - digits.length + 1) }, (_, at) => at)
  return {
    low: more.map((at) => digits + '0'.repeat(at)),
    high: more.map((at) => digits + '9'.repeat(at)),
  }
}

/** Lists stand by number unless the newest are to come first. */
const orderOf = ({ order }: Asked): Order => order ?? 'asc'

/** Where a page ended, or the beginning; anything else than what we said is the beginning too. `most`: no number is so high. */
function afterIn(asked: Asked, most = '9223372036854775807'): string {
  const [key] = asked.after === undefined ? [] : (cursorIn(asked.after, 1) ?? [])
  return typeof key === 'string' && /^\d{1,18}$/.test(key) && BigInt(key) < BigInt(most)
    ? key
    : orderOf(asked) === 'asc'
      ? '0'
      : most
}
const mostInt4 = '2147483647'

/** One more than a page is asked for: so it is known whether there is a next one. */
function pageOf<Row>(rows: readonly Row[], limit: number, key: (row: Row) => string | number) {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { page, next: rows.length > limit && last !== undefined ? cursorOut([String(key(last))]) : null }
}

const isNumber = (term: string) => /^[1-9]\d*$/.test(term)
const termOf = ({ search }: Asked): string => (search ?? '').trim().toLowerCase()

export async function operatorsList(database: Database, asked: Asked): Promise<OperatorsView> {
  const limit = limitOf(asked)
  const start = [afterIn(asked), limit + 1]
  const term = termOf(asked)
  const rows = await database.reference.query<OperatorRow>(
    ...((): [Statement, unknown[]] => {
      const order = orderOf(asked)
      if (term === '') return [selectOperators[order], start]
      if (!isNumber(term)) return [selectOperatorsByName[order], [...start, gramsOf(term), term]]
      const { low, high } = rangesOf(term, 18)
      return [selectOperatorsByNumber[order], [...start, low, high]]
    })(),
  )
  const { page, next } = pageOf(rows, limit, (row) => row.operator_id)
  return { operators: await linesOf(database, page), next }
}

async function linesOf(database: Database, rows: readonly OperatorRow[]): Promise<readonly OperatorLine[]> {
  const ids = rows.map(({ operator_id }) => operator_id)
  const counts = await lotsOf(database, ids)
  const accounts = await accountsOf(database, ids)
  return rows.map(({ operator_id: operator, name, created_at: since }) => ({
    ...{ operator, name, since, lots: counts.get(operator) ?? 0 },
    channels: accounts.filter((one) => one.active && one.operator_id === operator).map(({ channel }) => channel),
  }))
}

const accountsOf = (database: Database, operators: readonly string[]): Promise<AccountRow[]> =>
  database.reference.query<AccountRow>(selectAccountsOf, [operators])

async function lotsOf(database: Database, operators: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for (const { db } of database.nodes)
    for (const row of await db.query<{ operator_id: string; lots: number }>(countLots, [operators]))
      counts.set(row.operator_id, (counts.get(row.operator_id) ?? 0) + row.lots)
  return counts
}

export async function lotsList(database: Database, asked: Asked & { readonly operator?: string }): Promise<LotsView> {
  const limit = limitOf(asked)
  const start = [afterIn(asked, mostInt4), limit + 1]
  const term = termOf(asked)
  const order = orderOf(asked)
  const { operator } = asked
  const [statement, values] = ((): [Statement, unknown[]] => {
    if (operator !== undefined)
      return term === ''
        ? [selectLotsOfOperator[order], [...start, operator]]
        : [selectLotsOfOperatorLike[order], [...start, operator, term.replace(/[\\%_]/g, '\\$&')]]
    if (term === '') return [selectLots[order], start]
    if (!isNumber(term)) return [selectLotsByName[order], [...start, gramsOf(term), term]]
    const { low, high } = rangesOf(term, 7)
    return [selectLotsByNumber[order], [...start, low, high]]
  })()
  const found = (await Promise.all(database.nodes.map(({ db }) => db.query<LotFoundRow>(statement, values)))).flat()
  const { page, next } = pageOf(
    found.sort((a, b) => (order === 'asc' ? a.lot_id - b.lot_id : b.lot_id - a.lot_id)),
    limit,
    (row) => row.lot_id,
  )
  const names = await namesOf(database, page)
  const lots: readonly LotLine[] = page.map((row) => ({
    ...{ lot: row.lot_id, name: row.name, operator: row.operator_id, operatorName: names.get(row.operator_id) ?? '' },
    ...{ system: row.system, platformFeeBasisPoints: row.platform_fee_basis_points, since: row.created_at },
  }))
  return { lots, next }
}

async function namesOf(
  database: Database,
  rows: readonly { operator_id: string }[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(rows.map(({ operator_id }) => operator_id))]
  const named = await database.reference.query<OperatorRow>(selectOperatorNames, [ids])
  return new Map(named.map(({ operator_id, name }) => [operator_id, name]))
}

export async function accountsList(
  database: Database,
  asked: Omit<Asked, 'search'> & { readonly troubled?: 'yes' },
): Promise<AccountsView> {
  const limit = limitOf(asked)
  const statement = (asked.troubled ? selectTroubledAccounts : selectAccountsPage)[orderOf(asked)]
  const rows = await database.reference.query<AccountRow>(statement, [afterIn(asked, mostInt4), limit + 1])
  const { page, next } = pageOf(rows, limit, (row) => row.account_id)
  return { accounts: await accountViews(database, page), next }
}

async function accountViews(database: Database, rows: readonly AccountRow[]): Promise<readonly AccountView[]> {
  const ids = rows.map(({ account_id }) => account_id)
  const bills = new Map<number, string>()
  for (const { db } of database.nodes)
    for (const { account_id: id, day } of await db.query<{ account_id: number; day: string }>(selectLastBills, [ids]))
      if (day > (bills.get(id) ?? '')) bills.set(id, day)
  return rows.map((row) => ({
    ...{ account: row.account_id, operator: row.operator_id, operatorName: row.operator_name, channel: row.channel },
    merchant: shown(row.merchant),
    ...{ channelFeeBasisPoints: row.channel_fee_basis_points, payout: row.payout, active: row.active },
    ...{ goodAt: row.good_at, troubleAt: row.trouble_at, trouble: row.trouble },
    lastBillDay: bills.get(row.account_id) ?? null,
  }))
}

/** Numbers that channels print on contracts; an authorisation token is nobody's business. */
const shown = ({ subMchid, sellerId, smid }: AccountRow['merchant']): AccountView['merchant'] => ({
  ...(subMchid ? { subMchid } : {}),
  ...(sellerId ? { sellerId } : {}),
  ...(smid ? { smid } : {}),
})

export async function oneOperator(database: Database, operator: string): Promise<OneOperatorView | null> {
  const [row] = await database.reference.query<OperatorRow>(selectOperatorNames, [[operator]])
  if (!row) return null
  return {
    ...{ operator, name: row.name, since: row.created_at },
    lots: (await lotsOf(database, [operator])).get(operator) ?? 0,
    accounts: await accountViews(database, await accountsOf(database, [operator])),
  }
}
