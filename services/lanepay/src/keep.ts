import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Setting } from './settings.ts'

/** A mistake of whoever started us: told in one line, no stack. */
export class Told extends Error {}

/** Text kept in a file that is whole or not there. */
export function keepFile(path: string, text: string, mode = 0o600): void {
  writeFileSync(`${path}.new`, text, { mode })
  renameSync(`${path}.new`, path)
}

export type Secrets = {
  readonly houseKey: string
  readonly brokerPassword: string
  readonly brokerSecret: string
  readonly agentSecret: string
  readonly cameraSecret: string
  /** Of the street's lot page: a person types it. */
  readonly agentPagePassword: string
  /** Of the persons in the street's office, likewise. */
  readonly officePassword: string
}

/** The secrets of this installation: made once, kept where only we can read. One that came with a later release is added. */
export function keptSecrets(home: string): Secrets {
  const path = join(home, 'secrets.json')
  const kept: Partial<Secrets> = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Secrets) : {}
  const fresh = () => randomBytes(24).toString('hex')
  const typed = () => randomBytes(8).toString('hex').match(/.{4}/g)!.join('-')
  const secrets = {
    houseKey: fresh(),
    brokerPassword: fresh(),
    brokerSecret: fresh(),
    agentSecret: fresh(),
    cameraSecret: fresh(),
    agentPagePassword: typed(),
    officePassword: typed(),
    ...kept,
  }
  if (Object.keys(kept).length < Object.keys(secrets).length) keepFile(path, JSON.stringify(secrets))
  return secrets
}

/**
 * One installation runs once. Answers what to call when it ends.
 * @throws Told when another process runs from the same folder.
 */
export function claimHome(home: string): () => void {
  mkdirSync(home, { recursive: true })
  const other = runningIn(home)
  if (other)
    throw new Told(
      `Lanepay is already running from this folder (process ${other.pid})${other.look ? `: ${other.look}` : ''}. Stop it with Ctrl-C where it runs.`,
    )
  const path = join(home, 'running.json')
  keepFile(path, JSON.stringify({ pid: process.pid }))
  return () => rmSync(path, { force: true })
}
/** The other process that runs from this folder now; what a crash left behind is nobody. */
export function runningIn(home: string): { readonly pid: number; readonly look?: string } | null {
  const path = join(home, 'running.json')
  if (!existsSync(path)) return null
  const noted = JSON.parse(readFileSync(path, 'utf8')) as { pid: number; look?: string }
  return noted.pid !== process.pid && isLanepay(noted.pid) ? noted : null
}

/** Notes where the running installation can be looked at, for whoever starts a second one. */
export const noteLook = (home: string, look: string): void =>
  keepFile(join(home, 'running.json'), JSON.stringify({ pid: process.pid, look }))

function isLanepay(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  // Numbers of processes are used again; where the system tells what runs under one, it must be us.
  const commandLine = `/proc/${pid}/cmdline`
  return !existsSync(commandLine) || readFileSync(commandLine, 'utf8').includes('lanepay')
}

/** @throws Told naming every port that is taken, and the setting that changes it. */
export async function portsAreFree(
  ports: readonly { readonly host: string; readonly port: number; readonly setting: Setting }[],
): Promise<void> {
  const taken: string[] = []
  for (const { host, port, setting } of ports) {
    if (port !== 0 && !(await isFree(host, port)))
      taken.push(`Port ${port} is taken; set ${setting.env} to a free one.`)
  }
  if (taken.length > 0) throw new Told(taken.join('\n'))
}

const isFree = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, host, () => probe.close(() => resolve(true)))
  })
