// Runs every test: first the pure ones (*.test.ts) in one process, then those that start servers, databases or a
// browser (*.live.test.ts), a process a file. Names after `npm test --` pick files by part of their path.
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))))
const picks = process.argv.slice(2)
const all = globSync('{packages,services,simulators,apps,bench,e2e,conformance}/**/*.test.ts', {
  exclude: (path) => path.includes('node_modules'),
})
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => picks.length === 0 || picks.some((pick) => path.includes(pick)))
  .sort()
const live = all.filter((path) => path.endsWith('.live.test.ts'))
const pure = all.filter((path) => !path.endsWith('.live.test.ts'))
const run = (args, files) =>
  files.length === 0
    ? 0
    : (spawnSync(process.execPath, ['--test', '--test-reporter=spec', ...args, ...files], { stdio: 'inherit' })
        .status ?? 1)

if (all.length === 0) {
  console.error(`No test file matches ${picks.join(' ')}`)
  process.exit(1)
}
const failures = run(['--test-isolation=none'], pure) + run(['--test-concurrency=1', '--test-timeout=600000'], live)
process.exit(failures === 0 ? 0 : 1)
