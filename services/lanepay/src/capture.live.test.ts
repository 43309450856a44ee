import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { forHeader } from '@lanepay/cloud/bolink/platform/vendor.ts'
import { usual } from '@lanepay/cloud/bolink/settings.ts'
import { makeToken } from '@lanepay/cloud/bolink/token.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { fen } from '@lanepay/domain/money.ts'
import { down } from '@lanepay/lot-systems/bolink/down.ts'
import { writeMessage } from '@lanepay/lot-systems/bolink/fields.ts'
import { callBody } from '@lanepay/lot-systems/bolink/to-vendor.ts'
import { chargingSoftware } from '@lanepay/simulator-charging-software/software.ts'
import { startVendorCloud } from '@lanepay/simulator-charging-software/vendor-cloud.ts'
import { runAll, tell } from '../../../conformance/src/run.ts'
import { until } from '../../../e2e/kit/until.ts'
import { startCapture } from './capture.ts'

/* `lanepay capture` between charging software as it is and a platform that answers as the cloud does. */

const park = {
  bucket: 3,
  lotId: 7,
  unionId: '200208',
  parkId: '21835',
  key: '8403A41ED5EF20BC',
  callUrl: null,
  settings: usual,
}
const ask = {
  ...{ car_number: '', service_name: 'query_price', order_id: '', park_id: '21835', pay_scene: 1 },
  ...{ query_order_no: 'Q1', out_channel_id: 'B1' },
}

test('both directions of one lot are kept, without its secrets, as vectors that conformance runs', async (t) => {
  const tokens = [makeToken(park), makeToken({ ...park, lotId: 8 })]
  const held: ServerResponse[] = []
  const platform = createServer(async (request, response) => {
    const body = Buffer.concat((await Array.fromAsync(request)) as Buffer[]).toString()
    const said = JSON.parse(body) as { service_name?: string; token?: string; data?: { park_id?: string } }
    response.setHeader('content-type', 'application/json;charset=utf-8')
    if (request.url?.endsWith('download.do')) {
      // Held: it ends when there is a message, or when who asked hangs up.
      if (said.token === tokens[0]) held.push(response)
      return
    }
    const token = said.data?.park_id === park.parkId ? tokens[0] : tokens[1]
    response.end(
      JSON.stringify({
        ...{ state: 1, ...(said.service_name === 'login' ? { token } : { errmsg: '' }) },
        service_name: said.service_name,
      }),
    )
  })
  await new Promise<void>((resolve) => platform.listen(0, '127.0.0.1', resolve))
  const to = new URL(`http://127.0.0.1:${(platform.address() as AddressInfo).port}`)
  const capture = await startCapture({ park, to, host: '127.0.0.1', port: 0, callsPort: 0, clock: systemClock })
  const software = (parkId: string, localId: string) =>
    chargingSoftware({
      ...{ address: `http://127.0.0.1:${capture.port}/bpd`, unionId: park.unionId, parkId, key: park.key, localId },
      ...{ clock: systemClock, tariff: { hourFen: 500, leaveMinutes: 10 } },
    })
  const [lot, other] = [software('21835', 'box_channels_A1_B1'), software('21836', 'other')]
  const folder = mkdtempSync(join(tmpdir(), 'lanepay-capture-'))
  t.after(async () => {
    await Promise.all([lot.close(), other.close()])
    await capture.close()
    platform.closeAllConnections()
    platform.close()
    rmSync(folder, { recursive: true })
  })
  await lot.login()
  await other.login()
  await lot.enter('粤B12345', 'A1')
  await other.enter('京A99999', 'A1')
  lot.toExit('粤B12345', 'B1')
  const poll = await until('it polls', () => held.shift())
  poll.end(JSON.stringify(ask))
  await until('all of it came back', () => lot.uploads.some(({ service }) => service === 'query_price'))

  const kept = capture.end()!
  assert.equal(capture.end(), null)
  assert.deepEqual(kept.examples.map(({ direction, service }) => `${direction} ${service}`).toSorted(), [
    ...['captured-reply inpark', 'captured-reply login', 'captured-reply query_price'],
    ...['down query_price', 'down-reply query_price', 'up in_park', 'up login'],
  ])
  const text = JSON.stringify(kept)
  for (const secret of [park.key, ...tokens, '粤B12345', 'B12345', '京A99999', '21836'])
    assert.ok(!text.includes(secret), secret)
  assert.ok(kept.examples.every(({ sign }) => sign === undefined || sign.verified))
  const plateIn = (service: string) =>
    kept.examples.filter((one) => one.service === service).map(({ raw }) => /粤B\d{5}/.exec(raw)?.[0])
  assert.equal(
    plateIn('in_park')[0],
    plateIn('query_price').find((plate) => plate),
    'one stay can be followed',
  )

  const file = join(folder, 'captured.json')
  writeFileSync(file, JSON.stringify(kept))
  const told = await runAll([file])
  assert.equal(told.length, kept.examples.length)
  assert.deepEqual(
    told.map(tell),
    told.map(() => null),
  )
  // It would not pass whatever was in it.
  const spoilt = text.replaceAll('"car_number\\":\\"粤B', '"car_number\\":\\"粤C')
  assert.notEqual(spoilt, text)
  writeFileSync(file, spoilt)
  assert.ok((await runAll([file])).some((one) => tell(one) !== null))
})

test('platform mode: what a vendor’s cloud calls and what it is called with, both signed anew, as vectors that conformance runs', async (t) => {
  const platform = createServer((request, response) => {
    request.resume()
    response.setHeader('content-type', 'application/json;charset=utf-8')
    response.end(JSON.stringify({ state: 1, order_id: 'R1', errmsg: '' }))
  })
  await new Promise<void>((resolve) => platform.listen(0, '127.0.0.1', resolve))
  const to = new URL(`http://127.0.0.1:${(platform.address() as AddressInfo).port}`)
  let address = ''
  const tariff = { hourFen: 500, leaveMinutes: 10 }
  const vendor = await startVendorCloud({
    ...{ address: () => address, unionId: park.unionId, key: park.key, clock: systemClock, tariff },
  })
  const callUrl = `${vendor.url}/calls`
  const where = { host: '127.0.0.1', port: 0, callsPort: 0, clock: systemClock }
  const capture = await startCapture({ park: { ...park, callUrl }, to, ...where })
  address = `http://127.0.0.1:${capture.port}`
  const folder = mkdtempSync(join(tmpdir(), 'lanepay-capture-'))
  t.after(async () => {
    await capture.close()
    await vendor.close()
    platform.closeAllConnections()
    platform.close()
    rmSync(folder, { recursive: true })
  })
  const { orderId } = await vendor.enter(park.parkId, '粤B12345', 'A1')
  await vendor.enter('21836', '京A99999', 'A1')
  await vendor.call('neworder/queryorders', { park_id: park.parkId, page: 1 }, { unionBeside: true })
  const question = {
    ...{ car_number: '粤B12345', service_name: 'query_price', order_id: orderId, park_id: park.parkId, pay_scene: 0 },
    query_order_no: 'Q1',
  }
  const body = callBody(JSON.stringify(question), { ...park, vendorTradeNo: null, plate: null })
  const answer = await fetch(`http://127.0.0.1:${capture.callsPort}/`, { method: 'POST', body })
  assert.equal(((await answer.json()) as { price: string }).price, '5.00')
  // What goes to a call's own address passes here too, and to nobody's.
  const result = writeMessage(down.outpark, {
    ...{ service_name: 'outpark', state: 1, pay_type: 'scancode', errmsg: '支付成功', trade_no: 'T1', total: fen(500) },
    ...{ pay_time: 1561373813, order_id: orderId, car_number: '粤B12345', account_type: 1 },
    ...{ arrive_money: fen(500), fee: fen(0) },
  })
  const tellAt = (to: string) =>
    fetch(`http://127.0.0.1:${capture.callsPort}/`, {
      ...{ method: 'POST', headers: { [forHeader]: to } },
      body: callBody(result, { ...park, vendorTradeNo: null, plate: null }),
    })
  const took = (await (await tellAt(`${vendor.url}/wanted`)).json()) as { state: number }
  assert.equal(took.state, 1)
  for (const to of ['http://127.0.0.1:9/wanted', `${vendor.url}/wanted?x=1`])
    assert.equal((await tellAt(to)).status, 403)
  assert.deepEqual(
    vendor.heard.map(({ path, service }) => [path, service]),
    [
      ['/calls', 'query_price'],
      ['/wanted', 'outpark'],
    ],
  )
  assert.deepEqual(vendor.unsigned, [])

  const kept = await until('all of it is written down', () => (capture.count() === 8 ? capture.end() : null))
  assert.deepEqual(
    kept.examples.map(({ direction, service }) => `${direction} ${service}`),
    [
      ...['platform-req addorder', 'captured-call-reply addorder', 'platform-req queryorders'],
      ...['captured-call-reply queryorders', 'platform-cb query_price', 'platform-cb-reply query_price'],
      ...['platform-cb outpark', 'platform-cb-reply outpark'],
    ],
  )
  const text = JSON.stringify(kept)
  for (const secret of [park.key, '粤B12345', 'B12345', '京A99999', '21836']) assert.ok(!text.includes(secret), secret)
  assert.ok(kept.examples.every(({ sign }) => sign === undefined || sign.verified))
  const file = join(folder, 'captured.json')
  writeFileSync(file, text)
  const told = await runAll([file])
  assert.deepEqual(
    told.map(tell),
    kept.examples.map(() => null),
  )
  writeFileSync(file, text.replaceAll('\\"state\\":1,\\"order_id', '\\"state\\":0,\\"order_id'))
  assert.ok(
    (await runAll([file])).some((one) => tell(one) !== null),
    'a call that was refused is told',
  )
})
