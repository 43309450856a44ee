import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/*
 * A lot in business is suspended while drivers stand in it: no new order is made, and everything that is under way comes to its end. That a
 * reviewer's act sets it is in services/cloud/src/application.
 */
let road: Road
before(async () => {
  road = await startRoad()
})
after(() => road.close())

const suspends = (since: 'now()' | 'null') => road.rows(`update lot set suspended_at = ${since} where lot_id = 42`)
const stateOf = async (session: string) =>
  (await road.rows<{ state: string }>('select state from session where id = $1', [session]))[0]?.state

test('who holds an order pays it and drives out; who has only seen a price, or asks for one, is told; resumed, it pays', async () => {
  const [holds, saw, asks] = [road.phone('holds-an-order'), road.phone('saw-a-price'), road.phone('asks', 'alipay')]
  const [held, seen] = [await road.park('粤B30001'), await road.park('粤B30002')]
  road.pass(70 * 60_000)
  const order = await road.sheet(holds, 'prepay', '粤B30001')
  await saw.scan(`${road.publicUrl}/p/${road.code('prepay')}`)
  const price = await saw.quote(road.code('prepay'), '粤B30002')
  assert.equal(price.body.state, 'owed')
  await suspends('now()')

  const late = await saw.pay(road.code('prepay'), price.body.quote!)
  assert.deepEqual([late.status, late.body.error.code], [409, 'lot-suspended'])
  await asks.scan(`${road.publicUrl}/p/${road.code('prepay')}`)
  assert.equal((await asks.view(road.code('prepay'))).body.problem, 'lot-suspended', 'before a plate is typed')
  const asked = await asks.quote(road.code('prepay'), '粤B30002')
  assert.deepEqual([asked.status, asked.body.error.code], [409, 'lot-suspended'])
  assert.deepEqual(
    await road.rows('select count(*)::int4 as payments from payment'),
    [{ payments: 1 }],
    'nothing but the order that was there',
  )

  await holds.payInWallet(order.sheet)
  await road.paymentIs(holds, order.payment, 'paid')
  assert.equal((await holds.quote(road.code('prepay'), '粤B30001')).body.state, 'already-paid')
  await road.toExit('粤B30001')
  await road.driveOut()
  await until('who has paid is out', async () => (await stateOf(held)) === 'left')

  await suspends('null')
  assert.equal((await asks.view(road.code('prepay'))).body.problem, null)
  const again = await road.sheet(saw, 'prepay', '粤B30002')
  await saw.payInWallet(again.sheet)
  await road.paymentIs(saw, again.payment, 'paid')
  await road.toExit('粤B30002')
  await road.driveOut()
  await until('the other one too', async () => (await stateOf(seen)) === 'left')
  await road.settled()
  await road.audit()
})
