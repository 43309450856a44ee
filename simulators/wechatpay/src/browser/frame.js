// What every sheet of the wallet is laid out in, over whatever page is open. Plain script text: it runs in pages that know
// nothing of it, in a shadow root and with a constructed style sheet, so neither page styles nor its content policy
// for styles can touch it.
export function openWeixinFrame(finish) {
  const style = new CSSStyleSheet()
  style.replaceSync(`
    :host { all: initial !important; position: fixed !important; inset: 0 !important; z-index: 2147483647 !important;
      display: block !important; font: 16px/1.5 -apple-system, "PingFang SC", "Noto Sans SC", sans-serif !important;
      color: #191919 !important }
    .sheet { position: absolute; inset: 0; box-sizing: border-box; padding: 0 24px 40px; background: #ededed;
      display: flex; flex-direction: column; overflow: auto }
    header { position: relative; padding: 14px 0; text-align: center; font-weight: 600; font-size: 17px }
    button { font: inherit; border: 0; background: none; cursor: pointer }
    .close { position: absolute; left: -12px; top: 6px; width: 44px; height: 44px; font-size: 28px; line-height: 1;
      color: #191919 }
    .merchant { text-align: center; margin: 36px 0 0 }
    .description { text-align: center; margin: 4px 0 0; font-size: 13px; color: #5c5c5c; overflow-wrap: anywhere }
    .amount { text-align: center; margin: 8px 0 32px; font-size: 44px; font-weight: 600 }
    .row { display: flex; justify-content: space-between; width: 100%; padding: 14px 0; color: inherit; font-size: 15px;
      border-top: 1px solid #d9d9d9; border-bottom: 1px solid #d9d9d9 }
    .row span:first-child { color: #5c5c5c }
    .grow { flex: 1 }
    .main { height: 48px; width: 100%; max-width: 320px; margin: 0 auto; border-radius: 8px; background: #07863f;
      color: #fff; font-weight: 600; font-size: 17px }
    button:focus-visible { outline: 3px solid #10457a; outline-offset: 2px }
    .main:disabled { opacity: .5 }
    .tick { width: 64px; height: 64px; margin: 72px auto 12px; border-radius: 50%; background: #07863f; color: #fff;
      font-size: 40px; line-height: 64px; text-align: center }
    .said { text-align: center; font-size: 20px }
    .wrong { text-align: center; color: #b3261e; min-height: 24px; margin-top: 16px }`)
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
  sheet.setAttribute('aria-label', '微信支付')
  root.append(sheet)
  document.documentElement.append(host)
  let over = false
  const end = (outcome) => {
    if (over) return
    over = true
    host.remove()
    finish(outcome)
  }
  const yuan = (fen) => `¥${(fen / 100).toFixed(2)}`
  sheet.append(make('header', '', '微信支付'), make('div', 'said', '加载中'))

  const showDone = ({ done: text, merchant, amountFen }, outcome) => {
    const done = make('button', 'main', '完成', 'wallet-done')
    done.onclick = () => end(outcome)
    const tick = make('div', 'tick', '✓')
    tick.setAttribute('aria-hidden', 'true')
    sheet.replaceChildren(
      tick,
      make('div', 'said', text),
      make('p', 'merchant', merchant),
      make('div', 'amount', yuan(amountFen)),
      make('div', 'grow'),
      done,
    )
    done.focus()
  }

  // Money and one button: `act` says how it went, `cancel` that the driver closed it before.
  const showAsk = (asked) => {
    const header = make('header', '', asked.title)
    const close = make('button', 'close', '×', 'wallet-cancel')
    close.setAttribute('aria-label', '关闭')
    close.onclick = async () => end(await asked.cancel().catch(() => ({ result: 'cancel' })))
    header.append(close)
    const wrong = make('div', 'wrong')
    wrong.setAttribute('role', 'alert')
    const main = make('button', 'main', asked.button, asked.testId)
    const again = make('button', 'main', '关闭', 'wallet-done')
    main.onclick = async () => {
      main.disabled = true
      // From here on the money may move: the driver cannot take it back by closing the sheet.
      close.disabled = asked.row.disabled = true
      // Once the request has left nobody here can say whether the money moved, and the page only ever hears "fail".
      const outcome = await asked.act().catch(() => ({ result: 'fail', message: asked.offline }))
      if (outcome.result === 'ok') return showDone(asked, outcome)
      wrong.textContent = outcome.message ?? asked.failed
      main.replaceWith(again)
      again.onclick = close.onclick = () => end(outcome)
      close.disabled = false
      again.focus()
    }
    sheet.replaceChildren(
      header,
      make('p', 'merchant', asked.merchant),
      make('p', 'description', asked.description),
      make('div', 'amount', yuan(asked.amountFen)),
      asked.row,
      wrong,
      make('div', 'grow'),
      main,
    )
    main.focus()
  }
  return { make, showAsk, end }
}
