import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { type LotPlan, parseLotPlan } from '../lot/provision.ts'
import type { Sheet } from '../sheet/sheet.ts'
import type { Text } from '../vehicle/api.ts'
import { columnsOf, type Headings, text } from '../vehicle/import-table.ts'
import { type MovedLine, rowsOf } from './lines.ts'

/*
 * Lots and their lanes out of one table: a line is a lane, with the lot it belongs to. What is said of a lot stands on its first line; on
 * the others it may stand again. A lot goes in whole or not at all, and nothing that is there is taken away by a file.
 */

type Field =
  | ('lot' | 'bucket' | 'name' | 'phone' | 'operator' | 'operatorName' | 'fee')
  | ('lane' | 'laneName' | 'direction' | 'channel')
export const lotHeadings: Headings<Field> = {
  lot: ['车场编号', 'Lot', '车场号', 'lot number'],
  bucket: ['桶', 'Bucket'],
  name: ['车场名称', 'Lot name', '车场'],
  phone: ['客服电话', 'Help phone', '联系电话', '电话'],
  operator: ['运营方编号', 'Operator', 'operator number'],
  operatorName: ['运营方', 'Operator name', '运营方名称', '物业公司'],
  fee: ['平台费率', 'Platform fee', '费率'],
  lane: ['通道编号', 'Lane', '通道号', 'lane number'],
  laneName: ['通道名称', 'Lane name', '通道'],
  direction: ['方向', 'Direction', '进出', '类型'],
  channel: ['通道代码', 'Channel', '通道ID', 'channel_id'],
}
const needed: readonly Field[] = ['lot', 'lane', 'laneName', 'direction']

/** A lot that is here already. */
export type LotThere = {
  readonly bucket: number
  readonly name: string
  readonly helpPhone: string | null
  readonly operatorId: string
  readonly platformFeeBasisPoints: number
  readonly lanes: LotPlan['lanes']
}
export type There = {
  readonly lots: ReadonlyMap<number, LotThere>
  /** By their numbers. An operator that is here keeps its name. */
  readonly operators: ReadonlyMap<string, string>
}
/** A lot as it shall be; `does` of the whole. Where its bucket is not said, whoever opens it finds one. */
export type LotMove = { readonly does: 'opens' | 'changes'; readonly plan: LotPlan; readonly hasBucket: boolean }
export type LotsImported = {
  readonly fault: Text | null
  readonly lines: readonly MovedLine[]
  readonly moves: readonly LotMove[]
}

const directions: Readonly<Record<string, LotPlan['lanes'][number]['direction']>> = {
  ...{ 入口: 'entry', 进: 'entry', 入: 'entry', entry: 'entry', in: 'entry' },
  ...{ 出口: 'exit', 出: 'exit', exit: 'exit', out: 'exit' },
  ...{ 出入口: 'both', 进出: 'both', 双向: 'both', both: 'both' },
}

type Wrong = { readonly field: Field; readonly why: Text }
type Row = { readonly line: number; readonly cell: (field: Field) => string }
type Lane = LotPlan['lanes'][number]

/** The lots and operators that a table names, to be looked up. */
export function namedLots(sheet: Sheet): {
  readonly lots: ReadonlySet<number>
  readonly operators: ReadonlySet<string>
} {
  const { columns } = columnsOf(sheet[0] ?? [], lotHeadings, needed)
  const rows = [...rowsOf(sheet, columns)]
  const those = (field: Field, pattern: RegExp) =>
    rows.map(({ cell }) => cell(field)).filter((one) => pattern.test(one))
  return {
    lots: new Set(those('lot', /^[1-9]\d{0,6}$/).map(Number)),
    operators: new Set(those('operator', /^[1-9]\d{0,17}$/)),
  }
}

/** What each line of the table would do, decided against all that is there. The same file again does nothing. */
export function importLots(there: There, sheet: Sheet): LotsImported {
  const { columns, fault } = columnsOf(sheet[0] ?? [], lotHeadings, needed)
  if (fault) return { fault, lines: [], moves: [] }
  const lines: MovedLine[] = []
  const moves: LotMove[] = []
  for (const [number, rows] of Map.groupBy(rowsOf(sheet, columns), ({ cell }) => cell('lot'))) {
    const { wrong, lanes, plan, hasBucket } = lotOf(there, number, rows)
    const known = there.lots.get(Number(number))
    const isSameLot = known !== undefined && plan !== null && isSame(known, plan)
    const firstWrong = [...wrong.keys()].sort((a, b) => a - b)[0]
    let changes = !isSameLot
    for (const [n, { line, cell }] of rows.entries()) {
      const about = `${number} ${cell('lane')} ${cell('laneName')}`.trim()
      const mistake = wrong.get(line)
      if (mistake || firstWrong !== undefined) {
        const { field, why } = mistake ?? {
          field: null,
          why: text(`同一车场第 ${firstWrong} 行有错。`, `Line ${firstWrong} of the same lot is wrong.`),
        }
        lines.push({ line, about, does: 'wrong', field, why })
        continue
      }
      const lane = lanes[n]!
      const before = known?.lanes.find(({ id }) => id === lane.id)
      const isSameLane = before !== undefined && isLane(before, lane)
      changes ||= !isSameLane
      const does = known === undefined ? 'opens' : before === undefined ? 'puts' : 'changes'
      lines.push({ line, about, does: isSameLane && (isSameLot || n > 0) ? 'nothing' : does, field: null, why: null })
    }
    if (plan && firstWrong === undefined && changes) moves.push({ does: known ? 'changes' : 'opens', plan, hasBucket })
  }
  return { fault: null, lines: lines.sort((a, b) => a.line - b.line), moves }
}

const isLane = (a: Lane, b: Lane) =>
  a.name === b.name && a.direction === b.direction && (a.channel ?? null) === (b.channel ?? null)
const isSame = (lot: LotThere, plan: LotPlan): boolean =>
  lot.name === plan.name && lot.helpPhone === (plan.helpPhone ?? null)

/** One lot of the table: its plan, or what is wrong by its lines. */
function lotOf(there: There, number: string, rows: readonly Row[]) {
  const wrong = new Map<number, Wrong>()
  const say = (line: number, field: Field, zh: string, en: string) => {
    if (!wrong.has(line)) wrong.set(line, { field, why: text(zh, en) })
  }
  const first = rows[0]!.line
  const known = there.lots.get(Number(number))
  /** What is said of the lot: once, or the same each time. */
  const said = (field: Field): string => {
    const told = rows.filter(({ cell }) => cell(field) !== '')
    const other = told.find(({ cell }) => cell(field) !== told[0]!.cell(field))
    if (other)
      say(other.line, field, '与同一车场前面的行不一致。', 'It is not what a line before it says of the same lot.')
    return told[0]?.cell(field) ?? ''
  }
  if (!/^[1-9]\d{0,6}$/.test(number))
    say(first, 'lot', '车场编号是 1 到 9999999 的整数。', 'A lot is numbered from 1 to 9999999.')
  const [name, phone, operator] = [said('name'), said('phone'), said('operator')]
  const operatorId = operator === '' ? (known?.operatorId ?? '') : operator
  const operatorName = there.operators.get(operatorId) ?? said('operatorName')
  if (known && operatorId !== known.operatorId)
    say(
      first,
      'operator',
      `车场 ${number} 属于运营方 ${known.operatorId}。`,
      `Lot ${number} is operator ${known.operatorId}'s.`,
    )
  const bucket = said('bucket')
  if (known && bucket !== '' && bucket !== String(known.bucket))
    say(first, 'bucket', `车场 ${number} 在桶 ${known.bucket} 中。`, `Lot ${number} lives in bucket ${known.bucket}.`)
  const fee = feeIn(said('fee'))
  if (!fee.ok) say(first, 'fee', ...rules.fee)
  if (known && fee.ok && fee.value !== null && fee.value !== known.platformFeeBasisPoints)
    say(first, 'fee', '已开通车场的费率不能用文件修改。', 'The fee of a lot that is open is not changed by a file.')
  const lanes = rows.map(({ line, cell }): Lane => {
    const direction = directions[cell('direction').toLowerCase()]
    if (!direction) say(line, 'direction', ...rules.direction)
    const id = /^\d{1,3}$/.test(cell('lane')) ? Number(cell('lane')) : 0
    if (id === 0) say(line, 'lane', ...rules.lane)
    const channel = cell('channel') === '' ? known?.lanes.find((lane) => lane.id === id)?.channel : cell('channel')
    return {
      ...{ id, name: cell('laneName'), direction: direction ?? 'both' },
      ...(channel === undefined ? {} : { channel }),
    }
  })
  for (const [n, { id }] of lanes.entries())
    if (id > 0 && lanes.findIndex((lane) => lane.id === id) < n)
      say(rows[n]!.line, 'lane', '前面的行已有这个通道。', 'A line before it has this lane.')
  const helpPhone = phone === '' ? (known?.helpPhone ?? undefined) : phone
  const parsed = parseLotPlan({
    ...{
      bucket: known?.bucket ?? Number(bucket),
      number: Number(number),
      name: name === '' ? (known?.name ?? '') : name,
    },
    platformFeeBasisPoints: fee.ok ? (fee.value ?? known?.platformFeeBasisPoints ?? 0) : 0,
    ...(helpPhone === undefined ? {} : { helpPhone }),
    ...{ operator: { id: operatorId, name: operatorName }, accounts: [], lanes },
  })
  if (!parsed.ok && wrong.size === 0)
    for (const mistake of parsed.error) {
      const [, lane, of] = /^\/lanes\/(\d+)\/(\w+)/.exec(mistake.field) ?? []
      const field = of === undefined ? (ofPlan[mistake.field] ?? 'lot') : of === 'name' ? 'laneName' : (of as Field)
      say(rows[Number(lane ?? 0)]!.line, field, ...rules[field])
    }
  if (!known && fee.ok && fee.value === null && wrong.size === 0)
    say(
      first,
      'fee',
      '新开的车场要写平台费率，不收写 0%。',
      'A lot that is opened says its platform fee, 0% if it is none.',
    )
  return { wrong, lanes, plan: parsed.ok ? parsed.value : null, hasBucket: bucket !== '' }
}
const ofPlan: Readonly<Record<string, Field>> = {
  ...{
    '/bucket': 'bucket',
    '/name': 'name',
    '/helpPhone': 'phone',
    '/operator/id': 'operator',
    '/operator/name': 'operatorName',
  },
}

/** What each column must hold; of a lot as a whole, how many lanes it has. */
const rules: Readonly<Record<Field, readonly [zh: string, en: string]>> = {
  lot: ['一个车场有 1 到 200 条通道。', 'A lot has 1 to 200 lanes.'],
  bucket: ['桶是 0 到 255 的整数。', 'A bucket is numbered from 0 to 255.'],
  name: ['新开的车场要写名称，最多 60 个字。', 'A lot that is new needs a name, of 60 characters at most.'],
  phone: ['电话是 5 到 20 位数字，可含 +、- 和空格。', 'A telephone is 5 to 20 digits, +, - and spaces.'],
  operator: [
    '新开的车场要写运营方编号，1 到 18 位整数。',
    'A lot that is new needs its operator, a number of 1 to 18 digits.',
  ],
  operatorName: [
    '新的运营方要写名称，最多 60 个字。',
    'An operator that is new needs a name, of 60 characters at most.',
  ],
  fee: ['费率写成 0.6% 这样，最多 30%。', 'A fee is written like 0.6%, 30% at most.'],
  lane: ['通道编号是 1 到 999 的整数。', 'A lane is numbered from 1 to 999.'],
  laneName: ['通道要写名称，最多 40 个字。', 'A lane needs a name, of 40 characters at most.'],
  direction: ['方向是入口、出口或出入口。', 'A direction is entry, exit or both.'],
  channel: ['通道代码最多 24 个字。', 'A channel is 24 characters at most.'],
}

/** Basis points; null: nothing is said. As people write a fee, or as a spreadsheet keeps a percentage. */
function feeIn(cell: string): Result<number | null, 'no-fee'> {
  if (cell === '') return ok(null)
  const [, whole, part = '', sign] = /^(\d{1,2})(?:\.(\d+))?(%?)$/.exec(cell.replace('％', '%')) ?? []
  if (whole === undefined) return err('no-fee')
  const shown = Number(`${whole}.${part || '0'}`) * (sign === '%' ? 100 : 10_000)
  const points = Math.round(shown)
  return Math.abs(shown - points) < 1e-6 && points <= 3000 ? ok(points) : err('no-fee')
}
