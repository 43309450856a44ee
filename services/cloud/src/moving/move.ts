import type { Database, Statement } from '@lanepay/database/database.ts'
import { homeBucket } from '../application/lot-place.ts'
import { type CodesDeps, lotCodes } from '../code/codes.ts'
import { type CodesRefusal, codesRefusals } from '../code/errors.ts'
import { type CodePlace, codePlaces } from '../code/places.ts'
import { updateNames } from '../lot/office-store.ts'
import { type LotPlan, provision } from '../lot/provision.ts'
import { type LotRow, selectLot, upsertLane } from '../lot/store.ts'
import type { Sheet } from '../sheet/sheet.ts'
import { lotNamed } from '../staff/door.ts'
import type { Who } from '../staff/route.ts'
import { noteLine } from '../staff/trail.ts'
import type { Text } from '../vehicle/api.ts'
import { text } from '../vehicle/import-table.ts'
import { type CodesThere, importCodes, namedIn } from './import-codes.ts'
import { importLots, type LotMove, type LotThere, namedLots, type There } from './import-lots.ts'
import { type Moved, mayTake, type Take } from './lines.ts'

/*
 * Lots, lanes and codes that another platform has had, taken over out of tables. What is chosen is decided on all lines before the first
 * goes in; then each lot and each code goes in by itself, so a move that broke off is done again with the same file.
 */

const selectLanes: Statement = {
  name: 'select-lanes-for-a-move',
  text: 'select lane_id, name, direction, channel from lane where bucket = $1 and lot_id = $2 order by lane_id',
}
type LaneHere = {
  readonly lane_id: number
  readonly name: string
  readonly direction: LotPlan['lanes'][number]['direction']
  readonly channel: string | null
}
const selectOperators: Statement = {
  name: 'select-operators-for-a-move',
  text: 'select operator_id, name from operator where operator_id = any ($1::int8[])',
}
const selectAliasesNamed: Statement = {
  name: 'select-aliases-for-a-move',
  text: 'select alias, lot_id, kind, lane_id from code_alias where alias = any ($1)',
}
type AliasHere = { alias: string; lot_id: number; kind: CodePlace['kind']; lane_id: number }

/** What a person moves over with a file. Each change leaves a line in the trail of its lot. */
export function moving(deps: CodesDeps) {
  const { database, clock, newId, houseKey } = deps

  async function thereOf(sheet: Sheet): Promise<There> {
    const named = namedLots(sheet)
    const lots = new Map<number, LotThere>()
    for (const number of named.lots) {
      const lot = await lotHere(database, number)
      if (lot) lots.set(number, lot)
    }
    const ids = [...new Set([...named.operators, ...[...lots.values()].map(({ operatorId }) => operatorId)])]
    const operators = await database.reference.query<{ operator_id: string; name: string }>(selectOperators, [ids])
    return { lots, operators: new Map(operators.map(({ operator_id, name }) => [operator_id, name])) }
  }

  async function carryOut(who: Who, { does, plan, hasBucket }: LotMove): Promise<void> {
    const bucket = does === 'opens' && !hasBucket ? await homeBucket(database, plan.operator.id) : plan.bucket
    const lot = { bucket, lotId: plan.number }
    const now = clock.now()
    if (does === 'opens') await provision(database, { ...plan, bucket }, now, houseKey)
    await database.of(bucket).transaction(async (tx) => {
      if (does === 'changes') {
        await tx.query(updateNames, [bucket, plan.number, plan.name, plan.helpPhone ?? null])
        for (const { id, name, direction, channel } of plan.lanes)
          await tx.query(upsertLane, [bucket, plan.number, id, name, direction, channel ?? null])
      }
      await noteLine(tx, { houseKey, newId, now }, lot, who, {
        ...{ act: 'lots.import', operatorId: plan.operator.id, about: `lot ${plan.number}` },
        after: `${does === 'opens' ? 'opened' : 'changed'} with ${plan.lanes.length} lanes from a file`,
      })
    })
  }

  async function codesThere(sheet: Sheet): Promise<CodesThere> {
    const named = namedIn(sheet)
    const places = new Map<number, readonly CodePlace[]>()
    for (const number of named.lots) {
      const lot = await lotHere(database, number)
      if (lot) places.set(number, codePlaces(lot.lanes.map(({ id, direction }) => ({ lane_id: id, direction }))))
    }
    const rows = await database.reference.query<AliasHere>(selectAliasesNamed, [[...named.aliases]])
    const aliases = rows.map(
      ({ alias, lot_id, kind, lane_id }) => [alias, { lotId: lot_id, kind, laneId: lane_id }] as const,
    )
    return { places, aliases: new Map(aliases) }
  }

  return {
    async lots(who: Who, sheet: Sheet, take: Take): Promise<Moved> {
      const { moves, ...told } = importLots(await thereOf(sheet), sheet)
      const taken = mayTake(take, told.lines) ? moves : []
      for (const move of taken) await carryOut(who, move)
      return { ...told, taken: taken.length }
    },
    async codes(who: Who, sheet: Sheet, take: Take): Promise<Moved> {
      const { moves, ...told } = importCodes(await codesThere(sheet), sheet)
      if (!mayTake(take, told.lines)) return { ...told, taken: 0 }
      const { addAlias } = lotCodes(deps)
      const late = new Map<number, Text>()
      for (const { line, lotId, place, alias } of moves) {
        const found = (await lotNamed(database, String(lotId)))!
        const made = await addAlias({ ...found, who }, place, alias)
        // Somebody was there between the look and this line.
        if (!made.ok) late.set(line, lateSays(made.error))
      }
      const lines = told.lines.map((one) => {
        const because = late.get(one.line)
        return because === undefined ? one : { ...one, does: 'wrong' as const, field: 'printed', why: because }
      })
      return { ...told, lines, taken: moves.length - late.size }
    },
  }
}

const lateZh: Partial<Record<CodesRefusal, string>> = {
  'alias-taken': '没有写入：刚刚已被别的码占用。',
  'code-unknown': '没有写入：这个通道刚刚被改掉了。',
}
const lateSays = (why: CodesRefusal): Text =>
  text(lateZh[why] ?? '没有写入，请再导入一次。', `Not taken: ${codesRefusals[why].message}.`)

async function lotHere(database: Database, number: number): Promise<LotThere | null> {
  const found = await lotNamed(database, String(number))
  if (!found) return null
  const key = [found.lot.bucket, number]
  const db = database.of(found.lot.bucket)
  const [[lot], lanes] = await Promise.all([db.query<LotRow>(selectLot, key), db.query<LaneHere>(selectLanes, key)])
  return {
    ...{ bucket: found.lot.bucket, name: lot!.name, helpPhone: lot!.help_phone, operatorId: lot!.operator_id },
    platformFeeBasisPoints: lot!.platform_fee_basis_points,
    lanes: lanes.map(({ lane_id, name, direction, channel }) => ({
      ...{ id: lane_id, name, direction, ...(channel === null ? {} : { channel }) },
    })),
  }
}
