import { join } from 'node:path'
import type { LaneRead } from '@lanepay/devices/lane-device.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import { simpleTariff } from '@lanepay/domain/tariff/tariff.ts'
import type { Plate } from '@lanepay/domain/types.ts'
import { openStore } from '@lanepay/lot-agent/disk/store.ts'
import { tellOpening } from '@lanepay/lot-agent/gate/openings.ts'
import { hearInput } from '@lanepay/lot-agent/lane/input.ts'
import { seeVehicle } from '@lanepay/lot-agent/lane/vehicle.ts'
import { quoteFor } from '@lanepay/lot-agent/link/answer.ts'
import { takeCommand } from '@lanepay/lot-agent/link/command.ts'
import { shipping } from '@lanepay/lot-agent/link/ship.ts'
import type { Lot } from '@lanepay/lot-agent/lot.ts'
import { takeCash } from '@lanepay/lot-agent/person/attend.ts'
import { type LotAgentPlan, usualPlan } from '@lanepay/lot-agent/plan.ts'
import { pricesBy } from '@lanepay/lot-agent/stay/prices.ts'
import { type AgentEnd, connectAgentEnd } from '@lanepay/lot-link/agent-end.ts'

export const heartbeatMs = 10_000
/** What a driver who never leaves asks about. */
export const resident = '粤B00000' as Plate
const tariff = simpleTariff({ hourFen: 500 })

/** One thing that happens in a lane, and so long after the one before (in the lot's own time). */
type Step = { readonly afterMs: number; readonly act: () => void }

/**
 * One lot's agent as it ships, but for its cameras: what it decides, its disk, and its line to the broker are the product's.
 * Vehicles are driven through its lanes by hand, so that a thousand lots need no three thousand HTTP posts a second.
 */
export function benchAgent(number: number, dir: string, brokerUrl: string, togetherMs: number) {
  const clock = systemClock
  const newId = idMaker(Date.now, 0)
  const store = openStore(join(dir, String(number)), newId)
  const price = pricesBy(tariff)
  if (!price.ok) throw new Error(JSON.stringify(price.error))
  const plan: LotAgentPlan = {
    ...usualPlan,
    bucket: number % 256,
    number,
    brokerUrl,
    agentSecret: 'the secret of a bench agent',
    cameraHost: '127.0.0.1',
    cameraPort: 0,
    cameraKey: 'the key of the cameras',
    lanes: (['entry', 'exit'] as const).map((direction, index) => ({
      id: index + 1,
      direction,
      camera: { protocol: 'vzlpr-http', serial: `${number}-${direction}`, board: 'fk' },
      inputs: { loop: 1, underArm: 2, armOpen: 3 },
    })),
    tariff,
  }
  const lot: Lot = { plan, store, price: price.value, newId }
  const lane = (id: number) => plan.lanes[id - 1]!
  const inside: Plate[] = []
  let cars = 0
  let records = 0
  let end: AgentEnd | null = null
  const ship = shipping({
    store,
    clock,
    log: silentLog,
    end: () => end ?? { say: () => false, connected: () => false, close: async () => {} },
    answerWithinMs: 3_000,
    togetherMs,
  })
  const turn = <T>(act: () => T): T => {
    const made = store.turn(act)
    ship.wake()
    return made
  }
  const read = (id: number, plate: Plate) => {
    const now = clock.now()
    const seen: LaneRead = {
      kind: 'read',
      serial: lane(id).camera.serial,
      recordId: String(++records),
      plate,
      plateText: plate,
      colour: 'blue',
      confidence: 95,
      takenAt: now,
      stored: false,
      trigger: 'video',
    }
    turn(() => seeVehicle(lot, lane(id), seen, now))
  }
  const input = (id: number, of: number, on: boolean) =>
    turn(() => hearInput(lot, lane(id), { kind: 'input', serial: lane(id).camera.serial, input: of, on }, clock.now()))
  const armRises = (id: number) => {
    const order = store.waitingOpening(id)
    if (!order) throw new Error(`lot ${number}: nothing was ordered at lane ${id}`)
    turn(() => tellOpening(lot, order.id, clock.now()))
    input(id, 3, true)
  }
  const drivesThrough = (id: number): Step[] => [
    { afterMs: 2_000, act: () => armRises(id) },
    { afterMs: 2_000, act: () => input(id, 1, false) },
    { afterMs: 1_000, act: () => input(id, 2, true) },
    { afterMs: 2_000, act: () => input(id, 2, false) },
    { afterMs: 2_000, act: () => input(id, 3, false) },
  ]
  const enters = (plate: Plate): Step[] => [
    { afterMs: 0, act: () => read(1, plate) },
    ...drivesThrough(1),
    { afterMs: 0, act: () => void (plate === resident || inside.push(plate)) },
  ]

  return {
    /** A stay begins. */
    entry: (): Step[] => enters(`粤B${String(10_000 + (++cars % 90_000)).padStart(5, '0')}` as Plate),
    residentEnters: (): Step[] => enters(resident),
    /** The one that came first drives up, pays at the booth, and leaves. */
    exit(): Step[] {
      const plate = inside.shift()
      if (plate === undefined) return []
      const pays = () => {
        const stands = store.occupancy(2)!
        const made = quoteFor(lot, { lane: 2 }, clock.now())
        if (!('quote' in made)) throw new Error(`lot ${number}: ${made.because}`)
        const { session, owedFen } = made.quote
        if (owedFen === 0) return // came and went in the same second of an outage: the gate opens without it
        const paid = turn(() => takeCash(lot, { session, by: '张师傅', paidFen: owedFen }, clock.now()))
        if (paid.refused) throw new Error(`lot ${number}: ${paid.refused} at ${stands.plate}`)
      }
      return [{ afterMs: 0, act: () => read(2, plate) }, { afterMs: 20_000, act: pays }, ...drivesThrough(2)]
    },
    inside: () => inside.length,
    told: () => store.lastSeq(),
    isHeard: () => store.ackedSeq() === store.lastSeq(),
    join(): void {
      end = connectAgentEnd({
        brokerUrl,
        device: { bucket: plan.bucket, lotId: number, device: 'agent' },
        secret: plan.agentSecret,
        clock,
        log: silentLog,
        handlers: {
          connected: ship.hello,
          welcome: ship.welcome,
          ack: ship.ack,
          request: (request) => {
            if (request.kind !== 'quote') return
            const made = quoteFor(lot, request.by, clock.now())
            const { id } = request
            end?.say('answer', 'quote' in made ? { id, ok: true, quote: made.quote } : { id, ok: false, ...made })
          },
          command: (command) => {
            const result = turn(() => takeCommand(lot, command, clock.now()))
            if (result) end?.say('result', result)
          },
        },
      })
    },
    beat: () => end?.say('heartbeat', { epoch: store.epoch, lastSeq: store.lastSeq(), clock: clock.now() }),
    async cut(): Promise<void> {
      await end?.close()
      end = null
    },
    close(): void {
      ship.close()
      store.close()
    },
  }
}
export type BenchAgent = ReturnType<typeof benchAgent>
