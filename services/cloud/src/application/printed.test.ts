import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { aForm } from '@lanepay/domain/applicant/form.fixtures.ts'
import { readPdf, textOf } from '@lanepay/print/read.testing.ts'
import { printApplication } from './printed.ts'

const at = Date.parse('2026-11-29T10:00:00+08:00')
const told = { id: '385235807620861952', papers: ['business-licence', 'id-front'], at } as const

describe('the printed form', () => {
  test('holds every field whole, each lane, and which papers are there', async () => {
    const text = readPdf(await printApplication(aForm(), { ...told, language: 'zh' }))
      .map(textOf)
      .join('\n')
    for (const written of [
      ...['停车场收费服务进件申请表', '385235807620861952', '李伟', '440303199003071233', '91440300MA5DA1232B'],
      ...['4000022209200123456', '中国工商银行深圳福田支行', '广东省深圳市', '13912345678', '对公账户', '法定代表人'],
      ...['东门入口 · 入口', '东门出口 · 出口', '营业执照已上传', '开户许可证未上传', '加盖公章', '2026-11-29'],
    ])
      assert.ok(text.includes(written), written)
  })
  test('in English, with what was typed as it was typed', async () => {
    const text = readPdf(await printApplication(aForm(), { ...told, language: 'en' }))
      .map(textOf)
      .join('\n')
    for (const written of [
      'Application for a parking lot',
      'corporate account',
      '深圳市阳光物业管理有限公司',
      'uploaded',
    ])
      assert.ok(text.includes(written), written)
  })
  test('with fifty lanes goes on on further pages, and nothing runs over the edge', async () => {
    const lanes = Array.from({ length: 50 }, (_, at) => ({
      number: at + 1,
      name: `通道 ${at + 1}`,
      direction: 'both' as const,
    }))
    const read = readPdf(await printApplication(aForm({ lanes }), { ...told, language: 'zh' }))
    assert.ok(read.length > 2, String(read.length))
    for (const page of read)
      for (const { text, x, y } of page.written) assert.ok(x >= 0 && x < page.width && y > 0 && y < page.height, text)
    assert.ok(read.map(textOf).join('').includes('通道 50'))
  })
  test('of a partner has no lot, and a rare character of a name stands there as its number where our fonts have none', async () => {
    const form = aForm({ kind: 'partner', applicantName: '王\u{30EDE}' })
    const text = readPdf(await printApplication(form, { ...told, language: 'zh' }))
      .map(textOf)
      .join('')
    assert.ok(!text.includes('车场名称'))
    assert.ok(text.includes('王[U+30EDE]'))
  })
})
