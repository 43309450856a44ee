import type { Database } from '@lanepay/database/database.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import type { CodeState } from './api.ts'
import { printedOf } from './decide.ts'
import type { CodePlace } from './places.ts'
import { type CodeRow, keptOf, selectCodesOfPlace } from './store.ts'
import { type Code, codeToken } from './token.ts'

/** The code that was printed last for a place, live or revoked: what leads there without having been scanned from a wall. */
export async function printedCode(
  database: Database,
  lot: LotKey,
  place: CodePlace,
): Promise<Code & { readonly state: CodeState }> {
  const at = [lot.bucket, lot.lotId, place.kind, place.laneId]
  const rows = await database.of(lot.bucket).query<CodeRow>(selectCodesOfPlace, at)
  return { ...lot, kind: place.kind, laneId: place.laneId, ...printedOf(rows.map(keptOf)) }
}

/** The address that a code says. */
export const codeUrl = (house: { readonly publicUrl: string; readonly houseKey: Buffer }, code: Code): string =>
  `${house.publicUrl}/p/${codeToken(code, house.houseKey)}`
