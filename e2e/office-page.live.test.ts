import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browser, road } from './kit/office.ts'
import { person } from './kit/person.ts'
import { lotPlan } from './kit/road.ts'
import { until } from './kit/until.ts'

/*
 * A driver at the exit says that he came later. In the office somebody finds the stay by a part of the plate, puts the entry right, sees the
 * fee go down, opens from afar with a reason, and reads all of it in the story; then makes a code for a new box, and is told of the take-over.
 */

const beijing = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 19)

test('an office puts a stay right and lets its driver out', async () => {
  const session = await road.park('粤BD8K21')
  road.pass(170 * 60_000)
  await road.toExit('粤BD8K21')
  const [{ entered }] = (await road.rows<{ entered: Date }>('select entered_at as entered from session where id = $1', [
    session,
  ])) as [{ entered: Date }]

  const page = await person(road, browser, 'manager')
  await page.goto(`${road.publicUrl}/console/sessions`)
  await page.getByRole('searchbox', { name: '车牌（可以只填一部分）' }).fill('d8k')
  await page.getByRole('button', { name: '查找' }).click()
  await page.getByRole('row').filter({ hasText: '粤B·D8K21' }).click()
  await page.getByRole('heading', { level: 1, name: '停车 粤B·D8K21' }).waitFor()
  const owes = (fen: number) => page.locator(`[data-owed="${fen}"]`).waitFor()
  await owes(1500)

  const reason = async (text: string, sure: string) => {
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('原因（会留在操作记录里）').fill(text)
    await dialog.getByRole('button', { name: sure, exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
  }
  await page.getByRole('button', { name: '更正', exact: true }).click()
  await page.getByLabel('入场时间（北京时间）').fill(beijing(entered.getTime() + 2 * 3_600_000))
  await reason('看了录像，车是后来才进的', '更正')
  await page.getByText('车场已执行。').waitFor()
  await owes(500)

  await page.getByRole('button', { name: '远程开闸', exact: true }).click()
  await reason('业主急事，先放行', '远程开闸')
  await page.getByText('闸已打开。').waitFor()
  await road.driveOut()
  await until('the cloud knows that it left', async () => {
    const [row] = await road.rows<{ state: string }>('select state from session where id = $1', [session])
    return row?.state === 'left'
  })
  await page.reload()
  const story = page.getByRole('region', { name: '全部经过' })
  for (const row of [
    /入场.*1 号 入口/,
    /更正.*看了录像，车是后来才进的/,
    /给车场的指令.*远程开闸.*业主急事，先放行/,
    /开闸.*2 号 出口.*业主急事，先放行/,
    /操作记录.*远程开闸.*业主急事，先放行/,
    /离场.*2 号 出口.*欠费放行.*¥5\.00/,
  ])
    await story.getByRole('row').filter({ hasText: row }).first().waitFor()
  await page.getByRole('button', { name: /看图片: 出口/ }).click()
  await page.getByRole('img', { name: /图片：出口/ }).waitFor()

  await page.goto(`${road.publicUrl}/console/lots/${lotPlan.number}`)
  await page.getByText('在线', { exact: true }).waitFor()
  const devices = page.getByRole('region', { name: '设备', exact: true })
  await devices.getByRole('row').filter({ hasText: 'road-exit' }).waitFor()
  await page.getByRole('button', { name: '生成注册码' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('这个车场已经有主机').waitFor()
  assert.equal(
    await dialog.getByRole('button', { name: '生成', exact: true }).isDisabled(),
    true,
    'not before the take-over is said',
  )
  await dialog.getByRole('checkbox').check()
  await dialog.getByRole('button', { name: '生成', exact: true }).click()
  assert.match((await dialog.locator('.lp-code').textContent()) ?? '', /^\w{4}-\w{4}-\w{4}$/)
  await road.settled()
  await road.audit()
})

test('a lot that the platform has suspended says so to who runs it, with since when and why', async () => {
  await road.rows(`update lot set suspended_at = now(), suspended_because = '营业执照被吊销'`)
  const page = await person(road, browser, 'manager')
  await page.goto(`${road.publicUrl}/console/`)
  const told = page.getByRole('alert').filter({ hasText: '营业执照被吊销' })
  await told.getByRole('link', { name: /被平台暂停/ }).click()
  await page.getByRole('heading', { level: 1, name: `${lotPlan.number} ${lotPlan.name}` }).waitFor()
  await told.filter({ hasText: '平台已暂停这个车场' }).waitFor()
  await road.rows('update lot set suspended_at = null, suspended_because = null')
})
