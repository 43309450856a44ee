import { applyAbnormalRefund } from './abnormal-refund.ts'
import { type Answer, badField, numbers, type Refusal, refused } from './answer.ts'
import { applymentRoutes } from './applyments.ts'
import { bankListRoutes } from './bank-lists.ts'
import { billRoutes } from './bills.ts'
import { listCertificates } from './certificates-call.ts'
import { codepay, reverse } from './code-pay-calls.ts'
import { checkDoor, type Knock, serialIn } from './door.ts'
import { echo } from './echo.ts'
import type { Call } from './faults.ts'
import { mediaPath, readUpload } from './media.ts'
import { closeOrder, createOrder, queryByTradeNumber, queryByTransaction } from './orders.ts'
import { refundCourse } from './refund-course.ts'
import { applyRefund, queryRefund } from './refunds.ts'
import { randomHex } from './sealing.ts'
import { shareRoutes } from './share-routes.ts'
import { answerSigner, type SignedAs, signatureHeaders } from './signing.ts'
import { passTime } from './time.ts'
import { transferRoutes } from './transfers.ts'
import { withdrawalRoutes } from './withdrawals.ts'
import type { Works } from './works.ts'

/** What leaves, and how: `waitMs` of real time later, and perhaps cut in the middle. */
export type Reply = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  readonly waitMs: number
  readonly cut: boolean
}

export type Asked = {
  readonly part: string
  /** The second part of the path that stands for something. */
  readonly rest: string
  readonly query: Readonly<Record<string, unknown>>
  readonly body: unknown
  /** `Wechatpay-Serial` as sent: the key that was used to encrypt, and the one wanted for the answer. */
  readonly serial: string | undefined
  readonly now: number
}
export type Route = {
  readonly call: Call
  readonly method: 'GET' | 'POST'
  readonly path: RegExp
  /** Comes without a body. */
  readonly bare?: true
  readonly act: (works: Works, asked: Asked) => Answer
}

const ordersOf = (world: 'direct' | 'partner'): Route[] => {
  const root = world === 'partner' ? '/v3/pay/partner/transactions' : '/v3/pay/transactions'
  const path = (rest: string) => new RegExp(`^${root}/${rest}$`)
  return [
    {
      call: 'create',
      method: 'POST',
      path: path('jsapi'),
      act: (works, { body, now }) => createOrder(works, world, body, now),
    },
    {
      call: 'query',
      method: 'GET',
      path: path('out-trade-no/([^/]+)'),
      act: (works, { part, query, now }) => queryByTradeNumber(works, world, part, query, now),
    },
    {
      call: 'query',
      method: 'GET',
      path: path('id/([^/]+)'),
      act: (works, { part, query, now }) => queryByTransaction(works, world, part, query, now),
    },
    {
      call: 'close',
      method: 'POST',
      path: path('out-trade-no/([^/]+)/close'),
      act: (works, { part, body, now }) => closeOrder(works, world, part, body, now),
    },
    {
      call: 'code-pay',
      method: 'POST',
      path: path('codepay'),
      act: (works, { body, now }) => codepay(works, world, body, now),
    },
    {
      call: 'reverse',
      method: 'POST',
      path: path('out-trade-no/([^/]+)/reverse'),
      act: (works, { part, body, now }) => reverse(works, world, part, body, now),
    },
    {
      // Products nobody opened for this merchant.
      call: 'create',
      method: 'POST',
      path: path('(?:native|h5|app)'),
      act: () => refused('NO_AUTH', '商户号该产品权限未开通，请前往商户平台>产品中心检查后重试'),
    },
  ]
}

const routes: readonly Route[] = [
  ...ordersOf('direct'),
  ...ordersOf('partner'),
  ...shareRoutes,
  ...withdrawalRoutes,
  ...transferRoutes,
  ...billRoutes,
  ...applymentRoutes,
  ...bankListRoutes,
  {
    call: 'refund',
    method: 'POST',
    path: /^\/v3\/refund\/domestic\/refunds$/,
    act: (works, { body, now }) => applyRefund(works, body, now, () => refundCourse(works)),
  },
  {
    call: 'query-refund',
    method: 'GET',
    path: /^\/v3\/refund\/domestic\/refunds\/([^/]+)$/,
    act: (works, { part, query }) => queryRefund(works, part, query),
  },
  {
    call: 'abnormal-refund',
    method: 'POST',
    path: /^\/v3\/refund\/domestic\/refunds\/([^/]+)\/apply-abnormal-refund$/,
    act: (works, { part: refundId, body, serial, now }) =>
      applyAbnormalRefund(works, { refundId, body, serial, now, course: () => refundCourse(works) }),
  },
  {
    call: 'certificates',
    method: 'GET',
    path: /^\/v3\/certificates$/,
    act: (works, { query, now }) => listCertificates(works.account(), query, now),
  },
  {
    call: 'echo',
    method: 'POST',
    path: /^\/v3\/security\/echo$/,
    act: (works, asked) => echo(works.account(), asked),
  },
]

/** One request of the v3 API: the door, the call, what is to go wrong, and the signature over the answer. */
export async function answerCall(works: Works, sent: Knock): Promise<Reply> {
  const knock = uploadIn(sent)
  const now = works.clock.now()
  passTime(works, now)
  const [pathname = '', search = ''] = split(knock.url)
  const refusal = checkDoor(knock, works.account(), now)
  if (refusal) return write(works, knock, refusal, { now })
  const found = findRoute(knock.method, pathname)
  if (!found) return write(works, knock, refused('NOT_FOUND', '请求的接口不存在'), { now })
  const { route, part, rest } = found
  const { call } = route
  const { faults } = works
  const before = befallen(works, call)
  if (before) return before.status === 502 ? badGateway : write(works, knock, before, { now })
  const asked = readAsked(route, [part, rest], search, knock, now)
  const answer = 'refusal' in asked ? asked.refusal : route.act(works, asked)
  const shown = answer.status < 300 ? (afterwards(works, call) ?? answer) : answer
  const slow = faults.take('answer-slow', call)
  return write(works, knock, shown, {
    now,
    as: faults.take('answer-wrong-signature', call)
      ? 'stranger'
      : faults.take('answer-probe', call)
        ? 'probe'
        : 'genuine',
    waitMs: slow ? (slow.ms ?? 5_000) : 0,
    cut: faults.take('answer-cut', call) !== null,
  })
}

/** Of an upload only the text of `meta` is signed (wechat-pay.md 4). */
function uploadIn(knock: Knock): Knock {
  if (knock.url !== mediaPath) return knock
  const upload = readUpload([knock.headers['content-type']].flat()[0] ?? '', knock.body)
  return upload ? { ...knock, upload } : knock
}

const split = (url: string): [string, string] => {
  const at = url.indexOf('?')
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)]
}

function findRoute(method: string, pathname: string): { route: Route; part: string; rest: string } | null {
  for (const route of routes) {
    const match = route.method === method ? route.path.exec(pathname) : null
    if (match) return { route, part: match[1] ?? '', rest: match[2] ?? '' }
  }
  return null
}

/** Instead of the call. */
function befallen({ faults }: Works, call: Call): Answer | null {
  if (faults.take('answer-5xx', call)) return { status: 502, body: null, number: 0 }
  if (faults.take('system-error', call)) return systemError
  if (faults.take('frequency-limited', call))
    return refused('FREQUENCY_LIMITED', '频率超限，请降低请求频率后重试', { number: numbers.rateLimit })
  return null
}

const systemError: Answer = refused('SYSTEM_ERROR', '系统异常，请用相同参数重新调用', { number: 268435456 })

/** Instead of the good answer, once everything is done. */
function afterwards({ faults }: Works, call: Call): Answer | null {
  switch (call) {
    case 'create':
    case 'close':
    case 'refund':
    case 'share':
    case 'return':
    case 'withdraw':
    case 'transfer':
    case 'cancel-transfer':
    case 'applyment':
    case 'modify-settlement':
      return faults.take(`error-after-${call}`) ? systemError : null
    default:
      return null
  }
}

/** What stands in front of WeChat Pay speaks HTML and signs nothing. */
const badGateway: Reply = {
  status: 502,
  headers: { 'Content-Type': 'text/html' },
  body: '<html><head><title>502 Bad Gateway</title></head></html>',
  waitMs: 0,
  cut: false,
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function readAsked(
  route: Route,
  rawParts: readonly string[],
  search: string,
  { body: bytes, headers, upload }: Knock,
  now: number,
): Asked | { readonly refusal: Refusal } {
  const query: Record<string, unknown> = {}
  for (const [name, value] of new URLSearchParams(search)) {
    if (Object.hasOwn(query, name)) return { refusal: badField('query', `/${name}`, value, '参数重复') }
    query[name] = value
  }
  let part: string
  let rest: string
  try {
    ;[part = '', rest = ''] = rawParts.map(decodeURIComponent)
  } catch {
    return { refusal: badField('path', '/', rawParts.join('/'), '路径参数不是合法的URL编码') }
  }
  const serial = serialIn(headers)
  if (route.method === 'GET') return { part, rest, query, body: undefined, serial, now }
  if (Object.keys(query).length > 0) return { refusal: badField('query', '/', search, '存在多余字段') }
  if (route.bare && bytes.length === 0) return { part, rest, query, body: {}, serial, now }
  if (upload) return { part, rest, query, body: upload, serial, now }
  try {
    return { part, rest, query, body: JSON.parse(utf8.decode(bytes)), serial, now }
  } catch {
    return { refusal: badField('body', '/', '', '请求体不是合法的JSON') }
  }
}

async function write(
  works: Works,
  { headers: asked }: Knock,
  { status, body: said, number, file }: Answer,
  how: { now: number; as?: SignedAs; waitMs?: number; cut?: boolean },
): Promise<Reply> {
  const body = said === null ? '' : JSON.stringify(said)
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-cache, must-revalidate',
    'Request-ID': `08${randomHex(38)}-${number}`,
  }
  const left = { waitMs: how.waitMs ?? 0, cut: how.cut ?? false }
  if (file) {
    const { 'Request-ID': requestId } = headers
    return {
      status,
      headers: { 'Content-Type': 'application/octet-stream', 'Request-ID': requestId },
      body: file,
      ...left,
    }
  }
  // Whoever did not get through the door gets no signature, and a system in trouble has none to give.
  if (status === 401 || status >= 500) return { status, headers, body, ...left }
  const signed = await signatureHeaders(body, {
    signer: answerSigner(works.account(), serialIn(asked)),
    strangersKey: works.strangersKey,
    as: how.as ?? 'genuine',
    now: how.now,
  })
  return { status, headers: { ...headers, ...signed }, body, ...left }
}
