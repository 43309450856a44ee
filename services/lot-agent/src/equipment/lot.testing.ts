import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import { startBroker } from '@lanepay/lot-link/broker.ts'
import { connectCloudEnd } from '@lanepay/lot-link/cloud-end.ts'
import type { CommandResult, Events } from '@lanepay/lot-link/messages.ts'
import { clientIdOf } from '@lanepay/lot-link/topics.ts'
import { startLotAgent } from '../agent.ts'
import type { PriceStay } from '../lot.ts'
import { type LanePlan, type LotAgentPlan, usualPlan } from '../plan.ts'
import type { EquipmentTiming } from './equipment.ts'
import { usualHealthTiming } from './health.ts'

/** Waits for something, as long as a slow machine may need; says what for. */
export async function until<T>(what: string, look: () => T | Promise<T>, withinMs = 20_000): Promise<NonNullable<T>> {
  const end = performance.now() + withinMs
  for (;;) {
    const seen = await look()
    if (seen) return seen
    if (performance.now() > end) throw new Error(`waited ${withinMs} ms in vain: ${what}`)
    await sleep(10)
  }
}

type LotEvent = Events['events'][number]

export const minute = 60_000
const [bucket, number, cameraKey] = [7, 42, 'the key of the cameras in the tests']
const to = { bucket, lotId: number, device: 'agent' }
const all = ['lot/#', 'cloud/#']

/** Where cameras of a test's lot post to. */
export const cameraUrl = (port: number, lane: number): string =>
  `http://127.0.0.1:${port}/camera/${lane}?key=${encodeURIComponent(cameraKey)}`

/** Lines are tried quickly and given up quickly. */
export const quick: EquipmentTiming = {
  holdPollMs: 100,
  againMs: 50,
  askWhyAfterMs: 100,
  roundMs: 50,
  gateProbeMs: 300,
  health: { ...usualHealthTiming, lostAfterMs: 2_000, downAfterMs: 300 },
  line: { firstPauseMs: 20, mostPauseMs: 100, answerMs: 500, silenceMs: 1_500 },
}

/**
 * An agent with equipment of its own, at a broker where a cloud listens that only takes notes: whatever the lot logs, and what became
 * of commands. 15 minutes are free, then each started hour costs 5 yuan.
 */
export async function startTestLot(options: {
  readonly lanes: readonly LanePlan[]
  readonly cameraPort: number
  readonly clock?: SimulatedClock
  readonly timing?: Partial<EquipmentTiming>
  readonly gateAnswerMs?: number
  readonly loginAgainSeconds?: number[]
  readonly areas?: LotAgentPlan['areas']
  readonly price?: PriceStay
  /** Where its folder is made; left out, where temporary ones are. */
  readonly disk?: string
  /** Before it starts, its folder is there. */
  readonly prepare?: (dir: string) => void
}) {
  const clock = options.clock ?? new SimulatedClock()
  const dir = mkdtempSync(join(options.disk ?? tmpdir(), 'lanepay-equipment-'))
  options.prepare?.(dir)
  const logged: (Readonly<Record<string, unknown>> & { readonly level: string; readonly event: string })[] = []
  const broker = await startBroker({
    host: '127.0.0.1',
    port: 0,
    rightsOf: async () => ({ publish: all, subscribe: all }),
  })
  const events: LotEvent[] = []
  const results: CommandResult[] = []
  let epoch = ''
  const cloud = await connectCloudEnd({
    brokerUrl: broker.url,
    username: 'cloud',
    password: 'any',
    clock,
    log: () => {},
    handlers: {
      hello: (from, hello) => {
        epoch = hello.epoch
        cloud.ack(from, 'welcome', { epoch, seq: 0, clock: clock.now() })
      },
      heartbeat: () => {},
      events: (from, piece) => {
        for (const event of piece.events) if (event.seq === events.length + 1) events.push(event)
        cloud.ack(from, 'ack', { epoch: piece.epoch, seq: events.length, clock: clock.now() })
      },
      ask: () => {},
      result: (_from, result) => results.push(result),
    },
  })
  const plan: LotAgentPlan = {
    ...usualPlan,
    gateAnswerMs: options.gateAnswerMs ?? 2_000,
    ...(options.loginAgainSeconds ? { loginAgainSeconds: options.loginAgainSeconds } : {}),
    bucket,
    number,
    brokerUrl: broker.url,
    agentSecret: `the secret of ${clientIdOf(to)}`,
    cameraHost: '127.0.0.1',
    cameraPort: options.cameraPort,
    cameraKey,
    lanes: [...options.lanes],
    ...(options.areas ? { areas: options.areas } : {}),
    tariff: {},
  }
  const start = () =>
    startLotAgent({
      plan,
      dir,
      clock,
      log: (level, event, facts) => logged.push({ ...facts, level, event }),
      equipment: { ...quick, ...options.timing },
      price:
        options.price ??
        (({ enteredAt, at }) => {
          const minutes = Math.floor((at - enteredAt) / minute)
          const priceFen = minutes <= 15 ? 0 : Math.ceil(minutes / 60) * 500
          return { priceFen, lines: [], leaveMinutes: 15 }
        }),
    })
  let agent = await start()
  let commands = 0
  const ofKind = <K extends LotEvent['kind']>(kind: K) =>
    events.filter((event): event is Extract<LotEvent, { kind: K }> => event.kind === kind)
  return {
    clock,
    dir,
    pictures: join(dir, 'pictures'),
    plan,
    logged,
    events,
    results,
    ofKind,
    agent: () => agent,
    device: (device: string) => agent.devices().find((one) => one.device === device)!,
    restart: async (meanwhile: () => Promise<void> | void = () => {}) => {
      await agent.close()
      await meanwhile()
      agent = await start()
    },
    /** What the cloud says when the fee of whoever stands there was paid; its result when the gate has done it. */
    async pays(session: string, lane: number, occupancy: string): Promise<CommandResult> {
      commands += 1
      const id = String(commands).padStart(32, '3')
      const now = clock.now()
      cloud.tell(to, {
        id,
        kind: 'clearance',
        issuedAt: now,
        expiresAt: now + minute,
        clearance: String(7_000_000 + commands),
        session,
        paidFen: 1_000,
        leaveMinutes: 15,
        leaveBy: now + 15 * minute,
        gate: { lane, occupancy },
      } as never)
      return until('the cloud hears what became of it', () => results.find((one) => one.id === id))
    },
    /** The cloud says again what it has, by a clock that is off by so much. */
    acks: (offMs = 0) => cloud.ack(to, 'ack', { epoch, seq: events.length, clock: (clock.now() + offMs) as Instant }),
    /** How often a lane was told by its own log to open for one vehicle. */
    opened: (occupancy: string) => ofKind('gate-opened').filter((one) => one.occupancy === (occupancy as Id)),
    async close() {
      await agent.close()
      await cloud.close()
      await broker.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
export type RunningLot = Awaited<ReturnType<typeof startTestLot>>
