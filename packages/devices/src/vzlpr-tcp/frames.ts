import type { LaneFault } from '../lane-device.ts'

/*
 * Frames of the VzLPR TCP protocol (lot-devices.md 2.3): "VZ", type, sequence number, length of the body big endian, body.
 */
export const frameType = { json: 0, heartbeat: 1, binary: 2 } as const
export type Frame = { readonly type: number; readonly seq: number; readonly body: Buffer }

export const largestBody = 1024 * 1024
const headLength = 8

/** @throws RangeError when the body is longer than 1 MiB. */
export function frameBytes({ type, seq, body }: Frame): Buffer {
  if (body.length > largestBody) throw new RangeError(`a body has at most ${largestBody} bytes, got ${body.length}`)
  const head = Buffer.from([0x56, 0x5a, type, seq, 0, 0, 0, 0])
  head.writeUInt32BE(body.length, 4)
  return Buffer.concat([head, body])
}

/** A heartbeat is its head alone. */
export const heartbeat: Buffer = frameBytes({ type: frameType.heartbeat, seq: 0, body: Buffer.alloc(0) })

/**
 * Takes frames out of a stream that is cut anywhere. After a fault nothing is understood any more: where the next frame begins
 * cannot be known, so the line has to be renewed.
 */
export class Frames {
  #parts: Buffer[] = []
  #held = 0
  #wanted = headLength
  #fault: LaneFault | null = null

  /** The frames that these bytes complete, in order, and what stopped it. */
  push(bytes: Buffer): { readonly frames: readonly Frame[]; readonly fault: LaneFault | null } {
    if (this.#fault) return { frames: [], fault: this.#fault }
    this.#parts.push(bytes)
    this.#held += bytes.length
    const frames: Frame[] = []
    // Large bodies come in many pieces, so these are joined only when they are enough.
    while (!this.#fault && this.#held >= this.#wanted) {
      const held = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts)
      const frame = this.#first(held)
      if (frame) frames.push(frame.frame)
      const rest = held.subarray(frame?.length ?? 0)
      this.#parts = [rest]
      this.#held = rest.length
    }
    return { frames, fault: this.#fault }
  }

  #first(held: Buffer): { readonly frame: Frame; readonly length: number } | null {
    this.#wanted = headLength
    if (held.length < headLength) return null
    if (held[0] !== 0x56 || held[1] !== 0x5a) return this.#broken('frame', 'begins with VZ')
    const [type, seq] = [held[2]!, held[3]!]
    // A heartbeat has no body, whatever length it names.
    const length = type === frameType.heartbeat ? 0 : held.readUInt32BE(4)
    if (length > largestBody) return this.#broken('frame.length', 'is at most 1 MiB')
    const end = headLength + length
    if (held.length >= end) return { frame: { type, seq, body: held.subarray(headLength, end) }, length: end }
    this.#wanted = end
    return null
  }

  #broken(field: string, rule: string): null {
    this.#fault = { code: 'malformed', field, rule }
    return null
  }
}
