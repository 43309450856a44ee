import { openWeixinSheet } from './sheet.js'
import { openTransferSheet } from './transfer-sheet.js'

// window.WeixinJSBridge as WeChat's browser provides it (wechat-pay.md 7.1): it is there once the page has loaded, and
// WeixinJSBridgeReady tells so.
export function installWeixinBridge({ walletUrl, user }) {
  if (window.WeixinJSBridge) return
  let open = false
  const ask = async (path, body) => {
    const answer = await fetch(walletUrl + path, body && { method: 'POST', body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`the wallet answered ${answer.status}`)
    return answer.json()
  }
  const getBrandWCPayRequest = (params, reply) => {
    const say = ({ result, message }) =>
      reply({ err_msg: `get_brand_wcpay_request:${result}`, ...(message ? { err_desc: message } : {}) })
    const prepay = /^prepay_id=(.+)$/.exec(params?.package)
    if (!prepay) return say({ result: 'fail', message: '调用支付JSAPI缺少参数：package' })
    if (open) return say({ result: 'fail', message: '支付正在进行' })
    open = true
    openWeixinSheet({
      load: () => ask(`/wallet/sheet?prepay_id=${encodeURIComponent(prepay[1])}`),
      pay: (from) => ask('/wallet/pay', { params, user, from }),
      cancel: () => ask('/wallet/cancel', { params, user }),
      finish: (outcome) => {
        open = false
        say(outcome)
      },
    })
  }
  // `ok` says that the driver went through with it, not that the money has come: the merchant asks its server (†).
  const requestMerchantTransfer = (params, reply) => {
    const say = ({ result, message }) =>
      reply({ err_msg: `requestMerchantTransfer:${result}`, ...(message ? { err_desc: message } : {}) })
    const missing = ['mchId', 'appId', 'package'].find((name) => !params?.[name])
    if (missing) return say({ result: 'fail', message: `调用收款JSAPI缺少参数：${missing}` })
    if (open) return say({ result: 'fail', message: '收款正在进行' })
    open = true
    openTransferSheet({
      load: () => ask(`/wallet/transfer?package=${encodeURIComponent(params.package)}`),
      take: () => ask('/wallet/take', { params, user }),
      cancel: () => ask('/wallet/cancel', { params, user }),
      finish: (outcome) => {
        open = false
        say(outcome)
      },
    })
  }
  const closeWindow = (_, reply) => {
    const left = document.createElement('div')
    left.setAttribute('data-testid', 'wallet-closed')
    left.style.cssText = 'position:fixed;inset:0;z-index:2147483647;background:#ededed'
    document.documentElement.append(left)
    reply({ err_msg: 'close_window:ok' })
  }
  const calls = { getBrandWCPayRequest, requestMerchantTransfer, closeWindow }
  const invoke = (name, params, callback) => {
    const reply = typeof params === 'function' ? params : (callback ?? (() => {}))
    if (Object.hasOwn(calls, name)) calls[name](params, reply)
    else reply({ err_msg: `${name}:fail_no permission` })
  }
  const appear = () => {
    window.WeixinJSBridge = { invoke, call: invoke, on() {} }
    document.dispatchEvent(new Event('WeixinJSBridgeReady'))
  }
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', appear)
  else appear()
}
