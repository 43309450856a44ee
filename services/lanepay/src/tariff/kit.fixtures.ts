import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseTariff, type Tariff } from '@lanepay/domain/tariff/tariff.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { type ListFile, readList } from './read.ts'

const folders: string[] = []
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A file with this text, as an operator would have saved it. */
export function fileOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'lanepay-tariff-'))
  folders.push(folder)
  const path = join(folder, 'list.json')
  writeFileSync(path, text)
  return path
}
export const listOf = (document: unknown): ListFile => readList(fileOf(JSON.stringify(document, null, 2)), 'en')

export function tariffOf(document: unknown): Tariff {
  const parsed = parseTariff(document)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return parsed.value
}
export const at = (text: string): Instant => Date.parse(`${text}+08:00`) as Instant

/** Said in every respect: free quarter of an hour, 5 for the first hour, 3 for each after it, 30 a day. */
export const careful = {
  timeZone: 'Asia/Shanghai',
  choose: [{ plan: 'p' }],
  plans: {
    p: {
      // biome-ignore lint/suspicious/noThenProperty: the model's own word (tariffs.md 5.2)
      free: { minutes: 15, edge: 'inclusive', then: 'count' },
      cycle: { from: 'entry', minutes: 1440 },
      bands: [
        {
          steps: [
            { to: 60, every: 60, fen: 500 },
            { to: null, every: 60, fen: 300 },
          ],
        },
      ],
      caps: [{ per: 'cycle', fen: 3000 }],
    },
  },
  visits: { resumeWithinMinutes: 30 },
  notice: '…',
}
/** The same with other hours. */
export const hoursAt = (fen: number): typeof careful => {
  const copy = structuredClone(careful)
  copy.plans.p.bands[0]!.steps[1]!.fen = fen
  return copy
}
