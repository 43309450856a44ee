import assert from 'node:assert/strict'
import net from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { aForm, aPlatePost } from '@lanepay/devices/vzlpr-http/fixtures.ts'
import fc from 'fast-check'
import { type Road, startRoad } from '../kit/road.ts'
import { until } from '../kit/until.ts'
import { restingContents, untouched } from './untouched.ts'

/* What a camera, or a stranger on the lot's network, may post that it should not: refused with field and rule, nothing logged. */
let road: Road
let at: { host: string; port: number }
before(async () => {
  road = await startRoad()
  at = { host: '127.0.0.1', port: road.plan.cameraPort }
  await restingContents(road)
})
after(() => road.close())

type Said = { readonly status: number; readonly code: string; readonly field: string; readonly rule: string }
const urlOf = (path: string) => `http://${at.host}:${at.port}${path}`
const door = (lane: number | string = 2, key = road.plan.cameraKey) => `/camera/${lane}?key=${encodeURIComponent(key)}`

async function posted(path: string, init: RequestInit): Promise<Said> {
  const response = await fetch(urlOf(path), { method: 'POST', ...init })
  const text = await response.text()
  return { status: response.status, ...(JSON.parse(text) as Omit<Said, 'status'>) }
}
/** Bytes as they are, for what no client would write; answers what came back until the end. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = net.connect(at, () => socket.write(text))
    let heard = ''
    socket.on('data', (bytes) => {
      heard += bytes
      if (heard.includes('\r\n\r\n')) socket.end()
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(heard))
  })
/** How much the lot's own log on disk holds. */
function logged(): number {
  const disk = new DatabaseSync(join(road.home, 'agent-here', 'lot.sqlite'), { readOnly: true })
  try {
    return (disk.prepare('select count(*) as n from event').get() as { n: number }).n
  } finally {
    disk.close()
  }
}
/** The lot's own log and the cloud's tables are as before, and the lot still hears its cameras. */
const nothingHappens = <T>(act: () => Promise<T>): Promise<T> =>
  untouched(road, async () => {
    const before = logged()
    const made = await act()
    assert.equal(logged(), before)
    assert.equal((await posted(door(), { method: 'GET' })).status, 405)
    return made
  })

const jsonPost = (body: unknown): RequestInit => ({
  headers: { 'content-type': 'application/json' },
  body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
})
const mine = { serialno: 'road-exit' }
const plate = 'AlarmInfoPlate.result.PlateResult'

describe('the way', () => {
  const good = jsonPost(aPlatePost({}, mine))
  const cases: [string, () => string, RequestInit, Omit<Said, 'rule'>][] = [
    ['no path', () => '/', {}, { status: 404, code: 'unknown-path', field: 'path' }],
    ['another path', () => '/status', {}, { status: 404, code: 'unknown-path', field: 'path' }],
    ['no lane', () => `/camera/?key=${road.plan.cameraKey}`, {}, { status: 404, code: 'unknown-path', field: 'path' }],
    ['a lane that is no number', () => door('exit'), {}, { status: 404, code: 'unknown-path', field: 'path' }],
    ['a lane 0', () => door(0), {}, { status: 404, code: 'unknown-path', field: 'path' }],
    ['a lane of four digits', () => door(1000), {}, { status: 404, code: 'unknown-path', field: 'path' }],
    [
      'more behind the lane',
      () => `/camera/2/x?key=${road.plan.cameraKey}`,
      {},
      { status: 404, code: 'unknown-path', field: 'path' },
    ],
    ['a lane that the lot does not have', () => door(3), {}, { status: 404, code: 'unknown-lane', field: 'lane' }],
    ['GET', () => door(), { method: 'GET' }, { status: 405, code: 'wrong-method', field: 'method' }],
    ['PUT', () => door(), { method: 'PUT', ...good }, { status: 405, code: 'wrong-method', field: 'method' }],
    ['no key', () => '/camera/2', good, { status: 401, code: 'wrong-key', field: 'key' }],
    ['an empty key', () => door(2, ''), good, { status: 401, code: 'wrong-key', field: 'key' }],
    [
      'another key',
      () => door(2, 'another key of the same length?'),
      good,
      { status: 401, code: 'wrong-key', field: 'key' },
    ],
    [
      'the key and one character',
      () => door(2, `${road.plan.cameraKey}x`),
      good,
      { status: 401, code: 'wrong-key', field: 'key' },
    ],
    [
      'another key where the lane is unknown: nobody learns which lanes there are',
      () => door(3, 'another'),
      good,
      { status: 401, code: 'wrong-key', field: 'key' },
    ],
    ["the other lane's camera", () => door(1), good, { status: 403, code: 'unknown-camera', field: 'serial' }],
    [
      'a camera nobody knows',
      () => door(),
      jsonPost(aPlatePost({}, { serialno: 'a-stranger' })),
      { status: 403, code: 'unknown-camera', field: 'serial' },
    ],
  ]
  for (const [what, path, init, expected] of cases)
    test(what, () =>
      nothingHappens(async () => {
        const { rule, ...said } = await posted(path(), init.method ? init : { ...good, ...init })
        assert.deepEqual(said, expected)
        assert.ok(rule.length > 3)
        assert.ok(!rule.includes(road.plan.cameraKey))
      }),
    )
  const odd: [string, string, RegExp][] = [
    ['two slashes', 'POST // HTTP/1.1\r\nhost: lot\r\ncontent-length: 0\r\n\r\n', /^HTTP\/1.1 404/],
    ['an address without a host', 'POST http:// HTTP/1.1\r\nhost: lot\r\ncontent-length: 0\r\n\r\n', /^HTTP\/1.1 404/],
    ['a bracket for a host', 'GET //[ HTTP/1.1\r\nhost: lot\r\n\r\n', /^HTTP\/1.1 404/],
    ['a port too large', 'GET //lot:99999/camera/2 HTTP/1.1\r\nhost: lot\r\n\r\n', /^HTTP\/1.1 404/],
    [
      'broken percent signs',
      'POST /camera/2?key=%zz HTTP/1.1\r\nhost: lot\r\ncontent-length: 0\r\n\r\n',
      /^HTTP\/1.1 401/,
    ],
    ['no HTTP', 'hello\r\n\r\n', /^HTTP\/1.1 400/],
    ['no host', 'POST /camera/2 HTTP/1.1\r\ncontent-length: 0\r\n\r\n', /^HTTP\/1.1 400/],
  ]
  for (const [what, text, expected] of odd)
    test(`by bytes: ${what}`, () => nothingHappens(async () => assert.match(await raw(text), expected)))
  test('any path is refused by name, and the agent goes on', () =>
    nothingHappens(() =>
      fc.assert(
        fc.asyncProperty(fc.stringMatching(/^\/[!-~]{0,30}$/), async (path) => {
          assert.match(
            await raw(`POST ${path} HTTP/1.1\r\nhost: lot\r\ncontent-length: 0\r\n\r\n`),
            /^HTTP\/1.1 (404|401) /,
          )
        }),
        { numRuns: 100 },
      ),
    ))
})

describe('the post', () => {
  const malformed = { status: 400, code: 'malformed' }
  const form = (fields: Record<string, string>, type = 'multipart/form-data; boundary=x1'): RequestInit => ({
    headers: { 'content-type': type },
    body: new Uint8Array(aForm(fields)),
  })
  const cases: [string, RequestInit, string, RegExp][] = [
    ['empty', jsonPost(''), 'body', /JSON/],
    ['broken JSON', jsonPost('{"AlarmInfoPlate":'), 'body', /JSON/],
    ['GBK for UTF-8', jsonPost(new Uint8Array([0x7b, 0x22, 0xd4, 0xc1, 0x22, 0x3a, 0x31, 0x7d])), 'body', /UTF-8/],
    ['a list', jsonPost([]), 'body', /object/],
    ['null', jsonPost('null'), 'body', /object/],
    ['a number', jsonPost('7'), 'body', /object/],
    ['nothing of a camera', jsonPost({ hello: 1 }), 'body', /AlarmInfoPlate/],
    [
      'words for JSON, in a type for words',
      { headers: { 'content-type': 'text/plain' }, body: 'a car!' },
      'body',
      /JSON/,
    ],
    [
      'a picture',
      { headers: { 'content-type': 'image/jpeg' }, body: new Uint8Array([0xff, 0xd8, 0xff]) },
      'body',
      /JSON/,
    ],
    ['a read that is a text', jsonPost({ AlarmInfoPlate: 'x' }), 'AlarmInfoPlate', /object/],
    ['a read without a result', jsonPost({ AlarmInfoPlate: mine }), 'AlarmInfoPlate.result', /object/],
    ['a read without a plate', jsonPost(aPlatePost({ license: undefined }, mine)), `${plate}.license`, /text/],
    ['a read whose plate is a number', jsonPost(aPlatePost({ license: 7 }, mine)), `${plate}.license`, /text/],
    ['a read without a number', jsonPost(aPlatePost({ plateid: undefined }, mine)), `${plate}.plateid`, /whole number/],
    ['a read with a broken number', jsonPost(aPlatePost({ plateid: 1.5 }, mine)), `${plate}.plateid`, /whole number/],
    [
      'a read with a number too large',
      jsonPost(aPlatePost({ plateid: 1e20 }, mine)),
      `${plate}.plateid`,
      /whole number/,
    ],
    ['a read that is perhaps stored', jsonPost(aPlatePost({ isoffline: 2 }, mine)), `${plate}.isoffline`, /0 or 1/],
    [
      'a read of no moment',
      jsonPost(aPlatePost({ timeStamp: { Timeval: { sec: 'now' } } }, mine)),
      `${plate}.timeStamp.Timeval.sec`,
      /whole number/,
    ],
    [
      'a read at the end of time',
      jsonPost(aPlatePost({ timeStamp: { Timeval: { sec: 9e15 } } }, mine)),
      `${plate}.timeStamp.Timeval.sec`,
      /moment/,
    ],
    ['a read without a serial', jsonPost(aPlatePost({}, { serialno: undefined })), 'AlarmInfoPlate.serialno', /text/],
    [
      'a read with a serial of spaces',
      jsonPost(aPlatePost({}, { serialno: ' ' })),
      'AlarmInfoPlate.serialno',
      /visible/,
    ],
    [
      'an input that is none',
      jsonPost({ AlarmGioIn: { ...mine, result: { TriggerResult: { source: 9, value: 1 } } } }),
      'AlarmGioIn.result.TriggerResult.source',
      /0 to 4/,
    ],
    [
      'an input that is half on',
      jsonPost({ AlarmGioIn: { ...mine, result: { TriggerResult: { source: 1, value: 0.5 } } } }),
      'AlarmGioIn.result.TriggerResult.value',
      /whole number/,
    ],
    ['a heartbeat without a serial', form({ port: '80' }), 'serialno', /there/],
    ['a heartbeat with an empty serial', form({ serialno: '' }), 'serialno', /visible/],
    ['a form without a boundary', form(mine, 'multipart/form-data'), 'content-type', /boundary/],
    ['a form with another boundary', form(mine, 'multipart/form-data; boundary=x2'), 'body', /form/],
    [
      'a form without a part',
      { headers: { 'content-type': 'multipart/form-data; boundary=x1' }, body: '' },
      'body',
      /form/,
    ],
  ]
  for (const [what, init, field, rule] of cases)
    test(what, () =>
      nothingHappens(async () => {
        const said = await posted(door(), init)
        assert.deepEqual({ ...said, rule: '' }, { ...malformed, field, rule: '' })
        assert.match(said.rule, rule)
      }),
    )
  test('over 8 MiB that says its length', () =>
    nothingHappens(async () => {
      const heard = await raw(
        `POST ${door()} HTTP/1.1\r\nhost: lot\r\ncontent-type: application/json\r\ncontent-length: ${8 * 1024 * 1024 + 1}\r\n\r\n{`,
      )
      assert.match(heard, /^HTTP\/1.1 413 /)
      assert.match(heard, /"code":"too-large","field":"body"/)
    }))
  test('over 8 MiB that does not say its length', () =>
    nothingHappens(async () => {
      const said = await streamed(9)
      assert.match(said, /^HTTP\/1.1 413 /)
      assert.match(said, /connection: close/i)
    }))
  test('any JSON is understood or refused by field', () =>
    nothingHappens(() =>
      fc.assert(
        fc.asyncProperty(
          fc.record(
            {
              AlarmInfoPlate: fc.oneof(
                fc.jsonValue(),
                fc.record({ serialno: fc.constant('road-exit'), result: fc.jsonValue() }),
              ),
              AlarmGioIn: fc.jsonValue(),
              SerialData: fc.jsonValue(),
            },
            { requiredKeys: [] },
          ),
          async (body) => {
            const said = await posted(door(), jsonPost(body))
            assert.deepEqual([said.status, said.code], [400, 'malformed'])
          },
        ),
        { numRuns: 100 },
      ),
    ))
})

/** So many MiB in chunks; stops writing when an answer comes. */
const streamed = (megabytes: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = net.connect(at, async () => {
      socket.write(`POST ${door()} HTTP/1.1\r\nhost: lot\r\ntransfer-encoding: chunked\r\n\r\n`)
      const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, ' '), Buffer.from('\r\n')])
      for (let n = 0; n < megabytes * 16 && heard === ''; n++)
        if (!socket.write(chunk)) await new Promise((go) => socket.once('drain', go))
    })
    let heard = ''
    socket.on('data', (bytes) => {
      heard += bytes
      socket.end()
    })
    socket.on('error', (error) => (heard === '' ? reject(error) : resolve(heard)))
    socket.on('close', () => resolve(heard))
  })

test('a read that names no plate is a vehicle without one, and what else it says stands in no log', async () => {
  // The post is right: held beside the wrong ones so that these are known to fail for their mistake alone.
  const response = await fetch(urlOf(door()), {
    method: 'POST',
    ...jsonPost(
      aPlatePost({ license: '_无_', timeStamp: { Timeval: { sec: Math.floor(road.clock.now() / 1000) } } }, mine),
    ),
  })
  assert.equal(response.status, 200)
  const event = await until('the cloud has what the lot wrote of it', async () => {
    const [last] = await road.rows<{ plate: string | null }>(
      `select body->>'plate' as plate from lot_event where kind = 'occupied' and body->>'lane' = '2'`,
    )
    return last
  })
  assert.equal(event.plate, null)
})
test('after all that a car comes and goes', async () => {
  await road.toExit(null) // the vehicle that was only written of comes for real, and backs off
  await road.emptyLanes()
  await road.park('粤B70002')
  await road.settled()
  await road.audit()
})
