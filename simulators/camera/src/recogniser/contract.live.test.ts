import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cameraContract } from '@lanepay/devices/camera-contract.testing.ts'
import type { LaneEars, LaneSays } from '@lanepay/devices/lane-device.ts'
import { openAlprCamera } from '@lanepay/devices/recogniser/openalpr.ts'
import { plateRecognizerCamera } from '@lanepay/devices/recogniser/platerecognizer.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { startPushed } from '../huaxia/pushed.testing.ts'
import { startLaneSimulator } from '../lane.ts'
import { numbered } from '../numbered.testing.ts'
import { recogniserFace } from './face.ts'

const serial = 'camera-1'
const engines = [
  {
    name: 'OpenALPR',
    engine: 'openalpr',
    adapter: openAlprCamera({ serial }),
    wordOf: (takenAt: number) => String(takenAt),
    pictures: [],
  },
  {
    name: 'PlateRecognizer Stream',
    engine: 'platerecognizer',
    adapter: plateRecognizerCamera(),
    wordOf: (takenAt: number) => new Date(takenAt).toISOString().replace('Z', '000Z'),
    pictures: ['full'],
  },
] as const

for (const { name, engine, adapter, wordOf, pictures } of engines) {
  const aLane = async (ears: LaneEars) => {
    const { hearing, numberedBy } = numbered(ears, ({ recordId }) => recordId.split('/')[0])
    const { url, camera } = await startPushed(adapter, hearing, { silentMs: 60_000, fetchedWithinMs: 200 })
    const taken = (id: number, takenAt: number) => numberedBy(wordOf(takenAt), id)
    const lane = await startLaneSimulator({
      serial,
      clock: systemClock,
      timing: { raiseMs: 20, lowerMs: 20, passMs: 20 },
      firstRecordId: 1,
      face: recogniserFace({ engine, agentUrl: url, answerWithinMs: 300, taken }),
    })
    return { lane, camera }
  }
  cameraContract(
    name,
    {
      serial,
      memory: 'none',
      tellsInputs: false,
      display: false,
      speaks: false,
      sendsPictures: false, // one, or none: below
      probed: false,
      renewed: false,
      opens: false,
      beats: false,
      seesUnplated: false,
      saysColour: false,
      junk: [Buffer.from('GARBAGE'), Buffer.from('{"version":2}'), Buffer.from([0xff, 0xfe])],
    },
    async (ears) => {
      const { lane, camera } = await aLane(ears)
      return { road: lane, camera, close: () => lane.close() }
    },
  )

  test(`${name}: the pictures that come with a read are ${pictures.join() || 'none'}`, async () => {
    const heard = Promise.withResolvers<LaneSays>()
    const { lane, camera } = await aLane({ says: heard.resolve, fault: () => {}, link: () => {} })
    lane.vehicleArrives({ plateText: '粤B12345', colour: 'blue' })
    const said = await heard.promise
    assert.ok(said.kind === 'read')
    assert.deepEqual(
      said.pictures?.().map(({ role }) => role),
      pictures,
    )
    await camera.close()
    await lane.close()
  })
}
