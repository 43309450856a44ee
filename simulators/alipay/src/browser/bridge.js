import { openAlipaySheet } from './sheet.js'

// window.AlipayJSBridge as the wallet's browser provides it (alipay.md 6): it is there once the page has loaded, and
// AlipayJSBridgeReady tells so.
export function installAlipayBridge({ walletUrl, user }) {
  if (window.AlipayJSBridge) return
  let open = false
  const ask = async (path, body) => {
    const answer = await fetch(walletUrl + path, body && { method: 'POST', body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`the wallet answered ${answer.status}`)
    return answer.json()
  }
  const tradePay = (options, reply) => {
    const tradeNo = options?.tradeNO
    const say = (resultCode) => reply({ resultCode, memo: '', result: '' })
    if (typeof tradeNo !== 'string' || tradeNo === '') return say('4000')
    if (open) return say('5000')
    open = true
    openAlipaySheet({
      load: () => ask(`/wallet/sheet?trade_no=${encodeURIComponent(tradeNo)}&user=${encodeURIComponent(user)}`),
      pay: (from) => ask('/wallet/pay', { tradeNo, user, from }),
      cancel: () => ask('/wallet/cancel', { tradeNo, user }),
      finish: ({ result }) => {
        open = false
        say(result)
      },
    })
  }
  const leave = () => {
    const left = document.createElement('div')
    left.setAttribute('data-testid', 'wallet-closed')
    left.style.cssText = 'position:fixed;inset:0;z-index:2147483647;background:#f5f5f5'
    document.documentElement.append(left)
  }
  const calls = { tradePay, closeWebview: leave, exitApp: leave }
  const bridge = {
    call(name, options, callback) {
      const reply = typeof options === 'function' ? options : (callback ?? (() => {}))
      if (Object.hasOwn(calls, name)) calls[name](options, reply)
      else reply({ error: 1, errorMessage: '接口不存在' })
    },
  }
  const appear = () => {
    window.AlipayJSBridge = bridge
    document.dispatchEvent(new Event('AlipayJSBridgeReady'))
  }
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', appear)
  else appear()
}
