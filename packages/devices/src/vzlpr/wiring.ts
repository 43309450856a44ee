import { type Board, type BoardOptions, boardOf } from '../boards.ts'

/** How the gate hangs on the camera: by the short word `info`, or by naming the output and how long it closes. */
export type GateOrder =
  | { readonly by: 'info'; readonly channel: number }
  | { readonly by: 'output'; readonly output: number; readonly pulseMs: number }

export type Speaker = { readonly volume: number; readonly male: boolean; readonly intervalMs: number }
export type BoardLine = { readonly board: Board; readonly port: 0 | 1 }
export type Wiring = {
  readonly gate: GateOrder
  readonly display: BoardLine | null
  /** The loudspeaker in the camera; null when the display board speaks. */
  readonly speaker: Speaker | null
}

/** What hangs on the camera, however it is talked to. */
export type WiringOptions = {
  readonly gate?: {
    /** The output wired to the controller's OPEN contact. Default 0. */
    readonly output?: 0 | 1 | 2 | 3
    /**
     * `info` says "ok" and the firmware closes the contact for 500 ms; `output` names output and time. † Whether
     * `channelNum` beside `info` picks the output over HTTP is not known, so the default is `info` for output 0 only.
     */
    readonly by?: 'info' | 'output'
    /** With `output`, 100 to 600000. Default 500. */
    readonly pulseMs?: number
  }
  /** The board on a serial line of the camera. Default a Jinjie board; null where there is none. */
  readonly display?: BoardLineOptions | null
  /** Who speaks. Default: the board when there is one, else the camera. */
  readonly voice?: 'board' | 'camera'
  /** The camera's own voice. Default as in the vendor's sample: volume 100 of 100, male, no pause. */
  readonly speaker?: Partial<Speaker>
}
/** Port 0 = RS485 port 1 (the default), 1 = RS485 port 2 or RS232. */
export type BoardLineOptions = BoardOptions & { readonly port?: 0 | 1 }

/** @throws RangeError when an option is out of its range. */
export function wiringOf({ gate = {}, display, voice, speaker }: WiringOptions): Wiring {
  const { output = 0, pulseMs } = gate
  const board = boardLine(display)
  const by = gate.by ?? (output === 0 ? 'info' : 'output')
  const ms = pulseOf(pulseMs, 500)
  const speaks = voice ?? (board ? 'board' : 'camera')
  if (speaks === 'board' && !board) throw new RangeError('voice is the camera where there is no display board')
  return {
    gate: by === 'info' ? { by, channel: output } : { by, output, pulseMs: ms },
    display: board,
    speaker: speaks === 'camera' ? speakerOf(speaker) : null,
  }
}

/** @throws RangeError when the board is set up as it cannot be. */
export const boardLine = (display: BoardLineOptions | null = { protocol: 'jinjie' }): BoardLine | null =>
  display ? { board: boardOf(display), port: display.port ?? 0 } : null

export const speakerOf = (speaker: Partial<Speaker> = {}): Speaker => ({
  volume: 100,
  male: true,
  intervalMs: 0,
  ...speaker,
})

/** @throws RangeError when the pulse is shorter than gates hear, or longer than a camera holds it. */
export function pulseOf(
  pulseMs: number | undefined,
  usualMs: number,
  range: readonly [number, number] = [100, 600_000],
) {
  const ms = pulseMs ?? usualMs
  const [least, most] = range
  if (!(Number.isInteger(ms) && ms >= least && ms <= most))
    throw new RangeError(`gate.pulseMs is ${least} to ${most}, got ${ms}`)
  return ms
}
