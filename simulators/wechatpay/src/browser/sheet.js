import { openWeixinFrame } from './frame.js'

// The wallet's own payment sheet.
export function openWeixinSheet({ load, pay, cancel, finish }) {
  const { make, showAsk, end } = openWeixinFrame(finish)

  const showBill = (bill) => {
    // Tapping the row changes what is paid with; the frozen card is the one that fails.
    const row = make('button', 'row', undefined, 'wallet-purse')
    const purse = make('span', '', '零钱 ›')
    let from = 'balance'
    row.onclick = () => {
      from = from === 'balance' ? 'frozen-card' : 'balance'
      purse.textContent = from === 'balance' ? '零钱 ›' : '已冻结的银行卡 ›'
    }
    row.append(make('span', '', '支付方式'), purse)
    showAsk({
      ...bill,
      title: '微信支付',
      row,
      button: '立即支付',
      testId: 'wallet-pay',
      act: () => pay(from),
      cancel,
      done: '支付成功',
      failed: '支付失败',
      offline: '网络异常，请稍后查看支付结果',
    })
  }

  load().then(showBill, () => end({ result: 'fail', message: '支付参数无效' }))
}
