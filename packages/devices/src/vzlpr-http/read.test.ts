import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import { type VzlprHttpOptions, vzlprHttpCamera } from './camera.ts'
import { aForm, aPlatePost, serial } from './fixtures.ts'

const receivedAt = 1_686_300_000_000 as Instant
const read = (message: unknown, options: VzlprHttpOptions = {}) =>
  vzlprHttpCamera(options).read({
    contentType: 'application/json',
    body: Buffer.from(JSON.stringify(message)),
    receivedAt,
  })
const readForm = (fields: Readonly<Record<string, string>>, options: VzlprHttpOptions = {}) =>
  vzlprHttpCamera(options).read({ contentType: 'multipart/form-data; boundary=x1', body: aForm(fields), receivedAt })

const reads: readonly (readonly [what: string, told: object, expected: object])[] = [
  ['a plate', {}, { kind: 'read', serial, recordId: '7', plate: '粤B12345', plateText: '粤B12345', stored: false }],
  ['the picture time is the epoch, to the millisecond', {}, { takenAt: 1_686_299_994_687 }],
  [
    'without an epoch the broken-down time counts, eight hours ahead of UTC',
    {
      timeStamp: { Timeval: { decyear: 2023, decmon: 6, decday: 9, dechour: 16, decmin: 39, decsec: 54, usec: 5000 } },
    },
    { takenAt: 1_686_299_994_005 },
  ],
  [
    'the epoch counts where the two disagree',
    { timeStamp: { Timeval: { sec: 100, decyear: 2023, decmon: 6, decday: 9, dechour: 1, decmin: 1, decsec: 1 } } },
    { takenAt: 100_000 },
  ],
  ['no time at all', { timeStamp: undefined }, { takenAt: null }],
  ['numbers written as text', { plateid: '21085', isoffline: '1' }, { recordId: '21085', stored: true }],
  ['a stored record', { isoffline: 1 }, { stored: true }],
  ['older firmware that stores nothing', { isoffline: undefined }, { stored: false }],
  ['no plate', { license: '_无_' }, { plate: null, plateText: '_无_' }],
  ['no plate, another word', { license: '无牌车' }, { plate: null }],
  ['no plate, in English', { license: 'unknown' }, { plate: null }],
  ['no plate, without words', { license: '' }, { plate: null, plateText: '' }],
  ['a plate only systems give is never read', { license: '临A123456' }, { plate: null, plateText: '临A123456' }],
  ['dots and small letters are spelling', { license: '粤b·12345' }, { plate: '粤B12345', plateText: '粤b·12345' }],
  ['I and O in the serial are 1 and 0', { license: '粤BI2O45' }, { plate: '粤B12045', plateText: '粤BI2O45' }],
  ['the authority letter O stays', { license: '粤O12345' }, { plate: '粤O12345' }],
  ['a Hong Kong car is no plate', { license: 'AB1234' }, { plate: null }],
  ['blue', { colorType: 1 }, { colour: 'blue' }],
  ['yellow', { colorType: 2 }, { colour: 'yellow' }],
  ['white', { colorType: 3 }, { colour: 'white' }],
  ['black', { colorType: 4 }, { colour: 'black' }],
  ['green', { colorType: 5 }, { colour: 'green' }],
  ['yellow-green', { colorType: 6 }, { colour: 'yellow-green' }],
  ['a colour of tomorrow', { colorType: 7 }, { colour: 'unknown' }],
  ['no colour', { colorType: undefined }, { colour: 'unknown' }],
  ['sure', { confidence: 100 }, { confidence: 100 }],
  ['no word on how sure', { confidence: undefined }, { confidence: null }],
  ['surer than sure is no word', { confidence: 255 }, { confidence: null }],
  ['automatic', { triggerType: 1 }, { trigger: 'video' }],
  ['an input', { triggerType: 2 }, { trigger: 'loop' }],
  ['by order', { triggerType: 4 }, { trigger: 'software' }],
  ['a loop drawn in the picture', { triggerType: 8 }, { trigger: 'video' }],
  ['a loop in the ground besides', { triggerType: 3 }, { trigger: 'loop' }],
  ['stays', { triggerType: 64 }, { trigger: 'staying' }],
  ['stayed', { triggerType: 65 }, { trigger: 'stay-ended' }],
  ['turned back', { triggerType: 66 }, { trigger: 'turned-back' }],
  ['a trigger of tomorrow', { triggerType: 128 }, { trigger: 'unknown' }],
]
for (const [what, told, expected] of reads)
  test(`a plate result: ${what}`, () => {
    const said = read(aPlatePost({ ...told }))
    assert.ok(said.ok)
    assert.partialDeepStrictEqual(said.value, expected)
  })

test('a lot near the border may take cars from Hong Kong', () => {
  const said = read(aPlatePost({ license: 'AB1234' }), { overseasPlates: true })
  assert.ok(said.ok && said.value.kind === 'read')
  assert.equal(said.value.plate, 'AB1234')
})

const malformed: readonly (readonly [message: unknown, field: string, rule: string])[] = [
  [[], 'body', 'is an object'],
  [7, 'body', 'is an object'],
  [{}, 'body', 'has AlarmInfoPlate, AlarmGioIn, SerialData or TriggerImage'],
  [{ AlarmInfoPlate: 1 }, 'AlarmInfoPlate', 'is an object'],
  [{ AlarmInfoPlate: { serialno: serial } }, 'AlarmInfoPlate.result', 'is an object'],
  [aPlatePost({}, { serialno: '' }), 'AlarmInfoPlate.serialno', 'is 1 to 64 visible ASCII characters'],
  [aPlatePost({}, { serialno: 5 }), 'AlarmInfoPlate.serialno', 'is text'],
  [aPlatePost({ license: undefined }), 'AlarmInfoPlate.result.PlateResult.license', 'is text'],
  [aPlatePost({ plateid: undefined }), 'AlarmInfoPlate.result.PlateResult.plateid', 'is a whole number from 0'],
  [aPlatePost({ plateid: -1 }), 'AlarmInfoPlate.result.PlateResult.plateid', 'is a whole number from 0'],
  [aPlatePost({ plateid: '12a' }), 'AlarmInfoPlate.result.PlateResult.plateid', 'is a whole number from 0'],
  [aPlatePost({ isoffline: 2 }), 'AlarmInfoPlate.result.PlateResult.isoffline', 'is 0 or 1'],
  [aPlatePost({ isoffline: false }), 'AlarmInfoPlate.result.PlateResult.isoffline', 'is a whole number from 0'],
  [aPlatePost({ confidence: 'high' }), 'AlarmInfoPlate.result.PlateResult.confidence', 'is a whole number from 0'],
  [
    aPlatePost({ timeStamp: { Timeval: { sec: 'now' } } }),
    'AlarmInfoPlate.result.PlateResult.timeStamp.Timeval.sec',
    'is a whole number from 0',
  ],
  [
    aPlatePost({ timeStamp: { Timeval: { sec: 9_007_199_254_740_991 } } }),
    'AlarmInfoPlate.result.PlateResult.timeStamp.Timeval.sec',
    'is a moment in seconds since 1970',
  ],
  [
    aPlatePost({ timeStamp: { Timeval: { decyear: 2023, decmon: 2, decday: 30, dechour: 0, decmin: 0, decsec: 0 } } }),
    'AlarmInfoPlate.result.PlateResult.timeStamp.Timeval',
    'is a real date and time',
  ],
  [
    { AlarmGioIn: { serialno: serial, result: { TriggerResult: { source: 5, value: 1 } } } },
    'AlarmGioIn.result.TriggerResult.source',
    'is 0 to 4',
  ],
  [
    { AlarmGioIn: { serialno: serial, result: { TriggerResult: { source: 0, value: 2 } } } },
    'AlarmGioIn.result.TriggerResult.value',
    'is 0 or 1',
  ],
  [{ SerialData: { serialno: serial, serialChannel: 0, data: 'AGT', dataLen: 2 } }, 'SerialData.data', 'is base64'],
  [
    { SerialData: { serialno: serial, serialChannel: 0, data: 'AGT/', dataLen: 2 } },
    'SerialData.dataLen',
    'is the number of bytes in data',
  ],
  [{ TriggerImage: {}, ipaddr: 5 }, 'ipaddr', 'is text'],
]
for (const [message, field, rule] of malformed)
  test(`malformed: ${field} ${rule}: ${JSON.stringify(message).slice(0, 100)}`, () =>
    assert.deepEqual(read(message), { ok: false, error: { code: 'malformed', field, rule } }))

test('a body that is not UTF-8 or not JSON is malformed', () => {
  for (const body of [Buffer.from('{'), Buffer.alloc(0), Buffer.from('7b22d4c1227d', 'hex')])
    assert.deepEqual(vzlprHttpCamera().read({ contentType: 'application/json', body, receivedAt }), {
      ok: false,
      error: { code: 'malformed', field: 'body', rule: 'is JSON in UTF-8' },
    })
})

const input = (source: number, value: number) => ({
  AlarmGioIn: { serialno: serial, result: { TriggerResult: { source, value } } },
})
test('inputs are numbered from 1; a TCP trigger is no input', () => {
  assert.deepEqual(read(input(0, 1)), { ok: true, value: { kind: 'input', serial, input: 1, on: true } })
  assert.deepEqual(read(input(3, 0)), { ok: true, value: { kind: 'input', serial, input: 4, on: false } })
  assert.deepEqual(read(input(4, 1)), { ok: true, value: { kind: 'other', serial, what: 'tcp trigger' } })
})

test("the board's own answers are said in words", () => {
  const ack = Buffer.from('0064ffff620100976a', 'hex').toString('base64')
  const message = { SerialData: { serialno: serial, serialChannel: 0, data: ack, dataLen: 9 } }
  const heard = (options: VzlprHttpOptions) => {
    const said = read(message, options)
    return said.ok && said.value.kind === 'other' ? said.value.what : said
  }
  assert.equal(heard({ display: { protocol: 'jinjie' } }), 'board accepted 0x62')
  assert.equal(heard({ display: { protocol: 'jinjie', port: 1 } }), '9 bytes on serial port 0')
  assert.equal(heard({ display: null }), '9 bytes on serial port 0')
})

test('the heartbeats setting of the camera says whether the answer may carry orders', () => {
  const form = { device_name: 'IVS', pass_wd: 'hunter2', serialno: serial }
  assert.deepEqual(readForm(form), { ok: true, value: { kind: 'poll', serial, takesOrders: true } })
  assert.deepEqual(readForm(form, { heartbeats: 'plain' }), {
    ok: true,
    value: { kind: 'poll', serial, takesOrders: false },
  })
})

const badForms: readonly (readonly [contentType: string, body: Buffer, field: string, rule: string])[] = [
  ['multipart/form-data', aForm({ serialno: serial }), 'content-type', 'names the boundary of the form'],
  [
    'multipart/form-data; boundary=other',
    aForm({ serialno: serial }),
    'body',
    'is the form its content type announces',
  ],
  ['multipart/form-data; boundary="x1"', aForm({ pass_wd: 'x' }), 'serialno', 'is there'],
  ['multipart/form-data; boundary=x1', aForm({ serialno: ' ' }), 'serialno', 'is 1 to 64 visible ASCII characters'],
]
for (const [contentType, body, field, rule] of badForms)
  test(`a heartbeat that is malformed: ${field} ${rule}`, () =>
    assert.deepEqual(vzlprHttpCamera().read({ contentType, body, receivedAt }), {
      ok: false,
      error: { code: 'malformed', field, rule },
    }))

test('law: the web login is in nothing that comes out of a heartbeat', () => {
  const secret = fc.string({ minLength: 12, maxLength: 40 }).filter((s) => !/[\r\n"\\]/.test(s) && s.trim() === s)
  fc.assert(
    fc.property(secret, fc.boolean(), fc.boolean(), (login, named, cut) => {
      const body = aForm({ user_name: login, pass_wd: login, ...(named ? { serialno: serial } : {}) })
      const bytes = cut ? body.subarray(0, body.length - 6) : body
      const said = vzlprHttpCamera().read({ contentType: 'multipart/form-data; boundary=x1', body: bytes, receivedAt })
      assert.ok(!JSON.stringify(said).includes(login))
    }),
  )
})

test('law: no bytes make read throw', () => {
  const contentType = fc.constantFrom('application/json', 'multipart/form-data; boundary=x1', 'text/plain', '')
  fc.assert(
    fc.property(contentType, fc.uint8Array({ maxLength: 200 }), (type, body) => {
      assert.equal(typeof vzlprHttpCamera().read({ contentType: type, body, receivedAt }).ok, 'boolean')
    }),
  )
})

test('law: a genuine post with any one value replaced by any other makes read answer, never throw', () => {
  const genuine = [
    aPlatePost(),
    input(1, 1),
    { SerialData: { serialno: serial, serialChannel: 0, data: '', dataLen: 0 } },
  ]
  const paths = (value: unknown): string[][] =>
    typeof value !== 'object' || value === null
      ? [[]]
      : [[], ...Object.entries(value).flatMap(([key, inner]) => paths(inner).map((path) => [key, ...path]))]
  const replaced = (value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown =>
    key === undefined
      ? by
      : { ...(value as object), [key]: replaced((value as Record<string, unknown>)[key], rest, by) }
  const places = genuine.flatMap((message) => paths(message).map((path) => ({ message, path })))
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.jsonValue(), ({ message, path }, by) => {
      const said = read(replaced(message, path, by))
      if (!said.ok) assert.ok(said.error.field !== '' && said.error.rule !== '')
    }),
    { numRuns: 1000 },
  )
})

const ways: readonly (readonly [direction: unknown, forward: 'up' | 'down' | null, reverse: boolean | null])[] = [
  [3, 'up', false],
  [4, 'up', true],
  [3, 'down', true],
  [4, 'down', false],
  ['4', 'up', true],
  [0, 'up', null],
  [1, 'up', null],
  [2, 'down', null],
  [5, 'up', null],
  ['up', 'up', null],
  [[3], 'up', null],
  [undefined, 'up', null],
  [3, null, null],
  [4, null, null],
]
for (const [direction, forward, reverse] of ways)
  test(`direction ${JSON.stringify(direction)} where ${forward ?? 'nothing'} is forward: reverse ${reverse ?? 'not said'}`, () => {
    const body = Buffer.from(JSON.stringify(aPlatePost({ direction })))
    const camera = vzlprHttpCamera(forward === null ? {} : { forward })
    const said = camera.read({ contentType: 'application/json', body, receivedAt })
    assert.ok(said.ok && said.value.kind === 'read')
    assert.equal('reverse' in said.value ? said.value.reverse : null, reverse)
  })
