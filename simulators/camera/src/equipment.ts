import type { Instant } from '@lanepay/domain/types.ts'
import type { Arm } from './arm.ts'
import { type BoardName, type Effect, takeFrame } from './board/board.ts'
import type { AnswerTo, Orders } from './orders.ts'
import { Refused } from './refused.ts'

/** The contact to the gate's controller was closed once. */
export type GatePulse = {
  readonly at: Instant
  readonly ms: number
  readonly because: AnswerTo
  /** False: the gate stays silent, by order of a fault. */
  readonly followed: boolean
}

type Given = {
  readonly arm: Arm
  readonly outputs: { readonly open: number; readonly close: number }
  readonly board: BoardName
  readonly boardPort: number
  readonly now: () => Instant
  /** Whether the gate is silent this time. */
  readonly isSilent: () => boolean
  readonly pulsed: (pulse: GatePulse) => void
  readonly shown: (lines: readonly string[], frame: Buffer) => void
  /** Bytes the board sends back. */
  readonly boardSays: (port: number, bytes: Buffer) => void
  readonly refused: (to: AnswerTo, refusal: Refused) => void
}

/** `info: "ok"` closes the contact for this long. */
const infoPulseMs = 500
const blank: readonly string[] = ['', '', '', '']

/** What hangs on the camera and does as the answers say: the gate's contacts, the display, the loudspeaker. */
export class Equipment {
  readonly #given: Given
  #lines = blank
  #said: string | null = null
  #pulses = 0
  #outputHeld = false
  #fire = false

  constructor(given: Given) {
    this.#given = given
  }

  /** Lines of the display as far down as there is text. */
  get display(): readonly string[] {
    return this.#lines.slice(0, this.#lines.findLastIndex((line) => line !== '') + 1)
  }
  get said(): string | null {
    return this.#said
  }
  get pulses(): number {
    return this.#pulses
  }
  get fireAlarm(): boolean {
    return this.#fire
  }

  set fireAlarm(on: boolean) {
    this.#fire = on
    this.#hold()
  }

  obey(orders: Orders, to: AnswerTo): void {
    if (orders.open) this.#close(orders.open.output, infoPulseMs, to)
    if (orders.output?.value === 'pulse') this.#close(orders.output.io, orders.output.ms, to)
    else if (orders.output?.io === this.#given.outputs.open) {
      this.#outputHeld = orders.output.value === 'on'
      this.#hold()
    }
    if (orders.say !== null) this.#said = orders.say
    for (const { port, bytes } of orders.serial) if (port === this.#given.boardPort) this.#toBoard(port, bytes, to)
  }

  #hold(): void {
    this.#given.arm.hold(this.#outputHeld || this.#fire)
  }

  /** Closes the contact of one output for a time. */
  #close(output: number, ms: number, because: AnswerTo): void {
    const { arm, outputs, now, isSilent, pulsed } = this.#given
    if (output === outputs.open) {
      this.#pulses += 1
      const followed = !isSilent()
      pulsed({ at: now(), ms, because, followed })
      if (followed) arm.pulse(ms)
    } else if (output === outputs.close) arm.close()
  }

  #toBoard(port: number, frame: Buffer, to: AnswerTo): void {
    const effect = this.#take(frame, to)
    if (!effect) return
    if (effect.lines.length > 0) {
      const texts = new Map(effect.lines)
      this.#lines = this.#lines.map((line, i) => texts.get(i) ?? line)
      this.#given.shown(this.display, frame)
    }
    if (effect.say !== null) this.#said = effect.say
    if (effect.reply) this.#given.boardSays(port, effect.reply)
  }

  #take(frame: Buffer, to: AnswerTo): Effect | null {
    try {
      return takeFrame(this.#given.board, frame)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      this.#given.refused(to, error)
      return null
    }
  }
}
