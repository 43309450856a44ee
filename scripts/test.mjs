// Runs every test: first the pure ones (*.test.ts) in one process, then those that start servers, databases or a
// browser (*.live.test.ts), a process a file, on one PostgreSQL started here. Names after `npm test --` pick files by
// part of their path.
import { spawn } from 'node:child_process'
import { chmodSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startEmbeddedPostgres } from '../packages/database/src/embedded.ts'

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))))
const picks = process.argv.slice(2)
const all = globSync('{packages,services,simulators,apps,bench,e2e,conformance,scripts}/**/*.test.ts', {
  exclude: (path) => path.includes('node_modules'),
})
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => picks.length === 0 || picks.some((pick) => path.includes(pick)))
  .sort()
if (all.length === 0) {
  console.error(`No test file matches ${picks.join(' ')}`)
  process.exit(1)
}
const live = all.filter((path) => path.endsWith('.live.test.ts'))
const pure = all.filter((path) => !path.endsWith('.live.test.ts'))
/** Not waited for by standing still: what the database says meanwhile has to be read, or it stands still as well. */
const run = (args, files, env = {}) =>
  new Promise((resolve, reject) => {
    if (files.length === 0) return resolve(true)
    spawn(process.execPath, ['--test', '--test-reporter=spec', '--test-timeout=900000', ...args, ...files], {
      stdio: 'inherit',
      env: { ...process.env, ...env },
    })
      .on('error', reject)
      .on('exit', (status) => resolve(status === 0))
  })

const pureGreen = await run(['--test-isolation=none'], pure)
// What drives whole houses and browsers has the machine, and its ports, to itself; the rest goes two by two.
const [whole, parts] = [true, false].map((isWhole) => live.filter((path) => path.startsWith('e2e/') === isWhole))
const liveGreen =
  live.length === 0 ||
  (await withPostgres(async (env) => {
    const partsGreen = await run(['--test-concurrency=2'], parts, env)
    return (await run(['--test-concurrency=1'], whole, env)) && partsGreen
  }))
process.exit(pureGreen && liveGreen ? 0 : 1)

/** One server for all files, each of which makes databases of its own on it; and one place for code that was made ready to run. */
async function withPostgres(act) {
  const dir = mkdtempSync(join(tmpdir(), 'lanepay-tests-'))
  chmodSync(dir, 0o755) // as root the server runs as another user, who must get through
  const server = await startEmbeddedPostgres({ dir: join(dir, 'pg'), settings: { max_connections: '300' } })
  try {
    return await act({
      LANEPAY_TEST_POSTGRES: JSON.stringify(server.connection),
      NODE_COMPILE_CACHE: join(dir, 'compiled'),
    })
  } finally {
    await server.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}
