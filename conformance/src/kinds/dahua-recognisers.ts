import { dahuaPush } from '@lanepay/devices/dahua/pushed.ts'
import { Snaps, saidBy } from '@lanepay/devices/dahua/snaps.ts'
import { type LaneRead, noOrders, type PushedCamera } from '@lanepay/devices/lane-device.ts'
import { boundaryIn, MultipartReader } from '@lanepay/devices/multipart.ts'
import { openAlprCamera, readResult as readOpenAlpr } from '@lanepay/devices/recogniser/openalpr.ts'
import {
  plateRecognizerCamera,
  readResult as readPlateRecognizer,
} from '@lanepay/devices/recogniser/platerecognizer.ts'
import { surest } from '@lanepay/devices/recogniser/recognised.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { Check, Checks, Verdict } from '../check.ts'
import { beside, type Expect, equal, equalIn, expectOf, fileOf, hexOf } from './device-samples.ts'
import { sizes } from './hikvision-huaxia.ts'

/* Dahua over both its wires, and recognisers: the samples as the product's own readers have them. */

const receivedAt = 0 as Instant

/** Cut into single bytes, which is the hardest way for a stream to come. */
const streamCheck: Check = (entry) => {
  const boundary = boundaryIn(String(entry.transport))
  if (boundary === null) return equal('a boundary', boundary)
  const reader = new MultipartReader({ boundary })
  const snaps = new Snaps({ overseas: false, encoding: 'utf-8', now: () => 0 })
  const seen = [...Buffer.from(hexOf(entry), 'hex')]
    .flatMap((byte) => reader.feed(Uint8Array.of(byte)))
    .flatMap((part) => snaps.take(part))
  const events = seen.map((snap) => {
    const said = saidBy(snap, 'a-camera', receivedAt)
    if (snap.event.kind !== 'plate' || said.kind !== 'read') return { kind: snap.event.kind }
    const { plate, colour: plateColour } = said
    return { kind: 'plate', plate, plateColour, lane: snap.event.lane, images: sizes(said.pictures?.() ?? []) }
  })
  return equal(expectOf(entry).events, events)
}

/** What a post is to the lot, where it is a read. */
function readBy(camera: PushedCamera, body: Buffer): LaneRead | Verdict {
  const said = camera.read({ contentType: 'application/json', body, receivedAt })
  return said.ok && said.value.kind === 'read' ? said.value : equal('read', said)
}

const tollgateCheck: Check = (entry) => {
  const { replyMustContain, ...expect } = expectOf(entry) as Expect & { readonly replyMustContain: object }
  const camera = dahuaPush()
  const read = readBy(camera, fileOf(entry))
  if (!('kind' in read)) return read
  const reply = JSON.parse(camera.answer(read, noOrders).body.toString('utf8')) as Expect
  const expected = {
    ...expect,
    // Without a zone it is Chinese time.
    capturedAt: Date.parse(`${String(expect.capturedAt).replace(' ', 'T')}+08:00`),
    replyMustContain,
  }
  const contained = Object.fromEntries(Object.keys(replyMustContain).map((key) => [key, reply[key]]))
  const { plate, colour: plateColour, confidence, takenAt: capturedAt } = read
  return equalIn(expected, { kind: 'plate', plate, plateColour, confidence, capturedAt, replyMustContain: contained })
}

/** The samples are from countries with plates of their own, so what is compared is the text. */
const openAlprCheck: Check = (entry) => {
  const body = fileOf(entry)
  const read = readBy(openAlprCamera({ serial: 'camera-1' }), body)
  if (!('kind' in read)) return read
  const best = surest(readOpenAlpr(body).plates)
  return equalIn(expectOf(entry), {
    kind: 'plate',
    plate: read.plateText,
    confidence: best?.confidence,
    capturedAtEpochMs: read.takenAt,
    alternatives: best?.alternatives.length,
  })
}

const plateRecognizerCheck: Check = (entry) => {
  const body = fileOf(entry)
  const read = readBy(plateRecognizerCamera(), body)
  if (!('kind' in read)) return read
  const best = surest(readPlateRecognizer(body).plates)
  return equalIn(expectOf(entry), {
    kind: 'plate',
    plate: read.plateText,
    confidence: best?.confidence,
    camera: read.serial,
    directionDegrees: best?.directionDegrees,
  })
}

export const dahuaAndRecogniserChecks: Checks = {
  'dahua-cgi': beside(streamCheck),
  'dahua-itsapi': beside(tollgateCheck),
  openalpr: beside(openAlprCheck),
  'platerecognizer-stream': beside(plateRecognizerCheck),
}
