import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { LogView, StateView } from '@lanepay/lot-agent/page/api.ts'
import { hashPassword } from '@lanepay/lot-agent/page/password.ts'
import { freePort } from '@lanepay/simulator-wire/free-port.testing.ts'
import { lanepay, lanepayOnce } from './kit/process.ts'
import { until } from './kit/until.ts'

/*
 * A plan that somebody broke by hand: where one worked before, the lot goes on by that, and says what is wrong in the terminal,
 * in its log, on its page and (by a device event) to the cloud. The line to the cloud is down throughout.
 */
const password = 'the password of the page'
let home: string
let file: string
let good: { number: number; lanes: { camera: { serial: string } }[]; [more: string]: unknown }
let pageUrl: string

before(async () => {
  home = mkdtempSync(join(tmpdir(), 'lanepay-plan-'))
  file = join(home, 'agent.json')
  const [cameraPort, port, brokerPort] = await Promise.all([freePort(), freePort(), freePort()])
  pageUrl = `http://127.0.0.1:${port}`
  writeFileSync(join(home, 'secret.txt'), 'the secret of the agent in the tests')
  good = {
    ...JSON.parse(readFileSync(new URL('../docs/examples/agent.json', import.meta.url), 'utf8')),
    ...{ brokerUrl: `mqtt://127.0.0.1:${brokerPort}`, cameraHost: '127.0.0.1', cameraPort },
    ...{
      agentSecret: { file: 'secret.txt' },
      page: { host: '127.0.0.1', port, password: await hashPassword(password) },
    },
  }
})
after(() => rmSync(home, { recursive: true, force: true }))

const env = () => ({ LANEPAY_HOME: home })
const start = () => lanepay(['agent', file], env(), /agent-started/)
async function onThePage() {
  const signedIn = await fetch(`${pageUrl}/api/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ password }),
  })
  const headers = { cookie: signedIn.headers.getSetCookie()[0]!.split(';')[0]! }
  const get = async <T>(path: string) => (await (await fetch(`${pageUrl}/api/${path}`, { headers })).json()) as T
  const { planRefused } = await get<StateView>('state')
  const told = async () =>
    (await get<LogView>('log?kind=device')).events.flatMap((event) =>
      event.kind === 'device' && event.device === 'plan' ? [`${event.state}: ${event.because}`] : [],
    )
  return { planRefused, told }
}
const twins = () => {
  const [entry, exit] = good.lanes
  return { ...good, lanes: [entry, { ...exit, camera: entry!.camera }] }
}

describe('a plan that cannot work', () => {
  test('where none ever worked: refused in the terminal, with all that is wrong', async () => {
    writeFileSync(file, JSON.stringify({ ...twins(), tariff: {} }))
    const { status, output } = await lanepayOnce(['agent', file], env())
    assert.equal(status, 1)
    assert.match(output, /is the camera of lane 1 already/)
    assert.match(output, /tariff/)
  })

  const breaks: [what: string, text: () => string, says: RegExp][] = [
    ['two lanes with one camera', () => JSON.stringify(twins()), /lanes.*camera.*is the camera of lane 1 already/],
    ['an impossible tariff', () => JSON.stringify({ ...good, tariff: { plans: {} } }), /tariff/],
    ['half of a file', () => JSON.stringify(good).slice(0, 300), /JSON/],
  ]
  for (const [what, text, says] of breaks)
    test(`${what}: the lot goes on by the plan before, and says so everywhere until it is put right`, async () => {
      writeFileSync(file, JSON.stringify(good))
      await (await start()).end()
      writeFileSync(file, text())
      const broken = await start()
      try {
        assert.match(broken.output(), says)
        assert.match(broken.output(), /goes on by the plan of .*which worked/)
        assert.match(broken.output(), /"event":"plan-refused"/)
        const page = await onThePage()
        assert.match(page.planRefused ?? '', says)
        await until('the log tells it', async () => says.test((await page.told())[0] ?? ''))
        assert.match((await page.told())[0]!, /^ill: /)
      } finally {
        await broken.end()
      }
      writeFileSync(file, JSON.stringify(good))
      const right = await start()
      try {
        const page = await onThePage()
        assert.equal(page.planRefused, null)
        await until('the log tells that too', async () => (await page.told())[0] === 'well: the plan in the file works')
      } finally {
        await right.end()
      }
    })
})
