import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import { banksLike, tidyBranch } from '@lanepay/domain/applicant/branch.ts'
import type { Clock } from '@lanepay/domain/clock.ts'

/*
 * Branches by what a person types of their names: those that a channel lists (bank-lists.ts), and those that applications were approved with.
 */

export type BranchSearch = {
  /** Words, in the order in which the name has them; what is between may be left out: `工商银行福田` finds 中国工商银行股份有限公司深圳福田支行. */
  readonly text?: string
  /** Where it is, six digits (GB/T 2260); a branch of which that is not known is found everywhere. */
  readonly city?: string
  /** Whose the card is by its prefix: its branches come first. */
  readonly bank?: string | null
}
const atMost = 20

/** Full names, at most twenty, and behind them banks, for whoever has no name of a branch yet. */
export async function searchBranches(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  { text = '', city, bank = null }: BranchSearch,
): Promise<readonly string[]> {
  const typed = tidyBranch(text)
  if (typed === '' && (bank === null || city === undefined)) return []
  const short = bank === null ? null : bank.replace(/^(?:中国|上海)/, '')
  const wanted = typed === '' ? `${short}` : typed
  const found = await database.reference.query<{ name: string }>(selectBranches, [
    ...[patternOf(wanted), city ?? null, short === null ? null : patternOf(short), atMost],
  ])
  // What nobody has read yet is read next: whoever types finds it a moment later.
  if (city !== undefined)
    await database.reference.query(hastenReading, [city, `${typed} ${bank ?? ''}`, instantOut(clock.now())])
  return [...found.map(({ name }) => name), ...(typed === '' ? [] : banksLike(typed))]
}

/** Its characters in their order, whatever is between them. */
const patternOf = (text: string): string => `%${[...text].map((one) => one.replace(/[\\%_]/, '\\$&')).join('%')}%`

const selectBranches: Statement = {
  name: 'select-bank-branches',
  text: `
  select b.name
    from bank_branch b
    left join bank_city c on c.code = b.city_code
   where b.name like $1 and ($2::text is null or c.area_code is null or c.area_code = $2)
   order by $3::text is not null and b.name like $3 desc, b.name
   limit $4`,
}
const hastenReading: Statement = {
  name: 'hasten-bank-reading',
  text: `
  update bank_reading r set due_at = 'epoch'
    from bank b, bank_city c
   where b.code = r.bank_code and c.code = r.city_code and c.area_code = $1 and strpos($2, b.alias) > 0
     and r.read_at is null and r.due_at <= $3 and r.due_at > 'epoch'`,
}
/** One that an application was approved with: known from then on. */
export const keepBranch: Statement = {
  name: 'keep-bank-branch',
  text: 'insert into bank_branch (name) values ($1) on conflict (name) do nothing',
}
