import { readAlert } from '@lanepay/devices/hikvision/alert.ts'
import { alertEnd } from '@lanepay/devices/hikvision/camera.ts'
import { barrierOpen } from '@lanepay/devices/hikvision/gate.ts'
import { platesAfter, readPlates } from '@lanepay/devices/hikvision/plates.ts'
import { hikvisionPush } from '@lanepay/devices/hikvision/pushed.ts'
import { Sightings } from '@lanepay/devices/hikvision/sightings.ts'
import { huaxiaCamera } from '@lanepay/devices/huaxia/camera.ts'
import { readMessage } from '@lanepay/devices/huaxia/message.ts'
import { replyText } from '@lanepay/devices/huaxia/reply.ts'
import type { LanePicture } from '@lanepay/devices/lane-device.ts'
import { boundaryIn, MultipartReader } from '@lanepay/devices/multipart.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { Check, Verdict } from '../check.ts'
import { type Entry, type Expect, equal, equalIn, expectOf, fileOf, hexOf } from './device-samples.ts'

/* Hikvision ISAPI and Huaxia HTTP push: the samples as the product's own readers and writers have them. */

const receivedAt = 0 as Instant
const local = { overseas: false }
export const sizes = (pictures: readonly LanePicture[]) =>
  pictures.map(({ role, jpeg }) => ({ role, bytes: jpeg.length }))
/** A moment stands in the vectors as text. */
const withMoment = (expect: Expect): Expect =>
  'capturedAt' in expect ? { ...expect, capturedAt: Date.parse(String(expect.capturedAt)) } : expect

function alertCheck(expect: Expect, body: Buffer): Verdict {
  const alert = readAlert(body, local)
  const said = hikvisionPush().read({ contentType: 'application/xml', body, receivedAt })
  const wanted = alert.kind === 'plate' ? 'read' : 'poll'
  if (!said.ok || said.value.kind !== wanted) return equal(wanted, said)
  if (alert.kind !== 'plate') return equalIn(expect, { ...alert })
  const { left, top, right, bottom } = alert.box ?? {}
  return equalIn(withMoment(expect), {
    ...alert,
    // The samples are from countries with plates of their own, so what is compared is the text.
    plate: alert.plateText,
    capturedAt: alert.takenAt,
    retransmission: alert.stored,
    box: [left, top, right, bottom],
  })
}

/** Cut into single bytes, which is the hardest way for a stream to come. */
function streamCheck(entry: Entry): Verdict {
  const boundary = boundaryIn(String(entry.transport))
  if (boundary === null) return equal('a boundary', boundary)
  const reader = new MultipartReader({ boundary, endsAt: alertEnd })
  const sightings = new Sightings({ ...local, now: () => 0 })
  const seen = [...Buffer.from(hexOf(entry), 'hex')]
    .flatMap((byte) => reader.feed(Uint8Array.of(byte)))
    .map((part) => sightings.take(part))
    .filter((sighting) => sighting !== null)
  const events = seen.map(({ alert, pictures }) =>
    alert.kind === 'plate'
      ? { kind: 'plate', plate: alert.plateText, images: sizes(pictures()) }
      : { kind: alert.kind },
  )
  return equal(expectOf(entry).events, events)
}

function platesCheck(expect: Expect, body: Buffer): Verdict {
  const plates = readPlates(body).map(({ plateText: plate, picName, line, direction }) => ({
    plate,
    picName,
    line,
    direction,
  }))
  return equal(expect.plates, plates)
}

/** Protocol `hik-isapi`: what the camera says, and the two bodies that it is sent. */
export const hikvisionCheck: Check = (entry) => {
  const expect = expectOf(entry)
  const sample = fileOf(entry)
  if ('events' in expect) return streamCheck(entry)
  if ('plates' in expect) return platesCheck(expect, sample)
  if (expect.kind === 'request') {
    const [, picName = ''] = /<picTime>(\d+)</.exec(sample.toString()) ?? []
    return equal(sample.toString().trim(), platesAfter(picName))
  }
  if (expect.kind === 'command') return equal(sample.toString().trim(), expect.open === true ? barrierOpen.trim() : '')
  return alertCheck(expect, sample)
}

const ourTrigger: Readonly<Record<string, string>> = { auto: 'video', io: 'loop', software: 'software' }

function postCheck(expect: Expect, body: Buffer): Verdict {
  const message = readMessage(body, local)
  const said = huaxiaCamera().read({ contentType: 'application/x-www-form-urlencoded', body, receivedAt })
  const wanted = message.kind === 'plate' ? 'read' : 'poll'
  if (!said.ok || said.value.kind !== wanted) return equal(wanted, said)
  if (message.kind !== 'plate' || said.value.kind !== 'read') return equalIn(expect, { ...message })
  const expected = {
    ...withMoment(expect),
    ...('trigger' in expect ? { trigger: ourTrigger[String(expect.trigger)] } : {}),
  }
  return equalIn(expected, {
    ...message,
    plateColour: message.colour.replace('-', '_'),
    capturedAt: message.takenAt,
    images: sizes(said.value.pictures?.() ?? []),
  })
}

type Sample = {
  readonly error_num: unknown
  readonly error_str: unknown
  readonly gpio_data: unknown
  readonly rs485_data: readonly { readonly encodetype: 'hex2string' | 'base64' }[]
}

/** The parts of the answer that are about the gate and the board; to recognise now, and white lists, are never asked for. */
function answerCheck({ open, serial }: Expect, sample: Sample): Verdict {
  const { error_num, error_str, gpio_data, rs485_data } = sample
  const parts = (serial as readonly string[]).map((hex, i) => ({
    bytes: Buffer.from(hex, 'hex'),
    encoding: rs485_data[i]?.encodetype ?? 'hex2string',
  }))
  const made: unknown = JSON.parse(replyText({ open: open === true ? 'io1' : null, serial: parts }))
  return equal({ error_num, error_str, gpio_data, rs485_data }, made)
}

/** Protocol `huaxia-http`: what the camera posts, and what it is answered. */
export const huaxiaCheck: Check = (entry) =>
  entry.direction === 'device->host'
    ? postCheck(expectOf(entry), fileOf(entry))
    : answerCheck(expectOf(entry), JSON.parse(fileOf(entry).toString('utf8')) as Sample)
