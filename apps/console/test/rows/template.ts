import { houseKey } from '@lanepay/cloud/enrol/enrol.testing.ts'
import { signedInAs } from '@lanepay/cloud/staff/staff.testing.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { hostile } from '../demonstration.ts'
import type { Office } from '../office.ts'
import { asking } from './application.ts'

const made = new WeakMap<Office, Promise<unknown>>()
/** Terms under a name, once for each office. */
export async function aTemplate(office: Office): Promise<void> {
  const one = made.get(office) ?? make(office)
  made.set(office, one)
  await one
}

async function make(office: Office): Promise<unknown> {
  const admin = await signedInAs(office.cloud.data.database, systemClock.now(), { role: 'platform-admin', houseKey })
  const terms = { name: hostile.slice(0, 40), platformFeeBasisPoints: 120, rules: [] }
  return asking(office, admin)('POST', '/api/platform/templates', terms)
}
