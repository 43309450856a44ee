import { createHash } from 'node:crypto'
import type { Habits } from './habits.ts'

/** A number that is printed as `0.0`, as clients written in Java print it. */
export class Double {
  readonly yuan: string
  constructor(fen: number) {
    this.yuan = (fen / 100).toFixed(2).replace(/0$/, '')
  }
}
export type Data = { readonly [name: string]: string | number | Double }

/** Money as this client prints it. */
export const money = (fen: number, habits: Habits): string | Double =>
  habits.printsDoubles ? new Double(fen) : (fen / 100).toFixed(2)

/** The same for a person to read. */
export const decoded = (data: Data): { readonly [name: string]: string | number } =>
  Object.fromEntries(Object.entries(data).map(([name, value]) => [name, value instanceof Double ? value.yuan : value]))

/** The text of `data`, and the sign over it: over another text where the client signs before it prints. */
export function signed(data: Data, service: string, key: string, habits: Habits): { raw: string; sign: string } {
  const members: [string, Data[string]][] = [
    ...(habits.repeatsServiceName
      ? ([
          ['service_name', service],
          ['data_target', 'bolink'],
        ] as [string, string][])
      : []),
    ...Object.entries(data),
    ...(habits.extraFields
      ? ([
          ['test_flag', 1],
          ['测试', '"}'],
        ] as [string, string | number][])
      : []),
  ]
  const texts = members.map(
    ([name, value]) => [JSON.stringify(name), value instanceof Double ? value.yuan : JSON.stringify(value)] as const,
  )
  const compact = `{${texts.map(([name, value]) => `${name}:${value}`).join(',')}}`
  const raw = habits.prettyPrints
    ? `{\n${texts.map(([name, value]) => `  ${name} : ${value}`).join(',\n')}\n}`
    : compact
  const over = habits.signsCompact ? compact : raw
  return { raw, sign: createHash('md5').update(`${over}key=${key}`).digest('hex').toUpperCase() }
}
