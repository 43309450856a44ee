import assert from 'node:assert/strict'
import { aPhotograph } from '@lanepay/cloud/application/picture.testing.ts'
import { houseKey } from '@lanepay/cloud/enrol/enrol.testing.ts'
import { signedInAs } from '@lanepay/cloud/staff/staff.testing.ts'
import { aForm } from '@lanepay/domain/applicant/form.fixtures.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import type { Office } from '../office.ts'

type Headers = Readonly<Record<string, string>>
const json = { 'content-type': 'application/json' } as const

/** Asks the cloud of an office, as a page does. */
export const asking =
  (office: Office, headers: Headers) => async (method: string, path: string, body?: object | Buffer) => {
    const isBytes = Buffer.isBuffer(body)
    const response = await fetch(office.cloud.cloud.url + path, {
      ...{ method, headers: { ...headers, ...(isBytes ? { 'content-type': 'image/jpeg' } : body ? json : {}) } },
      ...(body ? { body: isBytes ? new Uint8Array(body) : JSON.stringify(body) } : {}),
    })
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.clone().text()}`)
    // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
    return (await response.json()) as any
  }

/** An application that was filled in, and handed in where `submitted`: its link, and how its applicant asks. */
export async function anApplication(office: Office, told: { readonly submitted?: boolean } = {}) {
  const made = await asking(office, { 'x-lanepay-staff': '1' })('POST', '/api/apply', {})
  const ask = asking(office, { 'x-lanepay-application': made.link })
  const { legalName, legalId, legalIdFrom, legalIdUntil, ...set } = aForm({ filedOn: '2026-01-05' })
  await ask('PATCH', '/api/apply/form', { version: 0, set })
  const picture = await aPhotograph({ width: 700, height: 500 })
  for (const kind of ['business-licence', 'opening-permit', 'id-front', 'id-back'])
    await ask('PUT', `/api/apply/papers/${kind}`, picture)
  if (told.submitted ?? true) await ask('POST', '/api/apply/submit', { version: 1 })
  return { id: made.id as string, link: made.link as string, ask }
}

/** A reviewer: how it asks, and the headers that sign it in. */
export async function aReviewer(office: Office) {
  const headers = await signedInAs(office.cloud.data.database, systemClock.now(), { role: 'reviewer', houseKey })
  return { headers, ask: asking(office, headers) }
}
