import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { up } from '@lanepay/lot-systems/bolink/up.ts'
import { chinaTime } from '@lanepay/lot-systems/values.ts'
import type { FastifyPluginAsync } from 'fastify'
import { seal, unseal } from '../driver/sealed.ts'
import type { Book } from './book.ts'
import { type BookedStay, sumsOf, yuan } from './figures.ts'
import { done, type Services, service, texts } from './service.ts'
import { dropDayPages, insertDayPage, selectShiftOn, takeDayPage } from './store.ts'

/*
 * The figures of a shift or a day, for the software of a lot to show to whoever ends it (bolink-protocol.md 7.1, query_park_dailyorder):
 * an address that opens once.
 */

const purpose = 'bolink-day-page'
const dayMs = 24 * 3_600_000
/** China's clock. */
const aheadMs = 8 * 3_600_000
/** So much is asked for at once. */
const longestMs = 31 * dayMs
/** An address that nobody has opened by then opens no more. */
const goodForMs = 10 * 60_000

export type DayFigures = {
  readonly lotName: string
  /** Instants in ms. */
  readonly fromMs: number
  readonly untilMs: number
  readonly entries: number
  readonly ended: readonly BookedStay[]
  /** Paid and given back by phone in that time, as texts in yuan. */
  readonly byPhone: { readonly count: number; readonly ele_pay_total: string; readonly ele_refund: string }
}

/** Asks for such an address, and opens it. */
export function dayPages(options: {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  readonly houseKey: Buffer
  readonly publicUrl: string
  readonly book: Book
  readonly lotName: (lot: LotKey) => Promise<string>
}): { readonly services: Services; readonly routes: FastifyPluginAsync; round(): Promise<void> } {
  const { database, clock, newId, houseKey, publicUrl, book, lotName } = options

  /** Where nothing is asked for: since the shift began that is on, else today. */
  const beginOf = async ({ bucket, lotId }: LotKey, now: number): Promise<number> => {
    const [shift] = await database
      .of(bucket)
      .query<{ started_at: string }>(selectShiftOn, [bucket, lotId, now - dayMs, now])
    return shift ? Number(shift.started_at) : Math.floor((now + aheadMs) / dayMs) * dayMs - aheadMs
  }

  const figures = async (lot: LotKey, fromMs: number, untilMs: number): Promise<DayFigures> => {
    const time = { fromMs, untilMs, atMostMs: longestMs }
    const [begun, ended, byPhone] = await Promise.all([
      book.staysBetween(lot, time, true),
      book.staysBetween(lot, time, false),
      book.between(lot, fromMs, untilMs, 1, longestMs),
    ])
    return {
      ...{ lotName: await lotName(lot), fromMs, untilMs, entries: begun!.length, ended: ended!, byPhone: byPhone! },
    }
  }

  return {
    services: {
      query_park_dailyorder: service(up.query_park_dailyorder, async (from, said) => {
        const now = clock.now()
        const fromMs = said.start_time === undefined ? await beginOf(from, now) : said.start_time * 1000
        const untilMs = said.end_time === undefined ? now : said.end_time * 1000
        if (untilMs < fromMs || untilMs - fromMs > longestMs) return { state: 0, errmsg: texts.badData }
        const id = newId()
        const { bucket, lotId } = from
        await database
          .of(bucket)
          .query(insertDayPage, [bucket, lotId, id, ...[fromMs, untilMs, now + goodForMs].map((ms) => instantOut(ms))])
        const once = seal(purpose, { bucket, lotId, id }, houseKey)
        return { order_url: `${publicUrl}/bpd/dailyorder?once=${once}`, ...done }
      }),
    },
    routes: async (server) => {
      server.get<{ Querystring: { once?: string } }>('/bpd/dailyorder', async (request, reply) => {
        const language = /^en\b/i.test(request.headers['accept-language'] ?? '') ? 'en' : 'zh'
        const asked = unseal(purpose, request.query.once, houseKey) as (LotKey & { id: string }) | null
        const [page] =
          asked === null
            ? []
            : await database
                .of(asked.bucket)
                .query<{ from_at: number; until_at: number }>(takeDayPage, [
                  ...[asked.bucket, asked.lotId, asked.id, instantOut(clock.now())],
                ])
        reply
          .headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' })
          .headers({ 'referrer-policy': 'no-referrer' })
          .headers({ 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" })
          .type('text/html; charset=utf-8')
        if (!asked || !page) return reply.code(410).send(html(words[language].over, '', language))
        return reply.send(dayHtml(await figures(asked, page.from_at, page.until_at), language))
      })
    },
    async round(): Promise<void> {
      for (const { db, buckets } of database.nodes) await db.query(dropDayPages, [buckets, instantOut(clock.now())])
    },
  }
}

const words = {
  zh: {
    title: '车场日报',
    over: '该链接已打开过或已过期，请在收费软件中重新查询。',
    until: '至',
    lines: {
      entries: '入场（辆）',
      exits: '出场（辆）',
      receivable: '应收（元）',
      paid: '出场车辆手机支付（元）',
      cash: '现金（元，以收费软件上传为准）',
      reduced: '优惠减免（元）',
      owed: '未付离场（元）',
      payments: '本时段手机支付（笔）',
      phone: '本时段手机支付（元）',
      back: '其中退款（元）',
    },
    ways: { how: '结算方式', count: '辆', receivable: '应收（元）' },
  },
  en: {
    title: 'Figures of the lot',
    over: 'This address was opened before, or is too old: ask for it again in the charging software.',
    until: 'until',
    lines: {
      entries: 'Entries',
      exits: 'Exits',
      receivable: 'Receivable (yuan)',
      paid: 'Paid by phone, of those that left (yuan)',
      cash: 'Cash, as the charging software says (yuan)',
      reduced: 'Reductions (yuan)',
      owed: 'Left without paying (yuan)',
      payments: 'Payments by phone in this time',
      phone: 'Paid by phone in this time (yuan)',
      back: 'Of it given back (yuan)',
    },
    ways: { how: 'Settled by', count: 'Vehicles', receivable: 'Receivable (yuan)' },
  },
} as const

/** The page, in one of both languages; times by China's clock. Ways of settling are the protocol's own words (`pay_type`). */
export function dayHtml(figures: DayFigures, language: 'zh' | 'en'): string {
  const { lines, ways, until, title } = words[language]
  const { entries, ended, byPhone, lotName, fromMs, untilMs } = figures
  const sums = sumsOf(ended)
  const rows: readonly (readonly [string, string | number])[] = [
    ...([
      [lines.entries, entries],
      [lines.exits, sums.count],
      [lines.receivable, yuan(sums.receivableFen)],
    ] as const),
    ...([
      [lines.paid, yuan(sums.paidFen)],
      [lines.cash, yuan(sums.cashFen)],
    ] as const),
    ...([
      [lines.reduced, yuan(sums.reducedFen)],
      [lines.owed, yuan(sums.owedFen)],
    ] as const),
    ...([
      [lines.payments, byPhone.count],
      [lines.phone, byPhone.ele_pay_total],
      [lines.back, byPhone.ele_refund],
    ] as const),
  ]
  const settled = [...Map.groupBy(ended, ({ exit_how }) => exit_how ?? '—')].map(([how, stays]) => {
    const { count, receivableFen } = sumsOf(stays)
    return [how, count, yuan(receivableFen)]
  })
  const row = (cells: readonly (string | number)[]) =>
    `<tr>${cells.map((cell) => `<td>${text(cell)}</td>`).join('')}</tr>`
  const time = `${chinaTime(fromMs)} ${until} ${chinaTime(untilMs)}`
  const head = `<tr><th>${ways.how}</th><th>${ways.count}</th><th>${ways.receivable}</th></tr>`
  return html(
    `${title} · ${lotName}`,
    `<p>${text(time)}</p><table>${rows.map(row).join('')}</table><table>${head}${settled.map(row).join('')}</table>`,
    language,
  )
}

const text = (said: string | number): string => String(said).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
const html = (title: string, body: string, language: 'zh' | 'en'): string =>
  `<!doctype html><html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
  `<title>${text(title)}</title><style>body{font:16px/1.6 sans-serif;margin:2rem}td,th{padding:.2rem 1.5rem .2rem 0;text-align:left}table{margin-bottom:1.5rem}</style>` +
  `<h1>${text(title)}</h1>${body}</html>`
