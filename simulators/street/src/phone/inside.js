// Runs in every page that a phone of the street opens, before the page's own scripts. It makes the page's browser the
// wallet's, and tells the frame round it what an in-app browser's title bar shows.
export function liveInPhone({ phone, userAgent }) {
  Object.defineProperty(navigator, 'userAgent', { get: () => userAgent, configurable: true })
  if (window.parent === window) return
  const tell = (what) => window.parent.postMessage({ street: 'phone', phone, ...what }, '*')
  const report = () => tell({ path: location.pathname + location.search, title: document.title })
  const find = (selector) => {
    for (const one of document.querySelectorAll('*')) {
      if (one.matches(selector)) return one
      const inner = one.shadowRoot?.querySelector(selector)
      if (inner) return inner
    }
    return null
  }
  const usable = (button) => !button.disabled && button.getClientRects().length > 0
  // A finger for the guided demo: on an element by selector, or on the first button that says one of these words.
  const aim = ({ selector, words }) => {
    if (selector) return find(selector)
    const wanted = new RegExp(words)
    return [...document.querySelectorAll('button, [role=button], a[href]')].find(
      (button) => usable(button) && wanted.test(button.textContent),
    )
  }
  const touch = (target) => {
    const { left, top, width, height } = target.getBoundingClientRect()
    const dot = document.createElement('div')
    dot.style.cssText =
      'all:initial;position:fixed;z-index:2147483647;width:44px;height:44px;margin:-22px;border-radius:50%;' +
      'background:rgb(20 90 220/.45);box-shadow:0 0 0 6px rgb(20 90 220/.2);pointer-events:none;' +
      `left:${left + width / 2}px;top:${top + height / 2}px`
    document.documentElement.append(dot)
    setTimeout(() => {
      dot.remove()
      target.click()
    }, 450)
  }
  window.addEventListener('message', ({ source, data }) => {
    if (source !== window.parent || data?.street !== 'tap') return
    const target = aim(data)
    if (target && usable(target)) touch(target)
    tell({ tapped: data.id, found: Boolean(target && usable(target)) })
  })
  let closed = false
  const watch = () => {
    new MutationObserver(() => {
      report()
      if (!closed && document.querySelector('[data-testid=wallet-closed]')) {
        closed = true
        tell({ closed })
      }
    }).observe(document.documentElement, { childList: true, subtree: true })
    report()
  }
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', watch)
  else watch()
  window.addEventListener('popstate', report)
  window.addEventListener('pageshow', report)
}
