import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { systemClock } from '@lanepay/domain/clock.ts'
import { err, type Result } from '@lanepay/domain/result.ts'
import { languageOf, ruleTexts } from '@lanepay/domain/tariff/told/words.ts'
import { type LotAgent, startLotAgent } from '@lanepay/lot-agent/agent.ts'
import { DiskRefused } from '@lanepay/lot-agent/disk/open-errors.ts'
import type { Mistake } from '@lanepay/lot-agent/equipment/schema-words.ts'
import { type LotAgentPlan, readLotAgentPlan } from '@lanepay/lot-agent/plan.ts'
import { type AreaTariff, pricesBy } from '@lanepay/lot-agent/stay/prices.ts'
import { findKeptPlan, keepPlan, readKeptPlan } from './agent-plan-kept.ts'
import { readOrTell, readPlanOrTell } from './config.ts'
import { claimHome, Told } from './keep.ts'
import { jsonLog } from './log.ts'
import { untilToldToEnd } from './until-told.ts'

/** `lanepay agent FILE`: the agent of one lot, until it is told to end. `enrol` makes this box one, `check` tries its devices. */
export async function runAgent([file, ...more]: readonly string[]): Promise<void> {
  if (file === 'enrol') return (await import('./agent-enrol.ts')).runAgentEnrol(more)
  if (file === 'check') return (await import('./agent-check.ts')).runAgentCheck(more)
  const settings = readOrTell()
  const { plan, refused } = planInForce(settings.home, file)
  const dir = join(settings.home, `agent-${plan.number}`)
  mkdirSync(dir, { recursive: true })
  // Two agents on one file would both answer for the lot.
  const release = claimHome(dir)
  const log = jsonLog(settings.logLevel, (line) => process.stdout.write(line))
  if (refused !== null) log('error', 'plan-refused', { because: refused })
  const agent = await startAgent(plan, { dir, clock: systemClock, log, planRefused: refused }).catch(
    (error: unknown) => {
      throw error instanceof DiskRefused ? new Told(error.message) : error
    },
  )
  if (refused === null) keepPlan(dir, file!)
  log('info', 'agent-started', { lot: plan.number, cameras: agent.cameraUrl })
  await untilToldToEnd()
  await agent.close()
  release()
  log('info', 'agent-ended')
}

/**
 * The plan in the file; where it cannot work, the last one that did, so that a slip of the hand stops no lot, and what is wrong
 * with the file, which is said here, on the lot's page and in the cloud.
 * @throws Told when none ever worked here.
 */
function planInForce(home: string, file: string | undefined): { plan: LotAgentPlan; refused: string | null } {
  const usage = 'lanepay agent FILE'
  try {
    return { plan: readAgentPlan(file, usage), refused: null }
  } catch (error) {
    const kept = error instanceof Told && file !== undefined ? findKeptPlan(home, file) : null
    if (kept === null) throw error
    const { from, plan } = readKeptPlan(kept.file)
    const read = readPlan(plan, from)
    if (!read.ok) throw error // what it names (a file with a secret) has gone as well
    const refused = (error as Told).message
    console.error(
      `${refused}\nThe lot goes on by the plan of ${kept.keptAt.toISOString()}, which worked. Put the file right, then start again.`,
    )
    return { plan: read.value, refused }
  }
}

/**
 * The plan in a file, its secrets found, or every mistake in it and in its price lists in one list. Paths of secrets begin where
 * the plan lies.
 */
export const readAgentPlan = (file: string | undefined, usage: string): LotAgentPlan =>
  readPlanOrTell(file, usage, (unchecked) => readPlan(unchecked, dirname(file ?? '.')))

function readPlan(unchecked: unknown, from: string): Result<LotAgentPlan, readonly Mistake[]> {
  const plan = readLotAgentPlan(unchecked, {
    env: process.env,
    readFile: (path) => readFileSync(resolve(from, path), 'utf8'),
  })
  const mistakes = listMistakes(unchecked)
  return mistakes.length === 0 ? plan : err([...(plan.ok ? [] : plan.error), ...mistakes])
}

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
  deps: Pick<Parameters<typeof startLotAgent>[0], 'dir' | 'clock' | 'log' | 'equipment' | 'planRefused'>,
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
