import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { connectedLot } from './kit/connected-lot.ts'
import { type Road, startRoad } from './kit/road.ts'

const key = '8403A41ED5EF20BC'

describe('a third party that holds a vehicle inside at its owner’s wish', () => {
  let road: Road
  let lot: Awaited<ReturnType<typeof connectedLot>>
  before(async () => {
    road = await startRoad()
    lot = await connectedLot(road, 520)
    assert.equal((await lot.software.login()).state, 1)
    await lot.software.enter('粤L12345', 'A1')
  })
  after(async () => {
    await lot.software.close()
    await road.close()
  })

  /** As third parties call: Base64 of `{"data":…,"sign":…}`; the answer is Base64 as well. */
  async function dolock(said: object, by = key): Promise<Record<string, unknown>> {
    const data = JSON.stringify({ comid: 'park-520', union_id: '200208', ...said })
    const sign = createHash('md5').update(`${data}key=${by}`).digest('hex').toUpperCase()
    const body = Buffer.from(`{"data":${data},"sign":"${sign}"}`).toString('base64')
    const answer = await fetch(`${road.publicUrl}/unionapi/lockcar/dolock`, { method: 'POST', body })
    assert.equal(answer.status, 200)
    return JSON.parse(Buffer.from(await answer.text(), 'base64').toString())
  }
  const car_number = '粤L12345'

  test('the lot locks it and lets it go by the same four digits; each is answered when the lot has done it', async () => {
    assert.deepEqual(await dolock({ car_number, lock_status: 1 }), { state: 1, errmsg: '', car_number, lock_status: 1 })
    const [[, digits] = []] = [...lot.software.locks]
    assert.match(digits ?? '', /^\d{4}$/)
    assert.equal((await dolock({ car_number, lock_status: 1 })).state, 1)
    assert.deepEqual([...lot.software.locks.values()], [digits], 'told twice, it is the same')
    assert.equal((await dolock({ car_number, lock_status: 0 })).state, 1)
    assert.equal(lot.software.locks.size, 0)
    const told = lot.software.heard.filter(({ service }) => service === 'lock_car')
    assert.deepEqual(
      told.map(({ fields }) => [fields.is_locked, fields.lock_key]),
      [1, 1, 0].map((locked) => [locked, digits]),
    )
  })
  test('who is not inside cannot be locked, and what the lot will not do is answered as not done', async () => {
    assert.equal((await dolock({ car_number: '粤L99999', lock_status: 1 })).errmsg, '车辆不在场')
    assert.deepEqual(await dolock({ car_number, lock_status: 0 }), { state: 0, errmsg: '锁车密码错误', car_number })
  })
  test('of another lot, with another key, or with a number that is no lock, nothing is sent to a lot', async () => {
    const before = lot.software.heard.length
    assert.equal((await dolock({ car_number, lock_status: 1 }, 'ANOTHERKEY')).errmsg, 'error:签名错误')
    assert.equal((await dolock({ car_number, lock_status: 1, comid: 'park-521' })).errmsg, '车场不存在')
    assert.equal((await dolock({ car_number, lock_status: 2 })).errmsg, 'data error: lock_status')
    assert.equal(lot.software.heard.length, before)
  })
})
