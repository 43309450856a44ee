import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { type Answer, type DigestHttp, type NoAnswer, obeyedBy, probeFault } from '../digest-http.ts'
import type { Obeyed, Probe, ProbeFault } from '../lane-device.ts'
import { momentOf } from '../moment.ts'

/*
 * † How the device itself is asked: not in lot-devices.md; public clients of the vendor's cameras ask under these addresses and
 * are answered `sn=...`, `version=...` and `result = 2026-7-15 10:46:41`. To be confirmed on the real equipment.
 */
const serialPath = '/cgi-bin/magicBox.cgi?action=getSerialNo'
const versionPath = '/cgi-bin/magicBox.cgi?action=getSoftwareVersion'
const timePath = '/cgi-bin/global.cgi?action=getCurrentTime'

/**
 * What opens (lot-devices.md 2.9). The plate is left empty: an order to open names none, and a plate in an address is a plate in
 * every log on its way.
 */
export const openPath = (channel: number): string =>
  `/cgi-bin/trafficSnap.cgi?action=openStrobe&channel=${channel}&info.openType=Normal&info.plateNumber=`

/** Has the camera close its opening contact, once. */
export async function openStrobe(http: DigestHttp, channel: number): Promise<Obeyed> {
  const answer = await http.ask({ method: 'GET', path: openPath(channel) })
  if (answer.kind !== 'answer') return answer.kind === 'unsure' ? 'unsure' : 'unreached'
  const obeyed = obeyedBy(answer.status)
  // Only its word for it says that it was done.
  return obeyed === 'told' && textOf(answer) !== 'OK' ? 'unsure' : obeyed
}

/** Its serial number; null where it answered without one. */
export async function askSerial(http: DigestHttp): Promise<Result<string | null, Answer | NoAnswer>> {
  const answer = await http.ask({ method: 'GET', path: serialPath })
  // Firmware that does not know the question: it is there all the same.
  if (answer.kind !== 'answer' || answer.status >= 500) return err(answer)
  return ok(answer.status === 200 ? (/^sn=([\x21-\x7e]{1,64})$/m.exec(textOf(answer))?.[1] ?? null) : null)
}

/** Its identity, its firmware, and how far its clock is ahead. */
export async function probeDevice(http: DigestHttp, meant: string): Promise<Result<Probe, ProbeFault>> {
  const serial = await askSerial(http)
  if (!serial.ok) return err(probeFault(serial.error))
  if (serial.value !== null && serial.value !== meant)
    return err({ code: 'not-this-device', because: `it is ${serial.value}, not ${meant}` })
  const version = await http.ask({ method: 'GET', path: versionPath })
  const askedAt = Date.now()
  const time = await http.ask({ method: 'GET', path: timePath })
  const halfWay = (askedAt + Date.now()) / 2
  const at = timeIn(time)
  return ok({
    serial: serial.value ?? meant,
    firmware: version.kind === 'answer' ? (/^version=([\x20-\x7e]{1,64})$/m.exec(textOf(version))?.[1] ?? null) : null,
    clockOffMs: at === null ? null : Math.round(at - halfWay),
  })
}

function timeIn(answer: Answer | NoAnswer): number | null {
  if (answer.kind !== 'answer' || answer.status !== 200) return null
  const [, year, month, day, time] =
    /^result ?= ?(\d{4})-(\d{1,2})-(\d{1,2}) (\d\d:\d\d:\d\d)$/m.exec(textOf(answer)) ?? []
  if (year === undefined || month === undefined || day === undefined || time === undefined) return null
  return momentOf([year, month.padStart(2, '0'), day.padStart(2, '0')].join('-'), time)
}

const textOf = ({ body }: Answer): string => body.toString('latin1').replaceAll('\r', '').trim()
