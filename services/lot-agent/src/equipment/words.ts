import type { ProbeFault } from '@lanepay/devices/lane-device.ts'

/*
 * What is wrong with a device, in words that an installer can act on. Never a password.
 */

const hourMs = 3_600_000

/** A clock that is off, and what that usually means. */
export function clockWords(driftMs: number): string {
  const seconds = Math.round(Math.abs(driftMs) / 1000)
  const way = driftMs > 0 ? 'fast' : 'slow'
  const hours = Math.round(Math.abs(driftMs) / hourMs)
  const isZone = hours > 0 && Math.abs(Math.abs(driftMs) - hours * hourMs) < 5 * 60_000
  return isZone
    ? `its clock is wrong: ${hours} h ${way}, which looks like another time zone; set it to China time (UTC+8)`
    : `its clock is wrong: ${seconds} s ${way}; set a time server on it`
}

const codes = {
  unreachable: 'it is not reached: power, network cable, and its address in the plan',
  'wrong-login': 'it refuses the login: put user and password in the plan right, or on the device',
  'no-answer': 'it is reached and says nothing: start it anew, and look whether something else talks to it',
  'not-this-device': 'another device answers there: address and serial number in the plan',
} as const satisfies Record<ProbeFault['code'], string>

/** What a device that was asked how it is did instead. */
export const faultWords = ({ code, because }: ProbeFault): string => `${codes[code]} (${because})`
