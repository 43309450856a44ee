import { acts } from './acts.ts'
import { audit } from './audit.ts'
import { clearing } from './clearing.ts'
import { type Figure, reaches } from './figures.ts'
import { growth } from './growth.ts'
import { hostile } from './hostile.ts'
import { latency } from './latency.ts'
import { lists } from './lists.ts'
import { lots } from './lots.ts'
import { moneyDays } from './money-days.ts'
import { orders } from './orders.ts'
import { polls } from './polls.ts'
import { quotes } from './quotes.ts'
import { reconciliation } from './reconciliation.ts'

/*
 * `npm run bench` runs all, `npm run bench -- NAME` one. Every figure is a ratio against a yardstick measured in alternation
 * in the same run, so that it means the same on a slow machine; `quotes` counts per second of a core, and `audit` seconds. Ends with 1 when a
 * figure falls short of its bar.
 */
type Result = Figure & { readonly alongside?: Readonly<Record<string, Figure>> }
const benches: Readonly<Record<string, () => Promise<Result>>> = {
  clearing,
  orders,
  latency,
  growth,
  quotes,
  lots,
  polls,
  lists,
  hostile,
  audit,
  reconciliation,
  acts,
  'money-days': moneyDays,
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !benches[name])
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.`)
  process.exit(2)
}
for (const name of asked.length > 0 ? asked : Object.keys(benches)) {
  const result = await benches[name]!()
  const alongside = Object.entries(result.alongside ?? {}).map(
    ([what, figure]) => [`${name}, ${what}`, figure] as const,
  )
  for (const [what, figure] of [...alongside, [name, result] as const]) {
    if (!reaches(figure)) process.exitCode = 1
    console.log(`${what}: ${figure.figure.toFixed(2)} (bar ${figure.bar.toFixed(2)})`)
  }
}
process.exit()
