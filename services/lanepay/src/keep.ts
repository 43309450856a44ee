import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
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

/** Who has a folder now: an installation that runs from it, or a command that started the folder's database for itself. */
type Holder = {
  readonly pid: number
  readonly isCommand?: boolean
  readonly look?: string
  /** Its database can be asked, with the tables of this version. */
  readonly hasData?: boolean
}
const holderFile = (home: string): string => join(home, 'running.json')

/**
 * One installation runs once, and its database is nobody else's to start or to stop. Answers what to call when it ends.
 * @throws Told when another process has the same folder.
 */
export function claimHome(home: string): () => void {
  const claim = tryClaimHome(home, false)
  if (typeof claim === 'function') return claim
  const { pid, isCommand, look } = claim
  throw new Told(
    isCommand
      ? `A command is at work in this folder (process ${pid}). Wait for its end.`
      : `Lanepay is already running from this folder (process ${pid})${look ? `: ${look}` : ''}. Stop it with Ctrl-C where it runs.`,
  )
}
/** The same for whoever can wait: what to call when it ends, or who has the folder. */
export function tryClaimHome(home: string, isCommand: boolean): (() => void) | Holder {
  mkdirSync(home, { recursive: true })
  const path = holderFile(home)
  const mine = `${path}.${process.pid}`
  writeFileSync(mine, JSON.stringify({ pid: process.pid, isCommand }), { mode: 0o600 })
  try {
    for (;;) {
      const other = runningIn(home)
      if (other) return other
      if (claimed(mine, path)) return () => rmSync(path, { force: true })
      // Somebody's of just now, or what a crash left behind.
      if (!runningIn(home)) rmSync(path, { force: true })
    }
  } finally {
    rmSync(mine, { force: true })
  }
}
/** Of two that ask at the same time one has it. */
function claimed(mine: string, path: string): boolean {
  try {
    linkSync(mine, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
/** The other process that has this folder now; what a crash left behind is nobody. */
export function runningIn(home: string): Holder | null {
  const holder = holderIn(holderFile(home))
  return holder !== null && holder.pid !== process.pid && isLanepay(holder.pid) ? holder : null
}
function holderIn(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Where the installation of this process can be looked at, for whoever starts a second one. */
export const noteLook = (home: string, look: string): void => note(home, { look })
/** Whether the database of this process can be asked by commands beside it. */
export const noteData = (home: string, hasData: boolean): void => note(home, { hasData })
function note(home: string, about: Partial<Holder>): void {
  const path = holderFile(home)
  const holder = holderIn(path)
  if (holder?.pid === process.pid) keepFile(path, JSON.stringify({ ...holder, ...about }))
}

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
  ports: readonly { readonly host: string; readonly port: number; readonly setting: Pick<Setting, 'env'> }[],
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
