import { after, before, describe, test } from 'node:test'
import { assertRefused, type Expected, type OpenPayment, paysInTheEnd, startOpenPayment } from './driver.testing.ts'
import { untouched } from './untouched.ts'

/* Paths and methods that lead nowhere. */
let road: OpenPayment['road']
let payer: OpenPayment['payer']
let payment: OpenPayment['payment']
let refused: OpenPayment['refused']
before(async () => {
  ;({ road, payer, payment, refused } = await startOpenPayment())
})
after(() => road.close())

describe('a way that is none', () => {
  const nothing: Expected = { code: 'bad-request', status: 404, field: 'path' }
  const cases: [string, string, () => string, Expected][] = [
    ['an unknown path', 'GET', () => '/api/driver/nothing', nothing],
    ['an unknown act', 'POST', () => `/api/driver/codes/${road.code('exit')}/leave`, nothing],
    ['the root', 'GET', () => '/', nothing],
    ['a path upwards', 'GET', () => '/driver/..%2f..%2fpackage.json', nothing],
    [
      'a code of 200 characters',
      'GET',
      () => `/api/driver/codes/${'A'.repeat(200)}`,
      { code: 'bad-request', field: 'path' },
    ],
    ['broken percent signs', 'GET', () => '/api/driver/codes/%zz', { code: 'bad-request', field: 'path' }],
    ['half a character', 'GET', () => '/api/driver/codes/%e7%b2', { code: 'bad-request', field: 'path' }],
    [
      'a fee asked by GET',
      'GET',
      () => `/api/driver/codes/${road.code('exit')}/quote`,
      { code: 'bad-request', status: 405, field: 'method', rule: /POST/ },
    ],
    [
      'a payment by PUT',
      'PUT',
      () => `/api/driver/codes/${road.code('exit')}/pay`,
      { code: 'bad-request', status: 405, field: 'method', rule: /POST/ },
    ],
    [
      'a payment taken away',
      'DELETE',
      () => `/api/driver/payments/${payment}`,
      { code: 'bad-request', status: 405, field: 'method', rule: /GET/ },
    ],
    [
      'an entry by PATCH',
      'PATCH',
      () => `/api/driver/codes/${road.code('entry')}/enter`,
      { code: 'bad-request', status: 405, field: 'method', rule: /POST/ },
    ],
  ]
  for (const [what, method, path, expected] of cases)
    test(what, () => untouched(road, async () => assertRefused(await refused(path(), { as: payer, method }), expected)))
})

paysInTheEnd(() => ({ road, payer }))
