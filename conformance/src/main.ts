/*
 * npm run conformance -- FILE_OR_FOLDER...
 * Runs vector files against the project's own code. Ends with status 1 when
 * anything failed: a wrong answer, an interface that is not built, a file or a kind of vector nobody knows.
 */
import { runAll, tell } from './run.ts'

const paths = process.argv.slice(2)
if (paths.length === 0) {
  console.error('usage: npm run conformance -- FILE_OR_FOLDER...')
  process.exit(1)
}
const told = (await runAll(paths)).map(tell)
const failures = told.filter((line) => line !== null)
for (const line of failures) console.log(line)
console.log(`${told.length - failures.length} passed, ${failures.length} failed`)
process.exitCode = failures.length > 0 ? 1 : 0
