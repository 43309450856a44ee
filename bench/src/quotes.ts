import { readFileSync } from 'node:fs'
import {
  NotPriceable,
  parseTariff,
  priceStay,
  quoteStay,
  type Stay,
  type Tariff,
} from '@lanepay/domain/tariff/tariff.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { type Figure, median } from './figures.ts'

const staysEach = 500
const rounds = 3
const roundSeconds = 0.05
const day = 86_400

type Published = {
  readonly id: string
  readonly timeZone: string
  readonly currency: string
  readonly calendar?: object
  readonly model: object
  readonly cases: readonly { readonly vehicle: string }[]
}

/**
 * Quotes a second of one core, on the median of the published price lists: whole quotes (price, what is due, until when) of
 * stays under a day, without their lines. With them: how much dearer the lines make a quote; and how much dearer a year is
 * than a day, both priced alone. All of a list is measured in turns, so that a busy machine slows them alike.
 */
export async function quotes(): Promise<Figure & { readonly alongside: Readonly<Record<string, Figure>> }> {
  const results = priceLists().map(({ id, tariff, vehicle }) => ({ id, ...measured(tariff, vehicle) }))
  for (const { id, perSecond, alone, linesFor, yearForDay } of results)
    console.log(
      `${id.padEnd(34)} ${perSecond.toFixed(0)} quotes/s, ${alone.toFixed(0)} prices/s; lines ${linesFor.toFixed(2)}x, a year ${yearForDay === null ? 'beyond the list' : `${yearForDay.toFixed(1)}x a day`}`,
    )
  const of = (values: readonly (number | null)[]): number => median(values.filter((value) => value !== null))
  return {
    figure: of(results.map(({ perSecond }) => perSecond)),
    bar: 300_000,
    alongside: {
      'a year for a day': { figure: of(results.map(({ yearForDay }) => yearForDay)), bar: 30, atMost: true },
      'lines for none': { figure: of(results.map(({ linesFor }) => linesFor)), bar: 4, atMost: true },
    },
  }
}

function priceLists() {
  const file = new URL('../../conformance/vectors/tariffs.json', import.meta.url)
  const { tariffs } = JSON.parse(readFileSync(file, 'utf8')) as { readonly tariffs: readonly Published[] }
  return tariffs.map(({ id, timeZone, currency, calendar, model, cases }) => {
    const parsed = parseTariff({ timeZone, currency, ...(calendar ? { calendar } : {}), ...model })
    if (!parsed.ok) throw new Error(`${id}: ${JSON.stringify(parsed.error)}`)
    return { id, tariff: parsed.value, vehicle: cases[0]!.vehicle }
  })
}

function measured(tariff: Tariff, vehicleClass: string) {
  const stays = staysOf(tariff, vehicleClass)
  const lasting = (seconds: number): readonly Stay[] | null => {
    const list = stays.slice(0, 100).map((stay) => ({ ...stay, at: later(stay.enteredAt, seconds) }))
    return list.every((stay) => isPriceable(tariff, stay)) ? list : null
  }
  const [days, years] = [lasting(day), lasting(365 * day)]
  const turns = Array.from({ length: rounds }, () => ({
    unexplained: secondsEach(stays, (stay) => quoteStay(tariff, stay, { explained: false })),
    explained: secondsEach(stays, (stay) => quoteStay(tariff, stay)),
    alone: secondsEach(stays, (stay) => priceStay(tariff, stay)),
    day: days && secondsEach(days, (stay) => priceStay(tariff, stay)),
    year: years && secondsEach(years, (stay) => priceStay(tariff, stay)),
  }))
  return {
    perSecond: median(turns.map(({ unexplained }) => 1 / unexplained)),
    alone: median(turns.map(({ alone }) => 1 / alone)),
    linesFor: median(turns.map(({ explained, unexplained }) => explained / unexplained)),
    yearForDay: days && years && median(turns.map((turn) => turn.year! / turn.day!)),
  }
}

/** Stays of up to a day that begin at any second of a year, as many times the same in every run. */
function staysOf(tariff: Tariff, vehicleClass: string): Stay[] {
  const start = Date.parse('2025-01-01T00:00:00+08:00') as Instant
  const random = repeatable(20250305)
  const stays: Stay[] = []
  while (stays.length < staysEach) {
    const enteredAt = later(start, Math.floor(random() * 365 * day))
    const stay = { enteredAt, at: later(enteredAt, 1 + Math.floor(random() * (day - 1))), vehicleClass }
    // One published list ends after some hours.
    if (isPriceable(tariff, stay)) stays.push(stay)
  }
  return stays
}

function isPriceable(tariff: Tariff, stay: Stay): boolean {
  try {
    return priceStay(tariff, stay) >= 0
  } catch (error) {
    if (error instanceof NotPriceable) return false
    throw error
  }
}

const later = (from: Instant, seconds: number): Instant => (from + seconds * 1000) as Instant

/** Processor time of this process for one of these, everything it needs included. */
function secondsEach(stays: readonly Stay[], ask: (stay: Stay) => unknown): number {
  const usedSeconds = (): number => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  }
  const from = usedSeconds()
  for (let asked = 0; ; ) {
    for (const stay of stays) ask(stay)
    asked += stays.length
    const used = usedSeconds() - from
    if (used >= roundSeconds) return used / asked
  }
}

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function repeatable(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
