// Runs before every npm script, on whatever Node the host has (>= 20): installs exactly what the lock file names when
// node_modules does not match it yet. Plain JavaScript, because nothing is installed when it first runs.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const major = Number(process.versions.node.split('.')[0])
if (major < 20) {
  console.error(`Lanepay needs Node 20 or newer to set itself up; this is Node ${process.versions.node}.`)
  process.exit(1)
}
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')
const mark = join(root, 'node_modules', '.lanepay-installed')
const installed = existsSync(mark) ? readFileSync(mark, 'utf8') : ''
if (installed !== wanted) {
  console.error('Installing what Lanepay needs (once) ...')
  const npm = process.env.npm_execpath
  const command = npm?.endsWith('.js') ? [process.execPath, [npm, 'ci']] : ['npm', ['ci']]
  const done = spawnSync(command[0], [...command[1], '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32' && command[0] === 'npm',
    // The scripts of this project need no dependency's install script; a failing one must not stop the set-up.
    env: { ...process.env, npm_config_production: 'false', NODE_ENV: '' },
  })
  if (done.status !== 0) {
    console.error('npm ci failed; see its message above.')
    process.exit(done.status ?? 1)
  }
  writeFileSync(mark, wanted)
}
