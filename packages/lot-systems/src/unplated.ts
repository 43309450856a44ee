import { isPass } from '@lanepay/domain/unplated.ts'

/** Charging software of China writes a made-up plate with this before it (lot-devices.md 9.2). */
const unplated = '无'
export const plateOfRecord = (text: string): string =>
  text.startsWith(unplated) && isPass(text.slice(1)) ? text.slice(1) : text
export const plateForRecord = (plate: string): string => (isPass(plate) ? unplated + plate : plate)
