import type { ConnectedCamera, LaneDisplay, LaneGate, LaneSays } from '@lanepay/devices/lane-device.ts'
import { LoginPauses } from '@lanepay/devices/login-pause.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { type PostingLane, postingLane, startCameraServer } from '../camera/server.ts'
import type { Opening } from '../disk/store.ts'
import type { Shown } from '../lane/text.ts'
import type { Shelf } from '../pictures/shelf.ts'
import type { LanePlan, LotAgentPlan } from '../plan.ts'
import { displayName, gateName, saysAlive, serialOf, showsWords } from './abilities.ts'
import { connectedCamera } from './connected.ts'
import type { Desk } from './desk.ts'
import { gateWatch } from './gate-watch.ts'
import { type DeviceReport, equipmentHealth, type HealthTiming, usualHealthTiming } from './health.ts'
import { LaneDriver, type LaneLines } from './lane-driver.ts'
import { lastRecords } from './last-records.ts'
import { type LaneParts, type LineTiming, laneParts } from './parts.ts'
import { strayWatch } from './strays.ts'
import { type Tell, teller } from './tell.ts'
import { faultWords } from './words.ts'

export type EquipmentTiming = {
  /** A camera's poll is held this long when there is nothing to say (lot-devices.md 2.2: 1 to 3 s). */
  readonly holdPollMs: number
  readonly againMs: number
  readonly askWhyAfterMs: number
  /** From one look at everything to the next. */
  readonly roundMs: number
  /** From one look at a gate with a line of its own to the next. */
  readonly gateProbeMs: number
  readonly health: HealthTiming
  readonly line: LineTiming
}
export const usualEquipmentTiming: EquipmentTiming = {
  holdPollMs: 2_000,
  againMs: 500,
  askWhyAfterMs: 1_000,
  roundMs: 1_000,
  gateProbeMs: 60_000,
  health: usualHealthTiming,
  line: {},
}

/** Cameras, gates and displays of a lot. */
export type Equipment = {
  /** Where cameras post to. */
  readonly cameraUrl: string
  /** A new order waits for its lane. */
  ring(opening: Opening): void
  show(lane: number, words: Shown): void
  /** What became of an order that went out. */
  ended(opening: Opening): void
  devices(): readonly DeviceReport[]
  close(): Promise<void>
}

const refusedLogin = { code: 'wrong-login', because: 'the login was refused' } as const
const tidyMs = 3_600_000
const elapsed = () => performance.now()

/**
 * Starts what the plan names: hears all of it at the desk, and carries the desk's orders to it. Whatever is wrong with a device is
 * told as a device event, and never keeps another lane from working.
 * @throws Error with code EADDRINUSE when the port that cameras post to is taken.
 */
export async function startEquipment(options: {
  readonly plan: LotAgentPlan
  readonly desk: Desk
  /** Its folder on disk, which is there. */
  readonly dir: string
  /** Where pictures of reads go. */
  readonly shelf: Pick<Shelf, 'keep' | 'tidy'>
  readonly clock: Clock
  readonly log: Log
  readonly timing?: Partial<EquipmentTiming>
}): Promise<Equipment> {
  const { plan, desk, clock, log, dir, shelf } = options
  const timing = { ...usualEquipmentTiming, ...options.timing }
  const logins = new LoginPauses({ pausesMs: plan.loginAgainSeconds.map((seconds) => seconds * 1000), clock })
  const made = plan.lanes.map((lane) => ({ lane, parts: laneParts(lane, { clock, timing: timing.line, logins }) }))
  const health = equipmentHealth(
    made.flatMap(({ lane, parts }) => devicesOf(lane, parts)),
    elapsed,
    timing.health,
  )
  let isClosed = false
  const told = teller(desk, log)
  const tell: Tell = (events) => {
    // Whoever was asked how it is may answer after the end.
    if (!isClosed) told(events)
  }
  const records = lastRecords(dir, log)
  const gates = gateWatch({ plan, health, tell, clock })
  const following = new Set<NodeJS.Timeout>()
  const keepPictures = (lane: LanePlan, says: LaneSays, at: Instant, afterMs: number) => {
    if (says.kind !== 'read') return
    const timer = setTimeout(() => {
      following.delete(timer)
      void shelf.keep(lane.id, says, at)
    }, afterMs)
    following.add(timer)
  }

  const lanes = made.map(({ lane, parts }) => start(lane, parts))

  function start(lane: LanePlan, parts: LaneParts) {
    const serial = serialOf(lane.camera)
    const display = parts.display?.({
      heard: (what) => log('debug', 'display-heard', { lane: lane.id, what }),
      link: (state, because) => {
        log(state === 'up' ? 'info' : 'warn', 'display-line', { lane: lane.id, state, because })
        if (state === 'up') tell(health.up(displayName(lane), clock.now()))
        else
          health.down(
            displayName(lane),
            `its serial server is not reached: power, network cable, and its address in the plan (${because})`,
          )
      },
    })
    // Made before its camera, which may say something at once.
    let camera: ConnectedCamera | null = null
    const lines = linesOf(lane, parts, () => camera, display ?? null)
    const open = lines.open
    const driver = new LaneDriver({
      lane,
      desk,
      log,
      holdPollMs: timing.holdPollMs,
      againMs: timing.againMs,
      lines: {
        ...lines,
        open:
          open === 'by-answer'
            ? open
            : async () => {
                const obeyed = await open()
                gates.obeyed(lane, obeyed)
                return obeyed
              },
      },
    })
    if (parts.camera.by === 'line')
      camera = connectedCamera({
        lane,
        connect: parts.camera.connect,
        clock,
        log,
        health,
        tell,
        records,
        askWhyAfterMs: timing.askWhyAfterMs,
        hear: (says, now) => driver.hear(says, now),
        up: () => driver.ring(),
        read: (says, now) => keepPictures(lane, says, now, parts.picturesAfterMs),
      })
    const posting: PostingLane | null = parts.camera.by === 'posts' ? postingLane(lane, parts.camera.adapter) : null
    return { lane, parts, serial, driver, camera, display: display ?? null, gate: parts.gate, posting }
  }
  type Started = ReturnType<typeof start>
  const loginAgainAt = (device: string): Instant | null => {
    for (const { lane, serial, parts } of lanes) {
      if (device === serial) return parts.logins.camera?.againAt() ?? null
      if (device === gateName(lane)) return parts.logins.gate?.againAt() ?? null
    }
    return null
  }
  const laneOf = (id: number): Started | undefined => lanes.find(({ lane }) => lane.id === id)

  const close = async () => {
    isClosed = true
    for (const timer of following) clearTimeout(timer)
    for (const { driver } of lanes) driver.close()
    const devices = lanes.flatMap(({ camera, display, gate }) => [camera, display, gate].filter((one) => one !== null))
    await Promise.all(devices.map((device) => device.close()))
    records.keep()
  }
  const server = await startCameraServer({
    host: plan.cameraHost,
    port: plan.cameraPort,
    key: plan.cameraKey,
    lanes: lanes.flatMap(({ posting }) => posting ?? []),
    clock,
    log,
    hear: async (posting, says, now, gone) => {
      tell(health.heard(posting.serial, now))
      if (says.kind === 'read') tell(health.read(posting.serial, says, now))
      return laneOf(posting.id)!.driver.answer(says, now, gone)
    },
    answered: (posting, says, at) => keepPictures(laneOf(posting.id)!.lane, says, at, 0),
    fault: ({ serial }) => health.fault(serial),
    stray: strayWatch({ clock, tell, deviceOf: (id) => laneOf(id)?.serial ?? null }, elapsed),
  }).catch(async (error: Error) => {
    await close()
    throw error
  })

  const rounds = setInterval(() => {
    const { events, reopen } = health.round(clock.now())
    tell(events)
    // Its line went down for another reason, perhaps, and was asked why before it came back with another password.
    for (const { serial, parts } of lanes)
      if (parts.logins.camera?.againAt() != null) tell(health.refused(serial, faultWords(refusedLogin), clock.now()))
    for (const { device, because } of reopen) {
      log('warn', 'camera-line-reopened', { device, because })
      lanes.find(({ serial }) => serial === device)?.camera?.reconnect('silent while others saw traffic')
    }
    records.keep()
  }, timing.roundMs)
  const probes = setInterval(() => {
    for (const { lane, gate } of lanes)
      if (gate)
        void gates
          .look(lane, gate)
          .catch((error: Error) => log('error', 'gate-probe-failed', { lane: lane.id, message: error.message }))
  }, timing.gateProbeMs)
  const tidying = setInterval(() => void shelf.tidy(), tidyMs)
  void shelf.tidy()

  return {
    cameraUrl: server.url,
    ring: (opening) => laneOf(opening.lane)?.driver.ring(),
    show: (lane, words) => laneOf(lane)?.driver.show(words),
    ended: (opening) => gates.ended(opening),
    devices: () => health.report().map((one) => ({ ...one, loginAgainAt: loginAgainAt(one.device) })),
    close: async () => {
      for (const timer of [rounds, probes, tidying]) clearInterval(timer)
      for (const { driver } of lanes) driver.close()
      await server.close()
      await close()
    },
  }
}

function devicesOf(lane: LanePlan, parts: LaneParts) {
  const of = { lane: lane.id, posts: false }
  return [
    {
      ...of,
      device: serialOf(lane.camera),
      kind: 'camera' as const,
      posts: parts.camera.by === 'posts' && saysAlive(lane.camera),
    },
    { ...of, device: gateName(lane), kind: 'gate' as const },
    ...(parts.display ? [{ ...of, device: displayName(lane), kind: 'display' as const }] : []),
  ]
}

function linesOf(
  lane: LanePlan,
  { camera: met, gate }: { readonly camera: LaneParts['camera']; readonly gate: LaneGate | null },
  camera: () => ConnectedCamera | null,
  display: LaneDisplay | null,
): LaneLines {
  const { by } = met
  const hasWords = showsWords(lane)
  return {
    open: gate
      ? () => gate.open()
      : by === 'posts'
        ? 'by-answer'
        : async () => (await camera()?.obey({ openGate: true })) ?? 'unreached',
    show: display
      ? async ({ show, say }) => {
          const [shown] = await Promise.all([display.show(show), say ? display.say(say) : null])
          return shown
        }
      : !hasWords
        ? 'nowhere'
        : by === 'posts'
          ? 'by-answer'
          : async ({ show, say }) =>
              (await camera()?.obey({ openGate: false, show, ...(say ? { say } : {}) })) ?? 'unreached',
  }
}
