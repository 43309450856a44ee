import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { phoneAt, phoneName } from './phone.ts'
import { headersForFrame, pathOnPhone, policyForFrame, type Sites, targetOf, withScript } from './rewrite.ts'

const sites: Sites = {
  cloud: 'http://127.0.0.1:7080',
  cloudAlso: ['https://pay.example.com/lot'],
  wallets: { wechatpay: 'http://127.0.0.1:7081', alipay: 'http://127.0.0.1:7082/' },
}

describe('a phone is an origin', () => {
  const drivers = ['driver-1', 'wang']
  const cases: [string | undefined, string | null][] = [
    ['driver-1-wechatpay.localhost:7070', 'driver-1-wechatpay'],
    ['wang-alipay.localhost', 'wang-alipay'],
    ['Wang-Alipay.LOCALHOST:80', 'wang-alipay'],
    ['localhost:7070', null],
    ['127.0.0.1:7070', null],
    ['li-alipay.localhost:7070', null],
    ['wang-unionpay.localhost', null],
    ['wang-alipay.localhost.example.com', null],
    [undefined, null],
  ]
  for (const [host, name] of cases)
    test(`${host} is ${name ?? 'nobody’s'}`, () => {
      const phone = phoneAt(host, drivers)
      assert.equal(phone && phoneName(phone), name)
    })
})

describe('where a request of the phone goes', () => {
  const cases: [string, string, string][] = [
    ['/p/ABC', 'cloud', 'http://127.0.0.1:7080/p/ABC'],
    ['/api/driver/codes/ABC?x=1', 'cloud', 'http://127.0.0.1:7080/api/driver/codes/ABC?x=1'],
    ['/~wechatpay/wallet/pay', 'wechatpay', 'http://127.0.0.1:7081/wallet/pay'],
    ['/~alipay/oauth2/x?a=1', 'alipay', 'http://127.0.0.1:7082/oauth2/x?a=1'],
    ['/~alipay', 'alipay', 'http://127.0.0.1:7082/'],
    ['/~unionpay/x', 'cloud', 'http://127.0.0.1:7080/~unionpay/x'],
  ]
  for (const [path, site, url] of cases)
    test(path, () => {
      const target = targetOf(path, sites)
      assert.deepEqual([target.site, target.url], [site, url])
    })
})

describe('where an answer sends the phone', () => {
  const cases: [string, string | null][] = [
    ['/p/ABC/who', '/p/ABC/who'],
    ['who', '/p/who'],
    ['http://127.0.0.1:7080/p/back/wechatpay?code=1#x', '/p/back/wechatpay?code=1#x'],
    ['https://pay.example.com/lot/p/back/alipay', '/p/back/alipay'],
    ['https://pay.example.com/other', null],
    ['http://127.0.0.1:7081/connect/oauth2/authorize?appid=1', '/~wechatpay/connect/oauth2/authorize?appid=1'],
    ['http://127.0.0.1:7082/oauth2/publicAppAuthorize.htm?a=b', '/~alipay/oauth2/publicAppAuthorize.htm?a=b'],
    ['https://elsewhere.example/', null],
    ['http://[', null],
  ]
  for (const [location, path] of cases)
    test(location, () => assert.equal(pathOnPhone(location, 'http://127.0.0.1:7080/p/ABC', sites), path))

  test('what leads to a site leads back to it', () => {
    for (const address of ['http://127.0.0.1:7081/a/b?c=d', 'http://127.0.0.1:7082/', 'http://127.0.0.1:7080/p/1'])
      assert.equal(targetOf(pathOnPhone(address, 'http://127.0.0.1:7080/', sites)!, sites).url, address)
  })
})

test('the frame is not forbidden to be one; cookies and redirects are the jar’s and the street’s business', () => {
  const kept = headersForFrame([
    ['X-Frame-Options', 'DENY'],
    ['Content-Type', 'text/html; charset=utf-8'],
    ['Set-Cookie', 'a=1'],
    ['Location', '/x'],
    ['Content-Length', '5'],
    ['Referrer-Policy', 'no-referrer'],
    ['Content-Security-Policy', "frame-ancestors 'none'"],
  ])
  assert.deepEqual(kept, { 'content-type': 'text/html; charset=utf-8', 'referrer-policy': 'no-referrer' })
})

describe('a policy lets the wallet in and nobody else', () => {
  const cases: [string, string][] = [
    ["default-src 'self'; frame-ancestors 'none'", "default-src 'self'"],
    [
      "default-src 'none'; script-src 'sha256-abc'; style-src 'self'",
      "default-src 'none'; script-src 'sha256-abc' 'self'; style-src 'self'; connect-src 'self'",
    ],
    ["script-src 'none'", "script-src 'self'"],
    ["img-src 'self'; upgrade-insecure-requests", "img-src 'self'"],
    [
      "script-src 'self'; connect-src 'self' https://a.example",
      "script-src 'self'; connect-src 'self' https://a.example",
    ],
    ["frame-ancestors 'self'", ''],
    ["default-src 'self', script-src 'none'", "default-src 'self', script-src 'self'"],
  ]
  for (const [given, adapted] of cases) test(given, () => assert.equal(policyForFrame(given), adapted))
})

describe('the wallet’s script comes before the page’s own', () => {
  const cases: [string, string][] = [
    [
      '<!doctype html><html><head><title>x</title></head>',
      '<!doctype html><html><head><SCRIPT><title>x</title></head>',
    ],
    ['<HEAD lang="zh"><script>1</script>', '<HEAD lang="zh"><SCRIPT><script>1</script>'],
    ['<!doctype html><meta charset="utf-8"><header>', '<!doctype html><SCRIPT><meta charset="utf-8"><header>'],
    ['<p>hello', '<SCRIPT><p>hello'],
  ]
  for (const [html, expected] of cases)
    test(html, () => assert.equal(withScript(html, '/s').replace('<script src="/s"></script>', '<SCRIPT>'), expected))
})
