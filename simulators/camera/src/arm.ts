export type ArmPosition = 'down' | 'rising' | 'up' | 'lowering'

export type ArmTiming = {
  readonly raiseMs: number
  readonly lowerMs: number
  /** Open and nobody comes: lowers after this. */
  readonly lowersUnusedAfterMs: number
  /** Some controllers count pulses: N of them let N vehicles through. */
  readonly countsPulses: boolean
}

/** Shorter contacts are contact bounce (lot-devices.md 3). */
const shortestPulseMs = 100

/**
 * A gate and its controller (lot-devices.md 3): a pulse raises the arm; it lowers by itself when the loop under it falls or nobody
 * came; a vehicle under it stops it from lowering and reverses it.
 */
export class Arm {
  readonly #timing: ArmTiming
  readonly #changed: (position: ArmPosition) => void
  #position: ArmPosition = 'down'
  #owed = 0
  #held = false
  #vehicleUnder = false
  #timer: NodeJS.Timeout | undefined

  constructor(timing: ArmTiming, changed: (position: ArmPosition) => void) {
    this.#timing = timing
    this.#changed = changed
  }

  get position(): ArmPosition {
    return this.#position
  }

  /** The OPEN contact was closed for so long. */
  pulse(ms: number): void {
    if (ms < shortestPulseMs) return
    this.#owed = this.#timing.countsPulses ? this.#owed + 1 : 1
    this.#raise()
  }

  /** The OPEN contact stays closed, or is let go. */
  hold(on: boolean): void {
    if (on === this.#held) return
    this.#held = on
    if (on) this.#raise()
    else this.#lower()
  }

  /** The CLOSE contact: anti-smash is wired in the controller. */
  close(): void {
    this.#owed = 0
    this.#lower()
  }

  /** The loop under the arm. */
  vehicleUnder(on: boolean): void {
    if (on === this.#vehicleUnder) return
    this.#vehicleUnder = on
    if (on && this.#position === 'lowering') this.#raise()
    if (on || this.#position === 'down') return
    this.#owed = Math.max(0, this.#owed - 1)
    if (this.#owed === 0) this.#lower()
    else this.#lowerIfUnused()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #raise(): void {
    if (this.#position === 'rising') return
    if (this.#position === 'up') this.#lowerIfUnused()
    else {
      this.#move('rising')
      this.#after(this.#timing.raiseMs, () => {
        this.#move('up')
        this.#lowerIfUnused()
      })
    }
  }

  #lowerIfUnused(): void {
    this.#after(this.#timing.lowersUnusedAfterMs, () => this.close())
  }

  #lower(): void {
    if (this.#held || this.#vehicleUnder || this.#position === 'down' || this.#position === 'lowering') return
    this.#move('lowering')
    this.#after(this.#timing.lowerMs, () => this.#move('down'))
  }

  #after(ms: number, act: () => void): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(act, ms)
  }

  #move(position: ArmPosition): void {
    this.#position = position
    this.#changed(position)
  }
}
