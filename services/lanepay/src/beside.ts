import { besideStays } from '@lanepay/cloud/bolink/beside.ts'
import { selectSystem } from '@lanepay/cloud/lot/store.ts'
import { compareStays, sumsOf } from '@lanepay/cloud/moving/compare.ts'
import { comparedSays } from '@lanepay/cloud/moving/says.ts'
import { dayAfter, dayOf, isDay, startOf } from '@lanepay/cloud/reconciliation/day.ts'
import { lotNamed } from '@lanepay/cloud/staff/door.ts'
import { selectNewestVersion, type VersionRow } from '@lanepay/cloud/tariff/store.ts'
import { listsOf } from '@lanepay/cloud/vehicle/lists.ts'
import { readKept } from '@lanepay/cloud/vehicle/store.ts'
import type { Database } from '@lanepay/database/database.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { parseSchedule, type Schedule } from '@lanepay/domain/tariff/tariff.ts'
import type { Instant, LotKey } from '@lanepay/domain/types.ts'
import { readOrTell } from './config.ts'
import { Told } from './keep.ts'
import { openLiveData } from './live-data.ts'
import { readList, tariffOrTell } from './tariff/read.ts'
import { fileLanguage, typed } from './typed.ts'

const usage = `lanepay beside LOTNUMBER [--from DAY] [--until DAY] [--tariff FILE] [--lang zh-CN|en]
  what the stays that another platform charged would have cost with us
  --from, --until: days like 2026-11-01 at Beijing; from the first, up to and without the last. Left out: yesterday
  --tariff: a price list to be tried; left out, the one that the lot's page has published`

/** `lanepay beside LOTNUMBER`: holds our price list and lists against what another platform charges at a lot. Changes nothing. */
export async function runBeside(args: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const
  const { values, positionals } = typed(args, { from: text, until: text, tariff: text, lang: text }, usage)
  const today = dayOf(systemClock.now())
  const { from = dayOf(startOf(today) - 1), until = values.from === undefined ? today : dayAfter(today) } = values
  if (positionals.length !== 1) throw new Told(usage)
  const lang = fileLanguage(values.lang, usage)
  if (!isDay(from)) throw new Told('--from: a day like 2026-11-01')
  if (!isDay(until)) throw new Told('--until: a day like 2026-11-01')
  const data = await openLiveData(readOrTell())
  try {
    const { database } = data
    const lot = (await lotNamed(database, positionals[0]))?.lot
    if (!lot) throw new Told(`LOTNUMBER: a lot that is open here\n${usage}`)
    const schedule = values.tariff === undefined ? await published(database, lot) : tried(values.tariff, lang)
    const stays = await besideStays(database, lot, startOf(from), startOf(until))
    const compared = compareStays(schedule, await listsHere(database, lot), stays)
    console.log(comparedSays(compared, sumsOf(compared), lang))
  } finally {
    await data.close()
  }
}

async function published(database: Database, lot: LotKey): Promise<Schedule> {
  const [row] = await database.of(lot.bucket).query<VersionRow>(selectNewestVersion, [lot.bucket, lot.lotId])
  if (!row) throw new Told(`lot ${lot.lotId} has no published price list: name one with --tariff\n${usage}`)
  const schedule = parseSchedule(row.schedule)
  if (!schedule.ok) throw new Error(`what lot ${lot.lotId} has published is no price list`)
  return schedule.value
}

/** From the first day on, where the file has no versions. */
function tried(file: string, lang: 'zh' | 'en'): Schedule {
  const language = lang === 'zh' ? 'zh-CN' : 'en'
  const list = readList(file, language)
  const tariff = tariffOrTell(list, language)
  return list.schedule ?? [{ from: 0 as Instant, carsInside: 'old', tariff }]
}

async function listsHere(database: Database, lot: LotKey) {
  const db = database.of(lot.bucket)
  const [about] = await db.query<{ system: string }>(selectSystem, [lot.bucket, lot.lotId])
  if (about?.system !== 'agent')
    throw new Told(`lot ${lot.lotId} is run by its own software: nothing is to be compared`)
  return listsOf({ capacity: null, ...(await readKept(db, lot)) }, 0, systemClock.now())
}
