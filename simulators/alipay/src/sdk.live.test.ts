import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { folder, merchant, newNumber, sdkOf, until } from './fixtures.ts'
import { type AlipaySimulator, startAlipaySimulator } from './simulator.ts'

/* The independent SDK on the other end, in both modes: it signs the requests and verifies answers and notifications. */

for (const verify of ['public-key', 'certificate'] as const)
  for (const identity of ['user_id', 'open_id'] as const)
    describe(`alipay-sdk in ${verify} mode, an application that gets ${identity}`, () => {
      let simulator: AlipaySimulator
      let shop: Awaited<ReturnType<typeof merchant>>
      let sdk: ReturnType<typeof sdkOf>
      const checked = { validateSign: true }

      before(async () => {
        shop = await merchant()
        const options = { dir: '', port: 0, clock: new SimulatedClock(), durable: false, verify, identity }
        simulator = await startAlipaySimulator(options)
        sdk = sdkOf(simulator.settings)
      })
      after(async () => {
        shop.close()
        await simulator.close()
      })

      const buyer = () => {
        const id = simulator.control.identityOf('driver-1')
        return identity === 'user_id' ? { buyer_id: id } : { buyer_open_id: id }
      }
      const create = async (outTradeNo: string) =>
        sdk.exec(
          'alipay.trade.create',
          {
            notify_url: shop.url,
            bizContent: {
              out_trade_no: outTradeNo,
              total_amount: '12.50',
              subject: '停车费 阳光花园 粤B·1**45 100%+',
              passback_params: encodeURIComponent('lot=1&x=2'),
              ...buyer(),
            },
          },
          checked,
        )

      test('create, query, pay, notification, refund in two parts, refund query', async () => {
        const outTradeNo = newNumber()
        const created = await create(outTradeNo)
        assert.equal(created.code, '10000', JSON.stringify(created))
        assert.match(String(created.tradeNo), /^\d{28}$/)
        const query = () => sdk.exec('alipay.trade.query', { bizContent: { out_trade_no: outTradeNo } }, checked)
        assert.equal((await query()).tradeStatus, 'WAIT_BUYER_PAY')

        simulator.control.pay(outTradeNo)
        const paid = await query()
        assert.equal(paid.tradeStatus, 'TRADE_SUCCESS')
        assert.equal(paid.totalAmount, '12.50')
        await until(() => shop.heard.length === 1, 'the notification of the payment')
        const [success] = shop.heard.splice(0)
        assert.equal(sdk.checkNotifySignV2(success), true)
        assert.equal(sdk.checkNotifySignV2({ ...success, total_amount: '0.01' }), false)
        assert.equal(success?.trade_status, 'TRADE_SUCCESS')
        assert.equal(success?.total_amount, '12.50')
        assert.equal(success?.seller_id, simulator.settings.sellerId)
        assert.equal(success?.app_id, simulator.settings.appId)
        assert.equal(success?.subject, '停车费 阳光花园 粤B·1**45 100%+')
        assert.equal(success?.passback_params, 'lot%3D1%26x%3D2')
        const key = identity === 'user_id' ? 'buyer_id' : 'buyer_open_id'
        assert.equal(success?.[key], simulator.control.identityOf('driver-1'))
        assert.equal('refund_fee' in (success ?? {}), false, 'a payment is not a refund')

        const refund = (out_request_no: string, refund_amount: string) =>
          sdk.exec(
            'alipay.trade.refund',
            { bizContent: { out_trade_no: outTradeNo, out_request_no, refund_amount } },
            checked,
          )
        const first = await refund('r1', '2.50')
        assert.equal(first.code, '10000', JSON.stringify(first))
        assert.equal(first.fundChange, 'Y')
        assert.equal(first.refundFee, '2.50')
        const again = await refund('r1', '2.50')
        assert.equal(again.fundChange, 'N', 'the same number moves no money again')
        await until(() => shop.heard.length === 1, 'the notification of the first refund')
        const [partly] = shop.heard.splice(0)
        assert.equal(sdk.checkNotifySignV2(partly), true)
        assert.deepEqual(
          [partly?.trade_status, partly?.refund_fee, partly?.out_biz_no],
          ['TRADE_SUCCESS', '2.50', 'r1'],
        )
        assert.match(partly?.gmt_refund ?? '', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/)

        const found = await sdk.exec(
          'alipay.trade.fastpay.refund.query',
          { bizContent: { out_trade_no: outTradeNo, out_request_no: 'r1', query_options: ['gmt_refund_pay'] } },
          checked,
        )
        assert.deepEqual([found.refundStatus, found.refundAmount], ['REFUND_SUCCESS', '2.50'])
        assert.match(String(found.gmtRefundPay), /^\d{4}-/)
        const unknown = await sdk.exec(
          'alipay.trade.fastpay.refund.query',
          { bizContent: { out_trade_no: outTradeNo, out_request_no: 'r9' } },
          checked,
        )
        assert.deepEqual([unknown.code, unknown.refundStatus], ['10000', undefined])
      })

      test('close ends an unpaid trade; a number is spent for ever', async () => {
        const outTradeNo = newNumber()
        await create(outTradeNo)
        const close = () => sdk.exec('alipay.trade.close', { bizContent: { out_trade_no: outTradeNo } }, checked)
        assert.equal((await close()).code, '10000')
        assert.equal((await close()).code, '10000', 'a second close says the same')
        const query = await sdk.exec('alipay.trade.query', { bizContent: { out_trade_no: outTradeNo } }, checked)
        assert.equal(query.tradeStatus, 'TRADE_CLOSED')
        assert.equal((await create(outTradeNo)).subCode, 'ACQ.TRADE_HAS_CLOSE')
      })

      test('the code of the authorise page becomes the identity', async () => {
        const { authorizeUrl, appId } = simulator.settings
        const query = new URLSearchParams({
          app_id: appId,
          scope: 'auth_base',
          redirect_uri: 'https://lanepay.example/back',
          state: 's1',
        })
        const sent = await fetch(`${authorizeUrl}?${query}`, {
          redirect: 'manual',
          headers: { cookie: 'wallet_user=driver-7' },
        })
        const back = new URL(sent.headers.get('location') ?? '')
        const code = back.searchParams.get('auth_code') ?? ''
        const token = await sdk.exec('alipay.system.oauth.token', { grant_type: 'authorization_code', code }, checked)
        const [mine, other] = identity === 'user_id' ? [token.userId, token.openId] : [token.openId, token.userId]
        assert.equal(mine, simulator.control.identityOf('driver-7'))
        assert.equal(other, undefined)
        assert.equal(token.code, undefined, 'a success of this one method carries no code')
        const second = await sdk.exec('alipay.system.oauth.token', { grant_type: 'authorization_code', code })
        assert.deepEqual([second.code, second.subCode], ['40002', 'isv.code-invalid'])
        const fresh = await sdk.exec(
          'alipay.system.oauth.token',
          { grant_type: 'refresh_token', refresh_token: token.refreshToken },
          checked,
        )
        assert.equal(identity === 'user_id' ? fresh.userId : fresh.openId, mine)
      })
    })

test('after a certificate rotation, answers name the new certificate and it can be downloaded', async (t) => {
  const clock = new SimulatedClock()
  const simulator = await startAlipaySimulator({ dir: folder(t), port: 0, clock, verify: 'certificate' })
  t.after(() => simulator.close())
  const sdk = sdkOf(simulator.settings)
  const query = () => sdk.exec('alipay.trade.query', { bizContent: { out_trade_no: 'none' } }, { validateSign: true })
  assert.equal((await query()).subCode, 'ACQ.TRADE_NOT_EXIST')
  await simulator.control.rotateCertificate()
  await assert.rejects(query(), /验签失败/)
  const url = sdk.pageExecute('alipay.trade.query', 'POST', { bizContent: { out_trade_no: 'none' } })
  const action = /action="([^"]+)"/.exec(url)?.[1] ?? ''
  const biz = /name="biz_content" value="([^"]+)"/.exec(url)?.[1]?.replaceAll('&quot;', '"') ?? ''
  const version = /name="alipay_sdk" value="([^"]+)"/.exec(url)?.[1] ?? ''
  const answer = await fetch(action, {
    method: 'POST',
    body: new URLSearchParams({ biz_content: biz, alipay_sdk: version }),
  })
  const { alipay_cert_sn: sn } = (await answer.json()) as { alipay_cert_sn: string }
  const { alipayCertContent: content } = await sdk.exec('alipay.open.app.alipaycert.download', {
    bizContent: { alipay_cert_sn: sn },
  })
  const certificate = Buffer.from(String(content), 'base64').toString()
  assert.match(certificate, /^-----BEGIN CERTIFICATE-----/)
  const renewed = sdkOf({
    ...simulator.settings,
    verify: {
      ...(simulator.settings.verify as {
        mode: 'certificate'
        appCertificate: string
        alipayCertificate: string
        rootCertificates: string
      }),
      alipayCertificate: certificate,
    },
  })
  const said = await renewed.exec(
    'alipay.trade.query',
    { bizContent: { out_trade_no: 'none' } },
    { validateSign: true },
  )
  assert.equal(said.subCode, 'ACQ.TRADE_NOT_EXIST')
})

test('content that is sealed beneath TLS is opened by either side, refusals come open', async () => {
  const simulator = await startAlipaySimulator({
    ...{ dir: '', port: 0, clock: new SimulatedClock(), durable: false, sealsContent: true },
  })
  try {
    const sdk = sdkOf(simulator.settings)
    // It does not find what is signed where that is in quotes; the adapter does (packages/channels, content.live.test).
    const ask = (method: string, bizContent: object) => sdk.exec(method, { bizContent, needEncrypt: true })
    const order = { out_trade_no: newNumber(), buyer_id: simulator.control.identityOf('driver-2') }
    const created = await ask('alipay.trade.create', { ...order, total_amount: '2.50', subject: '停车费' })
    assert.equal(created.code, '10000', JSON.stringify(created))
    assert.equal(created.outTradeNo, order.out_trade_no)
    const unknown = await ask('alipay.trade.query', { out_trade_no: newNumber() })
    assert.equal(unknown.subCode, 'ACQ.TRADE_NOT_EXIST', JSON.stringify(unknown))
    const { contentKey: _, ...withoutKey } = simulator.settings
    const open = await sdkOf(withoutKey).exec('alipay.trade.query', {
      bizContent: { out_trade_no: order.out_trade_no },
    })
    assert.equal(open.outTradeNo, order.out_trade_no, 'who does not seal is answered in the open')
  } finally {
    await simulator.close()
  }
})
