import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pyunLists } from './lists.ts'

const said = (body: object) => ({ status: 200, headers: {}, body: JSON.stringify(body) })
const done = { result_code: '1001' }
const devices = [
  { name: '相机', type: 1, no: '7', uuid: 'c7', status: 1, status_desc: '正常' },
  { name: '东门', type: '4', no: '1', uuid: 'G1', status: '-1', status_desc: '脱机' },
  { name: '西门', type: 2, no: '2', uuid: 'G2', status: 0 },
  { name: '', type: 3, uuid: '' },
]

test('lanes are the devices that are one, called by what a gate is ordered by', () => {
  const read = pyunLists.lanes!.read(said({ ...done, device_list: devices }), null)
  assert.deepEqual(read, {
    ok: true,
    value: {
      rows: [
        { channel: 'G1', name: '东门', direction: 'both' },
        { channel: 'G2', name: '西门', direction: 'entry' },
      ],
      next: null,
    },
  })
})

test('a device is well, lost, or not known to be well: then it is ill', () => {
  const read = pyunLists.status![1]!.read(said({ ...done, device_list: devices }), null)
  assert.ok(read.ok)
  assert.deepEqual(
    read.value.devices?.map(({ device, state, because }) => [device, state, because]),
    [
      ['相机 7', 'well', null],
      ['东门 1', 'lost', '脱机'],
      ['西门 2', 'ill', 'unknown'],
    ],
  )
})

test('how full it is: more inside than there are spaces is none free, and a figure that is none is not guessed', () => {
  const read = (body: object) => pyunLists.status![0]!.read(said({ ...done, ...body }), null)
  assert.deepEqual(read({ total: '100', parking: 30 }), {
    ok: true,
    value: { inside: 30, spaces: { totalSpaces: 100, freeSpaces: 70 } },
  })
  assert.deepEqual(read({ total: 10, parking: 30 }), {
    ok: true,
    value: { inside: 30, spaces: { totalSpaces: 10, freeSpaces: 0 } },
  })
  const no = read({ total: 100 })
  assert.ok(!no.ok && no.error.kind === 'refused' && no.error.because === 'unreadable')
})

test('a picture is a JPEG of 256 KiB at most, or none', () => {
  const because = (bytes: Buffer) => {
    const read = pyunLists.picture!.read(said({ ...done, image_base64: bytes.toString('base64') }), { lane: 'G1' })
    return read.ok ? read.value.length : read.error.kind === 'refused' && read.error.because
  }
  const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xd9])
  assert.equal(because(jpeg), 4)
  assert.equal(because(Buffer.alloc(0)), 'no-picture')
  assert.equal(because(Buffer.from('<html>')), 'unreadable')
  assert.equal(because(Buffer.concat([jpeg, Buffer.alloc(256 * 1024)])), 'unreadable')
})
