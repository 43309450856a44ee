import { cameraContract } from '@lanepay/devices/camera-contract.testing.ts'
import { gateContract } from '@lanepay/devices/gate-contract.testing.ts'
import { hikvisionCamera } from '@lanepay/devices/hikvision/camera.ts'
import { hikvisionGate } from '@lanepay/devices/hikvision/gate.ts'
import { hikvisionPush } from '@lanepay/devices/hikvision/pushed.ts'
import type { ConnectedCamera, LaneEars, LaneSays } from '@lanepay/devices/lane-device.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { startPushed } from '../huaxia/pushed.testing.ts'
import { startLaneSimulator } from '../lane.ts'
import { type HikvisionFaceOptions, hikvisionFace } from './face.ts'

const mac = '08:cc:81:77:93:8a'
const login = { user: 'admin', password: 'secret-of-the-lot' }
const road = { raiseMs: 20, lowerMs: 20, passMs: 20 }

async function aLane(options: Partial<HikvisionFaceOptions> = {}) {
  let port = 0
  const lane = await startLaneSimulator({
    serial: mac,
    clock: systemClock,
    timing: road,
    firstRecordId: 1,
    face: hikvisionFace({
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

/** The list counts records by the lane's own numbers; a UUID ends with one, and so does a `picName`. */
const numberIn = (recordId: string): string => String(Number(/(?:edbIawTk|^\d{14})(\d+)$/.exec(recordId)?.[1]))
function byNumber(connect: (ears: LaneEars) => ConnectedCamera, ears: LaneEars): ConnectedCamera {
  const idOf = new Map<string, string>()
  const camera = connect({
    ...ears,
    says(said: LaneSays) {
      if (said.kind !== 'read') return ears.says(said)
      const recordId = numberIn(said.recordId)
      idOf.set(recordId, said.recordId)
      ears.says({ ...said, recordId })
    },
  })
  return {
    obey: (orders) => camera.obey(orders),
    probe: () => camera.probe(),
    reconnect: (because) => camera.reconnect(because),
    missed: (after) => camera.missed(after === null ? null : (idOf.get(after) ?? after)),
    close: () => camera.close(),
  }
}

const firmware: readonly (readonly [name: string, options: Partial<HikvisionFaceOptions>])[] = [
  ['newer firmware', {}],
  ['older firmware, LF', { writing: { namespace: 'ver10' }, lineEnd: '\n' }],
  ['behind a recorder', { writing: { prefix: 'ns1' } }],
  ['SHA-256, and a nonce for two uses', { algorithm: 'SHA-256', usesPerNonce: 2 }],
]
for (const [name, options] of firmware)
  cameraContract(
    `Hikvision by alert stream, ${name}`,
    {
      serial: `${mac}/1`,
      memory: 'asked',
      tellsInputs: false,
      display: false,
      speaks: false,
      sendsPictures: false, // they come behind the read: camera.live.test.ts
      junk: [Buffer.from('GARBAGE'), Buffer.from('<!DOCTYPE a><a/>'), Buffer.from([0xff, 0xfe])],
    },
    async (ears) => {
      const { lane, url } = await aLane(options)
      const timing = { answerWithinMs: 500, silentMs: 600, firstPauseMs: 20, mostPauseMs: 100 }
      const camera = byNumber(hikvisionCamera({ ...login, ...timing, url }), ears)
      return { road: lane, camera, close: () => lane.close() }
    },
  )

cameraContract(
  'Hikvision by listening host, its barrier on a line of its own',
  {
    serial: `${mac}/1`,
    memory: 'by-itself',
    tellsInputs: false,
    display: false,
    speaks: false,
    sendsPictures: false, // three of them, in the camera's own order: camera.live.test.ts
    probed: false,
    renewed: false,
    junk: [Buffer.from('GARBAGE'), Buffer.from('<!DOCTYPE a><a/>'), Buffer.from([0xff, 0xfe])],
  },
  async (ears) => {
    let opened: ReturnType<typeof hikvisionGate> | null = null
    const connect = async (numbered: LaneEars) => {
      const open = async () => (opened ? opened.open() : ('unreached' as const))
      return startPushed(hikvisionPush(), numbered, { silentMs: 400, fetchedWithinMs: 400, open })
    }
    let pushed: Awaited<ReturnType<typeof connect>> | null = null
    const started = Promise.withResolvers<LaneEars>()
    const numbered = byNumber((given) => {
      started.resolve(given)
      return {
        obey: (orders) => pushed!.camera.obey(orders),
        probe: () => pushed!.camera.probe(),
        reconnect: (because) => pushed!.camera.reconnect(because),
        missed: (after) => pushed!.camera.missed(after),
        close: () => pushed!.camera.close(),
      }
    }, ears)
    pushed = await connect(await started.promise)
    const { lane, url } = await aLane({ host: { url: pushed.url, answerWithinMs: 300 }, beatMs: 50 })
    opened = hikvisionGate({ ...login, url, answerWithinMs: 500 })
    return { road: lane, camera: numbered, close: () => lane.close() }
  },
)

gateContract("a Hikvision camera's barrier", { serial: `${mac}/1` }, async () => {
  const trouble = { loseNextAnswer: false, failNext: false, password: null as string | null }
  const { lane, url } = await aLane({ trouble })
  const gate = hikvisionGate({ ...login, url, answerWithinMs: 500 })
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
