import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { buildConsole } from '@lanepay/app-console/build.ts'
import { aPhotograph } from '@lanepay/cloud/application/picture.testing.ts'
import { offerCode } from '@lanepay/cloud/enrol/enrol.ts'
import { signedInAs } from '@lanepay/cloud/staff/staff.testing.ts'
import { aForm } from '@lanepay/domain/applicant/form.fixtures.ts'
import { startAgent } from '@lanepay/lanepay/agent.ts'
import { codesOf } from '@lanepay/lanepay/lot.ts'
import { startLaneSimulator } from '@lanepay/simulator-camera/lane.ts'
import { freePort } from '@lanepay/simulator-wire/free-port.testing.ts'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { houseKey, type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/*
 * From an empty form on a telephone to a lot whose exit takes money: the applicant, the reviewer, WeChat Pay, the
 * first manager, the box, a driver.
 */

let road: Road
let browser: Browser
const closing: (() => unknown)[] = []
before(async () => {
  const built = await buildConsole(join(tmpdir(), 'lanepay-console-of-tests'))
  ;[road, browser] = await Promise.all([startRoad({ console: built, wechatpay: 'partner' }), launchBrowser()])
})
after(async () => {
  for (const end of closing.splice(0).reverse()) await end()
  await browser?.close()
  await road?.close()
})

async function openPage(width: number, cookie?: string): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 844 },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
  })
  context.setDefaultTimeout(120_000)
  const [name = '', value = ''] = (cookie ?? '').split('=', 2)
  if (cookie) await context.addCookies([{ name, value, url: road.publicUrl, httpOnly: true, sameSite: 'Lax' }])
  const page = await context.newPage()
  page.on('pageerror', ({ message }) => closing.push(() => assert.fail(`a page threw: ${message}`)))
  return page
}

const lotNumber = 4343
const form = aForm({ lotNumber, filedOn: new Date().toISOString().slice(0, 10) })
const typed: readonly (readonly [label: string, value: string])[] = [
  ['申请人姓名', form.applicantName],
  ['身份证有效期起', form.idFrom],
  ['身份证地址', form.idAddress],
  ['电子邮箱', form.email],
  ['营业执照名称', form.businessName],
  ['统一社会信用代码', form.creditCode],
  ['开户名', form.cardHolder],
  ['银行账号/卡号', form.cardNumber],
  ['开户支行全称', form.bankBranch],
  ['银行预留手机号', form.bankPhone],
  ['车场管理员手机号', form.adminPhone],
  ['车场名称', form.lotName],
  ['车场编号（选填）', String(lotNumber)],
  ['车场详细地址', form.lotAddress],
  ['车位数', String(form.spaces)],
  ['申请人签字', form.filedBy],
  ['经办人', form.handler],
  ['联系电话', form.filedPhone],
  ['申请日期', form.filedOn],
]

async function applies(page: Page): Promise<void> {
  await page.goto(`${road.publicUrl}/console/apply`)
  await page.getByRole('button', { name: '开始申请' }).click()
  await page.getByText('请保存这个链接').waitFor()
  const box = (label: string) => page.getByLabel(label, { exact: true })
  await box('账户类型').selectOption('corporate')
  await box('申请人身份').selectOption('legal-person')
  // A wrong digit is said beside the field while it is typed.
  await box('申请人身份证号').fill('440303199003071234')
  await page.getByText('最后一位校验不符，请逐位核对。').waitFor()
  await box('申请人身份证号').fill(form.applicantId)
  await page.getByText('最后一位校验不符，请逐位核对。').waitFor({ state: 'detached' })
  await page.getByRole('checkbox', { name: '长期有效' }).first().check()
  for (const [label, value] of typed) await box(label).fill(value)
  for (const label of ['开户支行所在城市', '车场所在城市']) await box(label).fill('深圳')
  await box('通道名称').fill('东门入口')
  await page.getByRole('button', { name: '增加通道' }).click()
  await box('通道名称').nth(1).fill('东门出口')
  // What was typed is kept by itself, and there for whoever comes back with the link: masked.
  await page.getByText('已保存', { exact: true }).waitFor()
  await page.reload()
  await page.getByText('已填写 440****33', { exact: false }).waitFor()
  await page.getByRole('button', { name: '提交申请' }).click()
  await page.getByText('还有 4 处需要填写或修改：').waitFor()
  const buffer = await aPhotograph({ width: 900, height: 600, orientation: 6 })
  for (const [at, name] of ['营业执照', '开户许可证', '申请人身份证人像面', '申请人身份证国徽面'].entries()) {
    // Whatever a telephone calls it: what is in it counts.
    await box(name).setInputFiles({ name: `IMG_${at}.pdf`, mimeType: 'application/pdf', buffer })
    await until(
      `${at + 1} papers are there`,
      async () => (await page.getByText('已上传', { exact: false }).count()) === at + 1,
    )
  }
  for (const name of ['车场入口照片', '车场内景照片'])
    await box(name).setInputFiles({ name: 'lot.jpg', mimeType: 'image/jpeg', buffer })
  await until('6 papers are there', async () => (await page.getByText('已上传', { exact: false }).count()) === 6)
  await page.getByRole('button', { name: '提交申请' }).click()
  await page.getByText('正在排队等待审核。').waitFor()
}

async function reviews(page: Page): Promise<void> {
  await page.goto(`${road.publicUrl}/console/applications`)
  await page.getByRole('row', { name: new RegExp(form.lotName) }).press('Enter')
  await page.getByRole('button', { name: '接手审核' }).click()
  const list = page.getByRole('region', { name: '核对清单' })
  await list.waitFor()
  await page.getByRole('button', { name: '营业执照: 打开' }).click()
  await until('the paper is seen', () =>
    page
      .locator('.lp-picture img')
      .evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth > 0),
  )
  await page.getByRole('button', { name: '查看完整资料' }).click()
  await page.getByText(form.applicantId).waitFor()
  for (const check of await list.getByRole('checkbox').all()) await check.check()
  await list.getByRole('checkbox', { name: '支付宝' }).uncheck()
  await list.getByRole('button', { name: '审核通过' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '审核通过' }).click()
  await page.getByText(/^(?:车场已开通，正在提交支付渠道|支付渠道正在审核)/).waitFor()
}

/** At the channel: it looks at what it was sent, has it signed, and is live. Minutes and hours go by. */
async function signs(page: Page): Promise<void> {
  const stateIs = (state: string) =>
    until(
      `the channel says ${state}`,
      async () => {
        road.pass(60_000)
        const [row] = await road.rows<{ state: string; sign_url: string | null }>(
          'select state, sign_url from application_channel',
        )
        return row?.state === state ? row : null
      },
      undefined,
      1_000,
    )
  const { sign_url } = await stateIs('to-sign')
  await page.reload()
  await page.getByText('请管理员用对应的钱包扫码签约。').waitFor()
  await page.getByRole('img', { name: '请管理员扫码签约' }).waitFor()
  assert.equal((await fetch(sign_url!, { method: 'POST' })).status, 200)
  road.pass(3_600_000)
  await stateIs('live')
  await page.reload()
  await page.getByText('可以收款了。').waitFor()
}

async function setsPassword(page: Page): Promise<void> {
  await page.reload()
  await page.getByText(`lot-${lotNumber}`).waitFor()
  await page.getByRole('button', { name: '设置管理员密码' }).click()
  await page.getByLabel('新密码').fill('correct horse battery')
  await page.getByLabel('再输一次').fill('correct horse battery')
  await page.getByRole('button', { name: '设置', exact: true }).click()
  await page.getByRole('link', { name: '去登录' }).click()
  await page.getByLabel('账号').fill(`lot-${lotNumber}`)
  await page.getByLabel('密码').fill('correct horse battery')
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByRole('button', { name: '登录' }).waitFor({ state: 'detached' })
  await page.locator('h1').waitFor()
}

/** The box of the new lot, enrolled by a one-time code, with cameras and arms at its two lanes. */
async function opens(bucket: number) {
  const { database, clock, plan } = road
  const offered = await offerCode({ database, clock, houseKey: Buffer.from(houseKey) }, lotNumber, false)
  assert.ok(offered.ok)
  const agentKey = randomBytes(32).toString('base64url')
  const enrolled = await fetch(`${road.publicUrl}/api/agent/enrol`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ code: offered.value.code, agentKey, name: 'the box of the new lot' }),
  })
  assert.equal(enrolled.status, 200, await enrolled.clone().text())
  const cameraPort = await freePort()
  const agent = await startAgent(
    { ...plan, bucket, number: lotNumber, agentSecret: agentKey, cameraPort },
    { dir: join(road.home, 'agent-of-the-new-lot'), clock, log: () => {} },
  )
  closing.push(() => agent.close())
  const lane = async (id: number, direction: string) => {
    const simulated = await startLaneSimulator({
      ...{ serial: `road-${direction}`, clock, board: 'fk' },
      agentUrl: `http://127.0.0.1:${cameraPort}/camera/${id}?key=${encodeURIComponent(plan.cameraKey!)}`,
      timing: { pollMs: 20, resendMs: 200, raiseMs: 50, lowerMs: 50, passMs: 50, storedMs: 200, lostMs: 100 },
    })
    closing.push(() => simulated.close())
    return simulated
  }
  return { entry: await lane(1, 'entry'), exit: await lane(2, 'exit') }
}

test('an empty form becomes a lot that takes a payment', async () => {
  const applicant = await openPage(390)
  await applies(applicant)
  const { cookie } = await signedInAs(road.database, road.clock.now(), { role: 'reviewer', houseKey })
  await reviews(await openPage(1280, cookie))
  await signs(applicant)
  await setsPassword(applicant)

  const [lot] = await road.rows<{ bucket: number; operator_id: string }>(
    'select bucket, operator_id from lot where lot_id = $1',
    [lotNumber],
  )
  assert.ok(lot)
  const lanes = form.lanes.map(({ number, name, direction }) => ({ id: number, name, direction }))
  const { entry, exit } = await opens(lot.bucket)
  const code = codesOf({ bucket: lot.bucket, number: lotNumber, lanes }, road.publicUrl, houseKey)
    .find(({ kind }) => kind === 'exit')!
    .url.split('/')
    .at(-1)!
  const driver = road.phone('the first driver')
  await until('the new lot is on line', async () => (await driver.view(code)).body.lotOnline)

  const car = { plateText: '粤B54321', colour: 'blue' } as const
  entry.vehicleArrives(car)
  await until('the entry opens', () => entry.state().arm === 'up')
  entry.vehicleDrivesThrough()
  await until('the cloud knows the stay', async () => {
    const [stay] = await road.rows(
      "select 1 from session s join lane_occupancy o on o.bucket = s.bucket and o.lot_id = s.lot_id and o.session_id = s.id where s.lot_id = $1 and s.state = 'inside' and o.ended_at is not null",
      [lotNumber],
    )
    return stay !== undefined
  })
  road.pass(3_600_000)
  exit.vehicleArrives(car)
  await until('it stands at the exit', async () => {
    const [standing] = await road.rows(
      'select 1 from lane_occupancy where lot_id = $1 and lane_id = 2 and ended_at is null',
      [lotNumber],
    )
    return standing !== undefined
  })
  await driver.scan(`${road.publicUrl}/p/${code}`)
  const quoted = await driver.quote(code)
  assert.ok(quoted.body.quote, JSON.stringify(quoted.body))
  const paying = await driver.pay(code, quoted.body.quote)
  assert.equal(paying.status, 200, JSON.stringify(paying.body))
  await driver.payInWallet(paying.body.sheet)
  await until('the exit opens', () => exit.state().arm === 'up')
  exit.vehicleDrivesThrough()
  const [paid] = await until('the payment is in the books of the new operator', async () => {
    const found = await road.rows<{ operator_id: string; amount_fen: number }>(
      "select operator_id, amount_fen from payment where lot_id = $1 and state = 'paid'",
      [lotNumber],
    )
    return found.length > 0 ? found : null
  })
  assert.deepEqual([paid!.operator_id, paid!.amount_fen > 0], [lot.operator_id, true])
  await road.settled()
  await road.audit()
})
