import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { houseKey } from '@lanepay/cloud/enrol/enrol.testing.ts'
import { openLots } from '@lanepay/cloud/report/report.testing.ts'
import { startHolder } from '@lanepay/cloud/withdrawal/held-card.testing.ts'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { headingOf, holds, type Office, picture, settled, sights, startOffice } from './office.ts'

/* The card of an account whose channel holds it, as its owner changes it in a browser and sees what becomes of it at the channel. */

const clock = new SimulatedClock()
let holder: Awaited<ReturnType<typeof startHolder>>
let office: Office
const tellChannel = () => holder.tell(office.cloud.data.database, houseKey)
before(async () => {
  holder = await startHolder(clock)
  office = await startOffice({ clock, channels: holder.channels })
  const { data, sql } = office.cloud
  await openLots(data.database, [{ bucket: 1, lotId: 4003 }])
  await sql.query('update channel_account set merchant = $1 where account_id = 11', [holder.merchant])
})
after(async () => {
  await office?.close()
  await holder?.close()
})

test('an owner asks for another card, sees it on its way, why the channel refused it, and the next one taken', async () => {
  const { page, complaints } = await office.sits({ role: 'owner', operatorId: '1' })
  const look = async () => {
    await page.goto(`${office.url}/accounts/11/card`)
    await settled(page)
  }
  const status = (text: string) => page.getByRole('status').filter({ hasText: text }).waitFor()
  const askFor = async (number: string) => {
    await page.getByRole('button', { name: '更换银行卡' }).click()
    const dialog = page.getByRole('dialog')
    for (const [label, text] of [
      ['卡号或账号', number],
      ['户名（全称）', '阳光物业有限公司'],
      ['开户银行', '工商银行'],
      ['开户支行', '中国工商银行股份有限公司深圳福田支行'],
      ['开户支行所在城市', '深圳'],
      ['原因', '换了开户行'],
    ] as const)
      await dialog.getByLabel(label, { exact: true }).fill(text)
    await dialog.getByRole('button', { name: '保存', exact: true }).click()
    await status('已申请，马上提交给渠道')
  }
  await look()
  await headingOf(page, { zh: '收款银行卡', en: 'Bank card' }, 'zh').waitFor()
  holder.refusesOnce()
  await askFor('4000023009200112345')
  assert.equal(await page.getByRole('button', { name: '更换银行卡' }).count(), 0, 'not while one is on its way')
  await tellChannel()
  await look()
  await status('渠道正在审核')
  clock.advance(120_000)
  await tellChannel()
  await look()
  await status('银行卡户名与账号不匹配')
  // Whoever looks at no card hears of it as of every alarm.
  await page.goto(`${office.url}/`)
  await page.getByRole('link', { name: '今天有 1 个报警' }).click()
  await page
    .getByRole('row')
    .filter({ hasText: '渠道不同意更换银行卡' })
    .filter({ hasText: 'account 11: 银行卡户名与账号不匹配' })
    .waitFor()
  await look()
  await askFor('4000023009200166666')
  await tellChannel()
  clock.advance(120_000)
  await tellChannel()
  await look()
  await status('已更换')
  await page.getByText('即时提现锁定到').waitFor()
  const rows = page.getByRole('row')
  assert.equal(await rows.filter({ hasText: '渠道不同意' }).count(), 1)
  assert.equal(await rows.filter({ hasText: '6666' }).count(), 1)
  assert.doesNotMatch((await page.locator('main').textContent()) ?? '', /40000230092001|阳光物业有限公司/)
  assert.deepEqual(complaints, [])
})

test('it is read and used by everybody, in every sight', async () => {
  for (const sight of sights) {
    const { page, context, complaints } = await office.sits({ role: 'owner', operatorId: '1' }, sight)
    await page.goto(`${office.url}/accounts/11/card`)
    await settled(page)
    await picture(page, 'held-card', sight)
    await holds(page, sight, 'the card that its channel holds')
    await page.getByRole('button', { name: sight.language === 'zh' ? '更换银行卡' : 'Change the card' }).click()
    await page.getByRole('dialog').locator('form button[type=submit]').waitFor()
    await picture(page, 'dialog-held-card', sight)
    await holds(page, sight, 'the dialog of the card that its channel holds')
    assert.deepEqual(complaints, [])
    await context.close()
  }
})
