import { readFileSync } from 'node:fs'

/* The browser's parts are ordinary modules to an editor; here they become script text, one after the other. */
const source = (name: string): string =>
  readFileSync(new URL(`./browser/${name}.js`, import.meta.url), 'utf8').replaceAll(/^import .*\n|^export /gm, '')
const script = ['frame', 'sheet', 'transfer-sheet', 'bridge'].map(source).join('\n')

/** A value as a literal that is safe inside a script element too. */
const literal = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c')

/**
 * Script text that makes a page believe it runs inside WeChat (wechat-pay.md 7.1): `window.WeixinJSBridge` with
 * `getBrandWCPayRequest`, `requestMerchantTransfer` and `closeWindow`, ready once the page has loaded, and the wallet's own sheets.
 * `walletUrl` is the simulator's `url`; `user` names the driver whose wallet it is.
 */
export const weixinBridgeScript = (to: { walletUrl: string; user: string }): string =>
  `(() => {\n${script}\ninstallWeixinBridge(${literal({ walletUrl: to.walletUrl, user: to.user })})\n})()`

/** What the browser inside WeChat calls itself. */
export const weixinUserAgent =
  'Mozilla/5.0 (Linux; Android 14; PGT-AN10 Build/HONORPGT-AN10; wv) AppleWebKit/537.36 (KHTML, like Gecko) ' +
  'Version/4.0 Chrome/130.0.6723.103 Mobile Safari/537.36 XWEB/1300333 MMWEBSDK/20241103 MMWEBID/1234 ' +
  'MicroMessenger/8.0.55.2780(0x28003737) WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64'
