import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { type Answer, type DigestHttp, probeFault } from '../digest-http.ts'
import type { Probe, ProbeFault } from '../lane-device.ts'
import { Malformed } from '../malformed.ts'
import { textIn } from '../values.ts'
import { nameAt, serialOf } from './alert.ts'
import { readXml, textAt, type Xml } from './xml.ts'

/*
 * † How the device itself is asked: not in lot-devices.md; public clients read `DeviceInfo` and `Time` under these addresses.
 * To be confirmed on the real equipment.
 */
const infoPath = '/ISAPI/System/deviceInfo'
const timePath = '/ISAPI/System/time'

/** Its identity as in its alerts, its firmware, and how far its clock is ahead. */
export async function probeDevice(http: DigestHttp, channel: number): Promise<Result<Probe, ProbeFault>> {
  const info = await http.ask({ method: 'GET', path: infoPath })
  if (info.kind !== 'answer' || info.status !== 200) return err(probeFault(info))
  const askedAt = Date.now()
  const time = await http.ask({ method: 'GET', path: timePath })
  const halfWay = (askedAt + Date.now()) / 2
  try {
    const device = rootOf(info, 'DeviceInfo')
    const mac = nameAt(device, 'macAddress')?.toLowerCase() ?? null
    const local = time.kind === 'answer' && time.status === 200 ? textAt(rootOf(time, 'Time'), 'localTime') : null
    const at = Date.parse(local ?? '')
    return ok({
      serial: serialOf({ mac, channel: String(channel), ip: null }) || null,
      firmware: textAt(device, 'firmwareVersion'),
      clockOffMs: Number.isNaN(at) ? null : Math.round(at - halfWay),
    })
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return err({ code: 'not-this-device', because: error.message })
  }
}

function rootOf({ body }: Answer, name: string): Xml {
  const root = readXml(textIn(body, 'xml'))
  if (root.name !== name) throw new Malformed('xml', `is a ${name}`)
  return root
}
