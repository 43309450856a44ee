import { readFileSync } from 'node:fs'

/* The browser's parts are ordinary modules to an editor; here they become script text, one after the other. */
const source = (name: string): string =>
  readFileSync(new URL(`./browser/${name}.js`, import.meta.url), 'utf8').replaceAll(/^import .*\n|^export /gm, '')

/** The function `openAlipaySheet`, as script text. */
export const sheetScript: string = source('sheet')
const bridgeSource = source('bridge')

/** A value as a literal that is safe inside a script element too. */
export const literal = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c')

/**
 * Script text that makes a page believe it runs inside Alipay: `window.AlipayJSBridge` with `tradePay`, `closeWebview`
 * and `exitApp`, ready once the page has loaded. `walletUrl` is the simulator's `url`; `user` names the driver whose
 * wallet it is.
 */
export const alipayBridgeScript = (to: { walletUrl: string; user: string }): string =>
  `(() => {\n${sheetScript}\n${bridgeSource}\ninstallAlipayBridge(${literal({ walletUrl: to.walletUrl, user: to.user })})\n})()`

/** What the browser inside Alipay calls itself (alipay.md 15.2). */
export const alipayUserAgent =
  'Mozilla/5.0 (Linux; U; Android 14; zh-CN; PGT-AN10 Build/HONORPGT-AN10) AppleWebKit/537.36 (KHTML, like Gecko) ' +
  'Version/4.0 Chrome/105.0.5195.148 UWS/5.12.1.0 Mobile Safari/537.36 NebulaSDK/1.8.100112 Nebula ' +
  'AlipayDefined(nt:WIFI,ws:360|0|3.0) AliApp(AP/10.7.10.8000) AlipayClient/10.7.10.8000 Language/zh-Hans'
