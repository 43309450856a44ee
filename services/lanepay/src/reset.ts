import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { embeddedHome } from '@lanepay/database/embedded.ts'
import { readOrTell } from './config.ts'
import { claimHome } from './keep.ts'

/** `lanepay reset`: forgets everything this folder's installation has kept. Refused while it runs. */
export async function runReset(): Promise<void> {
  const { home } = readOrTell()
  claimHome(home)
  rmSync(embeddedHome(join(home, 'postgres')), { recursive: true, force: true })
  rmSync(home, { recursive: true, force: true })
  console.log(`${home} is empty; npm start begins anew.`)
}
