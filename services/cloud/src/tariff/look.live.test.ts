import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, describe, test } from 'node:test'
import { simpleTariff } from '@lanepay/domain/tariff/tariff.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { Looking } from './look.ts'
import { lookingAside } from './thread.ts'

const published = JSON.parse(
  readFileSync(new URL('../../../../docs/examples/tariff.json', import.meta.url), 'utf8'),
) as object
const at = Date.parse('2026-10-09T10:00:00+08:00') as Instant
const hour = 3600
const asked = (tariff: unknown, over: Partial<Looking> = {}): Looking => ({
  ...{ kind: 'look', tariff, before: null, at, longestS: 3 * hour },
  ...over,
})
const aside = lookingAside({ patienceMs: 60_000 })
after(() => aside.close())
async function look(tariff: unknown, over: Partial<Looking> = {}) {
  const looked = await aside.ask(asked(tariff, over))
  assert.ok(looked.ok)
  return looked.value
}

describe('what there is to see of a price list', () => {
  test('its prices by length, for the class that is asked for', async () => {
    const { faults, steps, classes, currency } = await look(published)
    assert.deepEqual([faults, classes, currency], [[], ['small', 'large', 'nev'], 'CNY'])
    assert.deepEqual(steps.slice(0, 3), [
      { toS: 900, fen: 0 },
      { toS: hour, fen: 500 },
      { toS: 1.5 * hour, fen: 700 },
    ])
    const large = await look(published, { vehicleClass: 'large' })
    assert.deepEqual(large.steps[1], { toS: hour, fen: 1000 })
  })
  test('its mistakes, each with its place, its rule and why in both languages; then nothing else', async () => {
    const { faults, steps, changes } = await look({ ...published, choose: [{ plan: 'none' }] })
    assert.deepEqual(
      faults.map(({ path, rule }) => [path, rule]),
      [['/choose/0/plan', 'no-such-plan']],
    )
    assert.match(faults[0]!.why['zh-CN'], /方案/)
    assert.match(faults[0]!.why.en, /plan/)
    assert.deepEqual([steps, changes], [[], null])
  })
  test('what it may still mean', async () => {
    const { notes } = await look(simpleTariff({ hourFen: 500 }))
    assert.ok(notes.some(({ rule }) => rule === 'no-notice'))
  })
  test('what it changes of the list in force: who, when, which stays', async () => {
    const { changes } = await look(simpleTariff({ hourFen: 600 }), { before: simpleTariff({ hourFen: 500 }) })
    assert.deepEqual(
      changes!.map(({ vehicle, day, fromHour, toHour }) => [vehicle, day.en, fromHour, toHour]),
      [
        ['small', 'workday', 0, 24],
        ['small', 'Saturday', 0, 24],
        ['small', 'Sunday', 0, 24],
      ],
    )
    assert.deepEqual(changes![0]!.stays[0], { overS: 0, toS: hour, before: 500, after: 600 })
    assert.deepEqual((await look(published, { before: published })).changes, [])
  })
  test('one stay, line by line; the lines add up', async () => {
    const stay = { enteredAt: at, at: (at + 11.25 * hour * 1000) as Instant, vehicleClass: 'nev' }
    const simulated = await aside.ask({ kind: 'simulate', tariff: published, versionFrom: null, stay })
    assert.ok(simulated.ok && 'quote' in simulated.value && simulated.value.quote)
    const { lines, priceFen } = simulated.value.quote
    assert.equal(
      lines.reduce((sum, { amountFen }) => sum + amountFen, 0),
      priceFen,
    )
    assert.ok(lines.length > 2 && lines.every(({ text }) => text['zh-CN'] !== '' && text.en !== ''))
  })
})

describe('the thread in which it is looked at', () => {
  test('answers many in their order, and refuses more than may wait', async () => {
    const few = lookingAside({ patienceMs: 60_000, waitAtMost: 2 })
    const results = await Promise.all([500, 600, 700].map((hourFen) => few.ask(asked(simpleTariff({ hourFen })))))
    assert.deepEqual(
      results.map((result) => (result.ok ? result.value.steps.find(({ toS }) => toS === hour)?.fen : result.error)),
      [500, 600, 'busy'],
    )
    await few.close()
  })
  test('is given up with a list that takes too long, and the next one gets another', async () => {
    const hasty = lookingAside({ patienceMs: 0 })
    assert.deepEqual(await hasty.ask(asked(published)), { ok: false, error: 'too-much' })
    assert.deepEqual(await hasty.ask(asked(published)), { ok: false, error: 'too-much' })
    await hasty.close()
  })
})
