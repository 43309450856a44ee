import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { provision } from '@lanepay/cloud/lot/provision.ts'
import { signedInAs } from '@lanepay/cloud/staff/staff.testing.ts'
import { connectedLot } from './kit/connected-lot.ts'
import { houseKey, lotPlan, type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/* A lot that comes to charging software of its own when its lists have long been kept here (docs/charging-software.md, "Cards and lists"). */

let road: Road
before(async () => {
  road = await startRoad()
})
after(() => road?.close())

test('what was kept before a lot’s software came is told to it by itself, once', async (t) => {
  const number = 1_900
  await provision(road.database, { ...lotPlan, number }, road.clock.now(), Buffer.from(houseKey))
  const headers = await signedInAs(road.database, road.clock.now(), { role: 'manager', operatorId: '1', houseKey })
  for (const [list, plate] of [
    ['blocked', '粤B64001'],
    ['free', '粤B64002'],
  ]) {
    const put = await fetch(`${road.publicUrl}/api/operator/lots/${number}/listed/${list}`, {
      ...{ method: 'POST', headers: { ...headers, 'content-type': 'application/json' } },
      body: JSON.stringify({ plate, note: '' }),
    })
    assert.equal(put.status, 200, await put.text())
  }
  road.pass(60_000)
  const { software } = await connectedLot(road, number)
  t.after(() => software.close())
  assert.equal((await software.login()).state, 1)
  const taken = () =>
    road.rows<{ kind: string; key: string }>(
      'select kind, key from list_row where lot_id = $1 and told = wanted and message_id is null order by kind',
      [number],
    )
  await until('it has both', async () => {
    road.pass(20_000)
    return (await taken()).length === 2
  })
  const told = () =>
    software.heard
      .filter(({ service }) => service === 'blackuser_sync' || service === 'white_list_sync')
      .map(({ fields }) => fields.data as { car_number: string; operate_type: number })
      .map(({ car_number, operate_type }) => `${car_number} ${operate_type}`)
      .toSorted()
  assert.deepEqual(told(), ['粤B64001 1', '粤B64002 1'])
  const looked = () =>
    road.rows(
      'select 1 from vehicle_list v join lot l using (bucket, lot_id) where lot_id = $1 and rows_for = l.system_since',
      [number],
    )
  assert.equal((await looked()).length, 1)
})
