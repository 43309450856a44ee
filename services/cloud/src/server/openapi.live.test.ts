import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { systemClock } from '@lanepay/domain/clock.ts'
import { type Enrolling, houseKey, startEnrolling } from '../enrol/enrol.testing.ts'
import { signedInAs } from '../staff/staff.testing.ts'

/* The description of what persons may ask: of the whole cloud, and nothing else. */

type Operation = {
  readonly operationId: string
  readonly parameters: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> }
}
type Described = {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

describe('the description of the routes', () => {
  let cloud: Enrolling
  let described: Described
  before(async () => {
    cloud = await startEnrolling({ clock: systemClock })
    const headers = await signedInAs(cloud.data.database, systemClock.now(), { role: 'support', houseKey })
    described = (await (await fetch(`${cloud.cloud.url}/api/openapi.json`, { headers })).json()) as Described
  })
  after(() => cloud?.close())

  test('is for who is signed in', async () => {
    assert.equal((await fetch(`${cloud.cloud.url}/api/openapi.json`)).status, 401)
  })

  test('names every route of persons with rights, once, and no other', () => {
    const served = cloud.cloud.served.flatMap(({ methods, url, needs }) =>
      needs === null ? [] : methods.filter((method) => method !== 'HEAD').map((method) => `${method} ${url}`),
    )
    const named = Object.entries(described.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    )
    assert.deepEqual(named.sort(), served.sort())
    const ids = Object.values(described.paths).flatMap((methods) =>
      Object.values(methods).map((one) => one.operationId),
    )
    assert.equal(new Set(ids).size, ids.length)
    assert.equal(described.openapi, '3.1.0')
  })

  test('says what a route takes: in its path, its query and its body', () => {
    const path = described.paths['/api/operator/payments/{payment}/refund-outlook']!.get!
    assert.deepEqual(
      path.parameters.map((one) => [one.in, one.name]),
      [
        ['path', 'payment'],
        ['query', 'amountFen'],
      ],
    )
    const { schema } = described.paths['/api/operator/withdrawals']!.post!.requestBody!.content['application/json']!
    assert.deepEqual(Object.keys((schema as { properties: object }).properties), [
      'ask',
      'bucket',
      'account',
      'amountFen',
    ])
  })
})
