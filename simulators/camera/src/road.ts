import type { Arm, ArmPosition } from './arm.ts'
import type { Vehicle } from './lane-state.ts'

/** The inputs of the camera as they are wired here; 4 is the fire alarm. */
export const inputs = { frontLoop: 1, underArm: 2, armUp: 3, fireAlarm: 4 } as const

type Given = {
  readonly arm: Arm
  readonly passMs: number
  readonly input: (input: number, on: boolean) => void
  readonly changed: () => void
}

/** The stretch of road through the lane: who stands where, and what the loops make of it. */
export class Road {
  readonly #given: Given
  #atCamera: Vehicle | null = null
  #underArm: Vehicle | null = null
  #wasUp = false
  #timers: readonly NodeJS.Timeout[] = []

  constructor(given: Given) {
    this.#given = given
  }

  get atCamera(): Vehicle | null {
    return this.#atCamera
  }
  get underArm(): Vehicle | null {
    return this.#underArm
  }

  /** @throws RangeError when nobody stands in front of the camera. */
  mustBeThere(): Vehicle {
    if (!this.#atCamera) throw new RangeError('nobody stands in front of the camera')
    return this.#atCamera
  }

  arrive(vehicle: Vehicle): void {
    if (this.#atCamera) throw new RangeError('somebody stands in front of the camera already')
    this.#atCamera = vehicle
    this.#given.input(inputs.frontLoop, true)
    this.#given.changed()
  }

  turnBack(): Vehicle {
    const vehicle = this.mustBeThere()
    if (vehicle === this.#underArm) throw new RangeError('half way through nobody turns back')
    this.#leaveFrontLoop()
    return vehicle
  }

  /** Onto the loop under the arm, off the loop in front, away. */
  driveThrough(): void {
    const { arm, passMs } = this.#given
    const vehicle = this.mustBeThere()
    if (arm.position !== 'up') throw new RangeError(`the arm is ${arm.position}`)
    if (this.#underArm) throw new RangeError('somebody is under the arm')
    this.#underArm = vehicle
    arm.vehicleUnder(true)
    this.#given.input(inputs.underArm, true)
    this.#given.changed()
    this.#timers = [setTimeout(() => this.#leaveFrontLoop(), passMs / 2), setTimeout(() => this.#gone(), passMs)]
  }

  /** The limit switch at the top. */
  armMoved(position: ArmPosition): void {
    const isUp = position === 'up'
    if (isUp !== this.#wasUp) this.#given.input(inputs.armUp, isUp)
    this.#wasUp = isUp
    this.#given.changed()
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
  }

  #leaveFrontLoop(): void {
    this.#atCamera = null
    this.#given.input(inputs.frontLoop, false)
    this.#given.changed()
  }

  #gone(): void {
    this.#underArm = null
    this.#given.input(inputs.underArm, false)
    this.#given.arm.vehicleUnder(false)
    this.#given.changed()
  }
}
