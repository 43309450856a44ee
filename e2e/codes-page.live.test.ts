import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { decodePage } from '@lanepay/print/decode.testing.ts'
import { readPdf, textOf } from '@lanepay/print/read.testing.ts'
import QRCode from 'qrcode'
import { browser, road } from './kit/office.ts'
import { person } from './kit/person.ts'
import { lotPlan } from './kit/road.ts'
import { until } from './kit/until.ts'

/*
 * The sticker at the exit is torn. In the office a manager replaces its code and prints the new one; on site somebody walks round with a
 * telephone, finds that the old one still hangs, hangs the new one and finds it right. A driver who scans the old one is told so, and pays
 * with what was printed.
 */

/** A camera that sees the picture which the test holds before it in `window.seen`, as real video. */
const cameraOfTests = `
  navigator.mediaDevices.getUserMedia = async () => {
    const picture = new Image()
    picture.src = window.seen
    await picture.decode()
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 })
    const drawing = canvas.getContext('2d')
    const draw = () => {
      drawing.fillStyle = '#888'
      drawing.fillRect(0, 0, 640, 480)
      drawing.drawImage(picture, 170, 90, 300, 300)
    }
    draw()
    const stream = canvas.captureStream(10)
    const timer = setInterval(draw, 100)
    stream.getTracks()[0].addEventListener('ended', () => clearInterval(timer))
    return stream
  }`

test('a code is replaced, printed, hung, found and paid with', async () => {
  const page = await person(road, browser, 'manager', cameraOfTests)
  const reason = async (text: string, sure: string) => {
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('原因（会留在操作记录里）').fill(text)
    await dialog.getByRole('button', { name: sure, exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
  }
  const old = `${road.publicUrl}/p/${road.code('exit')}`

  await page.goto(`${road.publicUrl}/console/codes`)
  await page.getByRole('row').filter({ hasText: lotPlan.name }).click()
  const exit = page.getByRole('region', { name: '这个车场的码' }).getByRole('row').filter({ hasText: '出口' })
  await exit.filter({ hasText: '第 1 版' }).waitFor()
  await exit.getByRole('button', { name: '更换' }).click()
  await reason('贴纸被撕坏', '更换')
  await exit.filter({ hasText: '第 2 版' }).waitFor()
  await page.getByRole('region', { name: '以前的码' }).getByRole('row').filter({ hasText: '贴纸被撕坏' }).waitFor()

  await page.getByLabel('尺寸').selectOption('sticker')
  await page.getByLabel('哪些码').selectOption('exit-2')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '下载 PDF' }).click(),
  ])
  const [poster] = readPdf(await readFile(await download.path()))
  const printed = decodePage(poster!)
  assert.ok(printed && printed !== old, `${printed}`)
  const number = /\d+-3002-2-\d\d/.exec(textOf(poster!))?.[0]
  assert.ok(number, 'the poster has the check number of the second version')

  await page.getByRole('link', { name: '现场巡查' }).click()
  await page.getByRole('button', { name: '开始巡查' }).click()
  await page.getByRole('button', { name: '核对: 出口 出口' }).click()
  const sees = async (text: string) => {
    await page.evaluate(`window.seen = ${JSON.stringify(await QRCode.toDataURL(text, { margin: 4, scale: 6 }))}`)
    await page.getByRole('button', { name: '打开摄像头扫码' }).click()
  }
  const found = page.getByRole('region', { name: '要核对的位置' }).getByRole('row').filter({ hasText: '出口' })
  await sees(old)
  await found.filter({ hasText: '旧码' }).waitFor()
  await sees('https://evil.example.com/pay')
  await found.filter({ hasText: '不是我们的码' }).filter({ hasText: 'https://evil.example.com/pay' }).waitFor()
  await sees(printed)
  await found.filter({ hasText: '正确' }).waitFor()
  await page.getByRole('button', { name: '核对: 入口 入口' }).click()
  await page.getByRole('button', { name: '这里没有码' }).click()
  await page.getByText('应有 3 处，已看 2 处，正确 1 处。').waitFor()
  await page.getByRole('button', { name: '结束巡查' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '结束巡查' }).click()
  await page.getByText('正确 / 应有: 1 / 3').waitFor()

  await road.park('粤B70001')
  road.pass(3_600_000)
  await road.toExit('粤B70001')
  const driver = road.phone('driver-of-the-torn-sticker')
  const told = await driver.view(road.code('exit'))
  assert.deepEqual(
    [told.status, told.body.error.code, told.body.error.where],
    [410, 'code-replaced', { lot: lotPlan.name, lane: '出口', helpPhone: lotPlan.helpPhone ?? null }],
  )
  assert.equal((await driver.scan(printed)).status, 200)
  const token = printed.split('/').at(-1)!
  const { body: quote } = await driver.quote(token)
  const { body: paying } = await driver.pay(token, quote.quote!)
  await driver.payInWallet(paying.sheet)
  await road.paymentIs(driver, paying.payment, 'paid')
  await road.driveOut()
  await until('the cloud knows that it left', async () => {
    const [row] = await road.rows<{ state: string }>("select state from session where plate = '粤B70001'")
    return row?.state === 'left'
  })
  await road.settled()
  await road.audit()
})
