import { type Clock, systemClock } from '@lanepay/domain/clock.ts'
import { err, ok } from '@lanepay/domain/result.ts'
import { type BoardOptions, boardOf } from '../boards.ts'
import type { LaneDisplay } from '../lane-device.ts'
import { type LineOptions, SerialLine } from './line.ts'
import { Turns } from './turns.ts'

export type TcpSerialOptions = LineOptions & {
  readonly board: BoardOptions
  /** How long the board may take to answer before the next frame goes out. Default 400 ms (lot-devices.md 4). */
  readonly answerWithinMs?: number
  /** Set the board's clock, where it has one, whenever the line comes up. † Default false: the year's byte order is not known. */
  readonly setsClock?: boolean
  readonly clock?: Clock
}

/** How the lot hears a display. None of these may throw. */
export type DisplayEars = {
  /** What the board answered, in words for a log. */
  heard(what: string): void
  link(state: 'up' | 'down', because: string): void
}

/**
 * A board alone on a TCP-to-serial server (lot-devices.md 4): no camera in between, raw bytes both ways. Frames go out one by one,
 * each after the board's answer or the time for it; what cannot go out now is `unreached` and not kept for later.
 *
 * @throws RangeError when an option is out of its range.
 */
export function tcpSerialDisplay(options: TcpSerialOptions, ears: DisplayEars): LaneDisplay {
  const { port, answerWithinMs = 400, setsClock = false, clock = systemClock } = options
  if (!(Number.isInteger(port) && port >= 1 && port <= 65_535)) throw new RangeError('port is 1 to 65535')
  if (!(Number.isInteger(answerWithinMs) && answerWithinMs >= 1 && answerWithinMs <= 10_000))
    throw new RangeError('answerWithinMs is 1 to 10000')
  const board = boardOf(options.board)
  if (setsClock && !board.clock) throw new RangeError('setsClock is for a board that has a clock')
  const line: SerialLine = new SerialLine({
    ...options,
    came: (bytes) => turns.came(bytes),
    link(state, because) {
      ears.link(state, because)
      // What becomes of it is heard, as of any frame.
      if (state === 'up' && setsClock && board.clock) void turns.send([board.clock(clock.now())])
    },
  })
  const turns = new Turns({ line, answers: board.answers, answerWithinMs, heard: (what) => ears.heard(what) })
  return {
    show: (show) => turns.send(board.frames({ show })),
    say: (say) => turns.send(board.frames({ say })),
    async probe() {
      await line.tried()
      const asked = board.answers && line.isUp ? await turns.send([board.answers.ask()]) : null
      if (!line.isUp) return err({ code: 'unreachable', because: line.because })
      if (asked === 'unsure') return err({ code: 'no-answer', because: 'the line stands and the board is silent' })
      return ok({ serial: null, firmware: null, clockOffMs: null })
    },
    async close() {
      await Promise.all([turns.close(), line.close()])
    },
  }
}
