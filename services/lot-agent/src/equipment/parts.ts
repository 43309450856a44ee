import type { BoardOptions } from '@lanepay/devices/boards.ts'
import { dahuaCamera, dahuaGate } from '@lanepay/devices/dahua/camera.ts'
import { dahuaPush } from '@lanepay/devices/dahua/pushed.ts'
import { DigestLogin } from '@lanepay/devices/digest.ts'
import { dryContactGate } from '@lanepay/devices/dry-contact/gate.ts'
import { hikvisionCamera } from '@lanepay/devices/hikvision/camera.ts'
import { hikvisionGate } from '@lanepay/devices/hikvision/gate.ts'
import { hikvisionPush } from '@lanepay/devices/hikvision/pushed.ts'
import { huaxiaCamera } from '@lanepay/devices/huaxia/camera.ts'
import type { ConnectCamera, LaneDisplay, LaneGate, PushedCamera } from '@lanepay/devices/lane-device.ts'
import { type LoginPause, LoginPauses } from '@lanepay/devices/login-pause.ts'
import { openAlprCamera } from '@lanepay/devices/recogniser/openalpr.ts'
import { plateRecognizerCamera } from '@lanepay/devices/recogniser/platerecognizer.ts'
import { type DisplayEars, tcpSerialDisplay } from '@lanepay/devices/tcp-serial/display.ts'
import { vzlprHttpCamera } from '@lanepay/devices/vzlpr-http/camera.ts'
import { vzlprMqttCamera } from '@lanepay/devices/vzlpr-mqtt/camera.ts'
import { vzlprTcpCamera } from '@lanepay/devices/vzlpr-tcp/camera.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { CameraPlan, DisplayPlan, GatePlan, LanePlan } from '../plan.ts'

/** How lines to devices are tried; what is left out is as each adapter thinks right. */
export type LineTiming = {
  readonly firstPauseMs?: number
  readonly mostPauseMs?: number
  /** How long a device may take to answer. */
  readonly answerMs?: number
  /** Without a word for so long a line is dead. */
  readonly silenceMs?: number
}

/** What a lane has, made of its plan and not started yet. */
export type LaneParts = {
  readonly camera:
    | { readonly by: 'posts'; readonly adapter: PushedCamera }
    | { readonly by: 'line'; readonly connect: ConnectCamera }
  /** A gate with a line of its own; null: the camera opens. */
  readonly gate: LaneGate | null
  /** A display with a line of its own; null: on the camera, or none. */
  readonly display: ((ears: DisplayEars) => LaneDisplay) | null
  /** Pictures of a read have come after so long. */
  readonly picturesAfterMs: number
  /** The login of camera and gate, where it is held back when it is refused. */
  readonly logins: { readonly camera: LoginPause | null; readonly gate: LoginPause | null }
}

/** Pictures follow an alert or an event within this (lot-devices.md 2.8). */
const picturesFollowMs = 2_500

/** The devices that a lane's plan names. @throws RangeError for what no plan that was checked has in it. */
export function laneParts(
  lane: LanePlan,
  deps: {
    readonly clock: Clock
    readonly timing?: LineTiming
    /** Shared by the lanes of a lot; left out, of this lane alone. */
    readonly logins?: LoginPauses
  },
): LaneParts {
  const { display } = lane
  const logins = deps.logins ?? new LoginPauses({ clock: deps.clock })
  const login = { camera: lineLogin(lane), gate: barrierLogin(lane) }
  const pauses = { camera: login.camera && logins.of(login.camera), gate: login.gate && logins.of(login.gate) }
  return {
    camera: cameraOf(lane, deps, pauses.camera),
    gate: ownGate(lane, pauses.gate, deps.timing),
    display: display ? (ears) => tcpSerialDisplay(displayOptions(display, deps), ears) : null,
    picturesAfterMs: lineLogin(lane) ? picturesFollowMs : 0,
    logins: pauses,
  }
}

/** A camera that is called, and may open by it. */
type Called = Extract<CameraPlan, { protocol: 'hikvision' | 'dahua' }>
type WithLogin = Called | Extract<GatePlan, { by: 'hikvision' }>
const calledOf = (camera: CameraPlan): Called | null =>
  camera.protocol === 'hikvision' || camera.protocol === 'dahua' ? camera : null
const lineLogin = ({ camera }: LanePlan): Called | null => {
  const called = calledOf(camera)
  return called?.way === 'push' ? null : called
}
/** A camera that only posts opens nothing: its barrier is called, as the plan's login allows. */
const barrierLogin = ({ camera, gate }: LanePlan): WithLogin | null => {
  if (gate?.by === 'hikvision') return gate
  const called = calledOf(camera)
  return gate?.by !== 'http' && called?.way === 'push' ? called : null
}

function cameraOf(
  { camera, gate }: LanePlan,
  { clock, timing = {} }: Parameters<typeof laneParts>[1],
  loginPause: LoginPause | null,
): LaneParts['camera'] {
  const relay = gate?.by === 'camera' ? gate : null
  const { answerMs, firstPauseMs, mostPauseMs, silenceMs } = timing
  const line = given({ firstPauseMs, mostPauseMs, answerMs, silenceMs })
  const waits = given({
    firstPauseMs,
    mostPauseMs,
    answerWithinMs: answerMs,
    silentMs: silenceMs,
    loginPause: loginPause ?? undefined,
  })
  switch (camera.protocol) {
    case 'vzlpr-http':
      return { by: 'posts', adapter: vzlprHttpCamera({ ...hung(camera), gate: fromZero(relay) }) }
    case 'huaxia': {
      const display = boardOn(camera)
      const { heartbeatsTakeOrders = false } = camera
      const output = (relay?.output ?? 1) as 1 | 2 | 3 | 4
      return { by: 'posts', adapter: huaxiaCamera({ display, heartbeatsTakeOrders, gate: { output } }) }
    }
    case 'vzlpr-tcp': {
      const { host, port = 8131, serial } = camera
      const { output, ...pulse } = fromZero(relay)
      const options = { host, port, serial, clock, display: boardOn(camera), timing: line }
      return { by: 'line', connect: vzlprTcpCamera({ ...options, gate: { output: output as 0 | 1, ...pulse } }) }
    }
    case 'vzlpr-mqtt': {
      const { serial, profile = 'newer', broker } = camera
      const { url, user: username, password } = broker
      const options = { serial, profile, clock, ...hung(camera), gate: fromZero(relay), timing: line }
      return { by: 'line', connect: vzlprMqttCamera({ ...options, broker: { url, ...given({ username, password }) } }) }
    }
    case 'hikvision': {
      if (camera.way === 'push') return { by: 'posts', adapter: hikvisionPush() }
      const { url, user, password, channel = 1 } = camera
      return { by: 'line', connect: hikvisionCamera({ url, user, password, channel, clock, ...waits }) }
    }
    case 'dahua': {
      if (camera.way === 'push') return { by: 'posts', adapter: dahuaPush() }
      const { protocol: _, way: _way, ...device } = camera
      return { by: 'line', connect: dahuaCamera({ ...device, clock, ...waits }) }
    }
    case 'openalpr':
      return { by: 'posts', adapter: openAlprCamera({ serial: camera.serial }) }
    case 'platerecognizer':
      return { by: 'posts', adapter: plateRecognizerCamera() }
  }
}

function ownGate(lane: LanePlan, loginPause: LoginPause | null, timing: LineTiming = {}): LaneGate | null {
  const { gate } = lane
  const waits = given({ answerWithinMs: timing.answerMs })
  if (gate?.by === 'http') return dryContactGate({ ...relayOptions(gate), ...waits })
  const barrier = barrierLogin(lane)
  if (!barrier) return null
  const { url, user, password, channel = 1 } = barrier
  const called = { url, user, password, channel, ...waits, ...given({ loginPause: loginPause ?? undefined }) }
  return 'protocol' in barrier && barrier.protocol === 'dahua'
    ? dahuaGate({ ...called, serial: barrier.serial })
    : hikvisionGate(called)
}

function relayOptions({ method, url, headers, body, login, success, probeUrl }: Extract<GatePlan, { by: 'http' }>) {
  const as = login && (login.kind === 'digest' ? new DigestLogin(login.user, login.password) : login)
  return { method, url, ...given({ headers, body, login: as, success, probeUrl }) }
}

function displayOptions(
  { host, port, board, boardLines }: DisplayPlan,
  { clock, timing = {} }: Parameters<typeof laneParts>[1],
) {
  const { firstPauseMs, mostPauseMs } = timing
  return { host, port, clock, board: boardOptions(board, boardLines), ...given({ firstPauseMs, mostPauseMs }) }
}

type WithBoard = Extract<CameraPlan, { board?: unknown }>
const boardOptions = (protocol: DisplayPlan['board'], lines: number | undefined): BoardOptions => ({
  protocol,
  ...given({ lines }),
})
const boardOn = ({ board, boardLines }: WithBoard) => (board ? boardOptions(board, boardLines) : null)

/** What hangs on a VzLPR camera; without a board it speaks itself. */
function hung(camera: Extract<CameraPlan, { protocol: 'vzlpr-http' | 'vzlpr-mqtt' }>) {
  const board = boardOn(camera)
  const { boardPort = 1, voice } = camera
  return { display: board && { ...board, port: (boardPort - 1) as 0 | 1 }, ...given({ voice }) }
}

/** Outputs are numbered from 1 on the camera and from 0 on the wire. */
const fromZero = (relay: Extract<GatePlan, { by: 'camera' }> | null) => ({
  output: ((relay?.output ?? 1) - 1) as 0 | 1 | 2 | 3,
  ...given({ pulseMs: relay?.pulseMs }),
})

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }
/** Without what is undefined: a setting that is left out is not there. */
const given = <T extends object>(options: T): Given<T> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<T>
