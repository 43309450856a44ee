import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { systemClock } from '@lanepay/domain/clock.ts'
import { type LotAgent, startLotAgent } from '@lanepay/lot-agent/agent.ts'
import { DiskRefused } from '@lanepay/lot-agent/disk/open-errors.ts'
import { type LotAgentPlan, readLotAgentPlan } from '@lanepay/lot-agent/plan.ts'
import { pricesBy } from '@lanepay/lot-agent/stay/prices.ts'
import { readOrTell, readPlanOrTell } from './config.ts'
import { claimHome, Told } from './keep.ts'
import { jsonLog } from './log.ts'
import { untilToldToEnd } from './until-told.ts'

/** `lanepay agent FILE`: the agent of one lot, until it is told to end. `enrol` makes this box one, `check` tries its devices. */
export async function runAgent([file, ...more]: readonly string[]): Promise<void> {
  if (file === 'enrol') return (await import('./agent-enrol.ts')).runAgentEnrol(more)
  if (file === 'check') return (await import('./agent-check.ts')).runAgentCheck(more)
  const settings = readOrTell()
  const plan = readAgentPlan(file, 'lanepay agent FILE')
  const dir = join(settings.home, `agent-${plan.number}`)
  mkdirSync(dir, { recursive: true })
  // Two agents on one file would both answer for the lot.
  const release = claimHome(dir)
  const log = jsonLog(settings.logLevel, (line) => process.stdout.write(line))
  const agent = await startAgent(plan, { dir, clock: systemClock, log }).catch((error: unknown) => {
    throw error instanceof DiskRefused ? new Told(error.message) : error
  })
  log('info', 'agent-started', { lot: plan.number, cameras: agent.cameraUrl })
  await untilToldToEnd()
  await agent.close()
  release()
  log('info', 'agent-ended')
}

/** The plan in a file, its secrets found, or every mistake in it in one list. Paths of secrets begin where the plan lies. */
export const readAgentPlan = (file: string | undefined, usage: string): LotAgentPlan =>
  readPlanOrTell(file, usage, (unchecked) =>
    readLotAgentPlan(unchecked, {
      env: process.env,
      readFile: (path) => readFileSync(resolve(dirname(file ?? '.'), path), 'utf8'),
    }),
  )

/** The agent with the equipment and the prices its plan names. */
export async function startAgent(
  plan: LotAgentPlan,
  deps: Pick<Parameters<typeof startLotAgent>[0], 'dir' | 'clock' | 'log' | 'equipment'>,
): Promise<LotAgent> {
  const price = pricesBy(plan.tariff, plan.areas)
  if (!price.ok)
    throw new Told(
      ['This tariff cannot work:', ...price.error.map(({ path, rule }) => `  ${path}: ${rule}`)].join('\n'),
    )
  return startLotAgent({
    plan,
    ...deps,
    price: price.value,
  })
}
