import type { Verification } from './account.ts'
import { signApplyment } from './applyments.ts'
import type { ApplymentState } from './book.ts'
import type { Control } from './control.ts'
import type { Fault } from './faults.ts'
import { authorise, exchangeCode } from './oauth.ts'
import { payCodeLivesMs, showPayCode } from './pay-codes.ts'
import { driverOf, type Exchange, readObject, sendJson, textOf } from './request.ts'
import { shownOauth } from './shown.ts'
import { takeInWallet, transferSheetOf } from './transfer-wallet.ts'
import { type Purse, payInWallet, purses, sheetOf } from './wallet.ts'
import type { Works } from './works.ts'

export type Serving = { readonly works: Works; readonly control: Control }

/** Answers the exchange. What it throws because of the caller (`isCallersFault`) is answered with 400. */
type Act = (serving: Serving, exchange: Exchange) => void | Promise<void>

function oauthPage({ works }: Serving, exchange: Exchange): void {
  const now = works.clock.now()
  const { url, response } = exchange
  const done = authorise(works, { query: url.searchParams, user: driverOf(exchange), now })
  const seen = { at: now, wire: 'wechatpay', from: 'driver', to: 'wechatpay' } as const
  if ('location' in done) {
    works.tell({ ...seen, title: 'OAuth → back to the page with a code', detail: { scope: 'snsapi_base' } })
    response.writeHead(302, { location: done.location, 'cache-control': 'no-store' }).end()
    return
  }
  works.tell({ ...seen, title: `OAuth → ${done.wrong}` })
  response
    .writeHead(400, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
    .end(`<!doctype html><meta name="viewport" content="width=device-width"><title>微信</title><p>${done.wrong}</p>`)
}

function oauthToken({ works }: Serving, { url, response }: Exchange): void {
  const now = works.clock.now()
  const said = exchangeCode(works, url.searchParams, now)
  works.tell({
    at: now,
    wire: 'wechatpay',
    from: 'lanepay',
    to: 'wechatpay',
    title: `GET /sns/oauth2/access_token  → ${said.errcode ?? 'openid'}`,
    detail: { answer: shownOauth(said) },
  })
  // The real side calls its JSON text/plain.
  response.writeHead(200, { 'content-type': 'text/plain' }).end(JSON.stringify(said))
}

/** What is paid with: the balance, unless told. @throws RangeError for what is no purse. */
function purseIn({ from = 'balance' }: { readonly from?: unknown }): Purse {
  const purse = purses.find((one) => one === from)
  if (!purse) throw new RangeError(`from is one of ${purses.join(', ')}`)
  return purse
}

function tellWallet({ works }: Serving, title: string, detail: unknown): void {
  works.tell({ at: works.clock.now(), wire: 'wallet', from: 'driver', to: 'wechatpay', title, detail })
}

const tradeNumberIn = (body: Buffer): string => textOf(readObject(body), 'tradeNumber')
/** Something done to the order that the body names. */
const toOrder =
  (act: (control: Control, tradeNumber: string) => unknown): Act =>
  async ({ control }, { response, body }) =>
    sendJson(response, 200, await act(control, tradeNumberIn(body)))

/** A page as a phone would see it. */
const page = (response: Exchange['response'], status: number, body: string): void =>
  void response
    .writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
    .end(`<!doctype html><meta name="viewport" content="width=device-width"><title>微信支付</title>${body}`)

/** Everything outside the signed API, by path and method. */
export const routes: Readonly<Record<string, Readonly<Record<string, Act>>>> = {
  '/connect/oauth2/authorize': { GET: oauthPage },
  '/sns/oauth2/access_token': { GET: oauthToken },
  '/applyment/sign': {
    GET: (_serving, { response }) => page(response, 200, '<form method="post"><button>同意协议并签约</button></form>'),
    POST({ works }, { response, url }) {
      const signed = signApplyment(works, url.searchParams.get('token') ?? '')
      page(response, signed ? 200 : 404, signed ? '<p>已提交</p>' : '<p>链接已失效</p>')
    },
  },
  '/wallet/sheet': {
    GET({ works }, { response, url }) {
      const sheet = sheetOf(works, url.searchParams.get('prepay_id') ?? '', works.clock.now())
      sendJson(response, sheet ? 200 : 404, sheet ?? { error: 'there is no such prepay_id' })
    },
  },
  '/wallet/pay': {
    POST(serving, { response, body }) {
      const ask = readObject(body)
      const said = payInWallet(serving.works, { params: ask.params, user: textOf(ask, 'user'), from: purseIn(ask) })
      tellWallet(serving, `pay in the wallet  → ${said.result === 'ok' ? 'ok' : said.reason}`, said)
      sendJson(response, 200, said)
    },
  },
  '/wallet/transfer': {
    GET({ works }, { response, url }) {
      const sheet = transferSheetOf(works, url.searchParams.get('package') ?? '')
      sendJson(response, sheet ? 200 : 404, sheet ?? { error: 'there is no such package' })
    },
  },
  '/wallet/take': {
    POST(serving, { response, body }) {
      const ask = readObject(body)
      const said = takeInWallet(serving.works, { params: ask.params, user: textOf(ask, 'user') })
      tellWallet(serving, `take a transfer in the wallet  → ${said.result === 'ok' ? 'ok' : said.reason}`, said)
      sendJson(response, 200, said)
    },
  },
  '/wallet/pay-code': {
    GET({ works }, exchange) {
      sendJson(exchange.response, 200, { code: showPayCode(works, driverOf(exchange)), goodForMs: payCodeLivesMs })
    },
  },
  '/wallet/cancel': {
    POST(serving, { response, body }) {
      textOf(readObject(body), 'user')
      tellWallet(serving, 'sheet closed by the driver  → cancel', {})
      sendJson(response, 200, { result: 'cancel' })
    },
  },
  '/control': {
    GET({ control }, { response }) {
      sendJson(response, 200, {
        orders: control.orders(),
        faults: control.faults(),
        transfers: control.transfers().map(({ transferNumber, content, step }) => ({
          transferNumber,
          amountFen: content.transfer_amount,
          ...step,
        })),
        notifications: control.notifications().map(({ notice, ...rest }) => ({ ...rest, eventType: notice.eventType })),
      })
    },
  },
  '/control/faults': {
    POST({ control }, { response, body }) {
      control.fault({ times: 1, ...readObject(body) } as Fault)
      sendJson(response, 200, { faults: control.faults() })
    },
    DELETE({ control }, { response }) {
      control.clearFaults()
      sendJson(response, 200, { faults: control.faults() })
    },
  },
  '/control/daily-settlement': {
    POST({ control }, { response, body }) {
      const { on } = readObject(body)
      if (typeof on !== 'boolean') throw new RangeError('on is true or false')
      control.setDailySettlement(on)
      sendJson(response, 200, { on })
    },
  },
  '/control/pay': { POST: toOrder((control, tradeNumber) => control.pay(tradeNumber)) },
  '/control/pay-after-close': { POST: toOrder((control, tradeNumber) => control.payAfterClose(tradeNumber)) },
  '/control/take-transfer': {
    POST({ control }, { response, body }) {
      const { transferNumber, step } = control.takeTransfer(textOf(readObject(body), 'transferNumber'))
      sendJson(response, 200, { transferNumber, ...step })
    },
  },
  '/control/applyments': {
    GET: ({ control }, { response }) =>
      sendJson(response, 200, {
        applyments: control.applyments().map(({ businessCode, state, times }) => ({ businessCode, state, times })),
      }),
    POST({ control }, { response, body }) {
      const { reasons, ...ask } = readObject(body)
      const to = textOf(ask, 'state') as ApplymentState
      const listed = Array.isArray(reasons) ? (reasons as { field: string; reason: string }[]) : []
      const { businessCode, state } = control.moveApplyment(textOf(ask, 'businessCode'), to, listed)
      sendJson(response, 200, { businessCode, state })
    },
  },
  '/control/renotify': {
    POST: toOrder(async (control, tradeNumber) => ({ answer: await control.renotify(tradeNumber) })),
  },
  '/control/probe': {
    POST: toOrder(async (control, tradeNumber) => ({ answer: await control.probe(tradeNumber) })),
  },
  '/control/forge': {
    POST: toOrder(async (control, tradeNumber) => ({ answer: await control.forge(tradeNumber) })),
  },
  '/control/resend': {
    async POST({ control }, { response, body }) {
      sendJson(response, 200, { answer: await control.resend(textOf(readObject(body), 'id')) })
    },
  },
  '/control/rotate-certificate': {
    async POST({ control }, { response }) {
      sendJson(response, 200, { serial: await control.rotateCertificate() })
    },
  },
  '/control/verification': {
    POST({ control }, { response, body }) {
      control.setVerification(textOf(readObject(body), 'verification') as Verification)
      sendJson(response, 200, {})
    },
  },
}
