import type { LaneInput, LaneOther, LaneRead } from '../lane-device.ts'
import type { InputChange, SerialBytes } from './alarms.ts'
import type { PlateResult } from './plate-result.ts'
import type { BoardLine } from './wiring.ts'

/** What the lot hears of it. */
export function saysOf(
  message: PlateResult | InputChange | SerialBytes,
  display: BoardLine | null,
): LaneRead | LaneInput | LaneOther {
  switch (message.kind) {
    case 'plate': {
      const { kind: _, ip: _ip, channel: _channel, box: _box, ...read } = message
      return { ...read, kind: 'read' }
    }
    case 'input': {
      const { serial, source, on } = message
      return source === 4
        ? { kind: 'other', serial, what: 'tcp trigger' }
        : { kind: 'input', serial, input: source + 1, on }
    }
    case 'serial': {
      const { serial, port, bytes } = message
      const heard = display?.port === port ? display.board.heard(bytes) : null
      return { kind: 'other', serial, what: heard ?? `${bytes.length} bytes on serial port ${port}` }
    }
  }
}
