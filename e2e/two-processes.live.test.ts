import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Cloud, startCloud } from '@lanepay/cloud/cloud.ts'
import { openChannels } from '@lanepay/lanepay/parts.ts'
import type { ChargingSoftware } from '@lanepay/simulator-charging-software/software.ts'
import { freePort } from '@lanepay/simulator-wire/free-port.testing.ts'
import { connectedLot } from './kit/connected-lot.ts'
import { phone } from './kit/phone.ts'
import { houseKey, type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/* Two cloud processes on one database: what the line of a lot tells one of them counts in both, and so does a plan that is given again. */

describe('two cloud processes', () => {
  let road: Road
  let other: Cloud
  const running: ChargingSoftware[] = []
  const aLot = async (...[number, how]: [number: number, how?: Parameters<typeof connectedLot>[2]]) => {
    const lot = await connectedLot(road, number, how)
    running.push(lot.software)
    await lot.software.login()
    return lot
  }
  /** A driver whose phone asks this process. */
  const driverAt = async (cloudUrl: string, driver: string, code: string) => {
    const asks = phone({ driver, wallet: 'wechatpay', cloudUrl, walletUrl: road.wechatpay.url })
    await asks.scan(`${cloudUrl}/p/${code}`)
    return asks
  }
  before(async () => {
    road = await startRoad()
    const channels = { wechatpay: road.wechatpay.settings, alipay: road.alipay.settings, bank: null }
    const log = () => {}
    const port = await freePort()
    other = await startCloud(
      {
        ...{
          host: '127.0.0.1',
          port,
          publicUrl: `http://127.0.0.1:${port}`,
          houseKey,
          nodeNumber: 2,
          trustProxy: false,
        },
        ...{
          brokerUrl: `mqtt://127.0.0.1:${road.broker.port}`,
          brokerPassword: 'the password of the cloud in the tests',
        },
        ...{ brokerSecret: 'the secret of the broker in the tests', gateSeconds: 60, lotAnswersWithinMs: 1_000 },
        ...{ serves: true, works: false },
      },
      {
        ...{ database: road.database, clock: road.clock, log, channels: openChannels(channels, road.clock, log) },
        page: { html: '<!doctype html><title>the page</title>', assets: [], otherBrowser: () => '' },
      },
    )
  })
  after(async () => {
    await Promise.all(running.map((software) => software.close()))
    await other.close()
    await road.close()
  })

  test('beside, run by its own software, beside again: both processes ask whoever runs it', {
    timeout: 300_000,
  }, async () => {
    const plate = '粤B91001'
    const beside = { bolink: { settings: { beside: true } } }
    const lot = await aLot(821, beside)
    const { software } = lot
    await software.enter(plate, 'A1')
    const drivers = [road.publicUrl, other.url].map((cloudUrl, at) =>
      phone({ driver: `asks at ${at}`, wallet: 'wechatpay', cloudUrl, walletUrl: road.wechatpay.url }),
    )
    for (const driver of drivers) await driver.scan(`${road.publicUrl}/p/${lot.code('prepay')}`)
    const said = () =>
      Promise.all(
        drivers.map(async (driver) => {
          const { status, body } = await driver.quote(lot.code('prepay'), plate)
          return status === 200 ? body.owedFen : body.error.code
        }),
      )
    // No agent of ours is at this lot: what a hosted lot without a line says.
    assert.deepEqual(await said(), ['lot-absent', 'lot-absent'])
    const asks = async (what: string, ...answers: readonly [unknown, unknown]) =>
      until(what, async () => JSON.stringify(await said()) === JSON.stringify(answers))
    const again = async (how: Parameters<typeof connectedLot>[2]) => {
      const { software: second } = await connectedLot(road, 821, how)
      await second.close()
    }
    await again({})
    // The poll that is held since before is not waited for: it ends, and the next one is answered.
    await asks('both ask its software', 500, 500)
    await again(beside)
    await asks('neither asks it any more', 'lot-absent', 'lot-absent')
    const views = await Promise.all(drivers.map((driver) => driver.view(lot.code('prepay'))))
    assert.deepEqual(
      views.map(({ body }) => body.lotOnline),
      [false, false],
    )
  })

  test('a lot that polls at one is there at the other, and hears at once what that one asks', async () => {
    const plate = '粤B91002'
    const lot = await aLot(822)
    await lot.software.enter(plate, 'A1')
    const driver = await driverAt(other.url, 'asks beside the poll', lot.code('prepay'))
    await until('it is there', async () => (await driver.view(lot.code('prepay'))).body.lotOnline)
    const { status, body } = await driver.quote(lot.code('prepay'), plate)
    assert.deepEqual([status, body.owedFen, body.lotOnline], [200, 500, true], JSON.stringify(body))
  })

  test('of two computers that poll at one each, the one that serves the lane is asked, and no other', async () => {
    const plate = '粤B91003'
    const entry = await aLot(823, { localId: 'in_channels_A1' })
    const exit = await aLot(823, { localId: 'out_channels_B1', at: other.url })
    await exit.software.enter(plate, 'A1')
    exit.software.toExit(plate, 'B1')
    for (const url of [road.publicUrl, other.url]) {
      const driver = await driverAt(url, `asks ${url}`, entry.code('exit'))
      await until('its price', async () => (await driver.quote(entry.code('exit'))).status === 200)
    }
    const questions = ({ software }: typeof exit) => software.heard.filter(({ service }) => service === 'query_price')
    assert.equal(questions(entry).length, 0)
    assert.ok(questions(exit).length >= 2)
  })

  test('who has no plate and scans again, at the other process, is one admission', async () => {
    const lot = await aLot(824, { habits: { marksMadeUpPlates: true } })
    const code = lot.code('entry')
    const first = await driverAt(road.publicUrl, 'unplated', code)
    const again = await driverAt(other.url, 'unplated', code)
    const said = await Promise.all([first.enter(code), again.enter(code)])
    assert.deepEqual(
      said.map(({ status, body }) => [status, body.state]),
      [
        [200, 'admitted'],
        [200, 'admitted'],
      ],
    )
    assert.equal(said[0]!.body.pass, said[1]!.body.pass)
    assert.equal(lot.software.heard.filter(({ service }) => service === 'nolicence_in_park').length, 1)
  })
})
