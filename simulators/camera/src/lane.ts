import { tellNobody } from '@lanepay/simulator-wire/wire.ts'
import { Arm } from './arm.ts'
import { Equipment } from './equipment.ts'
import type { Network, Trigger } from './face.ts'
import { type Fault, type FaultKind, Faults } from './faults.ts'
import type { LaneState, Vehicle } from './lane-state.ts'
import { type FacedLaneOptions, type LaneOptions, usualTiming } from './options.ts'
import { type AnswerTo, asksForSomething, type Orders, type Refusal } from './orders.ts'
import { inputs, Road } from './road.ts'
import { vzlprHttpFace } from './vzlpr-http/face.ts'

export type { GatePulse } from './equipment.ts'
export { type Fault, type FaultKind, faultKinds } from './faults.ts'
export type { LaneState, Vehicle } from './lane-state.ts'
export { type FacedLaneOptions, type LaneOptions, type LaneTiming, usualTiming } from './options.ts'
export type { AnswerTo, Refusal } from './orders.ts'

/** What the camera was told at once. */
export type Heard = { readonly at: number; readonly to: AnswerTo; readonly orders: Orders }

export type LaneSimulator = {
  /** A vehicle stops on the front loop and is pictured. Its record number. @throws RangeError when one stands there. */
  vehicleArrives(vehicle: Vehicle): number
  /** It backs off the front loop. @throws RangeError when nobody stands there, or it is half way through. */
  vehicleTurnsBack(): void
  /** It goes on under the arm and away. @throws RangeError when the arm is not up, nobody is there, or the way is taken. */
  vehicleDrivesThrough(): void
  /** Another picture of who stands there. Its record number. @throws RangeError when nobody does. */
  readAgain(trigger?: Trigger): number
  /** The button in the booth, past the camera. */
  openByHand(): void
  /** Input 4, and the arm is held open. */
  fireAlarm(on: boolean): void
  /** @throws RangeError naming the field and its rule. */
  fault(fault: Fault): void
  /** Those that did not happen yet. */
  faults(): readonly Fault[]
  /** Forgets all of them, or those of one kind. */
  clearFaults(kind?: FaultKind): void
  /** The cable of the camera. */
  setNetwork(network: Network): void
  /** Bytes that are no message of the camera's protocol go out as if they were one. */
  sendJunk(bytes: Buffer): void
  /** The camera's clock from now on: ahead by so many ms, or behind. */
  setClockOffMs(ms: number): void
  state(): LaneState
  /** Called after every change of `state()`; the answer ends it. */
  onChange(listener: () => void): () => void
  /** The last 200 orders that asked for something, oldest first. */
  heard(): readonly Heard[]
  /** The last 200 orders, or frames for the display, that broke a rule and were not obeyed. */
  refusals(): readonly Refusal[]
  close(): Promise<void>
}

/** The pulse of the button in the booth. */
const byHandMs = 500
const remembered = 200

/**
 * A lane that can be driven through: a camera with its loops, the gate, and a display on its serial line (lot-devices.md 3, 4).
 * The camera speaks as its face does; without one it is a VzLPR camera in HTTP push mode (2.2). Inputs: 1 loop in front of the
 * camera, 2 loop under the arm, 3 arm fully up, 4 fire alarm.
 *
 * @throws RangeError when the face cannot be as it was set up (an address that is no http address), or a fault is none.
 */
export async function startLaneSimulator(options: LaneOptions | FacedLaneOptions): Promise<LaneSimulator> {
  const { clock, serial, name = serial, tell = tellNobody } = options
  const timing = { ...usualTiming, ...options.timing }
  const makeFace = 'face' in options ? options.face : vzlprHttpFace(options)
  const faults = new Faults()
  for (const fault of options.faults ?? []) faults.add(fault)
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of listeners) listener()
  }
  const now = () => clock.now()
  let flashes = 0
  let heard: readonly Heard[] = []
  let refusals: readonly Refusal[] = []
  const refused = (refusal: Refusal) => {
    refusals = [...refusals, refusal].slice(-remembered)
    const { field, rule, to } = refusal
    tell({
      at: now(),
      wire: 'camera',
      from: 'lot-agent',
      to: name,
      title: `not obeyed: ${field} ${rule}`,
      detail: { to },
    })
  }

  const arm: Arm = new Arm(timing, (position) => road.armMoved(position))
  const equipment = new Equipment({
    arm,
    outputs: options.outputs ?? { open: 0, close: 1 },
    board: options.board ?? 'jinjie',
    boardPort: options.boardPort ?? 0,
    now,
    isSilent: () => faults.take('gate-silent') !== null,
    pulsed: (pulse) => {
      const title = `contact closed for ${pulse.ms} ms${pulse.followed ? '' : ', the gate stays silent'}`
      tell({ at: pulse.at, wire: 'gate', from: name, to: 'gate', title, detail: pulse })
      options.onGate?.(pulse)
    },
    shown: (lines, frame) => {
      const detail = { frame: frame.toString('hex') }
      tell({ at: now(), wire: 'display', from: name, to: 'display', title: lines.join(' / '), detail })
      options.onDisplay?.(lines)
    },
    boardSays: (port, bytes) => camera.serialIn(port, bytes),
    refused: (to, { field, rule }) => refused({ at: now(), to, field, rule }),
  })
  const camera = makeFace({
    device: { serial, name: 'IVS', ip: '192.168.1.100' },
    firstRecordId: options.firstRecordId ?? Math.floor(now() / 1000),
    faults,
    clock,
    name,
    tell,
    obey: (orders, to) => {
      if (!asksForSomething(orders)) return
      heard = [...heard, { at: now(), to, orders }].slice(-remembered)
      equipment.obey(orders, to)
      if (orders.look && road.atCamera) look(road.atCamera, 'software')
      changed()
    },
    refused,
    changed,
  })
  const road: Road = new Road({
    arm,
    passMs: timing.passMs,
    input: (input, on) => camera.input(input, on),
    changed,
  })
  const look = (vehicle: Vehicle, trigger: Trigger): number => {
    flashes += 1
    const id = camera.take(vehicle, trigger)
    changed()
    return id
  }
  await camera.start()

  return {
    vehicleArrives(vehicle) {
      road.arrive(vehicle)
      return look(vehicle, 'auto')
    },
    vehicleTurnsBack() {
      const vehicle = road.turnBack()
      if (options.tellsTurnBack) look(vehicle, 'turned-back')
    },
    vehicleDrivesThrough: () => road.driveThrough(),
    readAgain: (trigger = 'auto') => look(road.mustBeThere(), trigger),
    openByHand: () => arm.pulse(byHandMs),
    fireAlarm(on) {
      if (on === equipment.fireAlarm) return
      equipment.fireAlarm = on
      camera.input(inputs.fireAlarm, on)
      changed()
    },
    fault: (fault) => faults.add(fault),
    faults: () => faults.list(),
    clearFaults: (kind) => faults.clear(kind),
    setNetwork(network) {
      camera.network = network
      changed()
    },
    sendJunk: (bytes) => camera.junk(bytes),
    setClockOffMs(ms) {
      if (!Number.isSafeInteger(ms)) throw new RangeError('a clock is off by whole milliseconds')
      camera.clockOffMs = ms
      changed()
    },
    state: () => ({
      arm: arm.position,
      atCamera: road.atCamera,
      underArm: road.underArm,
      loops: { front: road.atCamera !== null, underArm: road.underArm !== null },
      display: equipment.display,
      said: equipment.said,
      flashes,
      pulses: equipment.pulses,
      fireAlarm: equipment.fireAlarm,
      network: camera.network === 'up' ? 'up' : 'down',
      online: camera.online,
      stored: camera.stored,
      unsent: camera.unsent,
      clockOffMs: camera.clockOffMs,
    }),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    heard: () => heard,
    refusals: () => refusals,
    async close() {
      listeners.clear()
      arm.stop()
      road.stop()
      await camera.close()
    },
  }
}
