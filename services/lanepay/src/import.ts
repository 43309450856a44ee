import { readFileSync } from 'node:fs'
import { codeHeadings } from '@lanepay/cloud/moving/import-codes.ts'
import { lotHeadings } from '@lanepay/cloud/moving/import-lots.ts'
import { type Take, takes } from '@lanepay/cloud/moving/lines.ts'
import { moving } from '@lanepay/cloud/moving/move.ts'
import { readSheet, type Sheet } from '@lanepay/cloud/sheet/sheet.ts'
import { lotNamed } from '@lanepay/cloud/staff/door.ts'
import type { Who } from '@lanepay/cloud/staff/route.ts'
import { type ListName, listNames, type Text } from '@lanepay/cloud/vehicle/api.ts'
import { changingVehicles, type VehicleDeps } from '@lanepay/cloud/vehicle/change.ts'
import { headings } from '@lanepay/cloud/vehicle/import.ts'
import { importing } from '@lanepay/cloud/vehicle/import-file.ts'
import { listedHeadings } from '@lanepay/cloud/vehicle/import-listed.ts'
import { sheetFaults } from '@lanepay/cloud/vehicle/import-table.ts'
import { type ProductRow, selectProducts } from '@lanepay/cloud/vehicle/store.ts'
import { refusalTexts } from '@lanepay/cloud/vehicle/words.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { readOrTell } from './config.ts'
import { byDatabase } from './database-clock.ts'
import { keptSecrets, Told } from './keep.ts'
import { keptClock } from './kept-clock.ts'
import { openLiveData } from './live-data.ts'
import { fileLanguage, typed } from './typed.ts'

const kinds = ['lots', 'codes', 'cards', ...listNames] as const
type Kind = (typeof kinds)[number]
const usage = `lanepay import lots|codes FILE --by WHO [--take right|all] [--lang zh-CN|en]
lanepay import cards|${listNames.join('|')} FILE --lot LOTNUMBER --by WHO [--product NAME] [--take right|all] [--lang zh-CN|en]
  FILE: .xlsx or CSV. Without --take it is only looked at
  --take right: all lines without a mistake; all: every line, or nothing where one is wrong
  --product: of cards whose line names none`
/** Apart from the cloud processes, which count from 0, and from other commands. */
const nodeNumber = 1015

type Line = {
  readonly line: number
  readonly about: string
  readonly does: string
  readonly field: string | null
  readonly why: Text | null
}
type Report = { readonly fault: Text | null; readonly lines: readonly Line[]; readonly taken: number }

/** `lanepay import`: what another platform has had, out of tables. Ends with 1 when a line is wrong. */
export async function runImport(args: readonly string[]): Promise<void> {
  const { kind, file, by, lot, product, take, language } = readArgs(args)
  const sheet = sheetOrTell(file, language)
  const settings = readOrTell()
  const houseKey = Buffer.from(settings.houseKey ?? keptSecrets(settings.home).houseKey)
  const data = await openLiveData(settings)
  try {
    const clock = await byDatabase(data.database, keptClock(settings.home))
    const deps = {
      ...{ database: data.database, clock, newId: idMaker(() => clock.now(), nodeNumber), houseKey },
      publicUrl: settings.publicUrl ?? `http://localhost:${settings.httpPort}`,
    }
    const who: Who = { staffId: null, account: by, role: 'server', address: '', lookId: null }
    const report =
      kind === 'lots' || kind === 'codes'
        ? await moving(deps)[kind](who, sheet, take)
        : await vehicles(deps, { kind, lot, product, language, who }, sheet, take)
    if (report.fault) throw new Told(`${file}: ${report.fault[language]}`)
    console.log(reportSays(report, kind, language, take))
    if (report.lines.some(({ does }) => does === 'wrong')) process.exitCode = 1
  } finally {
    await data.close()
  }
}

type Language = keyof Text

async function vehicles(
  deps: VehicleDeps,
  asked: {
    readonly kind: 'cards' | ListName
    readonly lot: string | undefined
    readonly product: string | undefined
    readonly language: Language
    readonly who: Who
  },
  sheet: Sheet,
  take: Take,
): Promise<Report> {
  const found = await lotNamed(deps.database, asked.lot)
  if (!found) throw new Told('--lot: the number of a lot that is open here')
  const { from, kind } = { from: importing(deps, changingVehicles(deps)), kind: asked.kind }
  const by = { ...found, who: asked.who }
  const product = asked.product === undefined ? '' : await productOf(deps, found.lot, asked.product)
  const done = kind === 'cards' ? await from.cards(by, sheet, product, take) : await from.listed(by, sheet, kind, take)
  if (!done.ok)
    throw new Told(
      done.error.kind === 'lot-decides-itself'
        ? { zh: '这个车场的名单由它自己的收费软件管理。', en: 'The software of this lot keeps its lists itself.' }[
            asked.language
          ]
        : refusalTexts(done.error)[asked.language],
    )
  const { lines, ...rest } = done.value
  return {
    ...rest,
    lines: lines.map((one) => ({
      ...{ line: one.line, does: one.does, field: one.field ?? null, why: one.why },
      about: 'card' in one ? `${one.card} ${one.plates.join(' ')}` : one.plate,
    })),
  }
}

async function productOf(
  { database }: VehicleDeps,
  { bucket, lotId }: { readonly bucket: number; readonly lotId: number },
  name: string,
): Promise<string> {
  const products = await database.of(bucket).query<ProductRow>(selectProducts, [bucket, lotId])
  const product = products.find((one) => one.name === name)
  if (!product)
    throw new Told(`--product: one of ${products.map((one) => one.name).join(', ') || 'the lot has none yet'}`)
  return product.id
}

const columnNames: Readonly<Record<Kind, Readonly<Record<string, readonly [string, string, ...string[]]>>>> = {
  ...{ lots: lotHeadings, codes: codeHeadings, cards: headings },
  ...{ free: listedHeadings, guests: listedHeadings, blocked: listedHeadings },
}
const doesWords: Readonly<Record<string, Text>> = {
  opens: { zh: '新开', en: 'opens' },
  puts: { zh: '新增', en: 'adds' },
  changes: { zh: '修改', en: 'changes' },
  nothing: { zh: '不变', en: 'nothing' },
  wrong: { zh: '错误', en: 'wrong' },
}

/** Line by line, and what it comes to. */
function reportSays({ lines, taken }: Report, kind: Kind, language: Language, take: Take): string {
  const zh = language === 'zh'
  const said = lines.map(({ line, about, does, field, why }) => {
    const column = field === null ? '' : `${columnNames[kind][field]?.[zh ? 0 : 1] ?? field}: `
    const start = `${zh ? `第 ${line} 行` : `line ${line}`}  ${doesWords[does]![language]}  ${about}`
    return why === null ? start : `${start}  ${column}${why[language]}`
  })
  const wrong = lines.filter(({ does }) => does === 'wrong').length
  const count = zh ? `共 ${lines.length} 行，${wrong} 行有错` : `${lines.length} lines, ${wrong} wrong`
  const isHeld = take === 'all' && wrong > 0
  const end =
    take === 'look'
      ? {
          zh: '只是查看，没有写入。加 --take right 或 --take all 写入。',
          en: 'Only looked at: nothing is changed. --take right or --take all takes it.',
        }
      : isHeld
        ? { zh: '有错误，没有写入任何一行。', en: 'One is wrong, so nothing is taken.' }
        : { zh: `已写入 ${taken} 项。`, en: `${taken} taken.` }
  return [...said, `${count}${zh ? '；' : '. '}${end[language]}`].join('\n')
}

function sheetOrTell(file: string, language: Language): Sheet {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    throw new Told(`${file}: ${(error as Error).message}`)
  }
  const sheet = readSheet(bytes)
  if (!sheet.ok) throw new Told(`${file}: ${sheetFaults[sheet.error][language]}`)
  return sheet.value
}

function readArgs(args: readonly string[]) {
  const text = { type: 'string' } as const
  const { values, positionals } = typed(args, { lot: text, by: text, product: text, take: text, lang: text }, usage)
  const kind = kinds.find((one) => one === positionals[0])
  const file = positionals[1]
  const take: Take | undefined = values.take === undefined ? 'look' : takes.find((one) => one === values.take)
  const { lot, by, product } = values
  if (!kind || file === undefined || positionals.length > 2 || !take) throw new Told(usage)
  if (by === undefined || !/^[^\p{Cc}]{1,60}$/u.test(by)) throw new Told(`--by: who does this, for the trail\n${usage}`)
  const language = fileLanguage(values.lang, usage)
  const isOfLot = kind !== 'lots' && kind !== 'codes'
  if (isOfLot !== (lot !== undefined)) throw new Told(usage)
  return { kind, file, by, lot, product, take, language } as const
}
