import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { lastDigitHolds, parseAccount, parseCard } from './bank-card.ts'
import { parseBranch } from './branch.ts'
import { cardBankOf, cardRanges } from './card-prefixes.ts'
import { cities, cityOf } from './cities.ts'

describe("a person's bank card", () => {
  const table: [string, string, string][] = [
    ['6222 0240 0000 0000', 'check-digit', 'a digit is wrong'],
    ['6222024000000009', '中国工商银行', 'the bank by its prefix'],
    ['６２２８４８００３００００００００07', '中国农业银行', 'typed with wide digits'],
    ['6217-0000-0000-0000-004', '中国建设银行', 'typed with dashes'],
    ['4367420000000009', '中国建设银行', 'a debit card of an old range'],
    ['6225750000000006', 'credit-card', 'nothing is paid out to a credit card'],
    ['6000000000000007', 'unknown bank', 'a prefix we do not know is no mistake'],
    ['622202400000000', 'not-a-card', '15 digits'],
    ['62220240000000090000', 'not-a-card', '20 digits'],
    ['6222o24000000009', 'not-a-card', 'a letter'],
  ]
  for (const [typed, expected, because] of table)
    test(`${typed} is ${expected}: ${because}`, () => {
      const read = parseCard(typed)
      assert.equal(read.ok ? (read.value.bank?.bank ?? 'unknown bank') : read.error, expected)
    })
})

describe("a business's account", () => {
  for (const [typed, expected] of [
    ['4000 0222 0920 0123 456', '4000022209200123456'],
    ['12345678', '12345678'],
    ['1234567', null],
    ['1234567A', null],
  ] as const)
    test(`${typed} is ${expected}`, () => {
      const read = parseAccount(typed)
      assert.equal(read.ok ? read.value : null, expected)
    })
})

describe('laws of card numbers', () => {
  const digits = fc.array(fc.nat(9), { minLength: 15, maxLength: 18 }).map((all) => all.join(''))
  const check = (first: string) => [...'0123456789'].find((digit) => lastDigitHolds(first + digit))!
  test('exactly one last digit holds, and one wrong digit is always found', () =>
    fc.assert(
      fc.property(digits, fc.nat(14), fc.integer({ min: 1, max: 9 }), (first, at, by) => {
        assert.equal([...'0123456789'].filter((digit) => lastDigitHolds(first + digit)).length, 1)
        const wrong = first.slice(0, at) + ((Number(first[at]) + by) % 10) + first.slice(at + 1)
        assert.equal(lastDigitHolds(wrong + check(first)), false)
      }),
    ))
  test('no prefix is of two banks, or of a debit and a credit card', () => {
    for (const [at, range] of cardRanges.entries()) {
      assert.ok(range.from <= range.to && String(range.to).length === 6, JSON.stringify(range))
      const next = cardRanges[at + 1]
      if (next) assert.ok(range.to < next.from, `${JSON.stringify(range)} and ${JSON.stringify(next)}`)
    }
  })
  test('every prefix of a range is answered with its bank, and the one before and behind with no other range', () => {
    for (const { from, to, bank, credit } of cardRanges)
      for (const prefix of [from, to]) assert.deepEqual(cardBankOf(`${prefix}0000000000`), { bank, credit })
  })
})

describe("a branch's full name", () => {
  const table: [string, string | null, string, string][] = [
    ['中国工商银行深圳福田支行', null, 'ok', 'bank and branch'],
    ['中国工商银行股份有限公司深圳福田支行', '中国工商银行', 'ok', 'of the bank of the card'],
    ['工商银行深圳福田支行', '中国工商银行', 'ok', 'as it is spoken'],
    [' 中国银行 深圳 福田支行 ', '中国银行', 'ok', 'typed with spaces'],
    ['中国银行深圳福田支行', '中国工商银行', 'other-bank', 'a card of another bank'],
    ['中国工商银行深圳福田支行', '中国银行', 'other-bank', 'and the other way round'],
    ['上海浦东发展银行深圳分行营业部', '上海浦东发展银行', 'ok', 'a branch without 支行'],
    ['浦发银行深圳南山支行', '上海浦东发展银行', 'ok', 'its short name'],
    ['常熟市农村信用社城关分社', null, 'ok', 'a credit cooperative'],
    ['深圳福田支行', null, 'no-bank', 'no bank'],
    ['中国工商银行', null, 'no-branch', 'no branch'],
    ['中国工商银行股份有限公司支行', null, 'no-branch', 'which one?'],
    ['中国工商银行深圳福田', null, 'no-branch', 'cut off'],
    ['', null, 'no-bank', 'nothing'],
  ]
  for (const [typed, bank, expected, because] of table)
    test(`${typed} ${bank ?? ''} is ${expected}: ${because}`, () => {
      const read = parseBranch(typed, bank)
      assert.equal(read.ok ? 'ok' : read.error, expected)
    })
})

describe('cities', () => {
  test('each code is there once, and leads to its city', () => {
    assert.equal(new Set(cities.map(({ code }) => code)).size, cities.length)
    for (const city of cities) assert.deepEqual(cityOf(city.code), city)
  })
  for (const [code, name, province] of [
    ['440300', '深圳市', '广东省'],
    ['110100', '北京市', '北京市'],
    ['222400', '延边朝鲜族自治州', '吉林省'],
    ['654200', '塔城地区', '新疆维吾尔自治区'],
    ['430800', '张家界市', '湖南省'],
  ] as const)
    test(`${code} is ${name} in ${province}`, () => assert.deepEqual(cityOf(code), { code, name, province }))
  test('a code of none leads nowhere', () => assert.equal(cityOf('440000'), null))
})
