import type { PayView } from '@lanepay/cloud/driver/api.ts'
import type { SheetResult } from '../logic/stage.ts'

type WeixinBridge = {
  invoke(
    name: 'getBrandWCPayRequest' | 'requestMerchantTransfer',
    params: object,
    done: (result: { err_msg?: string }) => void,
  ): void
}
type AlipayBridge = {
  call(name: 'tradePay', params: object, done: (result: { resultCode?: string | number }) => void): void
}
declare global {
  interface Window {
    WeixinJSBridge?: WeixinBridge
    AlipayJSBridge?: AlipayBridge
  }
}

/** A wallet puts its bridge into the page shortly after loading; one that has none by then has none. */
const bridgeMs = 6_000

/** Brings the wallet's own sheet up and says how it ended. A redirect leaves the page and never says. */
export function bringUpSheet(sheet: PayView['sheet']): Promise<SheetResult> {
  switch (sheet.kind) {
    case 'wechatpay-jsapi':
      return through('WeixinJSBridge', (bridge, ended) =>
        bridge.invoke('getBrandWCPayRequest', sheet.params, ({ err_msg = '' }) => ended(ofWeixin(err_msg))),
      )
    case 'alipay-trade':
      return through('AlipayJSBridge', (bridge, ended) =>
        bridge.call('tradePay', { tradeNO: sheet.tradeNo }, ({ resultCode }) => ended(ofAlipay(String(resultCode)))),
      )
    case 'redirect':
      location.assign(sheet.url)
      return new Promise(() => {})
  }
}

/** How a sheet of WeChat's ended, by what its bridge says. */
export function ofWeixin(message: string): SheetResult {
  if (message.endsWith(':ok')) return 'paid'
  if (message.endsWith(':cancel')) return 'cancelled'
  return message.endsWith(':fail') ? 'failed' : 'unclear'
}

/** 8000, 6004: perhaps paid. 6002: the phone lost the line. 5000: asked twice. Whatever is not clear, the server asks about. */
function ofAlipay(code: string): SheetResult {
  if (code === '9000') return 'paid'
  if (code === '6001') return 'cancelled'
  return code === '4000' || code === '4' ? 'failed' : 'unclear'
}

/** Waits for the wallet's bridge and calls it; `no-bridge` where none comes. */
export function through<Name extends 'WeixinJSBridge' | 'AlipayJSBridge'>(
  name: Name,
  call: (bridge: NonNullable<Window[Name]>, ended: (result: SheetResult) => void) => void,
): Promise<SheetResult> {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(none)
      document.removeEventListener(`${name}Ready`, go)
      const bridge = window[name]
      if (!bridge) return resolve('no-bridge')
      try {
        call(bridge, resolve)
      } catch {
        resolve('unclear') // it may be up all the same
      }
    }
    const none = setTimeout(go, bridgeMs)
    if (window[name]) go()
    else document.addEventListener(`${name}Ready`, go)
  })
}
