import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { Ask, Reply } from '@lanepay/lot-link/messages.ts'
import { hour, type TestLot, testLot } from '../fixtures.ts'
import { pageOf } from './fixtures.ts'
import { doScan } from './scan.ts'

const code = '134567890123456789'
let lot: TestLot
let asked: Ask[]
let reply: Reply | null
const scan = (body: object) =>
  doScan(pageOf(lot, { scan: async (ask) => (asked.push(ask) && reply ? reply : null) }).page, body)

describe('a pay code at the lot', () => {
  beforeEach(() => {
    lot = testLot()
    asked = []
    reply = { id: 's-1', state: 'paid', paidFen: 500 }
    lot.opens(lot.read(1, '粤B12345').opening)
    lot.drivesThrough(1)
    lot.pass(hour)
  })
  afterEach(() => lot.close())
  const inside = () => lot.lot.store.allOpen()[0]!.id

  test('of a vehicle at the exit is asked with its lane, of one inside without', async () => {
    const body = () => ({ scan: 's-1', session: inside(), by: '张师傅', code })
    const told = { state: 'paid', because: null, paidFen: 500 }
    assert.deepEqual(await scan(body()), { ok: true, value: told })
    lot.read(2, '粤B12345')
    assert.deepEqual(await scan(body()), { ok: true, value: told })
    const ask = { id: 's-1', kind: 'pay-code', plate: '粤B12345', by: '张师傅', code }
    assert.deepEqual(asked, [ask, { ...ask, lane: 2 }])
  })

  test('of which the cloud says nothing is known to nobody, and may be asked of again without the code', async () => {
    reply = null
    const { code: _, ...again } = { scan: 's-1', session: inside(), by: '张师傅', code }
    assert.deepEqual(await scan(again), { ok: true, value: { state: 'no-answer', because: null, paidFen: null } })
    assert.ok(!('code' in asked[0]!))
  })

  const wrong: [what: string, change: object, code: string, field: string][] = [
    ['no code of any wallet', { code: '12 34' }, 'bad-request', 'code'],
    ['a scan without a name', { scan: '' }, 'bad-request', 'scan'],
    ['a name that is not one', { scan: 'a b' }, 'bad-request', 'scan'],
    ['nobody', { by: ' ' }, 'bad-request', 'by'],
    ['a session that is none', { session: 'x' }, 'bad-request', 'session'],
    ['a session of nobody', { session: '1' }, 'no-session', 'session'],
    ['more than is asked for', { lane: 2 }, 'bad-request', 'lane'],
  ]
  for (const [what, change, error, field] of wrong)
    test(`${what}: ${error}, and the cloud hears nothing`, async () => {
      const refused = await scan({ scan: 's-1', session: inside(), by: '张师傅', code, ...change })
      assert.ok(!refused.ok)
      assert.deepEqual([refused.error.code, refused.error.field, asked], [error, field, []])
    })
})
