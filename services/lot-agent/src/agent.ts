import { join } from 'node:path'
import type { LaneSays, Obeyed } from '@lanepay/devices/lane-device.ts'
import { type Clock, systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import { type AgentEnd, connectAgentEnd } from '@lanepay/lot-link/agent-end.ts'
import type { Command, CommandResult, Request } from '@lanepay/lot-link/messages.ts'
import { clockWatch } from './clock/watch.ts'
import { DiskFull } from './disk/open-errors.ts'
import { roomEnough } from './disk/open-room.ts'
import { inWords as lossInWords } from './disk/repair-loss.ts'
import { type Opening, openStore, type Store } from './disk/store.ts'
import { untilKept } from './disk/until-kept.ts'
import type { Desk, Heard } from './equipment/desk.ts'
import { type Equipment, type EquipmentTiming, startEquipment } from './equipment/equipment.ts'
import type { DeviceReport } from './equipment/health.ts'
import { endOpening, resumeOpening, tellOpening, tryAgain } from './gate/openings.ts'
import { startKioskDoor } from './kiosk/door.ts'
import { kiosksHeard } from './kiosk/heard.ts'
import { hearInput } from './lane/input.ts'
import { inWordsOf, type Shown, shown } from './lane/text.ts'
import { neverReached, vacate } from './lane/vacate.ts'
import { seeVehicle, wentOf } from './lane/vehicle.ts'
import { admitUnplated, quoteFor } from './link/answer.ts'
import { takeCommand } from './link/command.ts'
import { areasAsSent } from './link/in-force.ts'
import { scanning } from './link/scan.ts'
import { agentVersion, shipping } from './link/ship.ts'
import type { Lot, PriceStay } from './lot.ts'
import { laneNotes } from './page/notes.ts'
import { startLotPage } from './page/server.ts'
import { pictureToSend } from './pictures/send.ts'
import { pictureShelf } from './pictures/shelf.ts'
import type { LanePlan, LotAgentPlan } from './plan.ts'
import { tellOfPlan } from './plan-refused.ts'
import { pricesBy } from './stay/prices.ts'
import { takeOver } from './stay/take-over.ts'

export type LotAgent = {
  /** Where the cameras post to. */
  readonly cameraUrl: string
  /** Where people on the lot's own network look; null: its page is off. */
  readonly pageUrl: string | null
  /** Where cash kiosks say what they do; null: there are none, or their port is taken. */
  readonly kioskUrl: string | null
  connected(): boolean
  /** How each camera, gate and display is. */
  devices(): readonly DeviceReport[]
  close(): Promise<void>
}

const heartbeatMs = 10_000
const cloudAnswersWithinMs = 3_000
/** A vehicle that drove off its loop under an open arm and never came under it has gone back after this long. */
const offLoopMs = 30_000
const keepMs = 2 * 24 * 3_600_000

/** What a mistake is called in the log of this process: a full disk is called so wherever it is met. */
const nameOf = (error: unknown, otherwise: string): string => (error instanceof DiskFull ? 'disk-full' : otherwise)

const nothingHeard: Heard = { opening: null, words: null }

/** By the price list that the cloud sent last, or by the plan's where it never sent one. */
function priceInForce(plan: LotAgentPlan, store: Store, planned: PriceStay, log: Log): PriceStay {
  const sent = store.tariff()
  if (!sent) return planned
  const price = pricesBy(sent.schedule, areasAsSent(plan, sent.areas))
  if (price.ok) return price.value
  // It was checked when it came: only another release of this program can think otherwise of it.
  log('error', 'tariff-unusable', { version: sent.version, faults: price.error.length })
  return planned
}

/**
 * The agent of one lot: it hears the cameras, decides, opens, and tells the cloud. Everything it says to anybody is on disk
 * before, so that it may be killed at any instant.
 * @throws Error when its folder cannot be written or its port is taken.
 */
export async function startLotAgent(options: {
  readonly plan: LotAgentPlan
  /** Its folder on disk. */
  readonly dir: string
  readonly clock: Clock
  readonly log: Log
  readonly price: PriceStay
  /** What is wrong with the plan in the file, where this one is the plan before it. */
  readonly planRefused?: string | null
  /** How often equipment is tried and looked at; what is left out is as usual. */
  readonly equipment?: Partial<EquipmentTiming>
}): Promise<LotAgent> {
  const { plan, clock, log } = options
  const newId = idMaker(() => clock.now(), 0)
  const pictureDir = join(options.dir, 'pictures')
  const shelf = pictureShelf({
    dir: pictureDir,
    clock,
    log,
    limit: { days: plan.pictures.days, bytes: plan.pictures.megabytes * 1_000_000 },
    leaveBytes: roomEnough,
  })
  const store = openStore(options.dir, newId, { giveWay: shelf.giveWay })
  const { began, loss, newestAt } = store.disk
  log(loss === null ? 'info' : 'error', 'disk-opened', { began, ...(loss === null ? {} : { loss: lossInWords(loss) }) })
  // A simulated clock leaps on purpose.
  const watchedClock =
    clock === systemClock ? clockWatch({ clock, elapsedMs: () => performance.now(), newestAt }) : null
  const takenOver = takeOver(options.dir, store, newId, clock.now())
  if (takenOver !== null) log('info', 'took-over-a-lot', { inside: takenOver })
  const lot: Lot = { plan, store, price: priceInForce(plan, store, options.price, log), newId }
  const notes = laneNotes(pictureDir, log)
  const offLoopSince = new Map<Id, number>()
  const watches = new Map<Id, NodeJS.Timeout>()
  const waiting = new Map<Id, ((opening: Opening) => void)[]>()
  let end: AgentEnd
  let equipment: Equipment | null = null

  const waitingForRoom = untilKept({ log })
  const { keep } = waitingForRoom
  const ship = shipping({
    ...{ store, clock, log, end: () => end, answerWithinMs: cloudAnswersWithinMs, keep },
    areas: (plan.areas ?? []).map(({ name }) => name),
  })

  const scans = scanning({ end: () => end })

  /** One turn, then what it leads to: results and new events go up, whoever waited for a gate hears of it. */
  const turn = <T>(act: () => T, results: (made: T) => readonly CommandResult[] = () => []): T => {
    const made = store.turn(act)
    for (const result of results(made)) end.say('result', result)
    ship.wake()
    return made
  }
  const settle = (id: Id) => {
    const opening = store.opening(id)
    if (!opening || opening.state === 'ordered' || opening.state === 'told') return
    clearTimeout(watches.get(id))
    watches.delete(id)
    for (const hear of waiting.get(id) ?? []) hear(opening)
    waiting.delete(id)
    equipment?.ended(opening)
  }
  /** Nobody waits for what a timer does: a full disk costs it this time, not the agent its life. */
  const unlessFull =
    (act: () => void, full: () => void = () => {}) =>
    () => {
      try {
        act()
      } catch (error) {
        if (!(error instanceof DiskFull)) throw error
        log('error', 'disk-full', { message: error.message })
        full()
      }
    }
  /** An order that nobody follows in time is withdrawn and called silent. */
  const watch = (id: Id) => {
    clearTimeout(watches.get(id))
    const silent = () => {
      const { again } = turn(
        () => ({ results: endOpening(lot, id, 'silent', clock.now()), again: tryAgain(lot, id, clock.now()) }),
        ({ results }) => results,
      )
      settle(id)
      if (again) ring(again)
    }
    watches.set(
      id,
      setTimeout(
        unlessFull(silent, () => watch(id)),
        plan.gateAnswerMs,
      ),
    )
  }
  const outcome = (opening: Opening): Promise<Opening> =>
    opening.state === 'opened' || opening.state === 'silent'
      ? Promise.resolve(opening)
      : new Promise((resolve) => waiting.set(opening.id, [...(waiting.get(opening.id) ?? []), resolve]))
  const inWords = (words: Shown) => inWordsOf(plan.texts, words)
  const show = (lane: number, what: Shown) => equipment?.show(lane, inWords(what))
  /** A new order: it goes out with the answer to the camera's held poll, or over a line of its own. */
  const ring = (opening: Opening) => {
    if (opening.state !== 'ordered') return
    watch(opening.id)
    equipment?.ring(opening)
  }

  const hear = (lane: LanePlan, says: LaneSays, now: Instant): Heard => {
    switch (says.kind) {
      case 'read': {
        const { opening, shown: words } = turn(() => seeVehicle(lot, lane, says, now))
        if (plan.page) notes.read(lane.id, says, now)
        return { opening, words: words && inWords(words) }
      }
      case 'input': {
        const before = store.occupancy(lane.id)
        const opening = before ? store.openingOf(before.number) : null
        turn(
          () => hearInput(lot, lane, says, now),
          (results) => results,
        )
        if (opening) settle(opening.id)
        const after = store.occupancy(lane.id)
        if (before && !after) show(lane.id, shown.idle)
        if (after?.position === 'off-loop') offLoopSince.set(after.number, performance.now())
        else if (before) offLoopSince.delete(before.number)
        return nothingHeard
      }
      case 'poll':
      case 'other':
        return nothingHeard
    }
  }
  /** On disk before it goes out. What an answer carries is done with it where no sensor says more (decisions/009). */
  const tell = (opening: Opening, by: 'answer' | 'line'): boolean => {
    if (store.opening(opening.id)?.state !== 'ordered') return false
    let isKept = true
    const tellIt = () => {
      if (by === 'line') turn(() => store.setOpening(opening.id, 'told'))
      else
        turn(
          () => tellOpening(lot, opening.id, clock.now()),
          (results) => results,
        )
    }
    unlessFull(tellIt, () => {
      isKept = false
    })()
    // What is not on disk does not go out; its time runs all the same.
    watch(opening.id)
    if (!isKept) return false
    settle(opening.id)
    return true
  }
  /**
   * What its own line made of an order. One that certainly never reached the gate has not gone out: it waits again. Without a
   * sensor one that went out counts as opened, whether a word came back or not: it is never told again on doubt.
   */
  const became = ({ id, lane: number }: Opening, obeyed: Obeyed): void =>
    keep(() => {
      if (store.opening(id)?.state !== 'told') return
      if (obeyed === 'unreached') {
        turn(() => neverReached(lot, id, clock.now()))
        settle(id)
        if (!store.occupancy(number)) show(number, shown.idle)
        return
      }
      const lane = plan.lanes.find((one) => one.id === number)
      if (lane?.inputs.armOpen !== null) return
      turn(
        () => endOpening(lot, id, 'opened', clock.now()),
        (results) => results,
      )
      settle(id)
    })
  const desk: Desk = {
    hear,
    tell,
    became,
    waiting(lane) {
      const opening = store.waitingOpening(lane.id)
      const standing = store.occupancy(lane.id)
      // Not for a vehicle that has left the loop: by the time the order is there another may stand on it.
      const isThere = standing?.number === opening?.occupancy && standing?.position === 'at-camera'
      return opening?.state === 'ordered' && isThere ? opening : null
    },
    wordsWith(lane, { session: id }) {
      const plate = (id === null ? null : store.session(id))?.plate ?? ''
      return inWords(lane.direction === 'entry' ? shown.welcome(plate) : shown.goodbye(plate))
    },
    shown: (lane, words) => notes.show(lane.id, words.show, clock.now()),
    devices: (events) => keep(() => turn(() => events.forEach(store.log))),
  }

  const answer = async (request: Request): Promise<void> => {
    const { id } = request
    // Whoever asked has stopped waiting, by the cloud's clock: ours may be ahead of it by longer than anybody waits.
    if (clock.now() + (ship.cloudOffMs() ?? 0) > request.deadline) return
    switch (request.kind) {
      case 'quote': {
        const made = quoteFor(lot, request.by, clock.now())
        end.say('answer', 'quote' in made ? { id, ok: true, quote: made.quote } : { id, ok: false, ...made })
        return
      }
      case 'admit-unplated': {
        const made = turn(() => admitUnplated(lot, request, clock.now()))
        if ('because' in made) {
          end.say('answer', { id, ok: false, ...made })
          return
        }
        ring(made.opening)
        const { state } = await outcome(made.opening)
        end.say('answer', {
          id,
          ok: true,
          admitted: { session: made.session, gate: state === 'opened' ? 'opened' : 'silent' },
        })
        return
      }
      case 'status':
        end.say('answer', {
          id,
          ok: true,
          status: {
            ...{ clock: clock.now(), lastSeq: store.lastSeq(), inside: store.inside(), version: agentVersion },
            devices: [...(equipment?.devices() ?? [])],
          },
        })
        return
      case 'picture': {
        const picture = await pictureToSend(pictureDir, request, log)
        end.say('answer', picture ? { id, ok: true, picture } : { id, ok: false, because: 'no-picture' })
      }
    }
  }
  const obey = (command: Command): void => {
    const result = turn(() => takeCommand(lot, command, clock.now()))
    if (result) end.say('result', result)
    if (command.kind === 'show' && result?.state === 'done') show(command.lane, { show: command.lines })
    const openingId = store.command(command.id)?.opening
    const opening = openingId ? store.opening(openingId) : null
    if (opening) ring(opening)
  }

  end = connectAgentEnd({
    brokerUrl: plan.brokerUrl,
    device: { bucket: plan.bucket, lotId: plan.number, device: 'agent' },
    secret: plan.agentSecret,
    clock,
    log,
    handlers: {
      connected: () => ship.hello(),
      welcome: ship.welcome,
      ack: ship.ack,
      request: (request) =>
        void answer(request).catch((error: Error) =>
          log('error', nameOf(error, 'request-failed'), { message: error.message }),
        ),
      reply: scans.hear,
      command: (command) => {
        if (!equipment) return // Not answered, so the cloud says it again.
        try {
          obey(command)
        } catch (error) {
          // Not answered, so the cloud says it again.
          log('error', nameOf(error, 'command-failed'), { command: command.id, message: (error as Error).message })
        }
      },
    },
  })

  // Only now: whatever a device says first, there is somebody to tell.
  const running = await startEquipment({
    plan,
    desk,
    dir: options.dir,
    shelf,
    clock,
    log,
    ...(options.equipment ? { timing: options.equipment } : {}),
  }).catch(async (error: Error) => {
    await end.close()
    store.close()
    throw error
  })
  equipment = running

  const planRefused = options.planRefused ?? null
  keep(() => turn(() => tellOfPlan(lot, planRefused, clock.now())))

  // What was under way when it last ended: an order nobody can answer for is given its time, then called silent.
  for (const lane of plan.lanes) {
    const found = store.waitingOpening(lane.id)
    if (!found) continue
    turn(
      () => resumeOpening(lot, found, clock.now()),
      (results) => results,
    )
    const opening = store.waitingOpening(lane.id)
    if (!opening) continue
    watch(opening.id)
    ring(opening)
  }
  const beats = setInterval(
    () => end.say('heartbeat', { epoch: store.epoch, lastSeq: store.lastSeq(), clock: clock.now() }),
    heartbeatMs,
  )
  const rounds = setInterval(
    unlessFull(() => {
      const jumps = watchedClock?.look() ?? []
      if (jumps.length > 0) desk.devices(jumps)
      for (const lane of plan.lanes) {
        const standing = store.occupancy(lane.id)
        if (standing?.position !== 'off-loop') continue
        const since = offLoopSince.get(standing.number)
        if (since === undefined) offLoopSince.set(standing.number, performance.now())
        else if (performance.now() - since > offLoopMs)
          turn(() => vacate(lot, standing, wentOf(lot, standing), clock.now()))
      }
    }),
    1_000,
  )
  const forgetting = setInterval(
    unlessFull(() => store.turn(() => store.forgetBefore((clock.now() - keepMs) as never))),
    3_600_000,
  )

  const heard = kiosksHeard(() => performance.now())
  const kiosks = await startKioskDoor({ lot, heard, clock, log, turn, ring, devices: desk.devices })
  const page = await startLotPage({
    settings: plan.page,
    page: {
      lot,
      clock,
      seen: notes.seen,
      turn,
      ring,
      planRefused,
      connected: () => end.connected(),
      cloudOffMs: ship.cloudOffMs,
      devices: () => running.devices(),
      kiosk: heard.of,
      scan: scans.ask,
      pictures: notes.pictures,
    },
    dir: join(options.dir, 'page'),
    log,
  })

  return {
    cameraUrl: running.cameraUrl,
    pageUrl: page?.url ?? null,
    kioskUrl: kiosks?.url ?? null,
    connected: () => end.connected(),
    devices: () => running.devices(),
    close: async () => {
      for (const timer of [beats, rounds, forgetting]) clearInterval(timer)
      for (const timer of watches.values()) clearTimeout(timer)
      ship.close()
      scans.close()
      waitingForRoom.close()
      await page?.close()
      await kiosks?.close()
      await running.close()
      await shelf.close()
      await end.close()
      store.close()
    },
  }
}
