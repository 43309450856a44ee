import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { systemClock } from '@lanepay/domain/clock.ts'
import { err } from '@lanepay/domain/result.ts'
import { type LotAgent, startLotAgent } from '@lanepay/lot-agent/agent.ts'
import { DiskRefused } from '@lanepay/lot-agent/disk/open-errors.ts'
import type { Mistake } from '@lanepay/lot-agent/equipment/schema-words.ts'
import { type LotAgentPlan, readLotAgentPlan } from '@lanepay/lot-agent/plan.ts'
import { type AreaTariff, pricesBy } from '@lanepay/lot-agent/stay/prices.ts'
import { readOrTell, readPlanOrTell } from './config.ts'
import { claimHome, Told } from './keep.ts'
import { jsonLog } from './log.ts'
import { languageOf, ruleTexts } from './tariff/words.ts'
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

/**
 * The plan in a file, its secrets found, or every mistake in it and in its price lists in one list. Paths of secrets begin where
 * the plan lies.
 */
export const readAgentPlan = (file: string | undefined, usage: string): LotAgentPlan =>
  readPlanOrTell(file, usage, (unchecked) => {
    const plan = readLotAgentPlan(unchecked, {
      env: process.env,
      readFile: (path) => readFileSync(resolve(dirname(file ?? '.'), path), 'utf8'),
    })
    const mistakes = listMistakes(unchecked)
    return mistakes.length === 0 ? plan : err([...(plan.ok ? [] : plan.error), ...mistakes])
  })

/** What is wrong with the price lists of a plan, whatever else is wrong with it. */
function listMistakes(unchecked: unknown): readonly Mistake[] {
  const { tariff, areas } = (unchecked ?? {}) as { readonly tariff?: unknown; readonly areas?: unknown }
  if (tariff === undefined) return [] // told as missing already
  const named = Array.isArray(areas) ? areas.map((area: AreaTariff | null) => area ?? { name: '', tariff: null }) : []
  const price = pricesBy(tariff, named)
  const language = languageOf(undefined, process.env) ?? 'zh-CN'
  return price.ok
    ? []
    : price.error.map(({ path, rule }) => ({
        field: /^\/areas\/\d+\/tariff/.test(path) ? path : `/tariff${path}`,
        rule: `[${rule}] ${ruleTexts[rule][language]}`,
      }))
}

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
