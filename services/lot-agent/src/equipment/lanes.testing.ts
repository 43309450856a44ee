import type { SimulatedClock } from '@lanepay/domain/clock.ts'
import { type DahuaFaceOptions, dahuaFace } from '@lanepay/simulator-camera/dahua/face.ts'
import { startRelaySimulator } from '@lanepay/simulator-camera/dry-contact/simulator.ts'
import { type HikvisionFaceOptions, hikvisionFace } from '@lanepay/simulator-camera/hikvision/face.ts'
import { huaxiaFace } from '@lanepay/simulator-camera/huaxia/face.ts'
import { type FacedLaneOptions, type LaneSimulator, startLaneSimulator } from '@lanepay/simulator-camera/lane.ts'
import { recogniserFace } from '@lanepay/simulator-camera/recogniser/face.ts'
import { login, startTestBroker } from '@lanepay/simulator-camera/vzlpr-mqtt/broker.testing.ts'
import { vzlprMqttFace } from '@lanepay/simulator-camera/vzlpr-mqtt/face.ts'
import { vzlprTcpFace } from '@lanepay/simulator-camera/vzlpr-tcp/face.ts'
import type { LanePlan } from '../plan.ts'
import { cameraUrl } from './lot.testing.ts'

/** One lane as its plan names it, and the simulated one that is so. */
export type TestLane = {
  readonly plan: LanePlan
  /** Once an agent listens. */
  readonly start: () => Promise<LaneSimulator>
  /** Of the gate, where it does not hang on the camera. */
  readonly pulses?: () => number
  readonly close: () => Promise<void>
}
type Ask = {
  readonly id: number
  readonly direction: 'entry' | 'exit'
  readonly clock: SimulatedClock
  readonly cameraPort: number
}
type Kind = {
  readonly name: string
  /** The display hangs on the camera. */
  readonly shows: boolean
  /** The lot sees loops and arm. */
  readonly sees: boolean
  /** How what it could not send comes: as stored, again as it was, or never. Default stored. */
  readonly later?: 'again' | 'never'
  /** Whether it says that it is alive. Default true. */
  readonly beats?: boolean
  /** Default true. */
  readonly hasPictures?: boolean
  readonly make: (ask: Ask) => Promise<TestLane>
}

const timing = { raiseMs: 20, lowerMs: 20, passMs: 40 }
const noInputs = { loop: null, underArm: null, armOpen: null }
export const hikvisionLogin = { user: 'admin', password: 'secret-of-the-lot' }
const nothing = async () => {}
const inHex = (id: number): string => id.toString(16).padStart(2, '0')

const started = (ask: Ask, serial: string, face: FacedLaneOptions['face'], more: Partial<FacedLaneOptions> = {}) =>
  startLaneSimulator({ serial, clock: ask.clock, timing, firstRecordId: ask.id * 1_000 + 1, face, ...more })

export const vzlprHttp: Kind = {
  name: 'VzLPR over HTTP',
  shows: true,
  sees: true,
  make: async ({ id, direction, clock, cameraPort }) => {
    const serial = `http-${id}`
    return {
      plan: {
        id,
        direction,
        camera: { protocol: 'vzlpr-http', serial, board: 'fk' },
        inputs: { loop: 1, underArm: 2, armOpen: 3 },
      },
      start: () =>
        startLaneSimulator({
          serial,
          clock,
          board: 'fk',
          agentUrl: cameraUrl(cameraPort, id),
          timing: { ...timing, pollMs: 10, lostMs: 20, resendMs: 50, storedMs: 50 },
        }),
      close: nothing,
    }
  },
}

export const vzlprTcp: Kind = {
  name: 'VzLPR over TCP',
  shows: true,
  sees: true,
  make: async (ask) => {
    const serial = `tcp-${ask.id}`
    let port = 0
    const face = vzlprTcpFace({
      port: 0,
      listening: (taken) => {
        port = taken
      },
      timing: { beatMs: 100, silenceMs: 5_000, serialGapMs: 0 },
    })
    // Its inputs are looked at four times a second: a car takes longer than that to drive through.
    const lane = await started(ask, serial, face, { timing: { ...timing, passMs: 1_600 } })
    return {
      plan: {
        id: ask.id,
        direction: ask.direction,
        camera: { protocol: 'vzlpr-tcp', serial, host: '127.0.0.1', port, board: 'jinjie' },
        inputs: { loop: 1, underArm: 2, armOpen: null },
      },
      start: async () => lane,
      close: nothing,
    }
  },
}

const vzlprMqtt = (profile: 'newer' | 'older'): Kind => ({
  name: `VzLPR at a broker, ${profile} profile`,
  shows: true,
  sees: profile === 'newer',
  make: async (ask) => {
    const { url, close } = await startTestBroker()
    const serial = `mqtt-${ask.id}`
    const broker = { url, ...login }
    return {
      plan: {
        id: ask.id,
        direction: ask.direction,
        camera: {
          protocol: 'vzlpr-mqtt',
          serial,
          profile,
          broker: { url, user: login.username, password: login.password },
          board: 'jinjie',
        },
        inputs: profile === 'newer' ? { loop: 1, underArm: 2, armOpen: 3 } : noInputs,
      },
      start: () =>
        started(
          ask,
          serial,
          vzlprMqttFace({ broker, profile, timing: { aliveMs: 50, lostMs: 20, takenMs: 1_000, serialGapMs: 0 } }),
        ),
      close,
    }
  },
})

export const huaxia: Kind = {
  name: 'Huaxia',
  shows: true,
  sees: false,
  make: async (ask) => {
    const serial = `10020004131${ask.id}`
    return {
      plan: {
        id: ask.id,
        direction: ask.direction,
        camera: { protocol: 'huaxia', serial, heartbeatsTakeOrders: true, board: 'fk' },
        inputs: noInputs,
      },
      start: () =>
        started(
          ask,
          serial,
          huaxiaFace({
            agentUrl: cameraUrl(ask.cameraPort, ask.id),
            heartbeatsObeyed: true,
            beatMs: 20,
            spacesRecords: true,
          }),
          { board: 'fk' },
        ),
      close: nothing,
    }
  },
}

/** A Hikvision camera with what is said of it; its barrier is a call of its own either way. */
export const hikvision = (way: 'stream' | 'push', over: Partial<HikvisionFaceOptions> = {}): Kind => ({
  name: `Hikvision by ${way === 'stream' ? 'alert stream' : 'listening host'}`,
  shows: false,
  sees: false,
  make: async (ask) => {
    const serial = `08:cc:81:77:93:${inHex(ask.id)}`
    let port = 0
    const host = way === 'push' ? { host: { url: cameraUrl(ask.cameraPort, ask.id), answerWithinMs: 500 } } : {}
    const face = hikvisionFace({
      ...hikvisionLogin,
      port: 0,
      beatMs: 100,
      listening: (taken) => {
        port = taken
      },
      ...host,
      ...over,
    })
    const lane = await started(ask, serial, face)
    return {
      plan: {
        id: ask.id,
        direction: ask.direction,
        camera: {
          protocol: 'hikvision',
          serial: serial.toUpperCase(),
          way,
          url: `http://127.0.0.1:${port}`,
          ...hikvisionLogin,
        },
        inputs: noInputs,
      },
      start: async () => lane,
      close: nothing,
    }
  },
})

/** A Dahua camera; its relay is a call of its own either way. */
export const dahua = (way: 'stream' | 'push', over: Partial<DahuaFaceOptions> = {}): Kind => ({
  name: `Dahua by ${way === 'stream' ? 'snapshot stream' : 'ITSAPI'}`,
  shows: false,
  sees: false,
  later: way === 'stream' ? 'never' : 'again',
  make: async (ask) => {
    const serial = `6J0A1B2PAZ0000${ask.id}`
    let port = 0
    const url = new URL(cameraUrl(ask.cameraPort, ask.id)).origin
    const face = dahuaFace({
      ...hikvisionLogin,
      port: 0,
      beatMs: 100,
      listening: (taken) => {
        port = taken
      },
      ...(way === 'push' ? { host: { url, usualPaths: true, answerWithinMs: 500 } } : {}),
      ...over,
    })
    const lane = await started(ask, serial, face)
    return {
      plan: {
        id: ask.id,
        direction: ask.direction,
        camera: { protocol: 'dahua', serial, way, url: `http://127.0.0.1:${port}`, ...hikvisionLogin },
        inputs: noInputs,
      },
      start: async () => lane,
      close: nothing,
    }
  },
})

/** A recogniser, and beside it a relay that opens. */
export const recogniser = (engine: 'openalpr' | 'platerecognizer'): Kind => ({
  name: engine,
  shows: false,
  sees: false,
  later: 'never',
  beats: false,
  hasPictures: engine === 'platerecognizer',
  make: async (ask) => {
    const serial = `${engine}-${ask.id}`
    let lane: LaneSimulator | null = null
    const relay = await startRelaySimulator({
      call: { method: 'POST', path: '/relay' },
      pulsed: () => lane?.openByHand(),
    })
    return {
      plan: {
        id: ask.id,
        direction: ask.direction,
        camera: { protocol: engine, serial },
        gate: { by: 'http', method: 'POST', url: `${relay.url}/relay` },
        inputs: noInputs,
      },
      start: async () => {
        lane = await started(ask, serial, recogniserFace({ engine, agentUrl: cameraUrl(ask.cameraPort, ask.id) }))
        return lane
      },
      pulses: () => relay.pulses(),
      close: () => relay.close(),
    }
  },
})

/** Every way in which a lot's agent meets a camera. */
export const kinds: readonly Kind[] = [
  vzlprHttp,
  vzlprTcp,
  vzlprMqtt('newer'),
  vzlprMqtt('older'),
  huaxia,
  hikvision('stream'),
  hikvision('push'),
  dahua('stream'),
  dahua('push'),
  recogniser('openalpr'),
  recogniser('platerecognizer'),
]
