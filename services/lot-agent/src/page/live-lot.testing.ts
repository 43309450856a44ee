import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { simpleTariff } from '@lanepay/domain/tariff/tariff.ts'
import { startLaneSimulator } from '@lanepay/simulator-camera/lane.ts'
import { type LotAgent, startLotAgent } from '../agent.ts'
import { plan } from '../fixtures.ts'
import type { LotAgentPlan } from '../plan.ts'
import { pricesBy } from '../stay/prices.ts'
import { hashPassword } from './password.ts'

export const pagePassword = '停车场的密码 in the tests'
const quick = { pollMs: 20, resendMs: 200, raiseMs: 50, lowerMs: 50, passMs: 50, storedMs: 200, lostMs: 100 }

/** Waits for something that is about to be so. */
export async function until(what: string, look: () => unknown): Promise<void> {
  const end = performance.now() + 60_000
  while (!(await look())) {
    if (performance.now() > end) throw new Error(`waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/**
 * A real agent with its page and two simulated lanes; the cloud is never reached. Five yuan an hour from the first minute.
 */
export async function startLiveLot(over: Partial<LotAgentPlan> = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'lanepay-lot-page-'))
  const clock = new SimulatedClock()
  const logged: { readonly event: string; readonly line: string }[] = []
  const log: Log = (level, event, facts = {}) =>
    void logged.push({ event, line: JSON.stringify({ level, event, ...facts }) })
  const price = pricesBy(simpleTariff({ hourFen: 500, leaveMinutes: 15 }))
  if (!price.ok) throw new Error('the tariff of the tests is no tariff')
  const page = { host: '127.0.0.1', port: 0, password: hashPassword(pagePassword) }
  const agent: LotAgent = await startLotAgent({
    // Port 1 takes nobody: the line to the cloud is down from the beginning to the end.
    plan: { ...plan, brokerUrl: 'mqtt://127.0.0.1:1', gateAnswerMs: 3_000, page, ...over },
    dir,
    clock,
    log,
    price: price.value,
  })
  const [entry, exit] = await Promise.all(
    plan.lanes.map((lane) =>
      startLaneSimulator({
        serial: lane.camera.serial,
        agentUrl: `${agent.cameraUrl}/camera/${lane.id}?key=${encodeURIComponent(plan.cameraKey)}`,
        clock,
        board: 'fk',
        timing: quick,
      }),
    ),
  )
  return {
    agent,
    url: agent.pageUrl!,
    entry: entry!,
    exit: exit!,
    clock,
    logged,
    /** A car drives in and is gone into the lot. */
    async park(plateText: string): Promise<void> {
      entry!.vehicleArrives({ plateText, colour: 'blue' })
      await until('the entry opens', () => entry!.state().arm === 'up')
      entry!.vehicleDrivesThrough()
      await until('the entry is free', () => entry!.state().arm === 'down' && !entry!.state().loops.front)
    },
    async driveOut(): Promise<void> {
      await until('the exit opens', () => exit!.state().arm === 'up')
      exit!.vehicleDrivesThrough()
      await until('the exit is free', () => exit!.state().arm === 'down' && !exit!.state().loops.front)
    },
    async close(): Promise<void> {
      await Promise.all([entry!.close(), exit!.close()])
      await agent.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
export type LiveLot = Awaited<ReturnType<typeof startLiveLot>>
