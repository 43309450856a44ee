import type { Instant } from '@lanepay/domain/types.ts'
import { Malformed } from '../malformed.ts'
import { momentOf } from '../moment.ts'
import { textIn } from '../values.ts'
import { escaped, readXml, textAt, type Xml } from './xml.ts'

/*
 * The camera's memory, asked for plate by plate (lot-devices.md 2.8): all that came after the one named. Its order is not
 * guaranteed, and the names that are its order have up to 25 digits: text, compared as whole numbers of any size.
 */

/** One remembered plate. `picName` is its place in the order. */
export type RememberedPlate = {
  readonly picName: string
  readonly plateText: string
  readonly takenAt: Instant
  readonly line: number | null
  readonly direction: string | null
}

export const platesPath = '/ISAPI/Traffic/channels/1/vehicleDetect/plates'

/** Asks for what came after `picName`, for all there is after 0. */
export const platesAfter = (picName: string): string => `<AfterTime><picTime>${escaped(picName)}</picTime></AfterTime>`

/** The answer, oldest first. @throws Malformed */
export function readPlates(bytes: Uint8Array): readonly RememberedPlate[] {
  const plates = readXml(textIn(bytes, 'xml'))
  if (plates.name !== 'Plates') throw new Malformed('xml', 'is a list of Plates')
  const read = plates.children.filter(({ name }) => name === 'Plate').map(readPlate)
  return read.toSorted((a, b) => compareNames(a.picName, b.picName))
}

export function compareNames(a: string, b: string): number {
  const [one, other] = [BigInt(a), BigInt(b)]
  return one < other ? -1 : one > other ? 1 : 0
}

function readPlate(plate: Xml): RememberedPlate {
  const picName = textAt(plate, 'picName') ?? ''
  if (!/^\d{1,40}$/.test(picName)) throw new Malformed('Plate.picName', 'is a number of at most 40 digits')
  const line = textAt(plate, 'laneNo')
  return {
    picName,
    plateText: textAt(plate, 'plateNumber') ?? '',
    takenAt: takenAt(textAt(plate, 'captureTime') ?? ''),
    line: line !== null && /^\d{1,6}$/.test(line) ? Number(line) : null,
    direction: textAt(plate, 'direction'),
  }
}

/** `20200424T1616270000`: without a zone, so Chinese time; what the last four digits are nobody says, so seconds only. */
function takenAt(captureTime: string): Instant {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\d{0,6}$/.exec(captureTime) ?? []
  const at = momentOf(`${year}-${month}-${day}`, `${hour}:${minute}:${second}`)
  if (at === null) throw new Malformed('Plate.captureTime', 'is a date and time as in 20200424T1616270000')
  return at
}
