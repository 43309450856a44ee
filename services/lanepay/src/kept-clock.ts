import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { keepFile } from './keep.ts'

const fileIn = (home: string) => join(home, 'clock.json')

/**
 * The clock of the installation in this folder: the machine's, or the street's, which a person may have pushed ahead. It goes on from
 * where it was, and never back.
 */
export function keptClock(home: string): SimulatedClock {
  const clock = new SimulatedClock()
  const file = fileIn(home)
  if (existsSync(file)) clock.advance((JSON.parse(readFileSync(file, 'utf8')) as { aheadMs: number }).aheadMs)
  return clock
}

export const keepAhead = (home: string, aheadMs: number): void => keepFile(fileIn(home), JSON.stringify({ aheadMs }))
