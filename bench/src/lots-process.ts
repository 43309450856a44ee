import { type BenchAgent, benchAgent, heartbeatMs } from './lots-agent.ts'

/*
 * A process that hosts the agents of many lots, driven over IPC by the bench. Every answer says how many events all of them
 * have written so far.
 */
export type LotsOrder =
  /** Makes the lots 1 to `lots`, each with a car that stays, and joins them to the broker. */
  | {
      readonly do: 'open'
      readonly lots: number
      readonly dir: string
      readonly brokerUrl: string
      readonly speed: number
    }
  /** Plays so many milliseconds of traffic at a multiple of real time, then waits until the cloud has all of it. */
  | { readonly do: 'drive'; readonly ms: number; readonly speed: number }
  /** Cuts every line and plays so many hours of traffic as fast as it goes. */
  | { readonly do: 'outage'; readonly hours: number }
  /** Joins all at once, and waits until the cloud has everything. */
  | { readonly do: 'rejoin' }
  | { readonly do: 'close' }
export type LotsAnswer = { readonly told: number; readonly tookMs: number; readonly behindMs: number }

/** A usual lot in a day: architecture.md 7 and the reads that go with it. */
export const staysADay = 314
export const readsADay = 613
const dayMs = 24 * 3_600_000
/** So many cars are inside before the first one leaves that each has stayed for some seconds, and owes. */
const insideAt = (speed: number): number => 4 + Math.ceil(owesAfterMs / everyMs(speed))
const owesAfterMs = 2_000
/** A lot that plays faster gathers as much shorter, so that as many of its events share a message. */
const togetherMsAt = (speed: number): number => (100 * 60) / speed
const everyMs = (speed: number): number => dayMs / staysADay / speed

let agents: BenchAgent[] = []
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const told = () => agents.reduce((sum, agent) => sum + agent.told(), 0)

async function untilHeard(): Promise<number> {
  const from = performance.now()
  while (agents.some((agent) => !agent.isHeard())) {
    if (performance.now() - from > 600_000) throw new Error('the cloud does not hear everything')
    await pause(5)
  }
  return performance.now() - from
}

/** The traffic of one lot: entries at even distances from a moment of its own on, and exits between them. */
async function drive(agent: BenchAgent, ms: number, speed: number, phase: number): Promise<void> {
  const [apart, full] = [everyMs(speed), insideAt(speed)]
  const exits = (readsADay - staysADay) / staysADay
  const play = async (steps: ReturnType<BenchAgent['entry']>) => {
    for (const { afterMs, act } of steps) {
      if (afterMs > 0) await pause(afterMs / speed)
      act()
    }
  }
  const startedAt = performance.now()
  let due = phase
  for (let n = 0; ; n++) {
    const at = startedAt + (n + phase) * apart
    if (at - startedAt > ms) return
    await pause(Math.max(0, at - performance.now()))
    await play(agent.entry())
    due += exits
    if (due >= 1 && agent.inside() > full) {
      due -= 1
      await pause(Math.max(0, at + apart / 2 - performance.now()))
      await play(agent.exit())
    }
  }
}

/** Not all lots at the same moment. */
function beat(): void {
  for (const [n, agent] of agents.entries()) setTimeout(agent.beat, (n / agents.length) * heartbeatMs)
}

const tasks = {
  open: async ({ lots, dir, brokerUrl, speed }: Extract<LotsOrder, { do: 'open' }>) => {
    for (let number = agents.length + 1; number <= lots; number++) {
      const agent = benchAgent(number, dir, brokerUrl, togetherMsAt(speed))
      for (const steps of [agent.residentEnters(), ...Array.from({ length: insideAt(speed) }, agent.entry)])
        for (const { act } of steps) act()
      agents.push(agent)
      agent.join()
      if (number % 20 === 0) await pause(0)
    }
    setInterval(beat, heartbeatMs)
    await pause(owesAfterMs)
    return untilHeard()
  },
  drive: async ({ ms, speed }: Extract<LotsOrder, { do: 'drive' }>) => {
    await Promise.all(agents.map((agent, n) => drive(agent, ms, speed, n / agents.length)))
    return untilHeard()
  },
  outage: async ({ hours }: Extract<LotsOrder, { do: 'outage' }>) => {
    await Promise.all(agents.map((agent) => agent.cut()))
    const [entries, exits] = [staysADay, readsADay - staysADay].map((aDay) => Math.round((aDay / 24) * hours)) as [
      number,
      number,
    ]
    for (const agent of agents) {
      for (let n = 0; n < entries; n++) {
        for (const { act } of agent.entry()) act()
        if (n < exits) for (const { act } of agent.exit()) act()
      }
      await pause(0)
    }
    return 0
  },
  rejoin: async () => {
    for (const agent of agents) agent.join()
    return untilHeard()
  },
  close: async () => {
    await Promise.all(agents.map((agent) => agent.cut()))
    for (const agent of agents) agent.close()
    agents = []
    return 0
  },
}

process.on('message', async (order: LotsOrder) => {
  const from = performance.now()
  const behindMs = await tasks[order.do](order as never)
  const answer: LotsAnswer = { told: told(), tookMs: performance.now() - from, behindMs }
  process.send!(answer)
})
process.once('disconnect', () => process.exit())
