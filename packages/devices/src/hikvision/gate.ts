import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { DigestHttp, type HttpOptions, obeyedBy, probeFault } from '../digest-http.ts'
import type { LaneGate, Obeyed, Probe, ProbeFault } from '../lane-device.ts'
import { Malformed } from '../malformed.ts'
import { textIn } from '../values.ts'
import { probeDevice } from './device.ts'
import { readXml, textAt } from './xml.ts'

export type BarrierOptions = HttpOptions & {
  /** The parking channel that the barrier hangs on. Default 1. */
  readonly channel?: number
}
export type BarrierState = 'no-signal' | 'closed' | 'open'

/** The body that opens (lot-devices.md 2.8). */
export const barrierOpen = `<?xml version="1.0" encoding="UTF-8"?>
<BarrierGate>
<ctrlMode>open</ctrlMode>
</BarrierGate>
`
const pathOf = (channel: number): string => `/ISAPI/Parking/channels/${channel}/barrierGate`

/** Has the camera close its opening contact, once. */
export async function openBarrier(http: DigestHttp, channel: number): Promise<Obeyed> {
  const answer = await http.ask({ method: 'PUT', path: pathOf(channel), xml: barrierOpen })
  if (answer.kind === 'answer') return obeyedBy(answer.status)
  return answer.kind === 'unsure' ? 'unsure' : 'unreached'
}

const states: readonly BarrierState[] = ['no-signal', 'closed', 'open']

/** What `barrierGateStatus` says: 0, 1 or 2 as the text of an element of that name. @throws Malformed */
export function readBarrierState(bytes: Uint8Array): BarrierState {
  const root = readXml(textIn(bytes, 'xml'))
  // The name of the outer element is not documented, so only the inner one is looked for.
  const text = root.name === 'barrierGateStatus' ? root.text : textAt(root, 'barrierGateStatus')
  const state = /^[012]$/.test(text ?? '') ? states[Number(text)] : undefined
  if (!state) throw new Malformed('barrierGateStatus', 'is 0, 1 or 2')
  return state
}

/** The barrier of a Hikvision camera or entrance station on a line of its own. @throws RangeError for an option out of range. */
export function hikvisionGate(options: BarrierOptions): LaneGate & {
  /** Where the limit switches say the arm is. */
  state(): Promise<Result<BarrierState, ProbeFault>>
} {
  const { channel = 1 } = options
  if (!(Number.isInteger(channel) && channel >= 1 && channel <= 999)) throw new RangeError('channel is 1 to 999')
  const http = new DigestHttp(options)
  return {
    open: () => openBarrier(http, channel),
    probe: (): Promise<Result<Probe, ProbeFault>> => probeDevice(http, channel),
    async state() {
      const answer = await http.ask({ method: 'GET', path: `${pathOf(channel)}/barrierGateStatus` })
      if (answer.kind !== 'answer' || answer.status !== 200) return err(probeFault(answer))
      try {
        return ok(readBarrierState(answer.body))
      } catch (error) {
        if (!(error instanceof Malformed)) throw error
        return err({ code: 'not-this-device', because: error.message })
      }
    },
    close: async () => http.close(),
  }
}
