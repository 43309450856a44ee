import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { systemClock } from '@lanepay/domain/clock.ts'
import { type Enrolling, houseKey, startEnrolling } from '../enrol/enrol.testing.ts'
import type { Role } from '../staff/acts.ts'
import { signedInAs } from '../staff/staff.testing.ts'
import { proveTrail } from '../staff/trail-read.ts'
import type { CodeView, LotsView, OneLotView } from './api.ts'
import type { LotPlan } from './provision.ts'

/* Lots in an office: who is told what, who may call them otherwise, and who makes a box the agent of one. */
let cloud: Enrolling
let lot: LotPlan
before(async () => {
  cloud = await startEnrolling({ clock: systemClock })
})
after(() => cloud?.close())
let operator = 100
beforeEach(async () => {
  lot = await cloud.aLot({ operator: { id: String(++operator), name: '物业' }, helpPhone: '400-000-0000' })
})

async function somebody(role: Role, told: { lanes?: number[]; operatorId?: string } = {}) {
  const isOperators = !role.startsWith('platform') && role !== 'support'
  const headers = await signedInAs(cloud.data.database, systemClock.now(), {
    ...{ role, houseKey, ...(isOperators ? { operatorId: told.operatorId ?? String(operator) } : {}) },
    ...(told.lanes ? { lots: [{ lot: lot.number, lanes: told.lanes }] } : {}),
  })
  const send = async (path: string, body?: object) => {
    const response = await fetch(cloud.cloud.url + path, {
      headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    })
    return { status: response.status, json: (await response.json()) as never }
  }
  return {
    send,
    file: async (path: string) => (await fetch(cloud.cloud.url + path, { headers })).text(),
    get: async <T>(path: string) => {
      const { status, json } = await send(path)
      assert.equal(status, 200, JSON.stringify(json))
      return json as T
    },
  }
}
const way = (more = '') => `/api/operator/lots/${lot.number}${more}`
const tells = (device: string, minutesAgo: number, state: string, because: string) =>
  cloud.sql.query('select tell_device($1, $2, $3, $4, $5, $6, 1500, null)', [
    ...[lot.bucket, lot.number, device, new Date(Date.now() - minutesAgo * 60_000), state, because],
  ])
const lines = async () =>
  (await cloud.sql.query('select act, before, after from staff_line where lot_id = $1 order by line', [lot.number]))
    .rows

describe('lots in an office', () => {
  test('are listed with what is ill first, since when and why', async () => {
    const well = lot
    const ill = await cloud.aLot({ operator: { id: String(operator), name: '物业' } })
    lot = ill
    await tells('gate-2', 90, 'ill', 'it never moved')
    await tells('cam', 30, 'lost', 'not heard for a minute')
    await tells('display-2', 20, 'well', '')
    const { lots } = await (await somebody('manager')).get<LotsView>('/api/operator/lots/overview')
    assert.deepEqual(
      lots.map((one) => [one.lot, one.online, one.ill, one.lost, one.worst.map(({ device }) => device)]),
      [
        [ill.number, false, 1, 1, ['cam', 'gate-2']],
        [well.number, false, 0, 0, []],
      ],
    )
  })
  test('one that the platform has suspended says since when, and why to who runs it, not to who sits at a lane', async () => {
    assert.equal((await (await somebody('manager')).get<OneLotView>(way())).suspended, null)
    await cloud.sql.query(
      `update lot set suspended_at = '2026-11-01T08:00:00Z', suspended_because = '营业执照被吊销' where lot_id = $1`,
      [lot.number],
    )
    const since = Date.UTC(2026, 10, 1, 8)
    for (const role of ['owner', 'manager'] as const)
      assert.deepEqual((await (await somebody(role)).get<OneLotView>(way())).suspended, {
        ...{ since, because: '营业执照被吊销' },
      })
    const attendant = await somebody('attendant', { lanes: [2] })
    assert.deepEqual((await attendant.get<OneLotView>(way('/lanes/2'))).suspended, { since, because: null })
  })
  test('are found by a part of name or number, or by what is wrong, and taken away as they are found', async () => {
    const first = lot
    const other = await cloud.aLot({ operator: { id: String(operator), name: '物业' }, name: '海边停车场' })
    lot = other
    await tells('gate-2', 9, 'ill', 'it never moved')
    const manager = await somebody('manager')
    const found = async (words: string) => {
      const { lots, all } = await manager.get<LotsView>(`/api/operator/lots/overview?${words}`)
      return [lots.map((one) => one.lot), all]
    }
    assert.deepEqual(await found(`text=${encodeURIComponent('海边')}`), [[other.number], 2])
    assert.deepEqual(await found(`text=${first.number}`), [[first.number], 2])
    assert.deepEqual(await found('show=wrong&text=nowhere'), [[], 2])
    const csv = await manager.file(`/api/operator/lots/overview/file?as=csv&text=${encodeURIComponent('海边')}`)
    const [, row, ...more] = csv.trim().split('\r\n')
    assert.deepEqual(more, [])
    assert.match(row!, new RegExp(`${other.number}.*海边停车场,没有连线,1,0,gate-2: 异常 .*,车场主机`))
  })
  test('one is told whole, with how its devices were; of it one lane with what stands there', async () => {
    await tells('gate-2', 90, 'ill', 'it never moved')
    await tells('gate-2', 60, 'well', 'it opens again')
    await tells('gate-1', 50, 'lost', 'not heard')
    const whole = await (await somebody('read-only')).get<OneLotView>(way())
    assert.deepEqual(
      whole.devices.map(({ device, lane, state, driftMs }) => [device, lane, state, driftMs]),
      [
        ['gate-1', 1, 'lost', 1500],
        ['gate-2', 2, 'well', 1500],
      ],
    )
    assert.deepEqual(
      whole.history.map(({ device, state, until }) => [device, state, until === null]),
      [
        ['gate-1', 'lost', true],
        ['gate-2', 'well', true],
        ['gate-2', 'ill', false],
      ],
    )
    const noWords = ['closes-gate', 'holds-gate-open', 'locks-vehicle']
    assert.deepEqual([whole.live, whole.online, whole.agent, whole.cannot], [false, false, null, noWords])
    const lane = await (await somebody('attendant', { lanes: [2] })).get<OneLotView>(way('/lanes/2'))
    assert.deepEqual([lane.lanes.map(({ id }) => id), lane.devices.map(({ device }) => device)], [[2], ['gate-2']])
    assert.equal(
      lane.history.every(({ device }) => device === 'gate-2'),
      true,
    )
  })
})

describe('what a lot is called', () => {
  const names = (over: object = {}) => ({
    name: '阳光花园',
    helpPhone: '0755-8888',
    lanes: [{ lane: 1, name: '东门' }],
    ...over,
  })
  test('is a manager’s to change, and the trail says who did, what it was and what it is', async () => {
    const manager = await somebody('manager')
    assert.equal((await manager.send(way('/settings'), names())).status, 200)
    const seen = await manager.get<OneLotView>(way())
    assert.deepEqual(
      [seen.name, seen.helpPhone, seen.lanes.map(({ name }) => name)],
      ['阳光花园', '0755-8888', ['东门', '出口']],
    )
    assert.equal((await manager.send(way('/settings'), names())).status, 200, 'the same again')
    assert.deepEqual(await lines(), [
      {
        act: 'lots.change',
        before: `停车场 ${lot.number}; help phone 400-000-0000; lane 1 入口`,
        after: '阳光花园; help phone 0755-8888; lane 1 东门',
      },
    ])
  })
  for (const [what, over, field] of [
    ['a lane that there is not', { lanes: [{ lane: 9, name: '西门' }] }, 'body/lanes'],
    ['no name', { name: ' ' }, 'body/name'],
    ['no telephone', { helpPhone: 'call me' }, 'body/helpPhone'],
    ['two lines', { name: '阳光\n花园' }, 'body/name'],
  ] as const)
    test(`is not changed with ${what}`, async () => {
      const { status, json } = await (await somebody('owner')).send(way('/settings'), names(over))
      const { error } = json as { error: { field: string } }
      assert.deepEqual([status, error.field], [400, field])
      assert.deepEqual(await lines(), [])
    })
  test('is nobody else’s', async () => {
    assert.equal((await (await somebody('finance')).send(way('/settings'), names())).status, 403)
    assert.equal((await (await somebody('owner', { operatorId: '101' })).send(way('/settings'), names())).status, 404)
  })
})

describe('the code for a box', () => {
  const key = 'k'.repeat(43)
  const enrol = async (code: string) =>
    (
      await fetch(`${cloud.cloud.url}/api/agent/enrol`, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
        body: JSON.stringify({ code, agentKey: key, name: '新主机' }),
      })
    ).status
  test('makes it the agent; the next box only where the take-over was said', async () => {
    const manager = await somebody('manager')
    const made = await manager.send(way('/agent-codes'), { takeOver: false })
    assert.equal(made.status, 200)
    assert.equal((await manager.get<OneLotView>(way())).offer?.takeOver, false)
    assert.equal(await enrol((made.json as CodeView).code), 200)
    assert.equal((await manager.get<OneLotView>(way())).agent?.name, '新主机')
    const refused = await manager.send(way('/agent-codes'), { takeOver: false })
    assert.deepEqual([refused.status, (refused.json as { error: { code: string } }).error.code], [409, 'agent-exists'])
    assert.equal((await manager.send(way('/agent-codes'), { takeOver: true })).status, 200)
    const told = await lines()
    assert.deepEqual(
      told.map(({ act }) => act),
      ['agents.enrol', 'agents.enrol'],
    )
    assert.match(told[1].after, /, takes over$/)
    assert.ok(!JSON.stringify(told).includes((made.json as CodeView).code), 'a code is in no trail')
  })
  test('is made by whoever showed the second factor, and by the platform for an operator', async () => {
    const platform = `/api/platform/operators/${operator}/lots/${lot.number}/agent-codes`
    assert.equal((await (await somebody('platform-admin')).send(platform, { takeOver: false })).status, 200)
    assert.equal(
      (await (await somebody('attendant', { lanes: [1] })).send(way('/agent-codes'), { takeOver: false })).status,
      403,
    )
    const manager = await somebody('manager')
    await cloud.sql.query(
      `update staff_sign_in set factor_at = null where staff_id in (select staff_id from staff where operator_id = $1)`,
      [operator],
    )
    const { status, json } = await manager.send(way('/agent-codes'), { takeOver: false })
    assert.deepEqual([status, (json as { error: { code: string } }).error.code], [403, 'second-factor-needed'])
  })
  test('leaves a trail that proves', async () =>
    assert.deepEqual((await proveTrail(cloud.data.database, Buffer.from(houseKey))).broken, []))
})
