import { after, before, describe, test } from 'node:test'
import {
  assertRefused,
  type Expected,
  json,
  type OpenPayment,
  paysInTheEnd,
  startOpenPayment,
} from './driver.testing.ts'
import { untouched } from './untouched.ts'

/* Bodies that are too long, not JSON, or not what was asked for. */
let road: OpenPayment['road']
let payer: OpenPayment['payer']
let other: OpenPayment['other']
let payment: OpenPayment['payment']
let refused: OpenPayment['refused']
before(async () => {
  ;({ road, payer, other, payment, refused } = await startOpenPayment())
})
after(() => road.close())

describe('a body', () => {
  const notJson: Expected = { code: 'bad-request', field: 'body', rule: /JSON/ }
  const notObject: Expected = { code: 'bad-request', field: 'body', rule: /object/ }
  const wrongType: Expected = { code: 'bad-request', field: 'content-type', rule: /application\/json/ }
  const post = (body: RequestInit['body'], type: string | null): RequestInit => ({
    method: 'POST',
    headers: type === null ? {} : { 'content-type': type },
    body: body ?? null,
  })
  const everywhere: [string, () => RequestInit, Expected][] = [
    ['over the limit', () => json(`{"plate":"${'x'.repeat(17 * 1024)}"}`), { code: 'body-too-large' }],
    [
      'over the limit that does not say its length',
      () => ({ ...json(''), body: new Blob(['[', '1,'.repeat(20_000), '1]']).stream(), duplex: 'half' }) as RequestInit,
      { code: 'body-too-large' },
    ],
    ['of broken JSON', () => json('{"plate":'), notJson],
    ['of JSON that wants to be a prototype', () => json('{"__proto__":{"plate":"x"}}'), notJson],
    ['that is empty', () => json(''), { code: 'bad-request', field: 'body', rule: /object/ }],
    ['that is a list', () => json('[]'), notObject],
    ['that is a text', () => json('"plate"'), notObject],
    ['that is a number', () => json('7'), notObject],
    ['that is null', () => json('null'), notObject],
    ['as plain text', () => post('{}', 'text/plain'), wrongType],
    ['as a form', () => post('plate=1', 'application/x-www-form-urlencoded'), wrongType],
    ['as XML', () => post('<plate/>', 'application/xml'), wrongType],
    ['of a type that is no type', () => post('{}', 'json'), wrongType],
  ]
  for (const [what, init, expected] of everywhere)
    test(what, () =>
      untouched(road, async () => {
        const paths = [
          `/api/driver/codes/${road.code('prepay')}/quote`,
          `/api/driver/codes/${road.code('exit')}/pay`,
          `/api/driver/codes/${road.code('entry')}/enter`,
          `/api/driver/payments/${payment}/help`,
        ]
        for (const path of paths) assertRefused(await refused(path, { as: payer, ...init() }), expected)
      }),
    )

  const inside: [string, 'prepay' | 'exit', 'quote' | 'pay', unknown, Expected][] = [
    ['without the plate', 'prepay', 'quote', {}, { code: 'bad-request', field: 'body/plate', rule: /required/ }],
    [
      'with a number for a plate',
      'prepay',
      'quote',
      { plate: 12345 },
      { code: 'bad-request', field: 'body/plate', rule: /string/ },
    ],
    [
      'with null for a plate',
      'prepay',
      'quote',
      { plate: null },
      { code: 'bad-request', field: 'body/plate', rule: /string/ },
    ],
    [
      'with a list of plates',
      'prepay',
      'quote',
      { plate: ['粤B12345'] },
      { code: 'bad-request', field: 'body/plate', rule: /string/ },
    ],
    [
      'with a plate of 21 characters',
      'prepay',
      'quote',
      { plate: '粤B12345'.padEnd(21) },
      { code: 'bad-request', field: 'body/plate', rule: /20/ },
    ],
    ['without the quote', 'exit', 'pay', {}, { code: 'bad-request', field: 'body/quote', rule: /required/ }],
    [
      'with a number for a quote',
      'exit',
      'pay',
      { quote: 12 },
      { code: 'bad-request', field: 'body/quote', rule: /string/ },
    ],
    [
      'with a quote of 41 characters',
      'exit',
      'pay',
      { quote: '1'.repeat(41) },
      { code: 'bad-request', field: 'body/quote', rule: /40/ },
    ],
    [
      'with letters for a quote',
      'exit',
      'pay',
      { quote: 'abc' },
      { code: 'bad-request', field: 'body/quote', rule: /digits/ },
    ],
    ['with an empty quote', 'exit', 'pay', { quote: '' }, { code: 'bad-request', field: 'body/quote', rule: /digits/ }],
    [
      'with a negative quote',
      'exit',
      'pay',
      { quote: '-1' },
      { code: 'bad-request', field: 'body/quote', rule: /digits/ },
    ],
    [
      'with SQL for a quote',
      'exit',
      'pay',
      { quote: "1' or '1'='1" },
      { code: 'bad-request', field: 'body/quote', rule: /digits/ },
    ],
    [
      'with a quote over 63 bits',
      'exit',
      'pay',
      { quote: '9999999999999999999' },
      { code: 'bad-request', field: 'body/quote', rule: /63rd/ },
    ],
    [
      'with the first quote over 63 bits',
      'exit',
      'pay',
      { quote: '9223372036854775808' },
      { code: 'bad-request', field: 'body/quote', rule: /63rd/ },
    ],
    ['with the last id of 63 bits', 'exit', 'pay', { quote: '9223372036854775807' }, { code: 'quote-unknown' }],
    ['with a quote nobody made', 'exit', 'pay', { quote: '1' }, { code: 'quote-unknown' }],
  ]
  for (const [what, kind, act, body, expected] of inside)
    test(`to ${act}, ${what}`, () =>
      untouched(road, async () =>
        assertRefused(
          await refused(`/api/driver/codes/${road.code(kind)}/${act}`, { as: other, ...json(body) }),
          expected,
        ),
      ))
})

paysInTheEnd(() => ({ road, payer }))
