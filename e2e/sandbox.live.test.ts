import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { type HouseFolder, houseFolder } from './kit/house.ts'
import type { LanepayProcess } from './kit/process.ts'
import { until } from './kit/until.ts'

/*
 * The sandbox beside the street, from start to end as docs/connect.md says under "Try it": its very command, with what `npm start` prints, what it
 * says to type, and the addresses opened in a browser.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const guide = readFileSync(new URL('../docs/connect.md', import.meta.url), 'utf8')

describe('a software house tries its program against the sandbox', () => {
  let folder: HouseFolder
  let house: LanepayProcess
  let browser: Browser
  let page: Page
  let program: ChildProcess
  let said = ''
  before(async () => {
    folder = await houseFolder()
    ;[house, browser] = await Promise.all([folder.start(), launchBrowser()])
    page = await browser.newPage({ locale: 'zh-CN' })
    page.setDefaultTimeout(120_000)
  })
  after(async () => {
    program?.kill()
    await browser.close()
    await house.end()
    folder.remove()
  })
  const types = (line: string) => program.stdin!.write(`${line}\n`)
  const says = (line: RegExp) => until(`the program says ${line}`, () => line.test(said))
  const opens = async (kind: 'prepay' | 'exit') => {
    const [, address] = new RegExp(`${kind} (http\\S+)`).exec(house.output()) ?? []
    await page.goto(address!)
  }
  const pays = async () => {
    await page.getByRole('button', { name: '支付 ¥5.00' }).click()
    await page.getByTestId('wallet-pay').click()
    await page.getByTestId('wallet-done').click()
  }

  test('the command of the guide, with the key that is printed, connects the example program', async () => {
    const [, command = ''] = /```sh\nnpx node (.+charging-program\.ts .+)\n```/.exec(guide) ?? []
    const [file, address, key, secret] = command.split(' ')
    await until('it is printed', () => /The sandbox: {2}key \S+/.test(house.output()))
    const [, printedKey, printedSecret] = /The sandbox: {2}key (\S+) {2}secret (\S+)/.exec(house.output())!
    assert.deepEqual([key, secret], [printedKey, printedSecret])
    const cloud = address!.replace('7080', folder.env.LANEPAY_HTTP_PORT!)
    program = spawn(process.execPath, [file!, cloud, key!, secret!], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] })
    program.stdout!.on('data', (bytes: Buffer) => {
      said += bytes.toString()
    })
    await says(/^connected to lot 900, /m)
  })

  test('paid inside by the prepay address, the exit is open, and the vehicle gone', async () => {
    types('in 粤B12345')
    await says(/^粤B12345 is in, /m)
    await opens('prepay')
    await page.locator('.field input').fill('粤B12345')
    await page.getByRole('button', { name: '查询停车费' }).click()
    await pays()
    await says(/^粤B12345 paid 5 yuan$/m)
    types('exit 粤B12345')
    await says(/^the exit is open for 粤B12345$/m)
    types('out')
    await says(/^粤B12345 is gone$/m)
  })

  test('paid at the exit by its address, which opens for it', async () => {
    types('in 粤B67890')
    types('exit 粤B67890')
    await says(/^粤B67890 owes 5 yuan$/m)
    await opens('exit')
    await pays()
    await says(/^the exit is open for 粤B67890$/m)
    await page.getByRole('heading', { name: '道闸已打开' }).waitFor()
    types('out')
    await says(/^粤B67890 is gone$/m)
  })
})
