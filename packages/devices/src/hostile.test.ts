import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alertEnd } from './hikvision/camera.ts'
import { hostileFrom, repeatable } from './hostile.testing.ts'
import { MultipartReader } from './multipart.ts'
import { parsers } from './parsers.testing.ts'

const inputsEach = 400
/** Another one in every run: what it finds names it. `LANEPAY_TEST_SEED` plays it again. */
const seed = Number(process.env.LANEPAY_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31))
/** Far beyond what any of them takes on a busy machine: a hang, not a slow one. */
const hangMs = 5_000

for (const [which, { name, samples, feed }] of parsers.entries())
  test(`${name} survives ${inputsEach} hostile inputs`, () => {
    for (let i = 0; i < inputsEach; i += 1) {
      const of = seed + which * 1_000_003 + i
      const input = hostileFrom(samples, repeatable(of))
      const before = performance.now()
      try {
        feed(input, repeatable(of))
      } catch (error) {
        const shown = `${input.length} bytes, ${JSON.stringify(input.toString('latin1', 0, 400))}`
        throw new Error(`${name}, input ${i} of seed ${seed}: ${shown}`, { cause: error })
      }
      const tookMs = performance.now() - before
      assert.ok(
        tookMs < hangMs,
        `${name}, input ${i} of seed ${seed}: ${tookMs.toFixed(0)} ms for ${input.length} bytes`,
      )
    }
  })

test('an honest device is understood by each of them', () => {
  for (const { name, samples, feed } of parsers) {
    const understood = samples.filter((sample) =>
      // A message over MQTT belongs under its own topic, which is one of these.
      Array.from({ length: 16 }, (_, i) => feed(sample, () => i / 16)).includes('understood'),
    )
    // Boards are told more than they answer, and cameras also write what is no plate.
    const isForSome = name === 'jinjie answers' || name === 'plates'
    assert.ok(isForSome ? understood.length > 0 : understood.length === samples.length, name)
  }
})

/** What once took a parser by surprise, as long as it may come: a reader that looked at it again and again, or remembered each step. */
const kib = 1_024
const found: readonly (readonly [parser: string, what: string, input: string])[] = [
  [
    'vzlpr-http heartbeat',
    'a head that begins again and again',
    `--${'-'.repeat(24)}caa771fe4a61f3d9\r\n${'content-disposition: name'.repeat(40 * kib)}\r\n\r\n\r\n--${'-'.repeat(24)}caa771fe4a61f3d9--\r\n`,
  ],
  ['digest challenge', 'a name without end', `Digest ${'a'.repeat(256 * kib)}`],
  ['hikvision alert', 'a long comment', `<a><!--${'x'.repeat(8_192 * kib)}--></a>`],
  ['hikvision alert', 'much raw text', `<a><![CDATA[${'x'.repeat(8_192 * kib)}]]></a>`],
  ['hikvision alert', 'many attributes', `<a${' b="c"'.repeat(1_024 * kib)}></a>`],
  [
    'hikvision alert',
    'a word that objects know',
    '<EventNotificationAlert><eventType>ANPR</eventType><ANPR><plateColor>constructor</plateColor><detectType>constructor</detectType></ANPR></EventNotificationAlert>',
  ],
  [
    'huaxia form',
    'a word that objects know',
    'type=online&cam_id=1&plate_num=&start_time=1&plate_color=constructor&triger_type=constructor',
  ],
  ['vzlpr-tcp JSON', 'a moment that is a deep list', `{"timestamp":${'['.repeat(64 * kib)}${']'.repeat(64 * kib)}}`],
  [
    'vzlpr-mqtt lane event',
    'a colour that is a deep list',
    `{"id":"1","payload":{"event_type":82,"result":[{"plate_result":{"license":"","color_type":${'['.repeat(64 * kib)}${']'.repeat(64 * kib)}}}]}}`,
  ],
  [
    'vzlpr-mqtt lane event',
    'a number of two lines',
    '{"id":"a\\nb","payload":{"event_type":82,"result":[{"plate_result":{"license":""}}]}}',
  ],
]
for (const [parser, what, text] of found)
  test(`${parser}: ${what}, and it is done with it in a moment`, () => {
    const input = Buffer.from(text, 'latin1')
    const { feed } = parsers.find(({ name }) => name === parser)!
    // The best of three: a busy machine is no hang.
    const tookMs = [1, 2, 3].map((seed) => {
      const before = performance.now()
      feed(input, repeatable(seed))
      return performance.now() - before
    })
    assert.ok(Math.min(...tookMs) < 2_000, `${tookMs}`)
  })

test('a part without length that comes in small pieces is looked at once, not once for each of them', () => {
  const piece = Buffer.alloc(64, 'x')
  const tookMs = [1, 2, 3].map(() => {
    const before = performance.now()
    const reader = new MultipartReader({ boundary: 'boundary', endsAt: alertEnd })
    reader.feed(Buffer.from('--boundary\r\nContent-Type: text/xml\r\n\r\n'))
    for (let i = 0; i < 32 * kib; i += 1) assert.equal(reader.feed(piece).length, 0)
    assert.equal(reader.feed(Buffer.from('</EventNotificationAlert>')).length, 1)
    return performance.now() - before
  })
  assert.ok(Math.min(...tookMs) < 2_000, `${tookMs}`)
})
