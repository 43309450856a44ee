import { cameraContract } from '@lanepay/devices/camera-contract.testing.ts'
import { dahuaCamera, dahuaGate } from '@lanepay/devices/dahua/camera.ts'
import { dahuaPush } from '@lanepay/devices/dahua/pushed.ts'
import { gateContract } from '@lanepay/devices/gate-contract.testing.ts'
import type { LaneEars, LaneGate } from '@lanepay/devices/lane-device.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { startPushed } from '../huaxia/pushed.testing.ts'
import { startLaneSimulator } from '../lane.ts'
import { numbered } from '../numbered.testing.ts'
import { type DahuaFaceOptions, dahuaFace } from './face.ts'

const serial = '6J0A1B2PAZ00001'
const login = { user: 'admin', password: 'secret-of-the-lot' }
const road = { raiseMs: 20, lowerMs: 20, passMs: 20 }
const junk = [Buffer.from('GARBAGE'), Buffer.from('{"Picture":7}'), Buffer.from([0x81, 0xff, 0xfe])]

async function aLane(options: Partial<DahuaFaceOptions> = {}) {
  let port = 0
  const lane = await startLaneSimulator({
    serial,
    clock: systemClock,
    timing: road,
    firstRecordId: 1,
    face: dahuaFace({
      ...login,
      port: 0,
      beatMs: 100,
      listening: (taken) => {
        port = taken
      },
      ...options,
    }),
  })
  return { lane, url: `http://127.0.0.1:${port}` }
}

const firmware: readonly (readonly [name: string, options: Partial<DahuaFaceOptions>])[] = [
  ['Events in UTF-8', {}],
  [
    'ReturnEvents in GBK, and no word of its serial number',
    { writing: { prefix: 'ReturnEvents', encoding: 'gbk', saysSerial: false } },
  ],
  ['SHA-256, and a nonce for two uses', { algorithm: 'SHA-256', usesPerNonce: 2 }],
]
for (const [name, options] of firmware)
  cameraContract(
    `Dahua by snapshot stream, ${name}`,
    {
      serial,
      memory: 'none',
      trigger: 'unknown',
      tellsInputs: false,
      display: false,
      speaks: false,
      sendsPictures: false, // one, and it comes behind the read: camera.live.test.ts
      junk,
    },
    async (ears) => {
      const { numberedBy, hearing } = numbered(ears, ({ recordId }) => recordId.split('/')[1])
      const { lane, url } = await aLane({ ...options, stamped: (id, pts) => numberedBy(pts.toFixed(1), id) })
      const timing = { answerWithinMs: 500, silentMs: 600, firstPauseMs: 20, mostPauseMs: 100 }
      const encoding = options.writing?.encoding ?? 'utf-8'
      const camera = dahuaCamera({ ...login, ...timing, url, serial, encoding })(hearing)
      return { road: lane, camera, close: () => lane.close() }
    },
  )

for (const usualPaths of [true, false])
  cameraContract(
    `Dahua by ITSAPI${usualPaths ? ' under its usual paths' : ''}, its relay on a line of its own`,
    {
      serial,
      // It knows no stored records: it posts again what was not answered, as it was.
      memory: 'none',
      trigger: 'unknown',
      tellsInputs: false,
      display: false,
      speaks: false,
      sendsPictures: false, // one: camera.live.test.ts
      probed: false,
      renewed: false,
      junk,
    },
    async (ears: LaneEars) => {
      // `20260715104641_7.jpg`, as its picture is called.
      const { hearing } = numbered(
        ears,
        ({ recordId }) => recordId,
        (name) => Number(/_(\d+)\.jpg$/.exec(name)?.[1]),
      )
      let opened: LaneGate | null = null
      const open = async () => (opened ? opened.open() : ('unreached' as const))
      const pushed = await startPushed(dahuaPush(), hearing, { silentMs: 400, fetchedWithinMs: 400, open })
      const to = usualPaths ? new URL(pushed.url).origin : pushed.url
      const { lane, url } = await aLane({ host: { url: to, usualPaths, answerWithinMs: 300 }, beatMs: 50 })
      opened = dahuaGate({ ...login, url, serial, answerWithinMs: 500 })
      return { road: lane, camera: pushed.camera, close: () => lane.close() }
    },
  )

gateContract("a Dahua camera's relay", { serial }, async () => {
  const trouble = { loseNextAnswer: false, failNext: false, password: null as string | null }
  const { lane, url } = await aLane({ trouble })
  const gate = dahuaGate({ ...login, url, serial, answerWithinMs: 500 })
  const relay = {
    pulses: () => lane.state().pulses,
    loseNextAnswer: () => {
      trouble.loseNextAnswer = true
    },
    failNext: () => {
      trouble.failNext = true
    },
    changePassword: () => {
      trouble.password = 'another-secret'
    },
    setNetwork: lane.setNetwork,
    refusals: lane.refusals,
  }
  return { relay, gate, close: () => lane.close() }
})
