import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { holds, type Office, picture, settled, sights, startOffice } from './office.ts'

/* An integrator with ten thousand lots: finds one, opens one more, and keeps terms under a name. */

let office: Office
before(async () => {
  office = await startOffice()
  await office.cloud.sql.query(`
    insert into operator (operator_id, name, created_at) select 100 + n, '海滨物业 ' || n, now() from generate_series(1, 500) as n;
    insert into lot (bucket, lot_id, operator_id, name, platform_fee_basis_points, created_at)
    select n % 256, n, 101 + n % 500, '<b>停车场</b> ' || n, 100, now() from generate_series(20001, 30000) as n;
    insert into lot_number (lot_id, bucket) select lot_id, bucket from lot on conflict do nothing;
    insert into channel_account (account_id, operator_id, channel, merchant, channel_fee_basis_points, active)
    values (9001, 101, 'wechatpay', '{"subMchid": "1900000109"}', 38, true);
    insert into channel_health (account_id, good_at, trouble_at, trouble) values (9001, now(), now(), 'NO_AUTH');`)
})
after(() => office?.close())

const pages = [
  '/platform/operators',
  '/platform/operators/101',
  '/platform/lots',
  '/platform/open-lot',
  '/platform/accounts',
  '/platform/templates',
  '/platform/holidays',
]

describe('the pages of an integrator', () => {
  for (const sight of sights)
    test(`in ${sight.language}, ${sight.theme}, ${sight.width} wide`, async () => {
      const { context, page, complaints } = await office.sits({ role: 'platform-admin' }, sight)
      for (const path of pages) {
        await page.goto(office.url + path)
        await settled(page)
        await picture(page, path.slice(1).replaceAll('/', '-'), sight)
        await holds(page, sight, path)
      }
      assert.deepEqual(complaints, [])
      await context.close()
    })

  test('a lot is found by a part of its name, by keyboard, and the address keeps it', async () => {
    const { context, page } = await office.sits({ role: 'support' }, sights[0]!)
    await page.goto(`${office.url}/platform/lots`)
    const find = page.getByLabel('查找')
    await find.fill('> 2777')
    await page.getByText('<b>停车场</b> 27770').waitFor()
    await page.waitForURL(/find=/)
    await page.reload()
    await page.getByText('<b>停车场</b> 27770').waitFor()
    await page.locator('tbody tr').first().focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: '海滨物业' }).waitFor()
    assert.equal(await page.getByRole('button', { name: '再开一个车场' }).count(), 0)
    await context.close()
  })

  test('a lot is opened, after its mistake is said at its field, and its operator shows it', async () => {
    const { context, page } = await office.sits({ role: 'platform-admin' }, sights[0]!)
    await page.goto(`${office.url}/platform/open-lot`)
    await page.getByLabel('运营方名称').fill('新天地物业')
    await page.getByLabel('车场名称').fill('新天地停车场')
    await page.getByLabel('司机求助电话').fill('找人')
    await page.getByLabel('原因').fill('纸质合同')
    await page.getByRole('button', { name: '开通', exact: true }).click()
    await page.locator('.lp-field', { hasText: '司机求助电话' }).getByRole('alert').waitFor()
    await page.getByLabel('司机求助电话').fill('0755-88888888')
    await page.getByRole('button', { name: '开通', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: '运营方 新天地物业' }).waitFor()
    await page.getByText('新天地停车场').waitFor()
    await context.close()
  })

  test('a certificate that ends stands on the front page until it is replaced', async () => {
    const { context, page } = await office.sits({ role: 'platform-admin' }, sights[0]!)
    const now = Date.now()
    const one = { channel: 'wechatpay', whose: 'merchant', serial: '4AB1', validUntil: now + 6.5 * 86_400_000 }
    let certificates: object[] = [{ ...one, state: 'ends-soon' }]
    await page.route('**/api/platform/certificates', (route) => route.fulfill({ json: { now, certificates } }))
    await page.goto(`${office.url}/`)
    await page.getByText('微信支付证书 4AB1 6 天后到期，请更换。').waitFor()
    certificates = [{ ...one, serial: '5CD2', validUntil: now + 400 * 86_400_000, state: 'good' }]
    await page.reload()
    await page.getByRole('heading', { level: 1 }).waitFor()
    await settled(page)
    assert.equal(await page.getByText('4AB1').count(), 0)
    await context.close()
  })

  test('the holidays of the year to come: missing at the desk, copied, put right by their report, and kept', async () => {
    const { context, page } = await office.sits({ role: 'reviewer' }, sights[0]!)
    const year = await page.evaluate(() => new Date().getFullYear())
    await page.goto(`${office.url}/platform/holidays`)
    await page.getByLabel('年份', { exact: true }).selectOption(String(year + 1))
    const text = page.getByLabel('通知全文或表格')
    await text.fill(`元旦：1月1日至3日放假，共3天。\n2月30日放假`)
    await page.getByRole('textbox', { name: '依据' }).fill('国办发明电〔2026〕1号')
    await page.getByRole('button', { name: '核对' }).click()
    await page.getByText('没有这一天').waitFor()
    assert.equal(await page.getByRole('button', { name: '保存' }).count(), 0)
    await text.fill('元旦：1月1日至3日放假，共3天。')
    await page.getByRole('button', { name: '核对' }).click()
    await page.getByText(`放假 ${year + 1}-01-01/${year + 1}-01-03`, { exact: true }).waitFor()
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText('放假安排已保存。').waitFor()
    await page.getByRole('row', { name: `${year + 1} 01-01 – 01-03` }).waitFor()
    await context.close()
  })

  test('terms are kept under a name, and a lot that they are applied to gets the fee', async () => {
    const { context, page } = await office.sits({ role: 'platform-admin' }, sights[0]!)
    await page.goto(`${office.url}/platform/templates`)
    await page.getByRole('button', { name: '新建模板' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('名称').fill('标准')
    await dialog.getByLabel('平台服务费（%）').fill('1.2')
    await dialog.getByRole('button', { name: '保存' }).click()
    await page.getByText('1.2 %, 不含分润').waitFor()
    await page.getByRole('button', { name: '应用到车场' }).click()
    await page.getByRole('dialog').getByLabel('车场编号').fill('20007')
    await page.getByRole('dialog').getByLabel('原因').fill('按合同')
    await page.getByRole('dialog').getByRole('button', { name: '确认' }).click()
    await page.getByText('已应用到车场 20007').first().waitFor()
    const { rows } = await office.cloud.sql.query(
      'select platform_fee_basis_points as fee from lot where lot_id = 20007',
    )
    assert.deepEqual(rows, [{ fee: 120 }])
    await context.close()
  })
})
