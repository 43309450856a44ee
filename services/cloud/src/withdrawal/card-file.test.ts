import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { maskedCard, parseCardFile } from './card-file.ts'

const aCard = (told: object = {}) => ({
  ...{ number: '6222021234567890128', holder: '张三', owner: 'person', bank: '工商银行' },
  ...told,
})

describe('what a person may write of where money goes', () => {
  const right: [string, object, { ending: string; holder: string }][] = [
    ["a person's card", aCard(), { ending: '0128', holder: '张*' }],
    ['in groups of four', aCard({ number: '6222 0212-3456 7890 128' }), { ending: '0128', holder: '张*' }],
    [
      "a company's account, which has no digit to check",
      aCard({ number: '110060149018010012345', owner: 'company', holder: '滨江物业', branch: '科技园支行' }),
      { ending: '2345', holder: '滨***' },
    ],
    [
      'a login at Alipay',
      { alipay: ' zhang@example.com ', holder: '张三' },
      { ending: 'z****@example.com', holder: '张*' },
    ],
    ['a telephone number', { alipay: '13800001234', holder: '张三' }, { ending: '138****1234', holder: '张*' }],
    ['a number of Alipay', { alipay: '2088102146931393', holder: '张三' }, { ending: '208****1393', holder: '张*' }],
  ]
  for (const [what, written, shown] of right)
    test(`${what}: ${shown.ending}`, () => {
      const card = parseCardFile(written)
      assert.ok(card.ok, JSON.stringify(card))
      assert.deepEqual(maskedCard(card.value), shown)
    })

  const wrong: [string, unknown, string][] = [
    ['no object', [], '/'],
    ['nothing of it', {}, '/'],
    ['a digit misread', aCard({ number: '6222021234567890129' }), '/number'],
    ['a person with a company’s number', aCard({ number: '110060149018010012345' }), '/number'],
    ['a company with seven digits', aCard({ number: '1234567', owner: 'company' }), '/number'],
    ['letters', aCard({ number: '62220212345678901Z8' }), '/number'],
    ['no holder', aCard({ holder: '' }), '/holder'],
    ['a line break in it', aCard({ holder: '张\n三' }), '/holder'],
    ['an owner that is neither', aCard({ owner: 'bank' }), '/owner'],
    ['no bank', aCard({ bank: '' }), '/bank'],
    ['a field nobody knows', aCard({ phone: '1' }), '/'],
    ['a card and an account at Alipay', aCard({ alipay: 'zhang@example.com' }), '/'],
    ['no login', { alipay: '张三', holder: '张三' }, '/alipay'],
  ]
  for (const [what, written, field] of wrong)
    test(`${what} is named: ${field}`, () => {
      const card = parseCardFile(written)
      assert.ok(!card.ok)
      assert.ok(
        card.error.some((mistake) => mistake.field === field && mistake.rule !== ''),
        JSON.stringify(card.error),
      )
    })
  test('whichever digit of a card is misread, and whichever two neighbours are swapped but 0 and 9, is seen', () =>
    fc.assert(
      fc.property(fc.nat(18), fc.integer({ min: 1, max: 9 }), fc.nat(17), (at, more, swapped) => {
        const { number } = aCard()
        const misread = [...number].map((digit, place) => (place === at ? (Number(digit) + more) % 10 : digit)).join('')
        assert.equal(parseCardFile(aCard({ number: misread })).ok, false)
        const [one, other] = [number[swapped]!, number[swapped + 1]!]
        if (one === other || ['09', '90'].includes(one + other)) return
        const turned = number.slice(0, swapped) + other + one + number.slice(swapped + 2)
        assert.equal(parseCardFile(aCard({ number: turned })).ok, false)
      }),
    ))
  test('no mistake repeats what was written', () => {
    const card = parseCardFile(aCard({ number: '6222021234567890129', holder: '' }))
    assert.ok(!card.ok)
    assert.doesNotMatch(JSON.stringify(card.error), /6222|0129/)
  })
})
