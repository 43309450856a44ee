import { isDay } from '@lanepay/domain/applicant/id-number.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'

/*
 * Public holidays of the mainland, a year each, as the General Office of the State Council announces them every autumn for the year to come:
 * days off, and weekend days that are worked for them. They follow no rule, so a year that is not here is not known. `LANEPAY_HOLIDAYS_FILE`
 * adds years, or replaces one.
 */
const Day = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$' })
export const HolidayYear = Type.Object(
  {
    year: Type.Integer({ minimum: 2000, maximum: 2999 }),
    source: Type.String({ minLength: 1, maxLength: 200 }),
    /** Days off, each `first` or `first/last`. */
    off: Type.Array(Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d(?:/\\d{4}-\\d\\d-\\d\\d)?$' }), { maxItems: 40 }),
    worked: Type.Array(Day, { maxItems: 40 }),
  },
  { additionalProperties: false },
)
export type HolidayYear = Static<typeof HolidayYear>

export const knownHolidays: readonly HolidayYear[] = [
  {
    year: 2025,
    source: '国务院办公厅关于2025年部分节假日安排的通知 (国办发明电〔2024〕12号)',
    off: [
      ...['2025-01-01', '2025-01-28/2025-02-04', '2025-04-04/2025-04-06', '2025-05-01/2025-05-05'],
      ...['2025-05-31/2025-06-02', '2025-10-01/2025-10-08'],
    ],
    worked: ['2025-01-26', '2025-02-08', '2025-04-27', '2025-09-28', '2025-10-11'],
  },
  {
    year: 2026,
    source: '国务院办公厅关于2026年部分节假日安排的通知 (国办发明电〔2025〕7号)',
    off: [
      ...['2026-01-01/2026-01-03', '2026-02-15/2026-02-23', '2026-04-04/2026-04-06', '2026-05-01/2026-05-05'],
      ...['2026-06-19/2026-06-21', '2026-09-25/2026-09-27', '2026-10-01/2026-10-07'],
    ],
    worked: ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
  },
]

const file = Compile(Type.Array(HolidayYear, { maxItems: 100 }))

/** Reads a file of years, as `LANEPAY_HOLIDAYS_FILE` names it: every mistake at once, with its place. */
export function parseHolidays(
  unchecked: unknown,
): Result<readonly HolidayYear[], readonly { readonly field: string; readonly rule: string }[]> {
  if (!file.Check(unchecked))
    return err(
      [...file.Errors(unchecked)].map(({ instancePath, message }) => ({ field: instancePath || '/', rule: message })),
    )
  const mistakes = unchecked.flatMap(({ year, off, worked }, at) =>
    [
      ...off.map((one, nth) => [`off/${nth}`, one] as const),
      ...worked.map((one, nth) => [`worked/${nth}`, one] as const),
    ]
      .filter(([, stretch]) => {
        const [first = '', last = first] = stretch.split('/')
        return ![first, last].every((day) => isDay(day) && day.startsWith(`${year}-`)) || last < first
      })
      .map(([place]) => ({ field: `/${at}/${place}`, rule: `a day of ${year}, or the first and the last of several` })),
  )
  return mistakes.length > 0 ? err(mistakes) : ok(unchecked)
}
