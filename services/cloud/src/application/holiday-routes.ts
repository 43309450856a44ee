import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { WholeFileQuery } from '../report/file-ask.ts'
import { rowsWith, sendTable } from '../report/table-file.ts'
import { acting, may } from '../staff/route.ts'
import { HolidayParams, HolidaysAsk, type HolidaysReadView, type HolidaysView } from './api.ts'
import { refuseApplication } from './errors.ts'
import { holidayColumns, holidayRow } from './holiday-file.ts'
import { holidayYears, keepYear } from './kept-holidays.ts'
import type { ApplicationDeps } from './parts.ts'
import { readHolidays } from './read-holidays.ts'
import { calendarOf, dayInChina, missingYear } from './working-days.ts'

/** The public holidays, as persons of the platform keep them. The contract is `api.ts`. */
export function holidayRoutes(deps: ApplicationDeps): FastifyPluginAsync {
  const { database, clock } = deps
  return async (untyped) => {
    const server = untyped.withTypeProvider<TypeBoxTypeProvider>()
    const keeps = may('holidays.keep', 'platform')
    server.get('/api/platform/holidays', keeps, async (): Promise<HolidaysView> => {
      const years = await holidayYears(database)
      const today = dayInChina(clock.now())
      return { years, missing: missingYear(calendarOf(years), today), year: Number(today.slice(0, 4)) }
    })
    server.get(
      '/api/platform/holidays-file',
      { ...keeps, schema: { querystring: WholeFileQuery } },
      async ({ query }, reply) => {
        const rows = rowsWith(holidayColumns, (await holidayYears(database)).map(holidayRow), query)
        const name = query.lang === 'en' ? 'Public holidays' : '放假安排'
        return sendTable(reply, { file: 'holidays', name, columns: holidayColumns }, [rows], query, clock.now())
      },
    )
    server.post(
      '/api/platform/holidays/:year',
      { ...keeps, schema: { params: HolidayParams, body: HolidaysAsk } },
      async (request, reply): Promise<HolidaysReadView | FastifyReply> => {
        const year = Number(request.params.year)
        const { text, source, take } = request.body
        if (take === 'look') return { lines: readHolidays(year, text).lines, kept: false }
        const kept = await keepYear(deps, acting(request, 'platform').who, year, { text, source })
        if (kept.ok) return { lines: kept.value, kept: true }
        const { error } = kept
        return refuseApplication(
          reply,
          error.kind,
          error.kind === 'holidays-wrong' ? { rule: `line ${error.line.line}: ${error.line.wrong}` } : {},
        )
      },
    )
  }
}
