import { existsSync, readFileSync } from 'node:fs'
import { alipaySettingsFaults } from '@lanepay/channels/alipay/check-settings.ts'
import { type AlipaySettings, alipayProduction } from '@lanepay/channels/alipay/settings.ts'
import { wechatPaySettingsFaults } from '@lanepay/channels/wechatpay/check-settings.ts'
import { type WechatPaySettings, wechatPayProduction } from '@lanepay/channels/wechatpay/settings.ts'

/*
 * Every setting there is, read once from the environment. Each has a name, what it is for, and where its value comes from;
 * `lanepay config` and the README's table are made from this list.
 */
type Kind = 'text' | 'secret' | 'port' | 'number' | 'fen' | 'url' | 'file' | 'yes-no'
export type Setting = {
  readonly kind: Kind
  readonly env: string
  /** Used when nothing is set; null: there is none, and it is left out. */
  readonly fallback: string | null
  readonly about: string
  readonly oneOf?: readonly string[]
}
const setting = <K extends Kind, const F extends string | null>(
  env: string,
  kind: K,
  fallback: F,
  about: string,
  oneOf?: readonly string[],
) => ({ env, kind, fallback, about, ...(oneOf ? { oneOf } : {}) })

export const settingList = {
  home: setting('LANEPAY_HOME', 'text', '.lanepay', 'Folder for what Lanepay keeps on this machine'),
  databaseUrl: setting(
    'LANEPAY_DATABASE_URL',
    'secret',
    null,
    'A PostgreSQL of yours, 15 or newer; without it one is started in LANEPAY_HOME',
  ),
  httpHost: setting('LANEPAY_HTTP_HOST', 'text', '127.0.0.1', 'Address the cloud listens on'),
  httpPort: setting('LANEPAY_HTTP_PORT', 'port', '7080', 'Port the cloud listens on'),
  publicUrl: setting(
    'LANEPAY_PUBLIC_URL',
    'url',
    null,
    'What drivers and channels reach the cloud by: the https address registered with the channels',
  ),
  houseKey: setting(
    'LANEPAY_HOUSE_KEY',
    'secret',
    null,
    'Seals printed codes and cookies: 32 random characters, never changed while codes hang; made on first start when not set',
  ),
  brokerHost: setting('LANEPAY_BROKER_HOST', 'text', '127.0.0.1', 'Address the MQTT broker listens on'),
  brokerPort: setting('LANEPAY_BROKER_PORT', 'port', '7883', 'Port the MQTT broker listens on'),
  brokerUrl: setting(
    'LANEPAY_BROKER_URL',
    'url',
    null,
    'The broker as the cloud reaches it; without it the one on LANEPAY_BROKER_PORT',
  ),
  agentBrokerUrl: setting(
    'LANEPAY_AGENT_BROKER_URL',
    'url',
    null,
    "The broker as lots' agents reach it, told to each when it is enrolled; without it as the cloud does",
  ),
  brokerPassword: setting(
    'LANEPAY_BROKER_PASSWORD',
    'secret',
    null,
    "The cloud's own password at the broker; made on first start when not set",
  ),
  brokerSecret: setting(
    'LANEPAY_BROKER_SECRET',
    'secret',
    null,
    'What the broker shows the cloud when it asks who a user is; made on first start when not set',
  ),
  cloudUrl: setting('LANEPAY_CLOUD_URL', 'url', null, 'The cloud as the broker reaches it (only `lanepay broker`)'),
  nodeNumber: setting(
    'LANEPAY_NODE_NUMBER',
    'number',
    '0',
    'Number of this process, 0 to 1023, another one for each that runs at the same time',
  ),
  trustProxy: setting(
    'LANEPAY_TRUST_PROXY',
    'text',
    null,
    'Addresses of your load balancers, whose word about the client is believed',
  ),
  logLevel: setting('LANEPAY_LOG_LEVEL', 'text', 'info', 'Least important line that is logged', [
    'debug',
    'info',
    'warn',
    'error',
  ]),
  gateSeconds: setting(
    'LANEPAY_GATE_SECONDS',
    'number',
    '60',
    'After a payment the gate may open this long for the vehicle that was quoted',
  ),
  lotAnswerMs: setting('LANEPAY_LOT_ANSWER_MS', 'number', '3000', 'How long a lot may take to answer a question'),
  refundRights: setting(
    'LANEPAY_REFUND_RIGHTS',
    'file',
    null,
    'Who may give money back with `lanepay refund`, and over which amount with a second factor',
  ),
  withdrawalFeeFen: setting(
    'LANEPAY_WITHDRAWAL_FEE_FEN',
    'fen',
    '300',
    'What an instant withdrawal costs, taken from the amount asked for',
  ),
  withdrawalFloorFen: setting(
    'LANEPAY_WITHDRAWAL_FLOOR_FEN',
    'fen',
    '301',
    'The least of an instant withdrawal; never less than its fee and a fen',
  ),
  withdrawalMostFen: setting(
    'LANEPAY_WITHDRAWAL_MOST_FEN',
    'fen',
    '5000000',
    'The most of one instant withdrawal; an operator may have limits of its own in its plan',
  ),
  withdrawalDayFen: setting(
    'LANEPAY_WITHDRAWAL_DAY_FEN',
    'fen',
    '20000000',
    'The most of the instant withdrawals of an account in one day at Beijing',
  ),

  wechatMode: setting(
    'WECHATPAY_MODE',
    'text',
    'direct',
    'direct: your own merchant number; partner: you are service provider, operators are sub-merchants',
    ['direct', 'partner'],
  ),
  wechatMchid: setting(
    'WECHATPAY_MCHID',
    'text',
    null,
    'Merchant number (partner mode: yours as service provider): merchant platform, account centre, merchant information',
  ),
  wechatAppid: setting(
    'WECHATPAY_APPID',
    'text',
    null,
    'Service account bound to that merchant number: official-account platform, basic settings',
  ),
  wechatAppSecret: setting('WECHATPAY_APP_SECRET', 'secret', null, 'AppSecret of that service account: same page'),
  wechatKeyFile: setting(
    'WECHATPAY_MERCHANT_KEY_FILE',
    'file',
    null,
    'apiclient_key.pem: merchant platform, API security, merchant API certificate',
  ),
  wechatSerial: setting('WECHATPAY_MERCHANT_SERIAL', 'text', null, 'Serial number of that certificate: same page'),
  wechatApiV3Key: setting('WECHATPAY_API_V3_KEY', 'secret', null, 'APIv3 key, 32 characters: same page'),
  wechatPublicKeyId: setting(
    'WECHATPAY_PUBLIC_KEY_ID',
    'text',
    null,
    'PUB_KEY_ID_...: API security, WeChat Pay public key; leave out with certificates',
  ),
  wechatPublicKeyFile: setting('WECHATPAY_PUBLIC_KEY_FILE', 'file', null, 'pub_key.pem: same page'),
  wechatCertificates: setting(
    'WECHATPAY_CERTIFICATES',
    'yes-no',
    'no',
    'yes: download and rotate platform certificates (older accounts, or during a change-over)',
  ),
  wechatCodePay: setting(
    'WECHATPAY_CODE_PAY',
    'text',
    'v2',
    'By which interface attendants scan pay codes: v2, which every merchant has, once its key is set; v3 where it was opened; no: not at all',
    ['v2', 'v3', 'no'],
  ),
  wechatApiV2Key: setting('WECHATPAY_API_V2_KEY', 'secret', null, 'APIv2 key, 32 characters, for v2: API security'),
  wechatSignType: setting('WECHATPAY_V2_SIGN_TYPE', 'text', 'HMAC-SHA256', 'How v2 calls are signed', [
    'HMAC-SHA256',
    'MD5',
  ]),
  wechatCertFile: setting(
    'WECHATPAY_MERCHANT_CERTIFICATE_FILE',
    'file',
    null,
    'apiclient_cert.pem, shown when a v2 order is taken back: API security, merchant API certificate',
  ),
  wechatV2Refunds: setting(
    'WECHATPAY_V2_REFUNDS',
    'text',
    'v3',
    'By which interface scanned payments are refunded; v2 where the account may not cross',
    ['v3', 'v2'],
  ),
  wechatApplications: setting(
    'WECHATPAY_APPLICATIONS',
    'yes-no',
    'no',
    'yes: approved operators are taken on as sub-merchants over the interface (partner mode): a permission of its own',
  ),
  wechatSettlementIds: setting(
    'WECHATPAY_SETTLEMENT_IDS',
    'text',
    '716,719',
    'Rows of the table of rates for a company and for a sole trader, both of the industry below',
  ),
  wechatIndustry: setting('WECHATPAY_INDUSTRY', 'text', '停车缴费', 'Industry of those rows, as the table writes it'),
  wechatShares: setting(
    'WECHATPAY_SHARES',
    'yes-no',
    'no',
    'yes: receipts may be shared with partners, which has to be opened for the account: product centre, profit sharing',
  ),
  wechatWithdrawals: setting(
    'WECHATPAY_WITHDRAWALS',
    'yes-no',
    'no',
    'yes: balances may be asked for and paid out, a permission of its own of service providers',
  ),
  wechatCashChange: setting(
    'WECHATPAY_CASH_CHANGE',
    'yes-no',
    'no',
    'yes: cash change of machines is given into WeChat wallets (direct mode), which has to be opened for the account: product centre, merchant transfer (商家转账)',
  ),
  wechatTransferScene: setting(
    'WECHATPAY_TRANSFER_SCENE',
    'text',
    '1011',
    'Number of the transfer scene that was granted for it: merchant transfer, scenes',
  ),
  wechatTransferReports: setting(
    'WECHATPAY_TRANSFER_REPORTS',
    'text',
    '赔付原因=停车缴费找零',
    'What that scene wants said with each transfer, as KIND=CONTENT, several with ; between them: same page',
  ),
  wechatTransferPerception: setting(
    'WECHATPAY_TRANSFER_PERCEPTION',
    'text',
    null,
    "Why the money comes, as the wallet shows it: one of the scene's words; without it the scene's default",
  ),

  alipayAppId: setting('ALIPAY_APP_ID', 'text', null, 'Application id: Alipay open platform, console, the application'),
  alipaySellerId: setting(
    'ALIPAY_SELLER_ID',
    'text',
    null,
    'PID (2088...) that receives the money: merchant platform, account, PID management',
  ),
  alipayKeyFile: setting(
    'ALIPAY_APP_PRIVATE_KEY_FILE',
    'file',
    null,
    'Private key of the application, made with the key tool',
  ),
  alipayPublicKeyFile: setting(
    'ALIPAY_PUBLIC_KEY_FILE',
    'file',
    null,
    "Alipay's public key (not the application's): development settings, signature mode public key",
  ),
  alipayAppCertFile: setting(
    'ALIPAY_APP_CERTIFICATE_FILE',
    'file',
    null,
    'appCertPublicKey_....crt: signature mode certificate, instead of the public key',
  ),
  alipayCertFile: setting('ALIPAY_CERTIFICATE_FILE', 'file', null, 'alipayCertPublicKey_RSA2.crt: same page'),
  alipayRootCertFile: setting('ALIPAY_ROOT_CERTIFICATES_FILE', 'file', null, 'alipayRootCert.crt: same page'),
  alipayIdentity: setting(
    'ALIPAY_IDENTITY',
    'text',
    'user_id',
    'Which identity the application gets; newer ones only open_id',
    ['user_id', 'open_id'],
  ),
  alipayOpAppId: setting(
    'ALIPAY_OP_APP_ID',
    'text',
    null,
    'With the in-app product (JSAPI_PAY): the mini program or web application that opens the payment; without it face-to-face',
  ),
  alipayApplications: setting(
    'ALIPAY_APPLICATIONS',
    'yes-no',
    'no',
    'yes: approved operators are taken on as second-tier merchants (直付通), a contract of its own',
  ),
  alipayMcc: setting('ALIPAY_MCC', 'text', '7523', "The category of car parks in Alipay's table"),
  alipayContentKey: setting(
    'ALIPAY_CONTENT_KEY',
    'secret',
    null,
    'Seals what is asked and answered beneath TLS too: development settings, interface content encryption (AES)',
  ),
  alipayProvider: setting('ALIPAY_SERVICE_PROVIDER_ID', 'text', null, 'Your PID as service provider, for the rebate'),

  channels: setting(
    'LANEPAY_CHANNELS',
    'text',
    'real',
    'simulated: in place of a channel without an account, the simulated one that `lanepay simulate` runs from the same LANEPAY_HOME (never where real money is taken)',
    ['real', 'simulated'],
  ),
  streetHost: setting('LANEPAY_STREET_HOST', 'text', '127.0.0.1', 'Address the simulated street listens on'),
  streetPort: setting('LANEPAY_STREET_PORT', 'port', '7070', 'Port of the simulated street'),
  wechatSimulatorPort: setting('LANEPAY_WECHATPAY_SIMULATOR_PORT', 'port', '7081', 'Port of the simulated WeChat Pay'),
  alipaySimulatorPort: setting('LANEPAY_ALIPAY_SIMULATOR_PORT', 'port', '7082', 'Port of the simulated Alipay'),
  bankSimulatorPort: setting('LANEPAY_BANK_SIMULATOR_PORT', 'port', '7083', 'Port of the simulated bank'),
  cameraPort: setting(
    'LANEPAY_CAMERA_PORT',
    'port',
    '7090',
    "Port on which the street's lot agent listens to its cameras",
  ),
  agentPagePort: setting('LANEPAY_AGENT_PAGE_PORT', 'port', '7091', "Port of the street's lot page"),
} as const satisfies Record<string, Setting>

type Name = keyof typeof settingList
type ValueOf<S extends Setting> = S['kind'] extends 'port' | 'number' | 'fen'
  ? number
  : S['kind'] extends 'yes-no'
    ? boolean
    : string
export type Settings = {
  readonly [N in Name]: (typeof settingList)[N]['fallback'] extends null
    ? ValueOf<(typeof settingList)[N]> | null
    : ValueOf<(typeof settingList)[N]>
} & { readonly wechatpay: WechatPaySettings | null; readonly alipay: AlipaySettings | null }

export type Mistake = { readonly setting: string; readonly rule: string }

/** Reads all settings; says every mistake at once, naming setting and rule and never a secret's value. */
export function readSettings(env: NodeJS.ProcessEnv): { settings: Settings; mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = []
  const values: Record<string, string | number | boolean | null> = {}
  for (const [name, one] of Object.entries(settingList) as [Name, Setting][]) {
    const text = env[one.env]?.trim() || one.fallback
    const wrong = (rule: string) => mistakes.push({ setting: one.env, rule })
    if (text === null) {
      values[name] = null
      continue
    }
    if (one.oneOf && !one.oneOf.includes(text)) wrong(`one of ${one.oneOf.join(', ')}`)
    switch (one.kind) {
      case 'port':
      case 'number':
      case 'fen': {
        const number = Number(text)
        const most =
          one.kind === 'fen'
            ? 100_000_000_000
            : one.kind === 'port'
              ? 65_535
              : one.env === 'LANEPAY_NODE_NUMBER'
                ? 1023
                : 600_000
        if (!/^\d+$/.test(text) || number > most) wrong(`a whole number from 0 to ${most}`)
        values[name] = number
        break
      }
      case 'yes-no':
        if (text !== 'yes' && text !== 'no') wrong('yes or no')
        values[name] = text === 'yes'
        break
      case 'url':
        if (!URL.canParse(text)) wrong('an address with its scheme, like https://pay.example.com')
        values[name] = text.replace(/\/+$/, '')
        break
      case 'file':
        if (!existsSync(text)) wrong('a file that can be read')
        values[name] = text
        break
      default:
        values[name] = text
    }
  }
  for (const name of ['houseKey'] as const) {
    const value = values[name]
    if (typeof value === 'string' && value.length < 32)
      mistakes.push({ setting: settingList[name].env, rule: '32 characters or more' })
  }
  if (typeof values.agentBrokerUrl === 'string' && !/^mqtts?:\/\//.test(values.agentBrokerUrl))
    mistakes.push({ setting: settingList.agentBrokerUrl.env, rule: 'an address like mqtts://broker.example.com:8883' })
  const plain = values as unknown as Settings
  for (const name of ['withdrawalMostFen', 'withdrawalDayFen'] as const)
    if (plain[name] < plain.withdrawalFloorFen)
      mistakes.push({ setting: settingList[name].env, rule: `not less than ${settingList.withdrawalFloorFen.env}` })
  const settings: Settings = { ...plain, wechatpay: wechatPayOf(plain, mistakes), alipay: alipayOf(plain, mistakes) }
  return { settings, mistakes }
}

const read = (file: string | null): string => (file !== null && existsSync(file) ? readFileSync(file, 'utf8') : '')

function wechatPayOf(values: Settings, mistakes: Mistake[]): WechatPaySettings | null {
  if (values.wechatMchid === null) return null
  const settings: WechatPaySettings = {
    ...wechatPayProduction,
    mode: values.wechatMode as 'direct' | 'partner',
    mchid: values.wechatMchid,
    appid: values.wechatAppid ?? '',
    appSecret: values.wechatAppSecret ?? '',
    merchantPrivateKey: read(values.wechatKeyFile),
    merchantSerial: values.wechatSerial ?? '',
    ...(values.wechatCertFile ? { merchantCertificate: read(values.wechatCertFile) } : {}),
    apiV3Key: values.wechatApiV3Key ?? '',
    ...(values.wechatPublicKeyId
      ? { publicKey: { id: values.wechatPublicKeyId, pem: read(values.wechatPublicKeyFile) } }
      : {}),
    ...(values.wechatCertificates ? { certificates: { known: [] } } : {}),
    ...codePayOf(values),
    ...applicationsOf(values, mistakes),
    ...(values.wechatShares ? { shares: {} } : {}),
    ...(values.wechatWithdrawals ? { withdrawals: true } : {}),
    ...cashChangeOf(values),
  }
  for (const fault of wechatPaySettingsFaults(settings)) mistakes.push({ setting: 'WECHATPAY_*', rule: String(fault) })
  return settings
}

function applicationsOf(values: Settings, mistakes: Mistake[]): Pick<WechatPaySettings, 'applications'> {
  if (!values.wechatApplications) return {}
  const [, company, soleTrader] = /^(\d{1,3}),(\d{1,3})$/.exec(values.wechatSettlementIds) ?? []
  if (company === undefined || soleTrader === undefined) {
    mistakes.push({ setting: settingList.wechatSettlementIds.env, rule: 'two numbers like 716,719' })
    return {}
  }
  return { applications: { settlementIds: { company, 'sole-trader': soleTrader }, industry: values.wechatIndustry } }
}

/** What is wrong with a report shows when the settings are checked: a part without its sign has no content. */
function cashChangeOf(values: Settings): Pick<WechatPaySettings, 'cashChange'> {
  if (!values.wechatCashChange) return {}
  const reports = values.wechatTransferReports.split(';').map((report) => {
    const [type = '', ...content] = report.split('=')
    return { type: type.trim(), content: content.join('=').trim() }
  })
  return {
    cashChange: {
      sceneId: values.wechatTransferScene,
      ...(values.wechatTransferPerception === null ? {} : { perception: values.wechatTransferPerception }),
      reports,
    },
  }
}

function codePayOf(values: Settings): Pick<WechatPaySettings, 'codePay'> {
  if (values.wechatCodePay === 'no' || (values.wechatCodePay === 'v2' && values.wechatApiV2Key === null)) return {}
  if (values.wechatCodePay === 'v3') return { codePay: { version: 'v3' } }
  return {
    codePay: {
      version: 'v2',
      apiV2Key: values.wechatApiV2Key!,
      signType: values.wechatSignType as 'HMAC-SHA256' | 'MD5',
      ...(values.wechatCertFile ? { certificate: read(values.wechatCertFile) } : {}),
      refunds: values.wechatV2Refunds as 'v3' | 'v2',
    },
  }
}

function alipayOf(values: Settings, mistakes: Mistake[]): AlipaySettings | null {
  if (values.alipayAppId === null) return null
  const settings: AlipaySettings = {
    ...alipayProduction,
    appId: values.alipayAppId,
    sellerId: values.alipaySellerId ?? '',
    appPrivateKey: read(values.alipayKeyFile),
    verify: values.alipayAppCertFile
      ? {
          mode: 'certificate',
          appCertificate: read(values.alipayAppCertFile),
          alipayCertificate: read(values.alipayCertFile),
          rootCertificates: read(values.alipayRootCertFile),
        }
      : { mode: 'public-key', alipayPublicKey: read(values.alipayPublicKeyFile) },
    identity: values.alipayIdentity as 'user_id' | 'open_id',
    ...(values.alipayOpAppId ? { opAppId: values.alipayOpAppId } : {}),
    ...(values.alipayApplications ? { applications: { mcc: values.alipayMcc } } : {}),
    ...(values.alipayContentKey ? { contentKey: values.alipayContentKey } : {}),
    ...(values.alipayProvider ? { serviceProviderId: values.alipayProvider } : {}),
  }
  for (const fault of alipaySettingsFaults(settings)) mistakes.push({ setting: 'ALIPAY_*', rule: String(fault) })
  return settings
}

/** The settings as a person may see them: every one, what it is, secrets as `set` or `not set`. */
export function printSettings(settings: Settings): string {
  return (Object.entries(settingList) as [Name, Setting][])
    .map(([name, one]) => {
      const value = settings[name]
      const shown = value === null ? '(not set)' : one.kind === 'secret' ? '(set)' : String(value)
      return `${one.env}=${shown}\n    ${one.about}`
    })
    .join('\n')
}
