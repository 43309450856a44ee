import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { systemClock } from '@lanepay/domain/clock.ts'
import { type Language, languageOf } from '@lanepay/domain/tariff/told/words.ts'
import { readAgentPlan } from './agent.ts'
import { tryDevices } from './agent-check-devices.ts'
import { isWell, sheetOf } from './agent-check-sheet.ts'
import { readOrTell } from './config.ts'
import { runningIn, Told } from './keep.ts'
import { typed } from './typed.ts'

const usage = 'lanepay agent check FILE [--open LANE [--yes]] [--lang zh-CN|en] [--wait SECONDS]'

type Options = {
  readonly file: string
  readonly open: number | null
  readonly yes: boolean
  readonly language: Language
  readonly waitMs: number
}

/**
 * `lanepay agent check FILE`: tries every device of a lot and prints the commissioning sheet. It ends with 1 when something does
 * not answer or has a wrong clock. With `--open LANE` it pulses that gate once, after the lane's number was typed.
 */
export async function runAgentCheck(args: readonly string[]): Promise<void> {
  const { file, open, yes, language, waitMs } = optionsIn(args)
  const plan = readAgentPlan(file, usage)
  if (open !== null && !plan.lanes.some(({ id }) => id === open))
    throw new Told(`--open ${open}: ${file} has no lane ${open}`)
  const other = runningIn(join(readOrTell().home, `agent-${plan.number}`))
  if (other)
    throw new Told(`The agent of this lot runs here (process ${other.pid}), and has the devices: stop it, then check.`)
  if (open !== null && !yes) await confirmed(open)
  const found = await tryDevices(plan, { clock: systemClock, waitMs, open }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error
    throw new Told(`Port ${plan.cameraPort}, which cameras post to, is taken: end the other program, then check.`)
  })
  console.log(sheetOf(found, language))
  if (!found.every(isWell)) process.exitCode = 1
}

const options = {
  open: { type: 'string' },
  yes: { type: 'boolean' },
  lang: { type: 'string' },
  wait: { type: 'string' },
} as const

function optionsIn(args: readonly string[]): Options {
  const { values, positionals } = typed(args, options, usage)
  const { open, lang, wait = '10', yes = false } = values
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) throw new Told(usage)
  if (open !== undefined && !/^[1-9]\d{0,2}$/.test(open)) throw new Told(`${usage}\n  --open ${open}: a lane's number`)
  const language = languageOf(lang, process.env)
  if (!language) throw new Told(`${usage}\n  --lang ${lang}: zh-CN or en`)
  if (!/^[1-9]\d{0,2}$/.test(wait))
    throw new Told(`${usage}\n  --wait ${wait}: how many seconds to wait for cameras that post, 1 to 999`)
  return { file, open: open === undefined ? null : Number(open), yes, language, waitMs: Number(wait) * 1000 }
}

/** An arm comes down on whoever stands under it: somebody has to look. @throws Told when the number was not typed. */
async function confirmed(lane: number): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  // The end of the input is an answer as well: no.
  const ended = new Promise<string>((resolve) => terminal.once('close', () => resolve('')))
  const asked = terminal.question(`The gate of lane ${lane} will open. Nobody is under it? Type ${lane} to go on: `)
  const typed = await Promise.race([asked, ended])
  terminal.close()
  if (typed.trim() !== String(lane)) throw new Told(`Lane ${lane} was not opened: its number was not typed.`)
}
