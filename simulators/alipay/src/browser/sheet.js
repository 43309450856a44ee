// The wallet's own payment sheet, laid over whatever page is open. Plain script text: it runs in pages that know
// nothing of it, in a shadow root and with a constructed style sheet, so neither page styles nor its content policy
// for styles can touch it.
export function openAlipaySheet({ load, pay, cancel, finish }) {
  const style = new CSSStyleSheet()
  style.replaceSync(`
    :host { all: initial !important; position: fixed !important; inset: 0 !important; z-index: 2147483647 !important;
      display: block !important; font: 16px/1.5 -apple-system, "PingFang SC", "Noto Sans SC", sans-serif !important;
      color: #333 !important }
    .shade { position: absolute; inset: 0; background: rgb(0 0 0 / .5) }
    .sheet { position: absolute; left: 0; right: 0; bottom: 0; min-height: 60%; box-sizing: border-box; padding: 0 24px 32px;
      background: #fff; border-radius: 16px 16px 0 0; display: flex; flex-direction: column }
    header { position: relative; padding: 16px 0; text-align: center; font-weight: 600 }
    button { font: inherit; border: 0; background: none; cursor: pointer }
    .close { position: absolute; left: -12px; top: 8px; width: 44px; height: 44px; font-size: 26px; color: #666 }
    .seller { text-align: center; margin: 16px 0 0; color: #333 }
    .subject { text-align: center; margin: 4px 0; font-size: 13px; color: #666 }
    .amount { text-align: center; margin: 8px 0 24px; font-size: 40px; font-weight: 600; color: #111 }
    .row { display: flex; justify-content: space-between; width: 100%; padding: 14px 0; color: inherit; font-size: 15px;
      border-top: 1px solid #eee }
    .grow { flex: 1 }
    .main { height: 50px; border-radius: 8px; background: #0b62d6; color: #fff; font-size: 18px }
    .main:disabled { opacity: .5 }
    button:focus-visible { outline: 3px solid #0b3f91; outline-offset: 2px }
    .tick { width: 64px; height: 64px; margin: 40px auto 12px; border-radius: 50%; background: #0b62d6; color: #fff;
      font-size: 40px; line-height: 64px; text-align: center }
    .said { text-align: center; font-size: 20px }
    .wrong { text-align: center; color: #b3261e; min-height: 24px }`)
  const host = document.createElement('div')
  host.setAttribute('data-testid', 'wallet-sheet')
  const root = host.attachShadow({ mode: 'open' })
  root.adoptedStyleSheets = [style]
  const make = (tag, className, text, testId) => {
    const element = document.createElement(tag)
    if (className) element.className = className
    if (text !== undefined) element.textContent = text
    if (testId) element.setAttribute('data-testid', testId)
    if (tag === 'button') element.type = 'button'
    return element
  }
  const sheet = make('div', 'sheet')
  sheet.setAttribute('role', 'dialog')
  sheet.setAttribute('aria-modal', 'true')
  sheet.setAttribute('aria-label', '支付宝付款')
  root.append(make('div', 'shade'), sheet)
  document.documentElement.append(host)
  let over = false
  const end = (outcome) => {
    if (over) return
    over = true
    host.remove()
    finish(outcome)
  }
  const yuan = (fen) => `¥${(fen / 100).toFixed(2)}`

  const showDone = (bill, outcome) => {
    const done = make('button', 'main', '完成', 'wallet-done')
    done.onclick = () => end(outcome)
    const said = outcome.result === '9000' ? '支付成功' : '支付结果确认中'
    const tick = make('div', 'tick', outcome.result === '9000' ? '✓' : '…')
    tick.setAttribute('aria-hidden', 'true')
    sheet.replaceChildren(
      tick,
      make('div', 'said', said),
      make('div', 'amount', yuan(bill.amountFen)),
      make('div', 'grow'),
      done,
    )
    done.focus()
  }

  const showBill = (bill) => {
    const header = make('header', '', '付款详情')
    const close = make('button', 'close', '×', 'wallet-cancel')
    close.setAttribute('aria-label', '关闭')
    close.onclick = async () => end(await cancel().catch(() => ({ result: '6001' })))
    header.append(close)
    // Tapping the row changes what is paid with; the frozen card is the one that fails.
    const row = make('button', 'row', undefined, 'wallet-purse')
    const purse = make('span', '', '账户余额 ›')
    let from = 'balance'
    row.onclick = () => {
      from = from === 'balance' ? 'frozen-card' : 'balance'
      purse.textContent = from === 'balance' ? '账户余额 ›' : '已冻结的银行卡 ›'
    }
    row.append(make('span', '', '付款方式'), purse)
    const wrong = make('div', 'wrong')
    wrong.setAttribute('role', 'alert')
    const main = make('button', 'main', '确认付款', 'wallet-pay')
    const again = make('button', 'main', '关闭', 'wallet-done')
    main.onclick = async () => {
      main.disabled = true
      // From here on the money may move: the driver cannot take it back by closing the sheet.
      close.disabled = row.disabled = true
      // Once the request has left nobody here can say whether the money moved: 6004.
      const outcome = await pay(from).catch(() => ({ result: '6004' }))
      if (['9000', '8000', '6004'].includes(outcome.result)) return showDone(bill, outcome)
      wrong.textContent = outcome.message ?? '付款失败'
      main.replaceWith(again)
      again.onclick = close.onclick = () => end(outcome)
      close.disabled = false
      again.focus()
    }
    sheet.replaceChildren(
      header,
      make('p', 'seller', bill.seller),
      make('p', 'subject', bill.subject),
      make('div', 'amount', yuan(bill.amountFen)),
      row,
      wrong,
      make('div', 'grow'),
      main,
    )
    main.focus()
  }

  sheet.append(make('header', '', '支付宝'), make('div', 'said', '加载中'))
  load().then(showBill, () => end({ result: '4000' }))
}
