import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printSettings, readSettings, settingList } from './settings.ts'

test('nothing set is right: everything has a default or may be left out', () => {
  const { settings, mistakes } = readSettings({})
  assert.deepEqual(mistakes, [])
  assert.equal(settings.httpPort, 7080)
  assert.equal(settings.wechatpay, null)
})
const wrong: [string, NodeJS.ProcessEnv, string][] = [
  ['a port that is no number', { LANEPAY_HTTP_PORT: 'http' }, 'LANEPAY_HTTP_PORT'],
  ['a port too large', { LANEPAY_HTTP_PORT: '70000' }, 'LANEPAY_HTTP_PORT'],
  ['an address without its scheme', { LANEPAY_PUBLIC_URL: 'pay.example.com' }, 'LANEPAY_PUBLIC_URL'],
  ['a broker that is none', { LANEPAY_AGENT_BROKER_URL: 'https://x.example.com' }, 'LANEPAY_AGENT_BROKER_URL'],
  ['a house key that can be guessed', { LANEPAY_HOUSE_KEY: 'short' }, 'LANEPAY_HOUSE_KEY'],
  ['a node number out of range', { LANEPAY_NODE_NUMBER: '1024' }, 'LANEPAY_NODE_NUMBER'],
  ['a fee in yuan', { LANEPAY_WITHDRAWAL_FEE_FEN: '3.00' }, 'LANEPAY_WITHDRAWAL_FEE_FEN'],
  ['a most that no least reaches', { LANEPAY_WITHDRAWAL_MOST_FEN: '300' }, 'LANEPAY_WITHDRAWAL_MOST_FEN'],
  ['a day of less than one', { LANEPAY_WITHDRAWAL_DAY_FEN: '300' }, 'LANEPAY_WITHDRAWAL_DAY_FEN'],
  ['a log level nobody knows', { LANEPAY_LOG_LEVEL: 'loud' }, 'LANEPAY_LOG_LEVEL'],
  ['a key file that is not there', { WECHATPAY_MERCHANT_KEY_FILE: '/nowhere/key.pem' }, 'WECHATPAY_MERCHANT_KEY_FILE'],
  ['a WeChat account with nothing but its number', { WECHATPAY_MCHID: '1900000001' }, 'WECHATPAY_*'],
  ['an Alipay account with nothing but its number', { ALIPAY_APP_ID: '2021000000000000' }, 'ALIPAY_*'],
]
for (const [name, env, setting] of wrong) {
  test(`${name} is named`, () => {
    const { mistakes } = readSettings(env)
    assert.ok(
      mistakes.length > 0 && mistakes.every((mistake) => mistake.setting === setting && mistake.rule.length > 0),
      JSON.stringify(mistakes),
    )
  })
}
test('several mistakes come in one list', () => {
  const { mistakes } = readSettings({
    LANEPAY_HTTP_PORT: 'x',
    LANEPAY_LOG_LEVEL: 'loud',
    WECHATPAY_CERTIFICATES: 'maybe',
  })
  assert.deepEqual(mistakes.map(({ setting }) => setting).sort(), [
    'LANEPAY_HTTP_PORT',
    'LANEPAY_LOG_LEVEL',
    'WECHATPAY_CERTIFICATES',
  ])
})
test('what an account of WeChat Pay may do besides is switched on by name, and checked', () => {
  const account = { WECHATPAY_MCHID: '1900000001' }
  const abilities = (env: Record<string, string>) => {
    const { settings, mistakes } = readSettings({ ...account, ...env })
    const { codePay, shares, withdrawals } = settings.wechatpay!
    return [
      codePay?.version ?? null,
      shares !== undefined,
      withdrawals === true,
      mistakes.map(({ rule }) => rule),
    ] as const
  }
  const [code, shares, withdrawals] = abilities({})
  assert.deepEqual([code, shares, withdrawals], [null, false, false])
  const all = { WECHATPAY_API_V2_KEY: 'k'.repeat(32), WECHATPAY_SHARES: 'yes', WECHATPAY_WITHDRAWALS: 'yes' }
  assert.deepEqual(abilities(all).slice(0, 3), ['v2', true, true])
  assert.equal(abilities({ ...all, WECHATPAY_CODE_PAY: 'v3' })[0], 'v3')
  assert.equal(abilities({ ...all, WECHATPAY_CODE_PAY: 'no' })[0], null)
  const aboutKey = (env: Record<string, string>) => abilities(env)[3].filter((rule) => rule.includes('apiV2Key'))
  assert.equal(aboutKey({ ...all, WECHATPAY_API_V2_KEY: 'too short' }).length, 1)
  assert.equal(aboutKey({ ...all, WECHATPAY_API_V2_KEY: 'k'.repeat(32) }).length, 0)
})
test('cash change is given under a scene with its reports, by a merchant number of its own only', () => {
  const read = (env: Record<string, string>) => {
    const account = { WECHATPAY_MCHID: '1900000001', WECHATPAY_CASH_CHANGE: 'yes' }
    const { settings, mistakes } = readSettings({ ...account, ...env })
    const about = mistakes.map(({ rule }) => rule).filter((rule) => rule.startsWith('cashChange'))
    return { terms: settings.wechatpay?.cashChange, about }
  }
  assert.equal(read({ WECHATPAY_CASH_CHANGE: 'no' }).terms, undefined)
  assert.deepEqual(read({}).about, [])
  assert.deepEqual(read({}).terms, { sceneId: '1011', reports: [{ type: '赔付原因', content: '停车缴费找零' }] })
  const told = {
    WECHATPAY_TRANSFER_SCENE: '1000',
    WECHATPAY_TRANSFER_PERCEPTION: '现金奖励',
    WECHATPAY_TRANSFER_REPORTS: '活动名称=找零; 奖励说明=a=b',
  }
  assert.deepEqual(read(told).terms, {
    sceneId: '1000',
    perception: '现金奖励',
    reports: [
      { type: '活动名称', content: '找零' },
      { type: '奖励说明', content: 'a=b' },
    ],
  })
  const wrong: [env: Record<string, string>, field: string][] = [
    [{ WECHATPAY_MODE: 'partner' }, 'cashChange:'],
    [{ WECHATPAY_TRANSFER_SCENE: '10-11' }, 'cashChange.sceneId:'],
    [{ WECHATPAY_TRANSFER_REPORTS: '找零' }, 'cashChange.reports:'],
    [{ WECHATPAY_TRANSFER_REPORTS: `赔付原因=${'零'.repeat(33)}` }, 'cashChange.reports:'],
  ]
  for (const [env, field] of wrong) {
    const { about } = read(env)
    assert.ok(about.length === 1 && about[0]?.startsWith(field), JSON.stringify([env, about]))
  }
})
test('no secret is printed', () => {
  const env = Object.fromEntries(
    Object.values(settingList)
      .filter(({ kind }) => kind === 'secret')
      .map(({ env }) => [env, `a-secret-of-${env}-that-is-long-enough`]),
  )
  const { settings } = readSettings(env)
  const printed = printSettings(settings)
  assert.ok(!printed.includes('a-secret-of'))
  assert.match(printed, /LANEPAY_HOUSE_KEY=\(set\)/)
})
