import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostileFrom, repeatable } from '@lanepay/devices/hostile.testing.ts'
import { parsers } from './hostile-parsers.ts'

/* The devices' own are fed by packages/devices/src/hostile.test.ts. */
const seed = Number(process.env.LANEPAY_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31))
const others = parsers.filter(({ name }) => name.startsWith('lot link') || name === 'a plate as typed')

for (const [which, { name, samples, most, feed }] of others.entries()) {
  test(`${name} survives hostile inputs`, () => {
    for (let i = seed + which * 1_000_003, left = 300; left > 0; i += 1, left -= 1) {
      const input = hostileFrom(samples, repeatable(i), most)
      assert.doesNotThrow(() => feed(input, repeatable(i)), `input ${i}: ${input.toString('latin1', 0, 400)}`)
    }
  })
  test(`${name} understands an honest one`, () => {
    for (const sample of samples)
      assert.equal(
        feed(sample, () => 0),
        'understood',
        sample.toString(),
      )
  })
}
