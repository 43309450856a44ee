import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { systemClock } from '@lanepay/domain/clock.ts'
import { NotPriceable, priceSteps, quoteBySchedule, quoteStay, type Stay } from '@lanepay/domain/tariff/tariff.ts'
import { differenceText } from '@lanepay/domain/tariff/told/difference.ts'
import { type Language, languageOf, sayings } from '@lanepay/domain/tariff/told/words.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { Told } from './keep.ts'
import { checked } from './tariff/check.ts'
import { explained, localText } from './tariff/explain.ts'
import { listFromHikvision } from './tariff/from-hikvision.ts'
import { colourIn, couponIn, insideIn, instantIn, lengthIn, paymentIn, percentIn } from './tariff/options.ts'
import { tablePicture } from './tariff/picture.ts'
import { type ListFile, listOfArea, readList, tariffOrTell } from './tariff/read.ts'
import { tableCsv, tableText } from './tariff/table.ts'
import { type Typed, typed } from './typed.ts'

const usage = `lanepay tariff check FILE
lanepay tariff explain FILE --in TIME --out TIME [--class CLASS] [--colour COLOUR] [--occupancy PERCENT]
                       [--paid TIME=YUAN]... [--coupon COUPON]... [--inside AREA=TIME/TIME]... [--area AREA]
lanepay tariff table FILE [--in TIME] [--up-to 24h] [--class CLASS] [--as text|csv|svg] [--area AREA]
lanepay tariff diff FILE FILE [--up-to 24h] [--area AREA]
lanepay tariff from-hikvision FILE [--free count|deduct]
all: [--lang zh-CN|en] [--into FILE]`

const options = {
  lang: { type: 'string' },
  in: { type: 'string' },
  out: { type: 'string' },
  class: { type: 'string' },
  colour: { type: 'string' },
  occupancy: { type: 'string' },
  paid: { type: 'string', multiple: true },
  coupon: { type: 'string', multiple: true },
  inside: { type: 'string', multiple: true },
  area: { type: 'string' },
  as: { type: 'string' },
  into: { type: 'string' },
  'up-to': { type: 'string' },
  free: { type: 'string' },
} as const

type Asked = {
  readonly files: readonly string[]
  readonly values: Typed<typeof options>['values']
  readonly language: Language
}

/** `lanepay tariff check|explain|table|diff|from-hikvision`: price lists for those who write them. Ends with 1 when one is wrong. */
export async function runTariff(args: readonly string[]): Promise<void> {
  const { values, positionals } = typed(args, options, usage)
  const language = languageOf(values.lang, process.env)
  if (!language) throw new Told(sayings.unknownLanguage.en)
  const [task = '', ...files] = positionals
  const run = { check, explain, table, diff, 'from-hikvision': fromHikvision }[task]
  if (!run) throw new Told(usage)
  const told = run({ files, values, language })
  if (values.into === undefined) console.log(told)
  else writeFileSync(values.into, `${told}\n`)
}

function listAsked({ files, values, language }: Asked): ListFile {
  if (files.length !== 1) throw new Told(`${sayings.whichFile[language]}\n${usage}`)
  return listOfArea(readList(files[0]!, language), values.area, language)
}

function check(asked: Asked): string {
  const { text, isRight } = checked(listAsked(asked), asked.language)
  if (!isRight) process.exitCode = 1
  return text
}

function fromHikvision({ files, values, language }: Asked): string {
  if (files.length !== 1) throw new Told(`${sayings.whichFile[language]}\n${usage}`)
  return listFromHikvision(files[0]!, values.free, language)
}

function explain(asked: Asked): string {
  const { values, language } = asked
  const file = listAsked(asked)
  const { timeZone } = tariffOrTell(file, language).document
  const at = (option: 'in' | 'out'): Instant => {
    const written = values[option]
    if (written === undefined) throw new Told(`--${option}: ${sayings.needed[language]}\n${usage}`)
    return instantIn(`--${option}`, written, timeZone, language)
  }
  // A stay in one area alone goes through none.
  if (values.area !== undefined && values.inside) throw new Told(usage)
  const inner = (values.inside ?? []).map((written) => insideIn('--inside', written, timeZone, language, file))
  const stay: Stay = {
    enteredAt: at('in'),
    at: at('out'),
    ...whoAsked(asked),
    payments: (values.paid ?? []).map((written) => paymentIn('--paid', written, timeZone, language)),
    coupons: (values.coupon ?? []).map((written) => couponIn('--coupon', written, timeZone, language)),
    ...(inner.length === 0 ? {} : { inner }),
  }
  const tariff = tariffOrTell(file, language, stay.enteredAt, stay.at)
  try {
    const quote = file.schedule ? quoteBySchedule(file.schedule, stay) : quoteStay(tariff, stay)
    const version = file.schedule?.find((one) => one.tariff === tariff)
    return explained(tariff, stay, quote, language, version?.from)
  } catch (error) {
    if (error instanceof NotPriceable) throw new Told(sayings.noPrice[language])
    throw error
  }
}

/** Who comes in: by class, or by the colour of the plate. */
const whoAsked = ({ values, language }: Asked): Pick<Stay, 'vehicleClass' | 'plateColour' | 'occupancyPercent'> => ({
  ...(values.class === undefined ? {} : { vehicleClass: values.class }),
  ...(values.colour === undefined ? {} : { plateColour: colourIn('--colour', values.colour, language) }),
  ...(values.occupancy === undefined ? {} : { occupancyPercent: percentIn('--occupancy', values.occupancy, language) }),
})

function table(asked: Asked): string {
  const { values, language } = asked
  const file = listAsked(asked)
  const { timeZone } = tariffOrTell(file, language).document
  const enteredAt = values.in === undefined ? tenToday(timeZone) : instantIn('--in', values.in, timeZone, language)
  const tariff = tariffOrTell(file, language, enteredAt)
  const steps = priceSteps(tariff, { enteredAt, ...whoAsked(asked) }, longestAsked(asked))
  const title = `${basename(file.name)}, ${sayings.enters[language]} ${localText(enteredAt, timeZone)}`
  if (values.as === undefined || values.as === 'text') return `${title}\n${tableText(tariff, steps, language)}`
  if (values.as === 'csv') return tableCsv(steps)
  if (values.as === 'svg') return tablePicture(tariff, steps, title, language)
  throw new Told(`--as ${values.as}: ${sayings.notAWay[language]}`)
}

const longestAsked = ({ values, language }: Asked): number => lengthIn('--up-to', values['up-to'] ?? '24h', language)

function tenToday(timeZone: string): Instant {
  const today = Temporal.Instant.fromEpochMilliseconds(systemClock.now()).toZonedDateTimeISO(timeZone).toPlainDate()
  return today.toZonedDateTime({ timeZone, plainTime: '10:00' }).epochMilliseconds as Instant
}

function diff(asked: Asked): string {
  const { files, values, language } = asked
  if (files.length !== 2) throw new Told(`${sayings.twoFiles[language]}\n${usage}`)
  const [before, after] = files.map((file) =>
    tariffOrTell(listOfArea(readList(file, language), values.area, language), language),
  )
  return differenceText(before!, after!, longestAsked(asked), language)
}
