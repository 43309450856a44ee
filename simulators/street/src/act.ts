import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { plateColours } from '@lanepay/domain/types.ts'
import type { Drive } from './drive.ts'
import type { Faults } from './faults.ts'
import type { LaneHandle } from './lane-handle.ts'
import { phoneCalled } from './phone/phone.ts'
import type { Phones } from './phone/proxy.ts'
import { anyPlate, typedPlate } from './plates.ts'
import { freeBays, type LaneSide, type TrafficEvent } from './traffic.ts'
import type { Act, ActRefusal } from './view.ts'

export type Actions = {
  readonly drive: Drive
  readonly lanes: Readonly<Record<LaneSide, LaneHandle>>
  readonly bays: number
  readonly faults: Faults
  readonly phones: Phones
  readonly drivers: readonly string[]
  readonly random: () => number
  readonly advance: (ms: number) => void
}
export type ActError = { readonly code: ActRefusal; readonly message: string }

const longestStep = 31 * 24 * 3_600_000
const no = (code: ActRefusal, message: string) => err({ code, message })
const isWhole = (value: unknown, most: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= most

/** Checks what a viewer asks for; says which field breaks which rule. */
export function readAct(unchecked: unknown): Result<Act, ActError> {
  const asked = (typeof unchecked === 'object' && unchecked !== null ? unchecked : {}) as Readonly<
    Record<string, unknown>
  >
  const bad = (field: string, rule: string) => no('bad-request', `${field}: ${rule}`)
  switch (asked.do) {
    case 'send': {
      const { plate, colour } = asked
      const typed = typeof plate === 'string' && plate.trim() !== '' && plate.length <= 16
      if (plate !== null && !typed) return bad('plate', '1 to 16 characters, or null')
      if (colour !== undefined && !plateColours.some((known) => known === colour))
        return bad('colour', `one of ${plateColours.join(', ')}`)
      return ok(asked as Act)
    }
    case 'send-any':
      return ok({ do: 'send-any' })
    case 'open-by-hand':
      return asked.lane === 'entry' || asked.lane === 'exit' ? ok(asked as Act) : bad('lane', 'entry or exit')
    case 'drive-out':
    case 'turn-back':
      return isWhole(asked.car, Number.MAX_SAFE_INTEGER) ? ok(asked as Act) : bad('car', 'the number of a car')
    case 'advance':
      return isWhole(asked.ms, longestStep) ? ok(asked as Act) : bad('ms', `1 to ${longestStep}`)
    case 'fault':
      return typeof asked.id === 'string' && typeof asked.on === 'boolean'
        ? ok(asked as Act)
        : bad('id, on', 'a text and a boolean')
    case 'new-phone':
      return typeof asked.phone === 'string' ? ok(asked as Act) : bad('phone', 'the name of a phone')
    default:
      return bad('do', 'send, send-any, drive-out, turn-back, open-by-hand, advance, fault or new-phone')
  }
}

/** Does what a viewer asks for, or says why not. */
export async function actOn(actions: Actions, unchecked: unknown): Promise<Result<null, ActError>> {
  const read = readAct(unchecked)
  if (!read.ok) return read
  const act = read.value
  switch (act.do) {
    case 'send': {
      if (act.plate === null) return send(actions, { plate: null, colour: 'unknown' })
      const typed = typedPlate(act.plate)
      return send(actions, { plate: typed.plate, colour: act.colour ?? typed.colour })
    }
    case 'send-any':
      return send(actions, anyPlate(actions.random))
    case 'drive-out':
    case 'turn-back':
      return drive(actions, { kind: act.do, car: act.car })
    case 'open-by-hand':
      actions.lanes[act.lane].openByHand?.()
      return ok(null)
    case 'advance':
      actions.advance(act.ms)
      return ok(null)
    case 'fault':
      try {
        return (await actions.faults.set(act.id, act.on)) ? ok(null) : no('fault-unknown', `no fault ${act.id}`)
      } catch (error) {
        return no('fault-failed', error instanceof Error ? error.message : String(error))
      }
    case 'new-phone': {
      const phone = phoneCalled(act.phone, actions.drivers)
      if (!phone) return no('phone-unknown', `no phone ${act.phone}`)
      actions.phones.forget(phone)
      return ok(null)
    }
  }
}

function send(
  actions: Actions,
  car: Pick<Extract<TrafficEvent, { kind: 'send' }>, 'plate' | 'colour'>,
): Result<null, ActError> {
  const free = freeBays(actions.drive.traffic(), actions.bays)
  if (free.length === 0) return no('bays-full', 'every bay is taken')
  const bay = free[Math.floor(actions.random() * free.length)]!
  return drive(actions, { kind: 'send', ...car, look: Math.floor(actions.random() * 1000), bay })
}

function drive({ drive }: Actions, event: TrafficEvent): Result<null, ActError> {
  const done = drive.do(event)
  if (done.ok) return done
  switch (done.error) {
    case 'lane-full':
      return no('lane-full', 'the lane is full of waiting cars')
    case 'car-unknown':
      return no('car-unknown', 'this car is not here any more')
    case 'not-from-here':
      return no('not-from-here', 'the car cannot do that where it is')
    case 'bay-taken':
      return no('bays-full', 'the bay has just been taken')
  }
}
