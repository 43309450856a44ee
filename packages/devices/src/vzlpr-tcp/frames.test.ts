import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Frame, Frames, frameBytes, frameType, heartbeat, largestBody } from './frames.ts'

const aFrame = fc
  .tuple(fc.constantFrom(frameType.json, frameType.binary), fc.nat(255), fc.uint8Array({ maxLength: 60 }))
  .map(([type, seq, body]): Frame => ({ type, seq, body: Buffer.from(body) }))
/** The bytes in pieces, cut wherever it pleases. */
const pieces = (bytes: Buffer, cuts: readonly number[]): readonly Buffer[] => {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end))
}
const taken = (parts: readonly Buffer[]) => {
  const frames = new Frames()
  const pushed = parts.map((part) => frames.push(part))
  return { frames: pushed.flatMap((one) => one.frames), fault: pushed.at(-1)?.fault ?? null }
}

test('law: frames come out as they went in, wherever the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(aFrame, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 12 }), (sent, cuts) => {
      const bytes = Buffer.concat(sent.map(frameBytes))
      assert.deepEqual(taken(pieces(bytes, cuts)), { frames: sent, fault: null })
    }),
  )
})

test('law: heartbeats between frames take nothing away, whatever length they name', () => {
  fc.assert(
    fc.property(fc.array(aFrame, { maxLength: 5 }), fc.nat(0xffffffff), fc.array(fc.nat()), (sent, length, cuts) => {
      const beat = Buffer.from(heartbeat)
      beat.writeUInt32BE(length, 4)
      const bytes = Buffer.concat(sent.flatMap((frame) => [beat, frameBytes(frame)]))
      const { frames, fault } = taken(pieces(bytes, cuts))
      assert.equal(fault, null)
      assert.deepEqual(
        frames.filter(({ type }) => type !== frameType.heartbeat),
        sent,
      )
      assert.equal(frames.length, sent.length * 2)
    }),
  )
})

test('a body is at most 1 MiB, both ways', () => {
  const largest: Frame = { type: 0, seq: 1, body: Buffer.alloc(largestBody, 1) }
  const bytes = frameBytes(largest)
  const parts = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, i) =>
    bytes.subarray(i * 65_536, (i + 1) * 65_536),
  )
  assert.deepEqual(taken(parts), { frames: [largest], fault: null })
  assert.throws(() => frameBytes({ ...largest, body: Buffer.alloc(largestBody + 1) }), RangeError)
  assert.deepEqual(taken([Buffer.from('565a000000100001', 'hex')]).fault, {
    code: 'malformed',
    field: 'frame.length',
    rule: 'is at most 1 MiB',
  })
})

test('what came before a fault is understood, nothing after it', () => {
  const frame: Frame = { type: 0, seq: 1, body: Buffer.from('{}') }
  const frames = new Frames()
  const { frames: before, fault } = frames.push(
    Buffer.concat([frameBytes(frame), Buffer.from('HTTP/1.1 400'), heartbeat]),
  )
  assert.deepEqual(before, [frame])
  assert.deepEqual(fault, { code: 'malformed', field: 'frame', rule: 'begins with VZ' })
  assert.deepEqual(frames.push(frameBytes(frame)), { frames: [], fault })
})

test('law: no bytes make it throw, and no frame is made of more than came', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }), (parts) => {
      const { frames } = taken(parts.map((part) => Buffer.from(part)))
      const length = frames.reduce((sum, { body }) => sum + 8 + body.length, 0)
      assert.ok(length <= parts.reduce((sum, part) => sum + part.length, 0))
    }),
  )
})
