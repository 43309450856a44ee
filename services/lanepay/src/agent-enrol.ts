import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { EnrolView } from '@lanepay/cloud/enrol/api.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { Compile } from 'typebox/compile'
import { readOrTell } from './config.ts'
import { keepFile, runningIn, Told } from './keep.ts'

const usage = 'lanepay agent enrol CLOUD-URL CODE FILE'
const view = Compile(EnrolView)

/** `lanepay agent enrol CLOUD-URL CODE FILE`: makes this box the agent of the code's lot, and prints what is left to do. */
export async function runAgentEnrol([cloudUrl, code, file, ...more]: readonly string[]): Promise<void> {
  if (cloudUrl === undefined || code === undefined || file === undefined || more.length > 0) throw new Told(usage)
  if (!/^https?:\/\//.test(cloudUrl) || !URL.canParse(cloudUrl))
    throw new Told(`${usage}\n  CLOUD-URL: an address like https://pay.example.com`)
  const { home } = readOrTell()
  const told = await enrolAgent({ home, cloudUrl, code, file, name: hostname().slice(0, 60) || 'agent' })
  console.log(told.join('\n'))
}

type Plan = Record<string, unknown>

/**
 * Shows the code with this box's key, and writes what the cloud answers: bucket, number, broker and key into FILE, where
 * nothing else that an installer wrote is touched, and who is inside into the agent's folder. The key is on disk before it is
 * shown and stays the same until FILE has it: after a lost answer or a power cut, the same command gets the same lot.
 *
 * @throws Told with field and rule where the cloud refuses, or with what stands in the way here.
 */
export async function enrolAgent(ask: {
  readonly home: string
  readonly cloudUrl: string
  readonly code: string
  readonly file: string
  readonly name: string
}): Promise<readonly string[]> {
  const { home, file } = ask
  const before = readPlan(file)
  const dirOf = (number: unknown) => join(home, `agent-${number}`)
  if (before?.number !== undefined) refuseWhileRunning(dirOf(before.number))

  const keyFile = `${file}.key`
  if (!existsSync(keyFile)) keepOnDisk(keyFile, randomBytes(32).toString('base64url'))
  const agentKey = readFileSync(keyFile, 'utf8')
  const lot = await show(ask, agentKey)

  const dir = dirOf(lot.number)
  refuseWhileRunning(dir)
  mkdirSync(dir, { recursive: true })
  keepOnDisk(join(dir, 'inside.json'), JSON.stringify(lot))
  const { bucket, number, brokerUrl } = lot
  const plan = { ...(before ?? freshPlan(lot)), bucket, number, brokerUrl, agentSecret: agentKey }
  keepOnDisk(file, `${JSON.stringify(plan, null, 2)}\n`)
  rmSync(keyFile)
  return whatNext(ask, lot, before, plan)
}

/** FILE as an installer has written it so far; null where there is none. */
function readPlan(file: string): Plan | null {
  if (!existsSync(file)) return null
  let plan: unknown
  try {
    plan = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new Told(`${file}: ${(error as Error).message}; nothing was changed`)
  }
  if (typeof plan !== 'object' || plan === null || Array.isArray(plan))
    throw new Told(`${file}: a JSON object, as in docs/examples/agent.json; nothing was changed`)
  return plan as Plan
}

function refuseWhileRunning(dir: string): void {
  const other = runningIn(dir)
  if (other) throw new Told(`The agent of this lot runs here (process ${other.pid}): stop it, then enrol.`)
}

/** As `keepFile`, and a power cut does not undo it: the cloud keeps only a hash of what is written here. */
function keepOnDisk(path: string, text: string): void {
  keepFile(path, text)
  // The name of a file is part of its folder; Windows opens no folders, and needs none of it.
  for (const part of process.platform === 'win32' ? [path] : [path, dirname(path)]) {
    const opened = openSync(part, part === path ? 'r+' : 'r')
    try {
      fsyncSync(opened)
    } finally {
      closeSync(opened)
    }
  }
}

/** Asks the cloud. An answer of any other kind than it promises is told, never written anywhere. */
async function show(ask: { cloudUrl: string; code: string; name: string }, agentKey: string): Promise<EnrolView> {
  const { cloudUrl, code, name } = ask
  let status: number
  let body: unknown
  try {
    const response = await fetch(`${cloudUrl.replace(/\/+$/, '')}/api/agent/enrol`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code, agentKey, name }),
      signal: AbortSignal.timeout(30_000),
    })
    status = response.status
    body = await response.json()
  } catch (error) {
    const { message, cause } = error as Error
    const why = cause instanceof Error && cause.message ? cause.message : message
    throw new Told(`${cloudUrl} gave no answer (${why}). Run the same command again: it is done once.`)
  }
  if (status === 200 && view.Check(body)) return body
  const { error } = (body ?? {}) as { error?: { code?: string; message?: string; field?: string; rule?: string } }
  if (error?.code === undefined) throw new Told(`${cloudUrl} answered ${status}, and not as a Lanepay cloud does.`)
  const field = error.field === 'body/code' ? 'CODE' : error.field
  throw new Told(
    `${cloudUrl} refused (${error.code}).\n  ${field === undefined ? error.message : `${field}: ${error.rule ?? error.message}`}`,
  )
}

/** What a lot's agent must know, as far as the cloud knows it; what is empty here is refused when the agent starts. */
const freshPlan = ({ lanes }: EnrolView): Plan => ({
  bucket: 0,
  number: 0,
  brokerUrl: '',
  agentSecret: '',
  cameraHost: '0.0.0.0',
  cameraPort: 7090,
  cameraKey: randomBytes(24).toString('hex'),
  lanes: lanes.map(({ id, direction }) => ({
    id,
    direction,
    camera: { protocol: 'vzlpr-http', serial: '', board: 'fk' },
    inputs: { loop: 1, underArm: 2, armOpen: 3 },
  })),
  tariff: null,
})

const clockMayDifferMs = 60_000

function whatNext(
  { cloudUrl, file }: { readonly cloudUrl: string; readonly file: string },
  lot: EnrolView,
  before: Plan | null,
  plan: Plan,
  now: Instant = systemClock.now(),
): string[] {
  const known = new Set(lot.lanes.map(({ id }) => id))
  const lanes = Array.isArray(plan.lanes) ? (plan.lanes as { readonly id?: unknown }[]) : []
  const strangers = lanes.map(({ id }) => id).filter((id) => !known.has(id as number))
  const both = lot.lanes.filter(({ direction }) => direction === 'both').map(({ id }) => id)
  const isOf = before?.number
  const { protocol, hostname: host } = new URL(cloudUrl)
  return [
    `This box is the agent of lot ${lot.number}, ${lot.lotName}. ${lot.inside.length} inside.`,
    ...(isOf !== undefined && isOf !== lot.number ? [`LOOK: ${file} was of lot ${isOf} before.`] : []),
    ...(strangers.length > 0 ? [`LOOK: the lot has no lane ${strangers.join(', ')}, but ${file} has.`] : []),
    ...(Math.abs(now - lot.clock) > clockMayDifferMs
      ? [`LOOK: this clock and the cloud's differ by ${Math.round(Math.abs(now - lot.clock) / 1000)} s: set it right.`]
      : []),
    ...(protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(host)
      ? [`LOOK: ${cloudUrl} is not https: whoever listens on that line has the key now.`]
      : []),
    'Next:',
    ...(before === null
      ? [
          `- fill in ${file}: the serial number of each lane's camera, its board and inputs, and the tariff`,
          ...both.map((id) => `- lane ${id} goes both ways: make it "entry" or "exit" in ${file}`),
        ]
      : []),
    `- start it: npm run lanepay -- agent ${file}`,
  ]
}
