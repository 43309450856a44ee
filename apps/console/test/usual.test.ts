import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseTariff, priceStay, trapsIn } from '@lanepay/domain/tariff/tariff.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import { documentOf, firstUsual, type Usual, usualIn } from '../src/pages/tariff/usual.ts'

const anyFen = fc.integer({ min: 0, max: 100_000 })
const anyUsual: fc.Arbitrary<Usual> = fc.record({
  freeMinutes: fc.integer({ min: 0, max: 120 }),
  firstHoursFen: fc.array(anyFen, { maxLength: 4 }),
  hourFen: anyFen,
  dailyCapFen: fc.option(anyFen),
  night: fc.option(
    fc.record({ from: fc.constant('20:00'), to: fc.constant('08:00'), hourFen: anyFen, capFen: fc.option(anyFen) }),
  ),
  leaveMinutes: fc.integer({ min: 0, max: 60 }),
  notice: fc.constantFrom('', '每小时 5 元'),
})

test('law: what the form says is a price list without a mistake, and reads back as the same form', () =>
  fc.assert(
    fc.property(anyUsual, (usual) => {
      assert.ok(parseTariff(documentOf(usual)).ok)
      assert.deepEqual(usualIn(documentOf(usual)), structuredClone(usual))
    }),
  ))

test('the form leaves nothing unsaid but the posted text', () => {
  for (const night of [null, { from: '20:00', to: '08:00', hourFen: 100, capFen: 500 }]) {
    const parsed = parseTariff(documentOf({ ...firstUsual, night }))
    assert.ok(parsed.ok)
    const said = trapsIn(parsed.value.document).map(({ trap }) => trap)
    assert.deepEqual(
      said.filter((trap) => trap !== 'no-notice' && trap !== 'leaving-pays'),
      [],
    )
  }
})

test('a night has its own price', () => {
  const parsed = parseTariff(
    documentOf({ ...firstUsual, night: { from: '20:00', to: '08:00', hourFen: 100, capFen: 300 } }),
  )
  assert.ok(parsed.ok)
  const at = (text: string) => Date.parse(`${text}+08:00`) as Instant
  const price = (from: string, to: string) => priceStay(parsed.value, { enteredAt: at(from), at: at(to) })
  assert.equal(price('2026-11-30T10:00:00', '2026-11-30T12:00:00'), 1000)
  assert.equal(price('2026-11-30T20:00:00', '2026-11-30T22:00:00'), 200)
  assert.equal(price('2026-11-30T20:00:00', '2026-12-01T07:00:00'), 300)
})

test('a list that says more has no form', () => {
  const example = JSON.parse(readFileSync(new URL('../../../docs/examples/tariff.json', import.meta.url), 'utf8'))
  for (const document of [example, null, 7, [], {}, { ...documentOf(firstUsual), amountStep: 50 }])
    assert.equal(usualIn(document), null)
})
