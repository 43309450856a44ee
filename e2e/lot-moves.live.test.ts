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

/* A plan is given again while cloud processes run: which system runs the lot counts in each of them, without a restart. */

describe('a lot that another system runs from now on, with two cloud processes on one database', () => {
  let road: Road
  let other: Cloud
  let software: ChargingSoftware | undefined
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
    await software?.close()
    await other.close()
    await road.close()
  })

  test('beside, run by its own software, beside again: both processes ask whoever runs it', {
    timeout: 300_000,
  }, async () => {
    const plate = '粤B91001'
    const beside = { bolink: { settings: { beside: true } } }
    const lot = await connectedLot(road, 821, beside)
    software = lot.software
    await software.login()
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
})
