import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hikvision } from './hikvision.ts'

const said = (data: unknown, code = '0') => ({ status: 200, headers: {}, body: JSON.stringify({ code, data }) })
const settings = {
  address: 'https://isc',
  appKey: 'a123',
  appSecret: 's'.repeat(8),
  parkSyscode: 'park-1',
  eventKey: '',
}
const around = { settings, now: 0, nonce: 'n', requestId: '1' }
const { lanes, inside, passages, status } = hikvision

test('lanes are asked for by the entrances of the lot; a lot without one has no lanes', () => {
  const first = lanes!.ask(null, around)
  assert.deepEqual(
    [first.path, first.body],
    ['/artemis/api/resource/v1/entrance/entranceList', '{"parkIndexCodes":"park-1"}'],
  )
  const entrances = lanes!.read(said([{ entranceIndexCode: 'e1' }, { entranceIndexCode: 'e2' }, {}]), null)
  assert.deepEqual(entrances, { ok: true, value: { rows: [], next: 'e1,e2' } })
  assert.deepEqual(lanes!.read(said([]), null), { ok: true, value: { rows: [], next: null } })
  const next = lanes!.ask('e1,e2', around)
  assert.deepEqual(
    [next.path, next.body],
    ['/artemis/api/resource/v1/roadway/roadwayList', '{"entranceIndexCodes":"e1,e2"}'],
  )
  const row = { roadwayIndexCode: 'B1', roadwayName: '出口', roadwayType: '1' }
  assert.deepEqual(lanes!.read(said([row, { roadwayIndexCode: 'C1', roadwayType: 9 }]), 'e1,e2'), {
    ok: true,
    value: {
      rows: [
        { channel: 'B1', name: '出口', direction: 'exit' },
        { channel: 'C1', name: '', direction: null },
      ],
      next: null,
    },
  })
})

test('who is inside goes by the name that his price goes by; who has a card alone is left out; page by page until all are said', () => {
  const list = [
    { plateNo: '粤B12345', inTime: '2026-11-02T09:00:00+08:00' },
    { cardNo: '7', inTime: '2026-11-02T09:00:00+08:00' },
  ]
  const at = Date.parse('2026-11-02T09:00:00+08:00')
  const read = inside!.read(said({ total: 201, list }), null)
  const row = { stay: `粤B12345@${at / 1000}`, plate: '粤B12345', enteredAt: at, lane: null }
  assert.deepEqual(read, { ok: true, value: { rows: [row], next: '2' } })
  assert.deepEqual(JSON.parse(inside!.ask('2', around).body!), { parkSyscode: 'park-1', pageNo: 2, pageSize: 200 })
  const last = inside!.read(said({ total: 201, list }), '2')
  assert.ok(last.ok && last.value.next === null)
})

test('a passage says who, which way, when and by which lane; who was not let through has not passed', () => {
  const passed = {
    plateNo: '粤B12345',
    crossTime: '2026-11-02T09:00:00.000+08:00',
    vehicleOut: '1',
    roadwaySyscode: 'B1',
  }
  const list = [passed, { ...passed, releaseResult: 0 }, { ...passed, vehicleOut: null }]
  const asked = { from: 0, to: 1_000, page: null }
  assert.deepEqual(passages!.read(said({ total: 3, list }), asked), {
    ok: true,
    value: {
      rows: [{ plate: '粤B12345', way: 'out', at: Date.parse('2026-11-02T09:00:00+08:00'), lane: 'B1', stay: null }],
      next: null,
    },
  })
  const { startTime, endTime } = JSON.parse(passages!.ask(asked, around).body!) as Record<string, string>
  assert.deepEqual([startTime, endTime], ['1970-01-01T08:00:00+08:00', '1970-01-01T08:00:01+08:00'])
})

test('spaces that are free, of all; a lot that the platform does not know says nothing of them', () => {
  const read = (data: unknown) => status![1]!.read(said(data), null)
  assert.deepEqual(read([{ totalPlace: 100, leftPlace: '-2' }]), {
    ok: true,
    value: { spaces: { totalSpaces: 100, freeSpaces: 0 } },
  })
  assert.deepEqual(read([]), { ok: true, value: {} })
})
