import { clearing } from './clearing.ts'
import { type Figure, reaches } from './figures.ts'
import { growth } from './growth.ts'
import { latency } from './latency.ts'
import { orders } from './orders.ts'

/*
 * `npm run bench` runs all, `npm run bench -- NAME` one. Every figure is a ratio against a yardstick measured in alternation
 * in the same run, so that it means the same on a slow machine. Ends with 1 when a figure falls short of its bar.
 */
const benches: Readonly<Record<string, () => Promise<Figure>>> = { clearing, orders, latency, growth }

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !benches[name])
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.`)
  process.exit(2)
}
for (const name of asked.length > 0 ? asked : Object.keys(benches)) {
  const result = await benches[name]!()
  if (!reaches(result)) process.exitCode = 1
  console.log(`${name}: ${result.figure.toFixed(2)} (bar ${result.bar.toFixed(2)})`)
}
process.exit()
