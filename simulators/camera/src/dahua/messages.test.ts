import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { samplePicture } from '../picture.ts'
import { eventText, heartbeatText, streamParts } from './messages.ts'

test('the stream is the sample of the reference, byte for byte', () => {
  const file = new URL('../../../../conformance/vectors/devices/dahua-snap-stream.hex', import.meta.url)
  const sample = readFileSync(file, 'utf8').replace(/^#.*$/gm, '').replace(/\s/g, '')
  const vehicle = { plateText: '浙A12345', colour: 'blue' } as const
  const record = { id: 1, takenAt: 1_784_098_001_000, trigger: 'auto', vehicle } as const
  const parts = [
    { type: 'text/plain', bytes: Buffer.from(eventText(record, 42_949_485_818, 'Events')) },
    { type: 'image/jpeg', bytes: samplePicture },
    { type: 'text/plain', bytes: Buffer.from(heartbeatText) },
  ]
  assert.equal(streamParts(parts).toString('hex'), sample)
})
