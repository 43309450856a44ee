/*
 * Public holidays of the mainland, a year each, as the General Office of the State Council announces them every autumn for the year to come:
 * days off, and weekend days that are worked for them. They follow no rule, so a year that is neither here nor kept (`kept-holidays.ts`) is not
 * known.
 */
export type HolidayYear = {
  readonly year: number
  /** Which announcement says so. */
  readonly source: string
  /** Days off, each `first` or `first/last`. */
  readonly off: readonly string[]
  readonly worked: readonly string[]
}

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
