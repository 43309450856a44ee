import { openWeixinFrame } from './frame.js'

// The wallet's own page for money that a merchant has there for its owner.
export function openTransferSheet({ load, take, cancel, finish }) {
  const { make, showAsk, end } = openWeixinFrame(finish)

  const showTransfer = (transfer) => {
    const row = make('div', 'row')
    row.append(make('span', '', '收款方式'), make('span', '', '零钱'))
    showAsk({
      ...transfer,
      title: '商家转账',
      row,
      button: '收款',
      testId: 'wallet-take',
      act: take,
      cancel,
      done: '收款成功',
      failed: '收款失败',
      offline: '网络异常，请稍后查看收款结果',
    })
  }

  load().then(showTransfer, () => end({ result: 'fail', message: '收款参数无效' }))
}
