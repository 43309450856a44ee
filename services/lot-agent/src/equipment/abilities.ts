import type { CameraPlan, LanePlan } from '../plan.ts'

/** What one kind of camera can do for a lane (lot-devices.md 2); what it lacks needs a line of its own. */
export type Abilities = {
  /** It posts to us; else we connect to it. */
  readonly posts: boolean
  /** Relays that may open a gate. */
  readonly outputs: number
  /** Inputs that it tells of. */
  readonly inputs: number
  /** A board may hang on its serial line. */
  readonly hasSerialLine: boolean
  /** It opens whenever it is told, not only in the answer to a read. */
  readonly opensAnytime: boolean
}

export function abilitiesOf(camera: CameraPlan): Abilities {
  switch (camera.protocol) {
    case 'vzlpr-http':
      return { posts: true, outputs: 4, inputs: 4, hasSerialLine: true, opensAnytime: true }
    case 'vzlpr-tcp':
      return { posts: false, outputs: 2, inputs: 2, hasSerialLine: true, opensAnytime: true }
    case 'vzlpr-mqtt': {
      const isOlder = camera.profile === 'older'
      return {
        posts: false,
        outputs: isOlder ? 1 : 4,
        inputs: isOlder ? 0 : 4,
        hasSerialLine: true,
        opensAnytime: true,
      }
    }
    case 'huaxia': {
      const opensAnytime = camera.heartbeatsTakeOrders ?? false
      return { posts: true, outputs: 4, inputs: 0, hasSerialLine: true, opensAnytime }
    }
    case 'hikvision':
    case 'dahua':
      // Its barrier, or relay, is told over a line of its own, whichever way its reads come.
      return { posts: camera.way === 'push', outputs: 1, inputs: 0, hasSerialLine: false, opensAnytime: true }
    case 'openalpr':
    case 'platerecognizer':
      return { posts: true, outputs: 0, inputs: 0, hasSerialLine: false, opensAnytime: false }
  }
}

/** Whether it says that it is alive while nothing happens: a recogniser does not, and its silence is nothing to be told of. */
export const saysAlive = ({ protocol }: CameraPlan): boolean =>
  protocol !== 'openalpr' && protocol !== 'platerecognizer'

/** How the camera calls itself in what it says. */
export const serialOf = (camera: CameraPlan): string =>
  camera.protocol === 'hikvision' ? `${camera.serial.toLowerCase()}/${camera.channel ?? 1}` : camera.serial

/** How gates and displays are called to the lot and the cloud, which know cameras by their numbers. */
export const gateName = (lane: Pick<LanePlan, 'id'>): string => `gate-${lane.id}`
export const displayName = (lane: Pick<LanePlan, 'id'>): string => `display-${lane.id}`

/** Whether anything in the lane shows words: a display with a line of its own, a board on the camera, or the camera itself. */
export function showsWords({ camera, display }: Pick<LanePlan, 'camera' | 'display'>): boolean {
  if (display) return true
  const hasBoard = 'board' in camera && (camera.board ?? null) !== null
  // A VzLPR camera without a board speaks itself; over TCP there is no word for that.
  return hasBoard || camera.protocol === 'vzlpr-http' || camera.protocol === 'vzlpr-mqtt'
}
