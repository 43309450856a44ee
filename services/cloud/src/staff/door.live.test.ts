import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { aLotPlan } from '../lot/lot.testing.ts'
import { provision } from '../lot/provision.ts'
import { makeMetrics } from '../server/metrics.ts'
import { makeServer } from '../server/server.ts'
import type { Role } from './acts.ts'
import { hangStaffDoor } from './door.ts'
import { acting, may } from './route.ts'
import { signedInAs } from './staff.testing.ts'

/* The door, before routes made for the purpose: what a feature gets, and what it never sees. */

const clock = new SimulatedClock()
let data: TestDatabase
let server: FastifyInstance
const serverWith = (...routes: FastifyPluginAsync[]) =>
  makeServer({
    ...{ database: data.database, log: silentLog, metrics: makeMetrics(), linkConnected: () => true },
    ...{ rightsOf: async () => null, brokerSecret: 'a secret', trustProxy: false as const, routes },
    hangDoor: (bare) =>
      hangStaffDoor(bare, {
        ...{ database: data.database, clock, newId: idMaker(() => clock.now(), 0), houseKey: Buffer.from('a key') },
        publicUrl: 'http://pay.example.com',
      }),
  })
const features: FastifyPluginAsync = async (plain) => {
  plain.get('/api/operator/lots', may('reports.read', 'operator'), async (request) => acting(request, 'operator').lots)
  plain.get('/api/operator/lots/:lot', may('reports.read', 'lot'), async (request) => acting(request, 'lot').lot)
  plain.post('/api/operator/lots/:lot/lanes/:lane/open', may('gate.open', 'lane'), async (request) => {
    const { lot, lane } = acting(request, 'lane')
    return { ...lot, lane }
  })
  plain.get('/api/platform/operators/:operator/lots', may('reports.read', 'operator'), async (request) => {
    const { operatorId, lots } = acting(request, 'operator')
    return { operatorId, lots }
  })
  plain.get('/api/platform/lots/:lot', may('devices.read', 'lot'), async (request) => acting(request, 'lot').lot)
  plain.get('/api/partner/shares', may('shares.read', 'partner'), async (request) => acting(request, 'partner').party)
  plain.get('/api/operator/mistaken', may('reports.read', 'operator'), async (request) => acting(request, 'lot').lot)
}
before(async () => {
  data = await testDatabase()
  for (const [lotId, bucket, id] of [
    [11, 3, '1'],
    [12, 200, '1'],
    [21, 3, '2'],
  ] as const)
    await provision(
      data.database,
      { ...aLotPlan({ bucket, lotId }), operator: { id, name: '物业' }, accounts: [] },
      clock.now(),
    )
  server = await serverWith(features)
})
after(async () => {
  await server.close()
  await data.close()
})
const as = async (role: Role, told: Omit<Parameters<typeof signedInAs>[2], 'role'> = {}) => {
  const headers = await signedInAs(data.database, clock.now(), { role, ...told })
  return async (method: 'GET' | 'POST', url: string) => {
    const { statusCode, body } = await server.inject({ method, url, headers })
    return statusCode === 200 ? JSON.parse(body) : statusCode
  }
}

describe('what a route gets', () => {
  test('the lots of its own operator, over all buckets', async () => {
    const owner = await as('owner', { operatorId: '1' })
    assert.deepEqual(await owner('GET', '/api/operator/lots'), [
      { bucket: 3, lotId: 11 },
      { bucket: 200, lotId: 12 },
    ])
    assert.deepEqual(await (await as('owner', { operatorId: '2' }))('GET', '/api/operator/lots'), [
      { bucket: 3, lotId: 21 },
    ])
  })
  test('of whoever may see some of them, those', async () => {
    const manager = await as('manager', { operatorId: '1', lots: [{ lot: 12 }] })
    assert.deepEqual(await manager('GET', '/api/operator/lots'), [{ bucket: 200, lotId: 12 }])
    assert.deepEqual(await manager('GET', '/api/operator/lots/12'), { bucket: 200, lotId: 12 })
    assert.equal(await manager('GET', '/api/operator/lots/11'), 404)
  })
  test('a lot that was given to a person and then to another operator is seen no more', async () => {
    const manager = await as('manager', { operatorId: '1', lots: [{ lot: 12 }, { lot: 21 }] })
    assert.deepEqual(await manager('GET', '/api/operator/lots'), [{ bucket: 200, lotId: 12 }])
    assert.equal(await manager('GET', '/api/operator/lots/21'), 404)
  })
  test('of whoever may see none, none', async () => {
    const manager = await as('manager', { operatorId: '1', lots: [] })
    assert.deepEqual(await manager('GET', '/api/operator/lots'), [])
    assert.equal(await manager('GET', '/api/operator/lots/11'), 404)
  })
  test('one lot, where it is its own', async () => {
    const owner = await as('owner', { operatorId: '1' })
    assert.deepEqual(await owner('GET', '/api/operator/lots/12'), { bucket: 200, lotId: 12 })
    for (const lot of ['21', '99', '0', '-1', '12;drop', '1e1', '12%00', '99999999', '%31%32x'])
      assert.equal(await owner('GET', `/api/operator/lots/${lot}`), 404, lot)
  })
  test('a lane, where it is among its own', async () => {
    const attendant = await as('attendant', { operatorId: '1', lots: [{ lot: 11, lanes: [2, 3] }] })
    const open = (lot: number, lane: string | number) =>
      attendant('POST', `/api/operator/lots/${lot}/lanes/${lane}/open`)
    assert.deepEqual(await open(11, 3), { bucket: 3, lotId: 11, lane: 3 })
    for (const [lot, lane] of [
      [11, 4],
      [12, 2],
      [21, 2],
      [11, '02'],
      [11, 'x'],
    ] as const)
      assert.equal(await open(lot, lane), 404, `lane ${lane} of ${lot}`)
    assert.equal(await attendant('GET', '/api/operator/lots/11'), 403)
  })
  test('on the platform’s side whatever there is', async () => {
    const admin = await as('platform-admin')
    assert.deepEqual(await admin('GET', '/api/platform/operators/2/lots'), {
      ...{ operatorId: '2', lots: [{ bucket: 3, lotId: 21 }] },
    })
    assert.deepEqual(await admin('GET', '/api/platform/lots/21'), { bucket: 3, lotId: 21 })
    for (const nowhere of ['operators/3/lots', 'operators/x/lots', 'operators/999999999999999999/lots', 'lots/99'])
      assert.equal(await admin('GET', `/api/platform/${nowhere}`), 404, nowhere)
    assert.equal(await (await as('owner', { operatorId: '2' }))('GET', '/api/platform/lots/21'), 404)
  })
  test('its partner', async () => {
    assert.equal(await (await as('partner', { party: '9' }))('GET', '/api/partner/shares'), 9)
    assert.equal(await (await as('partner', { party: '9' }))('GET', '/api/operator/lots'), 404)
  })
  test('nothing at a scope that it has not named', async () =>
    assert.equal(await (await as('owner', { operatorId: '1' }))('GET', '/api/operator/mistaken'), 500))
})

describe('a server does not start', () => {
  const routes: [string, FastifyPluginAsync, RegExp][] = [
    ['a route that names no act', async (plain) => void plain.get('/api/operator/x', async () => 1), /names no act/],
    [
      'one hung deep inside',
      async (plain) =>
        void plain.register(async (inner) => void inner.post('/x', async () => 1), { prefix: '/api/platform' }),
      /\/api\/platform\/x names no act/,
    ],
    [
      'a scope that its path cannot have',
      async (plain) => void plain.get('/api/operator/x', may('gate.open', 'lane'), async () => 1),
      /no :lot/,
    ],
    [
      'an act in front of no door',
      async (plain) => void plain.get('/api/driver/x', may('me', 'me'), async () => 1),
      /behind no door/,
    ],
  ]
  for (const [what, plugin, because] of routes)
    test(`with ${what}`, async () => void (await assert.rejects(serverWith(plugin), because)))
})
