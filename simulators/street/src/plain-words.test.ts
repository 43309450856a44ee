import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WireMessage } from '@lanepay/simulator-wire/wire.ts'
import { plainWords } from './plain-words.ts'

const up = 'MQTT lot/1/1/agent/up'
const down = 'MQTT lot/1/1/agent/down'
const table: [WireMessage['wire'], string, unknown, string | null][] = [
  ['camera', 'plate 粤B12345, record 7, auto  → 200', {}, 'The camera reads 粤B12345'],
  ['camera', 'plate none, record 7, auto  → 200', {}, 'The camera sees a car without a plate'],
  ['camera', 'stored plate 粤B12345, record 7, auto  → 200', {}, 'A stored read: 粤B12345 (opens nothing)'],
  ['camera', 'input 1 on  → 200', {}, 'Front loop: a vehicle'],
  ['camera', 'input 2 off  → 200', {}, 'Loop under the arm: free'],
  ['gate', 'contact closed for 500 ms', {}, 'The opening contact: the arm rises'],
  ['gate', 'contact closed for 500 ms, the gate stays silent', {}, 'Told to open, and the gate does nothing'],
  ['display', '粤B12345 / 欢迎光临', {}, 'Shown: 粤B12345 / 欢迎光临'],
  [
    'lot-link',
    `${up}/events`,
    {
      events: [
        { kind: 'entered', plate: '粤B12345' },
        { kind: 'gate-opened', lane: 1 },
      ],
    },
    '粤B12345 has entered; Lane 1 was opened, once',
  ],
  ['lot-link', `${up}/answer`, { ok: true, quote: { owedFen: 800 } }, 'The lot answers: owes ¥8.00'],
  ['lot-link', `${up}/answer`, { ok: false, because: 'lane-empty' }, 'The lot says no (lane-empty)'],
  ['lot-link', `${up}/result`, { state: 'done', gate: 'opened' }, 'The lot: the gate is open'],
  [
    'lot-link',
    `${up}/result`,
    { state: 'done', gate: 'refused' },
    'The lot: kept, but the gate is not opened for this car',
  ],
  ['lot-link', `${down}/request`, { kind: 'quote' }, 'The cloud asks the lot what is owed'],
  [
    'lot-link',
    `${down}/command`,
    { kind: 'clearance', paidFen: 800, gate: {} },
    'Paid ¥8.00: cleared, and please open',
  ],
  ['lot-link', `${down}/command`, { kind: 'clearance', paidFen: 800 }, 'Paid ¥8.00: cleared to leave'],
  ['lot-link', `${down}/ack`, { seq: 12 }, 'The cloud has kept everything up to 12'],
  ['bolink', 'upload.do login  → 1', { sent: {} }, 'The charging software logs in'],
  ['bolink', 'upload.do inpark  → 0', { sent: { car_number: '粤B12345' } }, 'The cloud does not take this upload'],
  [
    'bolink',
    'upload.do inpark  → 1',
    { sent: { car_number: '粤B12345' } },
    'The charging software: 粤B12345 has entered',
  ],
  ['bolink', 'download.do query_price', { pay_scene: 1 }, 'The cloud asks the charging software what is owed'],
  [
    'bolink',
    'upload.do query_price  → 1',
    { sent: { state: 1, price: '12.00' } },
    'The charging software answers: owes ¥12.00',
  ],
  ['bolink', 'upload.do query_price  → 1', { sent: { state: 0 } }, 'The charging software knows no such car'],
  [
    'bolink',
    'download.do outpark',
    { state: 1, total: 12 },
    'The cloud tells the charging software: ¥12 paid, please open',
  ],
  [
    'bolink',
    'upload.do outpark  → 1',
    { sent: { state: 1, trade_no: '1' } },
    'The charging software has taken the payment',
  ],
  [
    'bolink',
    'upload.do outpark  → 1',
    { sent: { car_number: '粤B12345' } },
    'The charging software: 粤B12345 has left',
  ],
  [
    'driver',
    'POST /api/driver/codes/0H2…/quote  → 200',
    { answered: { state: 'owed', plate: '粤B12345', owedFen: 800 } },
    'The phone sees the fee: 粤B12345 owes ¥8.00',
  ],
  ['driver', 'POST /api/driver/codes/0H2…/quote  → 409', {}, 'The phone asks for the fee: refused'],
  ['driver', 'GET /p/0H2…  → 302', {}, 'A scan: this phone is not known yet'],
  ['driver', 'GET /p/0H2…/who  → 302', {}, 'Off to the wallet: who is this?'],
  ['driver', 'GET /p/back/wechatpay  → 302', {}, 'Back on the page, now known'],
  ['driver', 'GET /p/0H2…  → 200', {}, 'A scan opens the page'],
  ['wallet', 'pay in the wallet  → ok', {}, 'The driver paid in the wallet'],
  ['wallet', 'pay in the wallet  → 9000', {}, 'The driver paid in the wallet'],
  ['wallet', 'pay in the wallet  → not-the-payer', {}, 'The wallet did not pay'],
  ['wallet', 'sheet closed by the driver  → cancel', {}, 'The driver closed the sheet'],
  ['wechatpay', 'POST /v3/pay/transactions/jsapi  ¥8.00  → 200', {}, 'The cloud creates the order ¥8.00'],
  [
    'wechatpay',
    'GET /v3/pay/transactions/out-trade-no/1?mchid=1  → NOTPAY',
    {},
    'The cloud asks about the order: not paid yet',
  ],
  ['wechatpay', 'notify TRANSACTION.SUCCESS  → 200', {}, 'WeChat notifies: paid'],
  ['wechatpay', 'notify TRANSACTION.SUCCESS  → no answer: lost', {}, 'WeChat’s notification was not taken'],
  ['alipay', 'alipay.trade.create  ¥8.00  → 10000', {}, 'The cloud creates the order ¥8.00'],
  ['alipay', 'alipay.trade.query  → TRADE_SUCCESS', {}, 'The cloud asks about the order: paid'],
  ['alipay', 'notify TRADE_SUCCESS  ¥8.00  → 200 success', {}, 'Alipay notifies: paid'],
  ['wechatpay', 'something nobody thought of', {}, null],
  ['lot-link', `${up}/events`, undefined, null],
]

test('what a message means, for somebody who does not read protocols', () => {
  for (const [wire, title, detail, en] of table)
    assert.equal(plainWords({ wire, from: 'a', title, detail })?.en ?? null, en, `${wire}: ${title}`)
})

test('a forged notification is called that, and loudly if it was believed', () => {
  const forged = (answer: string) =>
    plainWords({
      wire: 'wechatpay',
      from: 'stranger',
      title: `notify TRANSACTION.SUCCESS (forged)  → ${answer}`,
      detail: {},
    })?.en
  assert.equal(forged('401'), 'A forged notification, refused')
  assert.equal(forged('200'), 'A forged notification was accepted!')
})
