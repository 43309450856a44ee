import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Malformed } from '../malformed.ts'
import { packetIn } from './packet.ts'
import { readBinaryResult, readResult } from './result.ts'

const options = { overseas: false }
const plate = {
  license: '粤B12345',
  colorType: 1,
  confidence: 96,
  triggerType: 1,
  timeStamp: { Timeval: { sec: 1_686_299_994, usec: 687_772 } },
}
const jpeg = Buffer.from('ffd8ffd9', 'hex')
/** 粤 in GBK, and no other character in the test outside ASCII. */
const gbk = (text: string): Buffer =>
  Buffer.concat(text.split(/(粤)/).map((part) => (part === '粤' ? Buffer.from('d4c1', 'hex') : Buffer.from(part))))
const body = (fields: object, rest: Buffer = Buffer.alloc(0)): Buffer =>
  Buffer.concat([gbk(JSON.stringify({ cmd: 'ivs_result', id: 7, PlateResult: plate, ...fields })), Buffer.of(0), rest])
const read = (bytes: Buffer) => readResult(packetIn(bytes), options)

test('a result in JSON, its text in GBK', () => {
  assert.partialDeepStrictEqual(read(body({})), {
    recordId: '7',
    plate: '粤B12345',
    colour: 'blue',
    stored: false,
    takenAt: 1_686_299_994_687,
  })
})

const pictured: readonly (readonly [what: string, sizes: object, rest: Buffer, expected: readonly string[]])[] = [
  ['both', { fullImgSize: 4, clipImgSize: 4 }, Buffer.concat([jpeg, jpeg]), ['full', 'plate']],
  ['the full one alone', { fullImgSize: 4, clipImgSize: 0 }, jpeg, ['full']],
  ['none', {}, Buffer.alloc(0), []],
  ['fewer bytes than announced', { fullImgSize: 4, clipImgSize: 4 }, jpeg, []],
]
for (const [what, sizes, rest, expected] of pictured)
  test(`pictures: ${what}`, () => {
    const pictures = read(body(sizes, rest)).pictures?.() ?? []
    assert.deepEqual(
      pictures.map(({ role }) => role),
      expected,
    )
    for (const picture of pictures) assert.deepEqual(Buffer.from(picture.jpeg), jpeg)
  })

const malformed: readonly (readonly [bytes: Buffer, field: string])[] = [
  [Buffer.from('{'), 'body'],
  [Buffer.from('[]'), 'body'],
  [Buffer.from('{"cmd":"\xff\xff"}', 'latin1'), 'body'],
  [body({ id: undefined }), 'id'],
  [body({ id: -1 }), 'id'],
  [body({ active_id: 3 }), 'active_id'],
  [body({ PlateResult: { ...plate, license: 5 } }), 'PlateResult.license'],
  [body({ fullImgSize: 'long' }), 'fullImgSize'],
]
for (const [bytes, field] of malformed)
  test(`malformed: ${field} in ${bytes.toString('latin1').slice(0, 60)}`, () =>
    assert.throws(
      () => read(bytes),
      (error) => error instanceof Malformed && error.fault.field === field,
    ))

/** The struct of the printed sample, and two small pictures. */
const struct = Buffer.alloc(168)
Buffer.from(
  [
    'c7e0505457335a330000000000000000c0b60000000000000100000001000000630000000000000000000000b2020000',
    '5e010000420300008801000000000000bac6f456ed0e0e0001000000000000004d00000036030d1903000000e007',
  ].join(''),
  'hex',
).copy(struct)
const block = (kind: number, bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0x49, 0x52, kind, 0, 0, 0, 0, bytes.length]), bytes])
const binary = Buffer.concat([block(1, struct), block(2, jpeg), block(3, jpeg)])

test('a result as a struct', () => {
  const result = readBinaryResult(binary, options)
  assert.partialDeepStrictEqual(result, {
    recordId: '77',
    plate: '青PTW3Z3',
    colour: 'blue',
    confidence: 99,
    trigger: 'video',
    stored: false,
    takenAt: Date.parse('2016-03-25T13:03:54.921+08:00'),
    box: { left: 690, top: 350, right: 834, bottom: 392 },
  })
  assert.deepEqual(result.pictures?.(), [
    { role: 'full', jpeg },
    { role: 'plate', jpeg },
  ])
})

test('law: a struct with any one byte changed is read or refused, never anything else', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(255), (at, byte) => {
      const changed = Buffer.from(binary)
      changed[at % binary.length] = byte
      try {
        assert.equal(readBinaryResult(changed, options).kind, 'plate')
      } catch (error) {
        assert.ok(error instanceof Malformed)
      }
    }),
    { numRuns: 1000 },
  )
})

test('a struct cut anywhere within its blocks is refused', () => {
  for (const end of [1, 7, 8, 100, 175, 177, 187, binary.length - 1])
    assert.throws(() => readBinaryResult(binary.subarray(0, end), options), Malformed)
})

test('the way, in JSON and in the struct, where it is set up which one is that of the lane', () => {
  const struct = Buffer.alloc(168)
  struct.writeInt32LE(4, 40)
  const block = Buffer.concat([Buffer.from('IR\x01\0\0\0\0\xa8', 'latin1'), struct])
  const packet = packetIn(body({ PlateResult: { ...plate, direction: 4 } }))
  for (const [forward, reverse] of [
    ['up', true],
    ['down', false],
  ] as const) {
    assert.equal(readResult(packet, { ...options, forward }).reverse, reverse)
    assert.equal(readBinaryResult(block, { ...options, forward }).reverse, reverse)
  }
  for (const said of [readResult(packet, options), readBinaryResult(block, options)])
    assert.equal('reverse' in said, false)
})
