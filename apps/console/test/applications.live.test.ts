import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { keyOf } from '@lanepay/cloud/application/place.ts'
import { holds, type Office, picture, settled, sights, startOffice } from './office.ts'
import { anApplication, aReviewer } from './rows/application.ts'

/* The pages of an application, in the states that the walk over all pages does not come by: what the applicant sees, and the reviewer's desk. */

let office: Office
before(async () => {
  office = await startOffice()
})
after(() => office?.close())

const mend = [
  { field: 'papers/id-front', reason: 'unreadable', note: '' },
  { field: 'bankBranch', reason: 'other', note: '与许可证不一致 <img src=x onerror=alert(1)>' },
]

describe('what the applicant sees', () => {
  for (const sight of sights)
    test(`in ${sight.language}, ${sight.theme}, ${sight.width} wide`, async () => {
      const { context, page, complaints } = await office.sits({ role: null }, sight)
      const draft = await anApplication(office, { submitted: false })
      const returned = await anApplication(office)
      const reviewer = await aReviewer(office)
      const desk = `/api/platform/applications/${returned.id}`
      await reviewer.ask('POST', `${desk}/take`, {})
      await reviewer.ask('POST', `${desk}/return`, { mend })
      const handedIn = await anApplication(office)
      for (const [name, link] of [
        ['apply-draft', draft.link],
        ['apply-returned', returned.link],
        ['apply-submitted', handedIn.link],
        ['apply-unknown', `1.${'A'.repeat(43)}`],
      ] as const) {
        await page.goto(`${office.url}/apply#${link}`)
        await settled(page)
        await picture(page, name, sight)
        await holds(page, sight, name)
      }
      assert.deepEqual(complaints, [])
      await context.close()
    })
})

describe('the branch of a bank', () => {
  const names = ['中国工商银行股份有限公司深圳福田支行', '中国工商银行股份有限公司深圳福田中心区支行']
  before(async () => {
    const text = 'insert into bank_branch (name) select unnest($1::text[])'
    await office.cloud.data.database.reference.query({ name: 'put-branches-of-this-test', text }, [names])
  })
  for (const [kind, language, theme] of [
    ['operator', 'en', 'light'],
    ['partner', 'zh', 'dark'],
  ] as const)
    test(`in the form of ${kind}s, in ${language}, ${theme}, 320 wide`, async () => {
      const sight = { language, theme, width: 320 }
      const { context, page, complaints } = await office.sits({ role: null }, sight)
      const draft = await anApplication(office, { submitted: false })
      await page.goto(`${office.url}/apply#${draft.link}`)
      await settled(page)
      const zh = sight.language === 'zh'
      const box = (name: string) => page.getByLabel(name, { exact: true })
      await box(zh ? '申请类型' : 'Applies as').selectOption(kind)
      // Among 340 cities by what one knows of it.
      const city = page.getByRole('combobox', { name: zh ? '开户支行所在城市' : 'City of the branch' })
      await city.fill('深')
      await page.getByRole('option', { name: '广东省 深圳市' }).waitFor({ state: 'attached' })
      await city.press('ArrowDown')
      await city.press('Enter')
      assert.equal(await city.inputValue(), '广东省 深圳市')
      const branch = page.getByRole('combobox', { name: zh ? '开户支行全称' : 'Full name of the bank branch' })
      await branch.fill('工商银行福田')
      await page.getByRole('option', { name: names[1]! }).waitFor({ state: 'attached' })
      await page.locator('.lp-search-name').filter({ hasText: names[1]! }).first().waitFor()
      await picture(page, `apply-branch-${kind}`, sight)
      await holds(page, sight, `the branch of a ${kind}`)
      // By the keyboard alone: the names stand in order.
      await branch.press('ArrowDown')
      await branch.press('ArrowDown')
      await branch.press('Enter')
      assert.ok(names.includes(await branch.inputValue()))
      // Whoever knows it better types it.
      await branch.fill('中国农业银行深圳新开支行')
      await branch.press('Tab')
      assert.equal(await branch.inputValue(), '中国农业银行深圳新开支行')
      await page.getByText(zh ? '已保存' : 'Kept', { exact: true }).waitFor()
      assert.deepEqual(complaints, [])
      await context.close()
    })
})

/** A picture as an old scanner writes it: 640 by 480, three bytes a point. */
function aBitmap(): Buffer {
  const [width, height, head] = [640, 480, 54]
  const bitmap = Buffer.alloc(head + width * height * 3)
  bitmap.write('BM')
  for (const [at, value] of [
    [2, bitmap.length],
    [10, head],
    [14, 40],
    [18, width],
    [22, height],
  ] as const)
    bitmap.writeUInt32LE(value, at)
  bitmap.writeUInt16LE(1, 26)
  bitmap.writeUInt16LE(24, 28)
  for (let at = head; at < bitmap.length; at++) bitmap[at] = (at * (at >> 8)) & 0xff
  return bitmap
}

describe('a photograph out of a file', () => {
  // One application for all: from one address only so many are begun in an hour.
  let draft: Awaited<ReturnType<typeof anApplication>>
  before(async () => {
    draft = await anApplication(office, { submitted: false })
  })
  const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic and the rest', 'latin1')
  for (const sight of [sights[0]!, sights[3]!])
    test(`of an iPhone is asked for as JPEG, and where HEIC comes all the same it is said what to do, in ${sight.language}`, async () => {
      const { context, page, complaints } = await office.sits({ role: null }, sight)
      await page.goto(`${office.url}/apply#${draft.link}`)
      await settled(page)
      const zh = sight.language === 'zh'
      const input = page.getByLabel(zh ? '车场入口照片' : 'Photograph of the entrance', { exact: true })
      // The first is what an iPhone turns its photographs into, for HEIC is not among them.
      assert.match((await input.getAttribute('accept')) ?? '', /^image\/jpeg,image\/png,(?!.*hei[cf])/)
      await input.setInputFiles({ name: 'IMG_0001.HEIC', mimeType: 'image/heic', buffer: heic })
      const said = page.getByRole('alert').filter({ hasText: 'HEIC' })
      await said
        .filter({
          hasText: zh ? '从“照片图库”选这张照片，会自动转成 JPG' : 'choose the photograph from the Photo Library',
        })
        .waitFor()
      await said.filter({ hasText: zh ? '另存为 JPG 再上传' : 'save it as JPEG' }).waitFor()
      await holds(page, sight, 'a paper that is HEIC')
      assert.deepEqual(complaints, [])
      await context.close()
    })

  test('becomes a JPEG before it is sent, where the browser reads what the cloud does not take', async () => {
    const { context, page, complaints } = await office.sits({ role: null })
    await page.goto(`${office.url}/apply#${draft.link}`)
    await settled(page)
    const input = page.getByLabel('车场入口照片', { exact: true })
    await input.setInputFiles({ name: 'scan.bmp', mimeType: 'image/bmp', buffer: aBitmap() })
    await page.locator('[data-place="papers/lot-entrance"]').getByText('已上传').waitFor()
    assert.deepEqual(complaints, [])
    await context.close()
  })
})

describe("the reviewer's desk", () => {
  for (const sight of sights)
    test(`in ${sight.language}, ${sight.theme}, ${sight.width} wide`, async () => {
      const { context, page, complaints } = await office.sits({ role: 'reviewer' }, sight)
      const { id } = await anApplication(office)
      await page.goto(`${office.url}/applications?state=submitted`)
      await settled(page)
      await picture(page, 'applications', sight)
      await holds(page, sight, 'the queue')
      await page.goto(`${office.url}/applications/${id}`)
      await settled(page)
      await page.getByRole('button', { name: sight.language === 'zh' ? '接手审核' : 'Take it' }).click()
      await page.getByRole('region', { name: sight.language === 'zh' ? '核对清单' : 'Check list' }).waitFor()
      await page
        .getByRole('button', { name: sight.language === 'zh' ? /身份证人像面: 打开/ : /photograph side: Open/ })
        .click()
      await page.locator('.lp-picture img').waitFor()
      await page.waitForFunction(() =>
        [...document.images].every(({ complete, naturalWidth }) => complete && naturalWidth > 0),
      )
      await page
        .getByRole('checkbox', {
          name: sight.language === 'zh' ? /开户支行全称: 需修改/ : /^Full name of the bank branch: to be mended/,
        })
        .check()
      await picture(page, 'application-desk', sight)
      await holds(page, sight, 'the desk')
      assert.deepEqual(complaints, [])
      await context.close()
    })

  test('writes down a merchant that was opened in the portal of a channel, when it compared every digit', async () => {
    const { id } = await anApplication(office)
    const key = Object.values(keyOf(id))
    const { sql } = office.cloud
    await sql.query(
      `update application set state = 'approved', approved_at = made_at, opened_at = made_at, party = 9 where id = $1`,
      [id],
    )
    await sql.query(
      `insert into application_channel (bucket, lot_id, application_id, channel, state, told_at) values ($1, $2, $3, 'alipay', 'asked', now())`,
      key,
    )
    const { page, context, complaints } = await office.sits({ role: 'platform-admin' })
    await page.goto(`${office.url}/applications/${id}`)
    await page.getByRole('button', { name: '登记商户号' }).click()
    await page.getByLabel('收款账号（PID）').fill('2088123412341234')
    await page.getByLabel(/^原因/).fill('渠道后台已开通')
    await holds(page, sights[0]!, 'writing a merchant down')
    await page.getByRole('button', { name: '登记并开通' }).click()
    await page.getByText('2088123412341234').waitFor()
    const { rows } = await sql.query('select merchant, trouble from application_errand where application_id = $1', [id])
    assert.deepEqual(rows, [{ merchant: { sellerId: '2088123412341234' }, trouble: null }])
    assert.deepEqual(complaints, [])
    await context.close()
  })
})
