import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import { setFlagsFromString } from 'node:v8'
import { filtersOf, monthOf, oneOf, periodOf, type Wrong } from '@lanepay/cloud/report/ask.ts'
import type { Sink } from '@lanepay/cloud/report/book.ts'
import {
  booksForms,
  deliverBooks,
  deliverList,
  deliverSummaries,
  type Form,
  listForms,
} from '@lanepay/cloud/report/deliver.ts'
import { listNames } from '@lanepay/cloud/report/list.ts'
import { listOf } from '@lanepay/cloud/report/lists.ts'
import { NobodyReads, sinkOf } from '@lanepay/cloud/report/sink.ts'
import { tellings } from '@lanepay/cloud/report/summaries.ts'
import type { Whose } from '@lanepay/cloud/report/whose.ts'
import { lotNamed, lotsOf } from '@lanepay/cloud/staff/door.ts'
import type { Database } from '@lanepay/database/database.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import type { Result } from '@lanepay/domain/result.ts'
import { readOrTell } from './config.ts'
import { Told } from './keep.ts'
import { openLiveData } from './live-data.ts'
import { fileLanguage, typed } from './typed.ts'

const usage = `lanepay export LIST (--lot LOTNUMBER | --operator NUMBER) --from DAY --until DAY [--as xlsx|csv] [--only FILTER=VALUE]... --to FILE
lanepay export summaries (--lot LOTNUMBER | --operator NUMBER) --from DAY --until DAY [--by day|month] [--of all|lot|lane|channel|attendant|product] --to FILE
lanepay export books MONTH (--lot LOTNUMBER | --operator NUMBER) [--as xlsx|zip] --to FILE
  LIST: ${listNames.join(', ')}
  --from, --until: days like 2026-11-01 at Beijing; from the first, up to and without the last. MONTH: like 2026-11
  --to: left out, it goes to the standard output
  --lang en: heads and words in English; Chinese without it. --without-plates: leaves the plates out`
/** Whoever pipes it into a slow place is waited for. */
const patienceMs = 3_600_000

const options = {
  lot: { type: 'string' },
  operator: { type: 'string' },
  from: { type: 'string' },
  until: { type: 'string' },
  as: { type: 'string' },
  only: { type: 'string', multiple: true },
  by: { type: 'string' },
  of: { type: 'string' },
  lang: { type: 'string' },
  to: { type: 'string' },
  'without-plates': { type: 'boolean' },
} as const

/** `lanepay export LIST`, `lanepay export books MONTH`: what the console's export gives, into a file. */
export async function runExport(args: readonly string[]): Promise<void> {
  // Nothing else runs in this process, so it may collect its garbage early: half the memory, and hardly any more time.
  setFlagsFromString('--optimize-for-size')
  const { what, period, words, lot, operator, as, language, plates, to, by, of } = readArgs(args)
  if (to === undefined && process.stdout.isTTY && as !== 'csv') throw new Told('--to: the file to write')
  const data = await openLiveData(readOrTell())
  try {
    const whose = await whoseOf(data.database, lot, operator)
    const delivery = { whose, plates, language, form: as, at: systemClock.now() } as const
    const deliver = async (sink: Sink) => {
      if (what === 'books') return deliverBooks(data.database, period, delivery, sink)
      if (what === 'summaries') return deliverSummaries(data.database, { ...period, by, of }, delivery, sink)
      const list = listOf(what)
      const filters = orTell(filtersOf(list, words, { plates }))
      return deliverList(data.database, { list, ...period, filters, order: 'asc' }, delivery, sink)
    }
    if (to === undefined) await deliver(sinkOf(process.stdout, patienceMs))
    else await wholeFile(to, (stream) => deliver(sinkOf(stream, patienceMs)))
  } catch (error) {
    // `| head` has seen enough; a disk is full.
    if (error instanceof NobodyReads) throw new Told(error.message)
    throw error
  } finally {
    await data.close()
  }
}

/** A file that has its name when all of it is there, and not before. */
async function wholeFile(file: string, write: (stream: WriteStream) => Promise<void>): Promise<void> {
  const part = `${file}.part`
  const stream = createWriteStream(part)
  const failed = once(stream, 'error').then(([error]) => {
    throw new Told(`--to: ${(error as Error).message}`)
  })
  try {
    await Promise.race([failed, write(stream)])
    stream.end()
    await Promise.race([failed, finished(stream)])
    await rename(part, file)
  } catch (error) {
    stream.destroy()
    await rm(part, { force: true })
    throw error
  }
}

async function whoseOf(database: Database, lot: string | undefined, operator: string | undefined): Promise<Whose> {
  if (lot !== undefined) {
    const found = await lotNamed(database, lot)
    if (!found) throw new Told('--lot: a lot that is open here')
    return { operatorId: found.operatorId, lots: [found.lot], whole: false }
  }
  const operatorId = operator ?? ''
  const lots = /^[1-9]\d{0,17}$/.test(operatorId) ? await lotsOf(database, operatorId) : []
  if (lots.length === 0) throw new Told('--operator: the number of an operator that has a lot here')
  return { operatorId, lots, whole: true }
}

function readArgs(args: readonly string[]) {
  const { values, positionals } = typed(args, options, usage)
  const [first, month, ...more] = positionals
  const what = (['books', 'summaries', ...listNames] as const).find((name) => name === first)
  if (what === undefined || more.length > 0 || (what === 'books') !== (month !== undefined)) throw new Told(usage)
  if ((values.lot === undefined) === (values.operator === undefined)) throw new Told(`--lot or --operator\n${usage}`)
  const forms: readonly Form[] = what === 'books' ? booksForms : listForms
  const as = forms.find((form) => form === (values.as ?? 'xlsx'))
  if (!as) throw new Told(`--as: one of ${forms.join(', ')}`)
  const language = fileLanguage(values.lang, usage)
  const words = Object.fromEntries(
    (values.only ?? []).map((one) => {
      const at = one.indexOf('=')
      if (at < 1) throw new Told('--only: FILTER=VALUE')
      return [one.slice(0, at), one.slice(at + 1)]
    }),
  )
  const { lot, operator, from, until } = values
  const by = orTell(oneOf({ by: values.by }, 'by', ['day', 'month'], 'day'))
  const of = orTell(oneOf({ of: values.of }, 'of', tellings, 'lot'))
  return {
    ...{ what, words, by, of, lot, operator, as, language, to: values.to, plates: values['without-plates'] !== true },
    period: orTell(what === 'books' ? monthOf(month!) : periodOf({ from, until })),
  }
}

function orTell<T>(result: Result<T, Wrong>): T {
  if (!result.ok) throw new Told(`${result.error.field}: ${result.error.rule}`)
  return result.value
}
