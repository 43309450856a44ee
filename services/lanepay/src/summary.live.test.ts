import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { dayNumber, hour, type Lot, openWorld, type World } from '@lanepay/cloud/summary/summary.testing.ts'
import { databaseUrl } from '@lanepay/database/testing.ts'
import { lanepayOnce } from '../../../e2e/kit/process.ts'

/* `lanepay summary`, as a person types it. */

let world: World
let lot: Lot
let home: string
let env: Record<string, string>
before(async () => {
  world = await openWorld()
  home = mkdtempSync(join(tmpdir(), 'lanepay-summary-'))
  env = {
    LANEPAY_HOME: home,
    LANEPAY_DATABASE_URL: databaseUrl(world.data.connection),
  }
  lot = await world.aLot()
  const session = world.entered(lot)
  await world.tell(lot)
  await world.pays(lot, session, { by: '=张师傅' })
  world.pass(24 * hour)
  world.happens(lot, { kind: 'unordered-opening', lane: 9 })
  await world.tell(lot)
  await world.reconciled(lot, dayNumber(0))
  await world.round()
  await world.pays(lot, session, { channel: 'alipay', amountFen: 500, paidAt: world.clock.now() - 23 * hour })
  await world.round()
})
after(async () => {
  rmSync(home, { recursive: true, force: true })
  await world.close()
})
const days = ['--from', dayNumber(0), '--until', dayNumber(2)]
const say = (...args: string[]) => lanepayOnce(['summary', ...args], env)

describe('lanepay summary', () => {
  const shows: readonly [what: string, args: string[], shown: readonly RegExp[]][] = [
    [
      'each day, what it is and the total',
      [],
      [/^2026-11-02 +2 +15\.00 +.* closed$/m, /^2026-11-03 +0 +0\.00 +.* open$/m, /^Total +2 +15\.00/m],
    ],
    [
      'what a closed day was corrected by',
      [],
      [/^corrected 2026-11-03 \d\d:\d\d:\d\d: 2026-11-02 paidFen 10\.00 -> 15\.00 by payment-paid:\d+$/m],
    ],
    ['by channel', ['--of', 'channel'], [/^2026-11-02 +Alipay +1 +5\.00 /m, /^2026-11-02 +WeChat Pay +1 +10\.00 /m]],
    ['by month', ['--by', 'month'], [/^2026-11 +2 +15\.00 /m]],
    [
      'as CSV, whatever an attendant is called',
      ['--of', 'attendant', '--csv'],
      [/^2026-11-02,1\t?,'=张师傅,1,10\.00,/m, /^Total,.*\r$/m],
    ],
  ]
  for (const [what, args, shown] of shows)
    test(`shows ${what}`, async () => {
      const { status, output } = await say('1', ...days, ...args)
      assert.equal(status, 0, output)
      for (const one of shown) assert.match(output, one)
    })
  test('says so where nothing happened', async () => {
    const { status, output } = await say('1', '--from', '2026-01-01', '--until', '2026-02-01')
    assert.equal(status, 0, output)
    assert.match(output, /^Nothing happened in these days/)
  })
  const wrong: readonly [args: string[], named: RegExp][] = [
    [[], /lanepay summary LOTNUMBER/],
    [['1', '--much'], /--much/],
    [['99'], /LOTNUMBER: a lot that is open here/],
    [['1', '--from', '2026-06-31'], /--from: a day like/],
    [['1', '--until', 'today'], /--until: a day like/],
    [['1', '--from', '2026-11-02', '--until', '2026-11-02'], /--until: a day after --from/],
    [['1', '--by', 'week'], /--by: day or month/],
    [['1', '--of', 'plate'], /--of: one of lot, lane, channel, attendant, product/],
  ]
  test('bad input is named', async () => {
    for (const [args, named] of wrong) {
      const { status, output } = await say(...args)
      assert.equal(status, 1, args.join(' '))
      assert.match(output, named)
    }
  })
})
