import { checkDigits } from '@lanepay/domain/numbers.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { type Code, codeKinds } from './token.ts'

/*
 * The number that is printed below a code, for people: on the telephone it tells which code hangs there, and on a patrol it is
 * typed where the picture cannot be scanned any more.
 *
 *   4001-3002-1-24
 *   |    ||   | two check digits: a wrong digit or two that changed places are found
 *   |    ||   version: 1 for the first that hung there
 *   |    |lane; 000 of a prepay code
 *   |    1 entry, 2 prepay, 3 exit
 *   number of the lot
 *
 * It opens nothing: whoever reads it out has no code.
 */
export type Numbered = Pick<Code, 'lotId' | 'kind' | 'laneId' | 'serial'>

export function checkNumber({ lotId, kind, laneId, serial }: Numbered): string {
  const place = `${codeKinds.indexOf(kind) + 1}${String(laneId).padStart(3, '0')}`
  return `${lotId}-${place}-${serial + 1}-${checkOf(lotId, place, serial + 1)}`
}

/** However it was typed: what stands between the groups means nothing. */
export function parseCheckNumber(unchecked: string): Result<Numbered, 'not-a-check-number'> {
  const groups = /^\D*(\d{1,7})\D+([123])(\d{3})\D+(\d{1,4})\D+(\d{2})\D*$/.exec(unchecked.normalize('NFKC'))
  const [, lot, kind, lane, version, check] = groups ?? []
  const [lotId, laneId, serial] = [Number(lot), Number(lane), Number(version) - 1]
  if (checkOf(lotId, `${kind}${lane}`, serial + 1) !== check || serial < 0) return err('not-a-check-number')
  return ok({ lotId, kind: codeKinds[Number(kind) - 1]!, laneId, serial })
}

const checkOf = (lotId: number, place: string, version: number): string =>
  checkDigits(`${String(lotId).padStart(7, '0')}${place}${String(version).padStart(4, '0')}`)
