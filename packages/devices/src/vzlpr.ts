/*
 * What all VzLPR cameras have in common, however they are talked to (lot-devices.md 2.2 to 2.4): the fields of their messages,
 * what hangs on them, and the answer that drives them.
 */

export {
  bytesIfAny,
  type Fields,
  fieldsOf,
  identity,
  inside,
  insideIfAny,
  text,
  textIfAny,
  whole,
  wholeIfAny,
} from './fields.ts'
export { type InputChange, readInput, readSerial, type SerialBytes } from './vzlpr/alarms.ts'
export { FrameQueue, together, usualGapMs } from './vzlpr/frame-queue.ts'
export { type Forward, type PlateOptions, type PlateResult, readPlate, readPlateResult } from './vzlpr/plate-result.ts'
export { replyText, serialPart, spoken } from './vzlpr/reply.ts'
export { saysOf } from './vzlpr/says.ts'
export {
  type BoardLine,
  type BoardLineOptions,
  boardLine,
  pulseOf,
  type Speaker,
  speakerOf,
  type Wiring,
  type WiringOptions,
  wiringOf,
} from './vzlpr/wiring.ts'
