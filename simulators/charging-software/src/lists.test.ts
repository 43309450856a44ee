import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openStore } from '@lanepay/simulator-wire/store.ts'
import { type KeptRow, keptLists } from './lists.ts'

const second = 1000
const product = { package_id: 'P', name: '月卡', price: 300, period: '月', operate_type: 1 }
const card = {
  ...{ card_id: 'C', pid: 'P', car_number: '粤B1,粤B2', begin_time: 100, end_time: 200, operate_type: 1 },
}
const free = { car_number: '粤B3', b_time: 100, e_time: 0, end_type: 1, operate_type: 1 }

describe('the lists of the software', () => {
  test('take a card after its product, and spare its plates in its time', () => {
    const lists = keptLists()
    assert.equal(lists.take('month_member_sync', card, null).errmsg, '套餐不存在')
    lists.take('month_card_sync', product, null)
    assert.deepEqual(lists.take('month_member_sync', card, null), {
      ...{ state: 1, errmsg: '', card_id: 'C', operate_type: 1 },
    })
    assert.deepEqual(
      [99 * second, 100 * second, 200 * second, 201 * second].map((at) => lists.isFree('粤B2', at)),
      [null, 'monthuser', 'monthuser', null],
    )
    lists.take('month_member_sync', { ...card, operate_type: 4, car_number: '粤B9', end_time: 300 }, null)
    assert.equal(lists.isFree('粤B2', 300 * second), 'monthuser')
    lists.take('white_list_sync', free, null)
    assert.equal(lists.isFree('粤B3', 9999 * second), 'free')
  })
  test('are strict: what is there is not added, what is not there not changed, nothing half-said; the same again is the same', () => {
    const lists = keptLists()
    assert.equal(lists.take('white_list_sync', { ...free, operate_type: 2 }, null).errmsg, '不存在')
    assert.equal(lists.take('white_list_sync', { ...free, b_time: '100' }, null).errmsg, '参数错误')
    assert.equal(lists.take('white_list_sync', free, '名单已满').errmsg, '名单已满')
    assert.equal(lists.take('white_list_sync', free, null).state, 1)
    assert.equal(lists.take('white_list_sync', free, null).state, 1)
    assert.equal(lists.take('white_list_sync', { ...free, end_type: 0 }, null).errmsg, '已存在')
    for (const _ of [1, 2]) assert.equal(lists.take('white_list_sync', { ...free, operate_type: 3 }, null).state, 1)
    assert.deepEqual(lists.of('white_list_sync'), [])
  })
  test('outlive the software', () => {
    const memory = openStore(null, 'charging-software').table<KeptRow>('list-row')
    keptLists(memory).take('blackuser_sync', { black_uuid: 'B', car_number: '粤B4', resume: '', operate_type: 1 }, null)
    assert.ok(keptLists(memory).isBlocked('粤B4'))
  })
})
