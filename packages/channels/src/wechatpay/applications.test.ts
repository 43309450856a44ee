import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import fc from 'fast-check'
import { anApplication, aPhotograph } from '../application-fixtures.ts'
import { type Application, applicationFields } from '../applications.ts'
import { toMendOf } from './application-answers.ts'
import { wechatPayApplications } from './applications.ts'
import type { ApiRequest, Client, Unanswered } from './client.ts'
import type { Failure } from './errors.ts'
import { noon, pemOf, platform, publicKeyId, someSettings } from './fixtures.ts'
import type { Json } from './json.ts'
import { publicRingKey } from './key-ring.ts'
import { mediaRequest, uploadRequest } from './media.ts'
import { decryptField } from './oaep.ts'
import { usualApplicationTerms } from './settings.ts'
import { requestText } from './sign.ts'

const key = publicRingKey({ id: publicKeyId, pem: pemOf(platform.publicKey) })
const mchid = '1900000100'

/** The ability over a client that answers this and keeps what it was asked. */
function applications(answer: Result<Json, Unanswered>, told: { readonly withoutKey?: true } = {}) {
  const asked: ApiRequest[] = []
  const client: Client = async (request) => {
    asked.push(request)
    return answer
  }
  const ability = wechatPayApplications(someSettings({ mode: 'partner', mchid }), usualApplicationTerms, {
    client,
    keys: {
      verify: async () => ok(undefined),
      refresh: async () => true,
      encryptingKey: () => (told.withoutKey ? undefined : key),
    },
    clock: { now: () => noon },
  })
  return { ability, asked, body: () => JSON.parse(asked[0]?.body ?? '') as Json }
}
const failure = (told: Partial<Failure>): Result<Json, Unanswered> =>
  err({ kind: 'failure', failure: { status: 400, code: 'PARAM_ERROR', message: '', requestNumber: null, ...told } })

/** Every text of a request, with what was sealed opened: what WeChat Pay reads. */
function opened(value: unknown): unknown {
  if (typeof value === 'string') {
    const plain = value.length > 300 ? decryptField(platform.privateKey, value) : null
    return plain?.ok ? `sealed ${plain.value}` : value
  }
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(opened)
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, opened(one)]))
}

describe('an upload (wechat-pay.md 18.3)', () => {
  type Case = { readonly id: string; readonly message: string; readonly body: string; readonly fileHex: string }
  const vectors = new URL('../../../../conformance/vectors/wechat-pay.json', import.meta.url)
  const { cases } = JSON.parse(readFileSync(vectors, 'utf8')) as { readonly cases: readonly Case[] }
  const vector = cases.find(({ id }) => id === 'auth-media-upload')!

  test('what is signed is the text of meta, as the vector has it', () => {
    const { filename, sha256 } = JSON.parse(vector.body) as { filename: string; sha256: string }
    const bytes = Buffer.from(vector.fileHex, 'hex')
    assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256)
    const request = uploadRequest({ meta: vector.body, filename, type: 'image/jpeg', bytes })
    const [, , timestamp = '', nonce = ''] = vector.message.split('\n')
    assert.equal(requestText({ ...request, timestamp, nonce }), vector.message)
  })

  test('meta comes first, and says the hash of the file byte for byte', async () => {
    const request = mediaRequest(aPhotograph)
    const form = await new Response(Buffer.from(request.upload!.bytes), {
      headers: { 'content-type': request.upload!.contentType },
    }).formData()
    assert.deepEqual([...form.keys()], ['meta', 'file'])
    const file = form.get('file') as File
    assert.deepEqual(Buffer.from(await file.arrayBuffer()), aPhotograph.bytes)
    const meta = form.get('meta')
    assert.equal(meta instanceof Blob ? await meta.text() : meta, request.body)
    const sha256 = createHash('sha256').update(aPhotograph.bytes).digest('hex')
    assert.deepEqual(JSON.parse(request.body), { filename: file.name, sha256 })
  })

  test('whatever is in the file, the form around it is read back whole', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (noise) => {
        // A file that holds the line the form would be cut by.
        const usual = /boundary=(.+)$/.exec(mediaRequest(aPhotograph).upload!.contentType)![1]
        const bytes = Buffer.concat([noise, Buffer.from(`\r\n--${usual}--\r\n`), noise])
        const { upload } = mediaRequest({ type: 'image/png', bytes })
        const headers = { 'content-type': upload!.contentType }
        const form = await new Response(Buffer.from(upload!.bytes), { headers }).formData()
        assert.deepEqual(Buffer.from(await (form.get('file') as File).arrayBuffer()), bytes)
      }),
      { numRuns: 50 },
    ))
})

describe('an application (wechat-pay.md 18.1)', () => {
  test('a company and its legal person: every field in its place, what is personal sealed, what is unused left out', async () => {
    const { ability, asked, body } = applications(ok({ applyment_id: 2000002124775691 }))
    assert.deepEqual(
      await ability.send(anApplication('a-paper')),
      ok({ state: 'reviewing', channelNo: '2000002124775691' }),
    )
    assert.equal(asked[0]?.path, '/v3/applyment4sub/applyment/')
    assert.equal(asked[0]?.encryptedWith, publicKeyId)
    assert.deepEqual(opened(body()), {
      business_code: '1900000100_70010000000000000000000000000012',
      contact_info: {
        contact_type: 'LEGAL',
        contact_name: 'sealed 李明',
        mobile_phone: 'sealed 13800138000',
        contact_email: 'sealed li.ming@example.com',
      },
      subject_info: {
        subject_type: 'SUBJECT_TYPE_ENTERPRISE',
        business_license_info: {
          license_copy: 'a-paper',
          license_number: '91440300MA5DA1BC2X',
          merchant_name: '深圳市阳光物业管理有限公司',
          legal_person: '李明',
        },
        identity_info: {
          id_doc_type: 'IDENTIFICATION_TYPE_IDCARD',
          owner: true,
          id_card_info: {
            id_card_copy: 'a-paper',
            id_card_national: 'a-paper',
            id_card_name: 'sealed 李明',
            id_card_number: 'sealed 110101199003074290',
            id_card_address: 'sealed 广东省深圳市福田区深南大道1号',
            card_period_begin: '2015-06-01',
            card_period_end: '2035-06-01',
          },
        },
      },
      business_info: {
        merchant_shortname: '阳光花园停车场',
        service_phone: '0755-88888888',
        sales_info: {
          sales_scenes_type: ['SALES_SCENES_STORE'],
          biz_store_info: {
            biz_store_name: '阳光花园停车场',
            biz_address_code: '440300',
            biz_store_address: '深南大道1号',
            store_entrance_pic: ['a-paper'],
            indoor_pic: ['a-paper'],
          },
        },
      },
      settlement_info: { settlement_id: '716', qualification_type: '停车缴费' },
      bank_account_info: {
        bank_account_type: 'BANK_ACCOUNT_TYPE_CORPORATE',
        account_name: 'sealed 深圳市阳光物业管理有限公司',
        account_bank: '工商银行',
        bank_address_code: '440300',
        bank_name: '中国工商银行股份有限公司深圳福田支行',
        account_number: 'sealed 4000023009200112345',
      },
    })
  })

  const administrator = {
    ...{ idNumber: '110101199003074290', idFront: 'front', idBack: 'back', authorisation: 'letter' },
    ...{ idValidFrom: '2020-01-01', idValidUntil: 'long-term' },
  } as const
  const differences: readonly (readonly [
    what: string,
    told: Parameters<typeof anApplication>[1],
    path: string,
    is: unknown,
  ])[] = [
    ['a sole trader', { business: { kind: 'sole-trader' } }, 'subject_info.subject_type', 'SUBJECT_TYPE_INDIVIDUAL'],
    ['a sole trader', { business: { kind: 'sole-trader' } }, 'settlement_info.settlement_id', '719'],
    ['a sole trader', { business: { kind: 'sole-trader' } }, 'subject_info.identity_info.owner', undefined],
    [
      "a person's card",
      { card: { owner: 'person' } },
      'bank_account_info.bank_account_type',
      'BANK_ACCOUNT_TYPE_PERSONAL',
    ],
    [
      'a card without end',
      { legalPerson: { idValidUntil: 'long-term' } },
      'subject_info.identity_info.id_card_info.card_period_end',
      '长期',
    ],
    ['an administrator', { contact: { administrator } }, 'contact_info.contact_type', 'SUPER'],
    ['an administrator', { contact: { administrator } }, 'contact_info.contact_id_number', 'sealed 110101199003074290'],
    ['an administrator', { contact: { administrator } }, 'contact_info.contact_period_end', '长期'],
    ['an administrator', { contact: { administrator } }, 'contact_info.business_authorization_letter', 'letter'],
  ]
  for (const [what, told, path, is] of differences)
    test(`${what}: ${path} is ${is}`, async () => {
      const { ability, body } = applications(ok({ applyment_id: 1 }))
      await ability.send(anApplication('p', told))
      const found = path.split('.').reduce<unknown>((value, name) => (value as Json)[name], opened(body()))
      assert.equal(found, is)
    })

  test('what does not fit under the key is to be mended, by its name, and nothing is sent', async () => {
    const { ability, asked } = applications(ok({}))
    const name = '长'.repeat(72)
    const told = await ability.send(anApplication('p', { card: { holder: name } }))
    assert.deepEqual(told, err({ kind: 'to-mend', toMend: [toMendOf('account_name', '超过 214 字节')] }))
    assert.equal(asked.length, 0)
  })

  test('without a key nothing personal is sent', async () => {
    const { ability, asked } = applications(ok({}), { withoutKey: true })
    const told = await ability.send(anApplication('p'))
    assert.equal(!told.ok && told.error.kind === 'refused' && told.error.code, 'NO_KEY')
    assert.equal(asked.length, 0)
  })
})

describe('what becomes of it (wechat-pay.md 18.2)', () => {
  const code = '1900000100_7'
  const sign = 'https://pay.weixin.qq.com/public/apply4ec_sign/s?applymentId=2&sign=b'
  const said = (state: string, more: Json = {}): Json => ({
    ...{ business_code: code, applyment_id: 2, applyment_state: `APPLYMENT_STATE_${state}`, ...more },
  })
  const reasons = [
    { field: 'id_card_copy', field_name: '身份证人像面照片', reject_reason: '不清晰' },
    { field: '$.business_info.sales_info.biz_store_info.indoor_pic[0]', field_name: '', reject_reason: '无关' },
    { field: 'a_new_field', field_name: '新字段', reject_reason: '缺少' },
  ]
  const toMend = [
    { field: 'legalPerson.idFront', channelField: 'id_card_copy', why: '不清晰' },
    { field: 'lot.inside', channelField: '$.business_info.sales_info.biz_store_info.indoor_pic[0]', why: '无关' },
    { field: null, channelField: 'a_new_field', why: '缺少' },
  ]
  const channelNo = '2'
  const states: readonly (readonly [answer: Json, state: unknown])[] = [
    [said('EDITTING'), { state: 'unknown' }],
    [said('AUDITING'), { state: 'reviewing', channelNo }],
    [said('REJECTED', { audit_detail: reasons }), { state: 'returned', channelNo, toMend }],
    [
      said('REJECTED', { applyment_state_msg: '主体受限' }),
      { state: 'returned', channelNo, toMend: [{ field: null, channelField: '', why: '主体受限' }] },
    ],
    [said('TO_BE_CONFIRMED', { sign_url: sign }), { state: 'to-sign', channelNo, what: 'verify', url: sign }],
    [said('TO_BE_SIGNED', { sign_url: sign }), { state: 'to-sign', channelNo, what: 'sign', url: sign }],
    [said('SIGNING'), { state: 'opening', channelNo }],
    [said('FINISHED', { sub_mchid: '1900013511' }), { state: 'live', channelNo, merchant: { subMchid: '1900013511' } }],
    [said('CANCELED', { applyment_state_msg: '已撤销' }), { state: 'void', channelNo, why: '已撤销' }],
    [said('A_NEW_STATE'), { state: 'reviewing', channelNo }],
    [said('AUDITING', { applyment_id: 2 ** 60 }), { state: 'reviewing', channelNo: null }],
  ]
  for (const [answer, state] of states)
    test(`${answer.applyment_state} is ${(state as { state: string }).state}`, async () => {
      const { ability, asked } = applications(ok(answer))
      assert.deepEqual(await ability.query('7'), ok(state))
      assert.equal(asked[0]?.path, '/v3/applyment4sub/applyment/business_code/1900000100_7')
    })

  const doubtful: readonly Json[] = [
    { ...said('FINISHED', { sub_mchid: '1900013511' }), business_code: '1900000100_8' },
    said('FINISHED'),
    said('TO_BE_SIGNED'),
  ]
  for (const answer of doubtful)
    test(`${JSON.stringify(answer)} decides nothing`, async () => {
      const told = await applications(ok(answer)).ability.query('7')
      assert.equal(!told.ok && told.error.kind, 'unclear')
    })

  test('one that is not there is unknown', async () => {
    const answer = failure({ status: 404, code: 'RESOURCE_NOT_EXISTS' })
    assert.deepEqual(await applications(answer).ability.query('7'), ok({ state: 'unknown' }))
  })
})

describe('refused (wechat-pay.md 3.2, 18.2)', () => {
  const field = '/subject_info/business_license_info/license_number'
  const mend = (field: unknown, channelField: string, why: string) => ({
    kind: 'to-mend',
    toMend: [{ field, channelField, why }],
  })
  const cases: readonly (readonly [what: string, told: Partial<Failure>, error: Json])[] = [
    ['a field', { detail: { field, issue: '格式不正确' } }, mend('business.licenceNumber', field, '格式不正确')],
    [
      'a forbidden word',
      { code: 'INVALID_REQUEST', message: '商户简称包含违规词' },
      mend(null, '', '商户简称包含违规词'),
    ],
    [
      'a paper that is gone',
      { detail: { field: '/x/id_card_copy', issue: '证书图片内容无效' } },
      { kind: 'papers-lost' },
    ],
    [
      'no permission',
      { status: 403, code: 'NO_AUTH', message: 'no' },
      { kind: 'refused', code: 'NO_AUTH', message: 'no', alarm: true },
    ],
    [
      'too often',
      { status: 429, code: 'FREQUENCY_LIMITED', message: '' },
      { kind: 'unclear', code: 'FREQUENCY_LIMITED', message: '' },
    ],
    [
      'trouble',
      { status: 500, code: 'SYSTEM_ERROR', message: '' },
      { kind: 'unclear', code: 'SYSTEM_ERROR', message: '' },
    ],
  ]
  for (const [what, told, error] of cases)
    test(what, async () => {
      assert.deepEqual(await applications(failure(told)).ability.send(anApplication('p')), err(error))
    })

  test('every field of an application has a name at WeChat Pay, but for the one that it works out by itself', () => {
    const names: Readonly<Record<string, string>> = {
      ...{
        'business.kind': 'subject_type',
        'business.name': 'merchant_name',
        'business.shortName': 'merchant_shortname',
      },
      ...{
        'business.licenceNumber': 'license_number',
        'business.licence': 'license_copy',
        'business.address': 'license_address',
      },
      ...{
        'business.validFrom': 'period_begin',
        'business.validUntil': 'period_end',
        'legalPerson.name': 'id_card_name',
      },
      ...{
        'legalPerson.idNumber': 'id_card_number',
        'legalPerson.idAddress': 'id_card_address',
        'legalPerson.idFront': 'id_card_copy',
      },
      ...{ 'legalPerson.idBack': 'id_card_national', 'legalPerson.idValidFrom': 'card_period_begin' },
      ...{
        'legalPerson.idValidUntil': 'card_period_end',
        'contact.name': 'contact_name',
        'contact.phone': 'mobile_phone',
      },
      ...{ 'contact.email': 'contact_email', 'contact.administrator.idNumber': 'contact_id_number' },
      ...{
        'contact.administrator.idFront': 'contact_id_doc_copy',
        'contact.administrator.idBack': 'contact_id_doc_copy_back',
      },
      ...{
        'contact.administrator.idValidFrom': 'contact_period_begin',
        'contact.administrator.idValidUntil': 'contact_period_end',
      },
      ...{
        'contact.administrator.authorisation': 'business_authorization_letter',
        'lot.servicePhone': 'service_phone',
      },
      ...{ 'lot.name': 'biz_store_name', 'lot.areaCode': 'biz_address_code', 'lot.address': 'biz_store_address' },
      ...{ 'lot.entrance': 'store_entrance_pic', 'lot.inside': 'indoor_pic', 'card.owner': 'bank_account_type' },
      ...{ 'card.holder': 'account_name', 'card.number': 'account_number', 'card.bank': 'account_bank' },
      ...{ 'card.branch': 'bank_name', 'card.areaCode': 'bank_address_code' },
    }
    for (const field of applicationFields) assert.equal(toMendOf(names[field] ?? '', '').field, field)
  })
})

describe('another settlement card (wechat-pay.md 18.4)', () => {
  const who = { subMchid: '1900013511' }
  const { card } = anApplication('p') satisfies Application

  test('is asked for with what is personal sealed', async () => {
    const { ability, asked, body } = applications(ok({ application_no: '1023293890001' }))
    assert.deepEqual(await ability.changeCard(who, card), ok({ changeNo: '1023293890001' }))
    assert.equal(asked[0]?.path, '/v3/apply4sub/sub_merchants/1900013511/modify-settlement')
    assert.deepEqual(opened(body()), {
      account_type: 'ACCOUNT_TYPE_BUSINESS',
      account_bank: '工商银行',
      bank_address_code: '440300',
      bank_name: '中国工商银行股份有限公司深圳福田支行',
      account_number: 'sealed 4000023009200112345',
      account_name: 'sealed 深圳市阳光物业管理有限公司',
      modify_mode: 'MODIFY_MODE_ASYNC',
    })
  })

  const results: readonly (readonly [answer: Json, state: Json])[] = [
    [{ verify_result: 'AUDIT_SUCCESS' }, { state: 'done' }],
    [{ verify_result: 'AUDITING' }, { state: 'pending' }],
    [
      { verify_result: 'AUDIT_FAIL', verify_fail_reason: '户名不符' },
      { state: 'refused', why: '户名不符' },
    ],
    [{}, { state: 'pending' }],
  ]
  for (const [answer, state] of results)
    test(`${JSON.stringify(answer)} is ${state.state}`, async () => {
      assert.deepEqual(await applications(ok(answer)).ability.queryCard(who, '1'), ok(state))
    })

  test('which one it is now is told by its end', async () => {
    const { ability } = applications(
      ok({ account_number: '************2345', verify_result: 'VERIFY_FAIL', verify_fail_reason: '户名不符' }),
    )
    assert.deepEqual(await ability.cardIs(who), ok({ ending: '2345', verified: false, why: '户名不符' }))
  })
})
