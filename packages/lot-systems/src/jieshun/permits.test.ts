import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import { mayAskAgain } from '../lot-system.ts'
import type { Renewed } from '../permits.ts'
import { jieshunPermits } from './permits.ts'

const settings = {
  ...{ address: 'https://jieshun.example/jsaims', cid: '88', usr: '88', psw: '888888', signKey: 'test-secret-A' },
  ...{ businesserCode: '88', parkCode: '0010028888' },
}
const around = { settings, now: 0, nonce: '', requestId: '1', token: 'T' }
const said = (body: object) => ({ status: 200, headers: {}, body: JSON.stringify(body) })
const asked = ({ path }: { readonly path: string }) =>
  JSON.parse(new URL(path, 'http://cloud').searchParams.get('p')!) as { serviceId: string; attributes: object }
const { find, renew, unnumbered } = jieshunPermits
const plate = '粤LLL000'
const at = (text: string) => Date.parse(`${text}+08:00`)
const attributes = {
  ...{
    cardId: '7f84d7',
    carNo: '粤-LLL000',
    physicalNo: plate,
    cardType: '纯车牌月卡A',
    issueTime: '2018-09-05 14:40:25',
  },
  ...{
    package: '{"3":3.00,"1":1.00,"12":12.50}',
    beginDate: '2018-09-05',
    endDate: '2018-10-04',
    endTime: '2018-10-04',
  },
}
/** As an answer of its cloud was published. */
const persons = (card: object = attributes, objectId = 'CARD') => ({
  ...{ resultCode: 0, message: '成功', serviceId: '3c.base.querypersonsbycar' },
  dataItems: [
    {
      ...{ objectId: 'PERSON', attributes: { personCode: 'SZ000032', telephone: '13800138000' } },
      subItems: [{ objectId, operateType: 'READ', attributes: card, subItems: [] }],
    },
  ],
})
const found = (body: object) => {
  const read = find.read(said(body), { plate })
  assert.ok(read.ok, JSON.stringify(read))
  return read.value
}

describe('JieShun: month cards', () => {
  test('a card of the plate: its last day, what so many months cost, whose it is', () => {
    assert.deepEqual(found(persons()), [
      {
        ...{ permit: '7f84d7', plates: [plate], product: '纯车牌月卡A', months: 1, most: null, kind: null, names: {} },
        ...{ until: at('2018-10-04T23:59:59'), price: { 1: 100, 3: 300, 12: 1250 }, phone: '13800138000' },
      },
    ])
    const { endDate: _, ...older } = { ...attributes, endTime: '2021-03-28 00:00:00' }
    assert.equal(found(persons(older))[0]!.until, at('2021-03-28T23:59:59'))
  })

  test('of another plate, of no number, or no card, it is none; a plate without one has none; a failure is asked again', () => {
    for (const body of [
      persons({ ...attributes, carNo: '粤-LLL001' }),
      persons({ ...attributes, cardId: '' }),
      persons(attributes, 'DOOR'),
      { resultCode: 0, dataItems: [] },
      { resultCode: 0 },
    ])
      assert.deepEqual(found(body), [], JSON.stringify(body))
    const read = find.read(said({ resultCode: 1 }), { plate })
    assert.ok(!read.ok && mayAskAgain(read.error))
  })

  test('it is asked for in its area, which is its lot unless that is typed', () => {
    const area = (typed: object) =>
      asked(find.ask({ plate }, { ...around, settings: { ...settings, ...typed } })).attributes
    assert.deepEqual(area({}), { parkCode: '0010028888', areaCode: '0010028888', carNo: '粤-LLL000' })
    assert.deepEqual(area({ areaCode: 'A1' }), { parkCode: '0010028888', areaCode: 'A1', carNo: '粤-LLL000' })
  })

  const renewed: Renewed = {
    ...{ permit: '7f84d7', plate, names: {}, periods: 3, months: 3, payment: '9' },
    channel: 'alipay',
    ...{ amountFen: fen(30_050), paidAt: at('2018-10-02T08:00:00'), until: at('2018-10-04T23:59:59') },
    ...{ from: at('2018-10-05T00:00:00'), to: at('2019-01-04T23:59:59') },
  }
  test('a renewal says its months, its money in yuan and its days; it has no number there', () => {
    const { serviceId, attributes: told } = asked(renew.ask(renewed, around))
    assert.equal(serviceId, '3c.card.carddelay')
    assert.deepEqual(told, {
      ...{ parkCode: '0010028888', cardId: '7f84d7', month: 3, money: '300.50' },
      ...{ newBeginDate: '2018-10-05', newEndDate: '2019-01-04' },
    })
    assert.equal(unnumbered, true)
  })

  test('it is done when it says so; what says nothing of it is looked at again; another word is a no', () => {
    const read = (body: object) => {
      const answer = renew.read(said(body), renewed)
      return answer.ok ? 'done' : mayAskAgain(answer.error) ? 'again' : (answer.error as { because: string }).because
    }
    assert.equal(read({ resultCode: 0, dataItems: [{ attributes: { retCode: 0 } }] }), 'done')
    assert.equal(read({ resultCode: 0 }), 'again')
    assert.equal(read({ resultCode: 1 }), 'again')
    assert.equal(read({ resultCode: 0, dataItems: [{ attributes: { retCode: 7 } }] }), 'card-refused')
    assert.equal(read({ resultCode: 2233 }), 'invalid')
  })
})
