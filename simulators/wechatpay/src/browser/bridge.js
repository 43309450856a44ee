import { openWeixinSheet } from './sheet.js'

// window.WeixinJSBridge as WeChat's browser provides it (wechat-pay.md 7.1): it is there once the page has loaded, and
// WeixinJSBridgeReady tells so.
export function installWeixinBridge({ walletUrl, user, askParent }) {
  if (window.WeixinJSBridge) return
  const pay = 'getBrandWCPayRequest'
  let open = false
  let asked = 0
  const ask = async (path, body) => {
    const answer = await fetch(walletUrl + path, body && { method: 'POST', body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`the wallet answered ${answer.status}`)
    return answer.json()
  }
  const showHere = (params, finish) =>
    openWeixinSheet({
      load: () => ask(`/wallet/sheet?prepay_id=${encodeURIComponent(params.package.slice('prepay_id='.length))}`),
      pay: () => ask('/wallet/pay', { params, user }),
      cancel: () => ask('/wallet/cancel', { params, user }),
      finish,
    })
  const showThere = (params, finish) => {
    const id = `pay-${Date.now()}-${++asked}`
    const hear = ({ source, data }) => {
      if (source !== window.parent || data?.wallet !== 'wechatpay' || data.id !== id || !data.result) return
      window.removeEventListener('message', hear)
      finish(data)
    }
    window.addEventListener('message', hear)
    window.parent.postMessage({ wallet: 'wechatpay', ask: 'pay', id, params, user }, '*')
  }
  const getBrandWCPayRequest = (params, reply) => {
    const say = (result, message) =>
      reply({ err_msg: `get_brand_wcpay_request:${result}`, ...(message ? { err_desc: message } : {}) })
    if (typeof params?.package !== 'string' || !params.package.startsWith('prepay_id='))
      return say('fail', '调用支付JSAPI缺少参数：package')
    if (open) return say('fail', '支付正在进行')
    open = true
    const show = askParent && window.parent !== window ? showThere : showHere
    show(params, ({ result, message }) => {
      open = false
      say(result, message)
    })
  }
  const closeWindow = (_, reply) => {
    if (askParent && window.parent !== window)
      window.parent.postMessage({ wallet: 'wechatpay', ask: 'close-window', user }, '*')
    else {
      const left = document.createElement('div')
      left.setAttribute('data-testid', 'wallet-closed')
      left.style.cssText = 'position:fixed;inset:0;z-index:2147483647;background:#ededed'
      document.documentElement.append(left)
    }
    reply({ err_msg: 'close_window:ok' })
  }
  const calls = { [pay]: getBrandWCPayRequest, closeWindow }
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
