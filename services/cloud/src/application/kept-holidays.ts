import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import type { Who } from '../staff/route.ts'
import { noteLine, placeOf } from '../staff/trail.ts'
import type { HolidayLineView, HolidayYearView } from './api.ts'
import { knownHolidays } from './holidays.ts'
import { readHolidays } from './read-holidays.ts'
import { type Calendar, calendarOf } from './working-days.ts'

/* The holidays that persons of the platform have put, in every process at once: they are read where they are needed. */

type YearRow = {
  year: number
  source: string
  off: readonly string[]
  worked: readonly string[]
  by_account: string
  changed_at: number
}
const yearColumns = 'year, source, off, worked, by_account, changed_at'
const selectYears: Statement = {
  name: 'select-holiday-years',
  text: `select ${yearColumns} from holiday_year order by year`,
}
const lockYear: Statement = {
  name: 'lock-holiday-year',
  text: `select ${yearColumns} from holiday_year where year = $1 for update`,
}
const putYear: Statement = {
  name: 'put-holiday-year',
  text: `
  insert into holiday_year (${yearColumns}) values ($1, $2, $3, $4, $5, $6)
  on conflict (year) do update set source = excluded.source, off = excluded.off, worked = excluded.worked,
         by_account = excluded.by_account, changed_at = excluded.changed_at`,
}

/** Every year that is known, the newest first; of a year that was put, not what came with the program. */
export async function holidayYears(database: Database): Promise<readonly HolidayYearView[]> {
  const rows = await database.reference.query<YearRow>(selectYears, [])
  const years = new Map(knownHolidays.map((one) => [one.year, { ...one, put: null } as HolidayYearView]))
  for (const { year, source, off, worked, by_account, changed_at } of rows)
    years.set(year, { ...{ year, source, off, worked }, put: { by: by_account, at: changed_at } })
  return [...years.values()].sort((a, b) => b.year - a.year)
}
export const keptCalendar = async (database: Database): Promise<Calendar> => calendarOf(await holidayYears(database))

export type HolidayRefusal =
  | { readonly kind: 'holidays-wrong'; readonly line: HolidayLineView }
  | { readonly kind: 'holidays-empty' | 'source-missing' }

/** Keeps a year as it was copied, in the place of what was there, with its line in the trail; where one line is wrong, nothing. */
export async function keepYear(
  deps: {
    readonly database: Database
    readonly houseKey: Uint8Array
    readonly newId: () => Id
    readonly clock: { now(): Instant }
  },
  who: Who,
  year: number,
  asked: { readonly text: string; readonly source: string },
): Promise<Result<readonly HolidayLineView[], HolidayRefusal>> {
  const { database, houseKey, newId, clock } = deps
  const { lines, off, worked } = readHolidays(year, asked.text)
  const line = lines.find(({ does }) => does === 'wrong')
  if (line) return err({ kind: 'holidays-wrong', line })
  if (off.length === 0) return err({ kind: 'holidays-empty' })
  const source = asked.source.trim()
  if (source === '') return err({ kind: 'source-missing' })
  const said = (one: { readonly off: readonly string[]; readonly worked: readonly string[] }) =>
    `off ${one.off.join(' ')}; worked ${one.worked.join(' ')}`
  await twiceIfUnknown(() =>
    database.of(placeOf(null).bucket).transaction(async (tx) => {
      const now = clock.now()
      const [before] = await tx.query<YearRow>(lockYear, [year])
      // The same put again changes nothing, and is no act.
      if (before && before.source === source && said(before) === said({ off, worked })) return
      await tx.query(putYear, [year, source, off, worked, who.account, instantOut(now)])
      await noteLine(tx, { houseKey, newId, now }, placeOf(null), who, {
        ...{ act: 'holidays.keep', operatorId: null, about: `holidays ${year}`, reason: source },
        ...{ before: before ? said(before) : '', after: said({ off, worked }) },
      })
    }),
  )
  return ok(lines)
}
