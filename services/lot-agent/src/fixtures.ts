import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LaneRead } from '@lanepay/devices/lane-device.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import type { Id, Instant, Plate } from '@lanepay/domain/types.ts'
import type { Command, Lists, LotEvent } from '@lanepay/lot-link/messages.ts'
import { openStore } from './disk/store.ts'
import { endOpening, resumeOpening, tellOpening } from './gate/openings.ts'
import { hearInput } from './lane/input.ts'
import { neverReached } from './lane/vacate.ts'
import { type Seen, seeVehicle } from './lane/vehicle.ts'
import { admitUnplated, quoteFor } from './link/answer.ts'
import { takeCommand } from './link/command.ts'
import { takeLists } from './link/in-force.ts'
import type { Lot } from './lot.ts'
import { openByAttendant, takeCash } from './person/attend.ts'
import { type LotAgentPlan, usualPlan } from './plan.ts'
import { emptyLists } from './rules/lists.ts'

export const t0 = Date.UTC(2026, 5, 1, 2) as Instant
export const minute = 60_000
export const hour = 60 * minute

export const plan: LotAgentPlan = {
  ...usualPlan,
  bucket: 1,
  number: 1,
  brokerUrl: 'mqtt://127.0.0.1:1',
  agentSecret: 'the secret of the agent',
  cameraHost: '127.0.0.1',
  cameraPort: 0,
  cameraKey: 'the key of the cameras',
  lanes: [
    {
      id: 1,
      direction: 'entry',
      camera: { protocol: 'vzlpr-http', serial: 'in', board: 'fk' },
      inputs: { loop: 1, underArm: 2, armOpen: 3 },
    },
    {
      id: 2,
      direction: 'exit',
      camera: { protocol: 'vzlpr-http', serial: 'out', board: 'fk' },
      inputs: { loop: 1, underArm: 2, armOpen: 3 },
    },
  ],
  tariff: {},
}
/** The same lot with an area inside: lane 3 leads into it, lane 4 out of it. */
export const innerPlan: LotAgentPlan = {
  ...plan,
  lanes: [
    ...plan.lanes,
    ...(['entry', 'exit'] as const).map((direction, index) => ({
      ...plan.lanes[index]!,
      id: 3 + index,
      direction,
      area: '地库',
      camera: { protocol: 'vzlpr-http' as const, serial: `inner ${direction}`, board: 'fk' as const },
    })),
  ],
  areas: [{ name: '地库', tariff: {} }],
}

/**
 * A lot on its own disk, 15 minutes free and then 5 yuan a started hour, and a yuan for each begun hour in an area inside; driven by
 * hand: time stands unless told.
 */
export function testLot(over: Partial<LotAgentPlan> = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'lanepay-lot-'))
  let now = t0
  const newId = idMaker(() => now, 0)
  const usual = { ...plan, ...over }
  const open = (): Lot => ({
    plan: usual,
    store: openStore(dir, newId),
    newId,
    price: ({ enteredAt, at, cover, vehicleClass, coupons, parts }) => {
      const spared = cover.reduce((sum, { from, to }) => sum + to - from, 0)
      const inside = parts.map((part) => part.leftAt - part.enteredAt)
      const innerFen = inside.reduce((sum, ms) => sum + Math.ceil(ms / hour) * 100, 0)
      const minutes = Math.floor((at - enteredAt - spared - inside.reduce((sum, ms) => sum + ms, 0)) / minute)
      const outerFen = minutes <= 15 ? 0 : Math.ceil(minutes / 60) * (vehicleClass === 'large' ? 1000 : 500)
      const fullFen = outerFen + innerFen
      const priceFen = coupons.reduce(
        (left, one) => (one.kind === 'whole' ? 0 : one.kind === 'amount' ? Math.max(0, left - one.fen) : left),
        fullFen,
      )
      return {
        priceFen,
        lines: [{ kind: 'unit', text: { 'zh-CN': '停车', en: 'Parking' }, amountFen: priceFen }],
        leaveMinutes: 15,
      }
    },
  })
  let lot = open()
  let record = 0
  let listed = 0
  const laneOf = (id: number) => usual.lanes.find((lane) => lane.id === id)!
  const turn = <T>(act: () => T): T => lot.store.turn(act)
  return {
    dir,
    get lot() {
      return lot
    },
    now: () => now,
    pass: (ms: number) => {
      now = (now + ms) as Instant
    },
    /** As after a power cut: what is on disk is what there is. */
    restart() {
      lot.store.close()
      lot = open()
    },
    close() {
      lot.store.close()
      rmSync(dir, { recursive: true, force: true })
    },
    read: (lane: number, plate: string | null, over: Partial<LaneRead> = {}): Seen =>
      turn(() =>
        seeVehicle(
          lot,
          laneOf(lane),
          {
            kind: 'read',
            serial: laneOf(lane).camera.serial,
            recordId: String(++record),
            plate: plate as Plate | null,
            plateText: plate ?? '_无_',
            colour: 'unknown',
            confidence: 90,
            takenAt: now,
            stored: false,
            trigger: 'video',
            ...over,
          },
          now,
        ),
      ),
    input: (lane: number, input: number, on: boolean) =>
      turn(() => hearInput(lot, laneOf(lane), { kind: 'input', serial: laneOf(lane).camera.serial, input, on }, now)),
    /** The order went out and the arm rose. */
    opens: (opening: { id: Id } | null) =>
      turn(() => [...tellOpening(lot, opening!.id, now), ...endOpening(lot, opening!.id, 'opened', now)]),
    tells: (opening: { id: Id } | null) => turn(() => tellOpening(lot, opening!.id, now)),
    /** Its own line says that the order certainly never reached the gate. */
    neverReached: (opening: { id: Id } | null) => turn(() => neverReached(lot, opening!.id, now)),
    /** As after a power cut, with what the agent does about the order it finds. */
    resumes(opening: { id: Id }) {
      this.restart()
      return turn(() => resumeOpening(lot, lot.store.opening(opening.id)!, now))
    },
    silent: (opening: { id: Id } | null) => turn(() => endOpening(lot, opening!.id, 'silent', now)),
    /** The vehicle drives on under the raised arm and is gone. */
    drivesThrough(lane: number) {
      this.input(lane, 1, false)
      this.input(lane, 2, true)
      this.input(lane, 2, false)
      this.input(lane, 3, false)
    },
    backsOff(lane: number) {
      this.input(lane, 1, false)
    },
    quote: (by: Parameters<typeof quoteFor>[1]) => quoteFor(lot, by, now),
    admit: (id: string, lane: number, pass: string) => turn(() => admitUnplated(lot, { id, lane, pass }, now)),
    command: (command: Command) => turn(() => takeCommand(lot, command, now)),
    lists: (over: Partial<Lists>) => turn(() => takeLists(lot, { ...emptyLists, version: ++listed, ...over }, now)),
    cash: (session: string, paidFen: number) => turn(() => takeCash(lot, { session, by: '张师傅', paidFen }, now)),
    openByHand: (lane: number) => turn(() => openByAttendant(lot, { lane, by: '张师傅', reason: '抢修' }, now)),
    events: (): LotEvent[] => lot.store.eventsAfter(0, 10_000),
    kinds: (): string[] => lot.store.eventsAfter(0, 10_000).map((event) => event.kind),
  }
}
export type TestLot = ReturnType<typeof testLot>

let commands = 0
const commandId = () => String(++commands).padStart(32, '3')
export const clearance = (
  lot: TestLot,
  about: { session: string; paidFen: number; gate?: { lane: number; occupancy: string }; validMs?: number },
): Command => ({
  id: commandId(),
  kind: 'clearance',
  issuedAt: lot.now(),
  expiresAt: lot.now() + (about.validMs ?? minute),
  clearance: String(7_000_000 + commands),
  session: about.session,
  paidFen: about.paidFen,
  leaveMinutes: 15,
  leaveBy: lot.now() + 15 * minute,
  ...(about.gate ? { gate: about.gate } : {}),
})
export const openGate = (lot: TestLot, lane: number, occupancy: string): Command => ({
  id: commandId(),
  kind: 'open-gate',
  issuedAt: lot.now(),
  expiresAt: lot.now() + minute,
  lane,
  occupancy,
  reason: 'a person said so',
})

export const aCoupon = (
  lot: TestLot,
  about: Pick<Extract<Command, { kind: 'coupon' }>, 'coupon' | 'for' | 'worth'> & { readonly validMs?: number },
): Command => ({
  id: commandId(),
  kind: 'coupon',
  issuedAt: lot.now(),
  expiresAt: lot.now() + hour,
  coupon: about.coupon,
  for: about.for,
  worth: about.worth,
  validUntil: lot.now() + (about.validMs ?? 24 * hour),
})

/** What a person says of a session, as the cloud passes it on. */
export const correction = (
  lot: TestLot,
  about: { session: string; plate?: string; enteredAt?: number; vehicleClass?: string },
): Command => ({
  id: commandId(),
  kind: 'correct',
  issuedAt: lot.now(),
  expiresAt: lot.now() + hour,
  by: '张师傅',
  reason: '看了照片',
  ...about,
})
export const voiding = (lot: TestLot, session: string): Command => ({
  id: commandId(),
  kind: 'void',
  issuedAt: lot.now(),
  expiresAt: lot.now() + hour,
  by: '张师傅',
  reason: '同一辆车记了两次',
  session,
})
