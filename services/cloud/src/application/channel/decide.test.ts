import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type ApplicationState, applicationFields } from '@lanepay/channels/applications.ts'
import { aForm } from '@lanepay/domain/applicant/form.fixtures.ts'
import { applicantRoles, paperKinds } from '@lanepay/domain/applicant/form.ts'
import type { ChannelState } from '../channel.ts'
import { decideNext, mendOf, missingPapers, pauseMs } from './decide.ts'
import { applicationOf, bankOf, papersAsked, placeOf } from './request.ts'

const form = aForm()
const toMend = [{ field: 'card.number', channelField: 'account_number', why: '有误' }] as const
const mend = [{ field: 'cardNumber', reason: 'channel', note: '有误' }]
const no = { channelNo: null }
const heard = {
  unknown: { state: 'unknown' },
  reviewing: { state: 'reviewing', ...no },
  'to-sign': { state: 'to-sign', what: 'sign', url: 'https://sign', ...no },
  opening: { state: 'opening', ...no },
  live: { state: 'live', merchant: { subMchid: '1900013511' }, ...no },
  returned: { state: 'returned', toMend, ...no },
  void: { state: 'void', why: '超时', ...no },
} as const satisfies Record<string, ApplicationState>

describe('what an answer asks for', () => {
  const news = (told: object) => ({ do: 'tell', news: told })
  const open = { do: 'open', merchant: { subMchid: '1900013511' } }
  const toSign = news({ state: 'to-sign', signUrl: 'https://sign' })
  const cases: readonly (readonly [state: ChannelState, heardOf: keyof typeof heard, next: object])[] = [
    ['asked', 'unknown', { do: 'send', serial: 1 }],
    ['asked', 'returned', { do: 'send', serial: 1 }],
    ['asked', 'void', { do: 'send', serial: 2 }],
    ['asked', 'reviewing', news({ state: 'channel-review' })],
    ['asked', 'to-sign', toSign],
    ['asked', 'live', open],
    ['channel-review', 'unknown', { do: 'send', serial: 1 }],
    ['channel-review', 'reviewing', { do: 'wait' }],
    ['channel-review', 'opening', { do: 'wait' }],
    ['channel-review', 'to-sign', toSign],
    ['channel-review', 'live', open],
    ['channel-review', 'returned', news({ state: 'returned', mend })],
    [
      'channel-review',
      'void',
      news({ state: 'returned', mend: [{ field: 'businessName', reason: 'channel', note: '超时' }] }),
    ],
    ['to-sign', 'to-sign', toSign],
    ['to-sign', 'opening', news({ state: 'channel-review' })],
    ['to-sign', 'returned', news({ state: 'returned', mend })],
    ['to-sign', 'live', open],
  ]
  for (const [state, heardOf, next] of cases)
    test(`${state}, and the channel says ${heardOf}: ${(next as { do: string }).do}`, () =>
      assert.deepEqual(decideNext(form, { state, serial: 1 }, heard[heardOf]), next))
})

describe('what is to be mended', () => {
  test('stands at the fields of the form; several things about one field are one', () =>
    assert.deepEqual(
      mendOf(form, [
        { field: 'card.bank', channelField: 'account_bank', why: '银行有误' },
        { field: 'card.branch', channelField: 'bank_name', why: '支行有误' },
        { field: null, channelField: 'x', why: '主体受限' },
      ]),
      [
        { field: 'bankBranch', reason: 'channel', note: '银行有误；支行有误' },
        { field: 'businessName', reason: 'channel', note: '主体受限' },
      ],
    ))

  test('every field that a channel can name is one that whoever applied has filled in, for each who may apply', () => {
    const own = new Set([...Object.keys(form), ...paperKinds.map((kind) => `papers/${kind}`)])
    for (const applicantRole of applicantRoles)
      for (const field of applicationFields)
        assert.ok(own.has(placeOf({ applicantRole }, field)), `${applicantRole} ${field}`)
  })

  test("the legal person's are the legal person's where an administrator applies", () => {
    assert.equal(placeOf({ applicantRole: 'administrator' }, 'legalPerson.idNumber'), 'legalId')
    assert.equal(placeOf({ applicantRole: 'legal-person' }, 'legalPerson.idNumber'), 'applicantId')
  })
})

describe('the form in the words of a channel', () => {
  const papers = Object.fromEntries(paperKinds.map((kind) => [kind, `id of ${kind}`]))
  test('a company whose legal person applies', () => {
    const { business, legalPerson, contact, card } = applicationOf(form, '7', papers)
    assert.deepEqual([business.kind, card.owner, contact.administrator], ['company', 'company', undefined])
    assert.deepEqual([legalPerson.name, legalPerson.idFront], ['李伟', 'id of id-front'])
    assert.deepEqual([card.bank, card.branch], ['工商银行', '中国工商银行深圳福田支行'])
  })
  test('an administrator signs, and the legal person is another', () => {
    const told = {
      legalName: '王芳',
      legalId: '440303198003071235',
      legalIdFrom: '2019-05-01',
      legalIdUntil: 'long-term',
    }
    const made = applicationOf(aForm({ applicantRole: 'administrator', ...told }), '7', papers)
    assert.deepEqual([made.legalPerson.name, made.legalPerson.idFront], ['王芳', 'id of legal-id-front'])
    assert.deepEqual(made.contact.administrator?.authorisation, 'id of authorisation')
    assert.equal(made.contact.administrator?.idNumber, form.applicantId)
  })
  test('a sole trader by the first two characters of its code', () =>
    assert.equal(applicationOf(aForm({ creditCode: '92440300MA5DA1232B' }), '7', papers).business.kind, 'sole-trader'))
  for (const [branch, bank] of [
    ['招商银行股份有限公司深圳福田支行', '招商银行'],
    ['上海浦东发展银行深圳分行', '浦发银行'],
    ['中国银行深圳福田支行', '中国银行'],
    ['深圳农村商业银行宝安支行', '其他银行'],
  ] as const)
    test(`${branch} is of ${bank}`, () => assert.equal(bankOf(branch), bank))
  test('a paper that was not uploaded is no empty text', () => assert.throws(() => applicationOf(form, '7', {})))
  test('papers that a channel asks for and we do not are missing', () =>
    assert.deepEqual(
      missingPapers(
        form,
        [...papersAsked(form)].slice(0, 4).map((kind) => ({ kind })),
      ),
      ['lot-inside'],
    ))
})

test('asked after every minute, then every ten, then every hour', () =>
  assert.deepEqual([1, 4, 5, 39, 40, 4_000].map(pauseMs), [60_000, 60_000, 600_000, 600_000, 3_600_000, 3_600_000]))
