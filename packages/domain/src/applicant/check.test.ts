import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { checkApplication, checkField, fieldsFor, papersFor, type Rule, tidyDraft } from './check.ts'
import { aForm } from './form.fixtures.ts'
import type { ApplicationForm, Draft, FormField } from './form.ts'

const today = '2026-11-29'
const papers = ['business-licence', 'opening-permit', 'id-front', 'id-back'] as const
const aPrivateForm = (told: Partial<ApplicationForm> = {}) =>
  aForm({
    ...{ accountKind: 'private', applicantRole: 'card-holder', cardNumber: '6222024000000009', cardHolder: '李伟' },
    ...told,
  })

describe('an application that may be handed in', () => {
  test('of a business, with its four papers', () => assert.deepEqual(checkApplication(aForm(), papers, today), []))
  test('of a private account, with the bank card in place of the permit', () =>
    assert.deepEqual(
      checkApplication(aPrivateForm(), ['business-licence', 'bank-card', 'id-front', 'id-back'], today),
      [],
    ))
  test('of a partner, who has no lot', () => {
    const { lotName, lotCity, lotAddress, spaces, lanes, ...partner } = aForm({ kind: 'partner' })
    assert.deepEqual(checkApplication(partner, papers, today), [])
  })
  test('of an administrator, with the legal person beside it', () => {
    const legal = {
      legalName: '张建国',
      legalId: '11010519491231002X',
      legalIdFrom: '2015-01-01',
      legalIdUntil: 'long-term',
    }
    const form = aForm({ applicantRole: 'administrator', ...legal })
    const more = ['legal-id-front', 'legal-id-back', 'authorisation'] as const
    assert.deepEqual(checkApplication(form, [...papers, ...more], today), [])
    assert.deepEqual(
      checkApplication(form, papers, today).map(({ field }) => field),
      more.map((paper) => `papers/${paper}`),
    )
  })
})

describe('what is asked for', () => {
  test('an empty form lacks every field and every paper of a business, in order', () => {
    const found = checkApplication({}, [], today)
    assert.ok(found.every(({ rule }) => rule === 'missing'))
    assert.deepEqual(
      found.map(({ field }) => field),
      [...fieldsFor({}), ...papersFor({}).map((paper) => `papers/${paper}`)],
    )
  })
  test('the papers by account', () => {
    assert.deepEqual(papersFor({ accountKind: 'corporate' }), [
      'business-licence',
      'opening-permit',
      'id-front',
      'id-back',
    ])
    assert.deepEqual(papersFor({ accountKind: 'private' }), ['business-licence', 'bank-card', 'id-front', 'id-back'])
  })
})

describe('what is wrong with a field', () => {
  const table: [FormField, Draft, Rule, string][] = [
    ['applicantName', { applicantName: '李' }, 'not-a-name', 'a name has two characters at least'],
    ['applicantName', { applicantName: '李伟<b>' }, 'not-a-name', 'and no brackets'],
    ['applicantId', { applicantId: '440303199003071234' }, 'check-character', 'a digit is wrong'],
    ['applicantId', { applicantId: '440303199002301233' }, 'birth-date', 'no such birthday'],
    ['applicantRole', { applicantRole: 'card-holder' }, 'not-this-role', 'a business is signed for'],
    ['idUntil', { idUntil: '2026-11-28' }, 'expired', 'the card ended yesterday'],
    ['idUntil', { idFrom: '2026-11-01', idUntil: '2026-11-31' }, 'not-a-day', 'November has 30 days'],
    ['idFrom', { idFrom: '2027-01-01' }, 'in-the-future', 'the card is not there yet'],
    ['email', { email: 'liwei' }, 'not-an-email', ''],
    ['creditCode', { creditCode: '91440300MA5DA1232C' }, 'check-character', ''],
    ['bankBranch', { bankBranch: '中国工商银行' }, 'no-branch', 'which branch?'],
    ['bankCity', { bankCity: '440000' }, 'no-such-city', 'a province is no city'],
    ['cardNumber', { cardNumber: '1234567' }, 'not-an-account', ''],
    ['cardHolder', { cardHolder: '李伟' }, 'not-the-business', "a business's account is the business's"],
    ['bankPhone', { bankPhone: '075512345678' }, 'not-a-mobile', 'a bank sends messages to it'],
    ['adminPhone', { adminPhone: '12012345678' }, 'not-a-mobile', ''],
    ['lotName', { lotName: '园' }, 'too-short', ''],
    ['lotName', { lotName: '园'.repeat(61) }, 'too-long', ''],
    ['lotNumber', { lotNumber: 10_000_000 }, 'whole-number', 'a lot has seven digits at most'],
    ['lotAddress', { lotAddress: '深圳' }, 'too-short', 'the full address'],
    ['spaces', { spaces: 0 }, 'whole-number', ''],
    ['spaces', { spaces: 1.5 }, 'whole-number', ''],
    ['filedPhone', { filedPhone: '12345' }, 'not-a-phone', ''],
    ['filedOn', { filedOn: '2026-11-30' }, 'in-the-future', ''],
    ['lanes', { lanes: [] }, 'missing', 'a lot has a lane'],
  ]
  for (const [field, told, rule, because] of table)
    test(`${field} ${JSON.stringify(told).slice(0, 60)}: ${rule} ${because}`, () =>
      assert.deepEqual(checkField({ ...aForm(), ...told }, field, today), [{ field, rule }]))

  test('a lot number that nobody wishes for is no mistake', () =>
    assert.deepEqual(checkApplication({ ...aForm(), lotNumber: undefined } as unknown as Draft, papers, today), []))
  test('the holder of a private card is the applicant, and its branch of its bank', () => {
    assert.deepEqual(checkField(aPrivateForm({ cardHolder: '王芳' }), 'cardHolder', today), [
      { field: 'cardHolder', rule: 'not-the-applicant' },
    ])
    assert.deepEqual(checkField(aPrivateForm({ bankBranch: '中国银行深圳福田支行' }), 'bankBranch', today), [
      { field: 'bankBranch', rule: 'other-bank' },
    ])
  })
  test('wide and narrow brackets are the same name', () => {
    const form = aForm({ businessName: '阳光（深圳）物业有限公司', cardHolder: '阳光(深圳)物业有限公司' })
    assert.deepEqual(checkField(form, 'cardHolder', today), [])
  })
  test('lanes: each with a number of its own, a name and a direction', () => {
    const lanes = [
      { number: 1, name: '东门', direction: 'entry' },
      { number: 1, name: ' ', direction: 'through' },
    ] as unknown as ApplicationForm['lanes']
    assert.deepEqual(checkField(aForm({ lanes }), 'lanes', today), [
      { field: 'lanes/1/number', rule: 'twice' },
      { field: 'lanes/1/name', rule: 'missing' },
      { field: 'lanes/1/direction', rule: 'one-of' },
    ])
  })
})

describe('the one spelling', () => {
  test('wide digits, groups and small letters are typed by people', () =>
    assert.deepEqual(
      tidyDraft({
        ...{
          applicantId: '110105 19491231 002x',
          creditCode: ' 9144 0300 7152 6726xg',
          bankPhone: '+86 139-1234-5678',
        },
        ...{ cardNumber: '６２２２ 0240 0000 0009', lotName: ' 阳光花园 ', spaces: 12 },
      }),
      {
        ...{ applicantId: '11010519491231002X', creditCode: '9144030071526726XG', bankPhone: '13912345678' },
        ...{ cardNumber: '6222024000000009', lotName: '阳光花园', spaces: 12 },
      },
    ))
  test('tidying twice is tidying once, and what may be handed in still may', () =>
    fc.assert(
      fc.property(
        fc.record({ applicantId: fc.string(), bankBranch: fc.string(), lotName: fc.string(), bankPhone: fc.string() }),
        (draft) => {
          assert.deepEqual(tidyDraft(tidyDraft(draft)), tidyDraft(draft))
          assert.deepEqual(checkApplication(tidyDraft(aForm()), papers, today), [])
        },
      ),
    ))
})
