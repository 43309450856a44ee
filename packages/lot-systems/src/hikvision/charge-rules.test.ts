import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { parseTariff, quoteStay } from '@lanepay/domain/tariff/tariff.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { chargeRuleText, readChargeRule, tariffOfChargeRule } from './charge-rules.ts'

const { perUnit, totalDuration } = JSON.parse(
  readFileSync(new URL('../../../../conformance/vectors/devices/pms-isc-charge-rules.json', import.meta.url), 'utf8'),
)
const allDay = { ...perUnit, periodFlag: '0', unitPeriodDTOList: [] }

/** What stays of so many minutes from eight in the morning cost by our own engine, in fen. */
function prices(detail: object, minutes: readonly number[], free: 'count' | 'deduct' | null = null): number[] {
  const rule = readChargeRule(detail)
  assert.ok(rule.ok, JSON.stringify(rule))
  const document = tariffOfChargeRule(rule.value, free)
  assert.ok(document.ok, JSON.stringify(document))
  const tariff = parseTariff(document.value)
  assert.ok(tariff.ok, JSON.stringify(tariff))
  const enteredAt = Date.parse('2026-06-01T08:00:00+08:00') as Instant
  return minutes.map(
    (long) => quoteStay(tariff.value, { enteredAt, at: (enteredAt + long * 60_000) as Instant }).dueFen,
  )
}
const wrong = (detail: unknown) => {
  const rule = readChargeRule(detail)
  return rule.ok ? null : rule.error
}
const refused = (detail: object, free: 'count' | 'deduct' | null = 'count') => {
  const rule = readChargeRule(detail)
  const document = rule.ok ? tariffOfChargeRule(rule.value, free) : rule
  return document.ok ? null : document.error
}

describe('price lists that the ISC platform exports', () => {
  test('a table of lengths costs what its row says, and begins anew with the day it is counted by', () => {
    assert.deepEqual(prices(totalDuration, [30, 31, 240, 241, 480, 720, 721]), [0, 500, 500, 1000, 1000, 1500, 3000])
    // At midnight a natural day begins anew, 16 hours after eight: 30 yuan, and five for the second day's first hours.
    assert.deepEqual(prices(totalDuration, [17 * 60]), [3500])
    assert.deepEqual(prices({ ...totalDuration, calcModeFlag: '1' }, [17 * 60, 25 * 60]), [3000, 3500])
  })
  test('units cost the first stretch once and then every interval that is begun; what is free somebody has to say', () => {
    assert.deepEqual(prices(allDay, [15, 16, 45, 46], 'count'), [0, 600, 600, 800])
    assert.deepEqual(prices(allDay, [15, 16, 30, 31], 'deduct'), [0, 400, 400, 600])
    assert.deepEqual(refused(allDay, null), { field: 'freeTime', because: 'left-open' })
    assert.deepEqual(prices({ ...allDay, maxFlag: '1', maxFee: '20' }, [900], 'count'), [2000])
  })
  test('it can be read aloud, whatever of it can be charged by', () => {
    const rule = readChargeRule(JSON.stringify(perUnit))
    assert.equal(
      rule.ok && chargeRuleText(rule.value),
      '免费15分钟；首15分钟4元，之后每30分钟2元；15:25至16:25每12分钟12元；按自然天计',
    )
  })
  test('what the description leaves open is refused by its name, never guessed', () => {
    assert.deepEqual(refused(perUnit), { field: 'unitPeriodDTOList', because: 'left-open' })
    assert.deepEqual(refused({ ...allDay, maxFlag: '2', maxTime: '600' }), { field: 'maxTime', because: 'left-open' })
    const short = { ...totalDuration, periodDTOList: totalDuration.periodDTOList.slice(0, 3) }
    assert.deepEqual(refused(short), { field: 'periodDTOList.endTime', because: 'left-open' })
  })
  test('what is no rule is refused by the member that is wrong', () => {
    assert.deepEqual(wrong('no JSON'), { field: 'chargeRuleDetail', because: 'malformed' })
    assert.deepEqual(wrong({ onceFee: '1' }), { field: '', because: 'unknown-form' })
    assert.deepEqual(wrong({ ...allDay, calcModeFlag: '7' }), { field: 'calcModeFlag', because: 'malformed' })
    assert.deepEqual(wrong({ ...allDay, firstFee: '4.005' }), { field: 'firstTime', because: 'malformed' })
    assert.deepEqual(wrong({ ...allDay, maxFlag: '1' }), { field: 'maxFee', because: 'malformed' })
    const cheaper = [
      { startTime: '0', endTime: '60', fee: '5' },
      { startTime: '60', endTime: '1440', fee: '4' },
    ]
    assert.deepEqual(wrong({ calcModeFlag: '0', periodDTOList: cheaper })?.field, 'periodDTOList.fee')
  })
})
