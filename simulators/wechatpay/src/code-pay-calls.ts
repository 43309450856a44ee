import { type Answer, answered, numbers, type RefusalCode, refused } from './answer.ts'
import type { OrderContent } from './book.ts'
import { type CodeRefusal, payByCode, reverseOrder } from './code-pay.ts'
import { codePayFields, reverseFields } from './code-pay-fields.ts'
import { checkFields } from './fields.ts'
import { badTradeNumber, checkMerchants, describeOrder, wrongWorld } from './orders.ts'
import type { Works } from './works.ts'

/* Code pay of v3, for accounts that were opened for it (wechat-pay.md 11.1). */

type CodeContent = Omit<OrderContent, 'payer' | 'scene_info'> & {
  readonly payer: { readonly auth_code: string }
  readonly scene_info: { readonly device_id?: string; readonly device_ip?: string }
}

const notOpened = refused('NO_AUTH', '商户号该产品权限未开通，请前往商户平台>产品中心检查后重试')

/** What v3 has no name of its own for. */
const v3Names: Readonly<Partial<Record<CodeRefusal['code'], RefusalCode>>> = {
  ORDER_REVERSED: 'ORDER_CLOSED',
  INVALID_TRANSACTIONID: 'ORDER_NOT_EXIST',
  REVERSE_EXPIRE: 'INVALID_REQUEST',
}
const refusedBy = ({ code, message }: CodeRefusal): Answer =>
  refused((v3Names[code] ?? code) as RefusalCode, message, code === 'ORDER_PAID' ? { number: numbers.alreadyPaid } : {})

/** `POST .../transactions/codepay` */
export function codepay(works: Works, called: 'direct' | 'partner', body: unknown, now: number): Answer {
  if (works.codePay !== 'v3') return notOpened
  const shape =
    wrongWorld(works, called) ??
    checkFields(codePayFields[called], body, 'body') ??
    checkMerchants(works, body as Record<string, unknown>, 'body') ??
    checkAppid(works, body as CodeContent)
  if (shape) return shape
  const { payer, scene_info, ...content } = body as CodeContent
  const { device_id } = scene_info
  const done = payByCode(works, {
    world: called,
    code: payer.auth_code,
    now,
    content: { ...content, payer: {}, ...(device_id === undefined ? {} : { scene_info: { device_id } }) },
  })
  if ('refusal' in done) return refusedBy(done.refusal)
  if (works.faults.take('error-after-code-pay')) return refused('SYSTEM_ERROR', '系统异常，请用相同参数重新调用')
  return answered(describeOrder(works.book, done.order, now))
}

const checkAppid = (works: Works, content: CodeContent): Answer | null => {
  const given = content.sp_appid ?? content.appid
  return given === undefined || given === works.account().appid
    ? null
    : refused('APPID_MCHID_NOT_MATCH', '商户号和appid不匹配，请检查后再试', { number: numbers.appidNotBound })
}

/** `POST .../out-trade-no/{number}/reverse` */
export function reverse(
  works: Works,
  called: 'direct' | 'partner',
  number: string,
  body: unknown,
  now: number,
): Answer {
  if (works.codePay !== 'v3') return notOpened
  const shape =
    badTradeNumber(number) ??
    wrongWorld(works, called) ??
    checkFields(reverseFields[called], body, 'body') ??
    checkMerchants(works, body as Record<string, unknown>, 'body')
  if (shape) return shape
  if (works.faults.take('reverse-again')) return refused('SYSTEM_ERROR', '系统异常，请用相同参数重新调用')
  const given = body as { readonly sub_mchid?: string }
  const order = works.book.get('order', number)
  const done = reverseOrder(works, order?.content.sub_mchid === given.sub_mchid ? order : undefined, now)
  if ('refusal' in done) return refusedBy(done.refusal)
  if (works.faults.take('error-after-reverse')) return refused('SYSTEM_ERROR', '系统异常，请用相同参数重新调用')
  return answered({ ...(body as object), out_trade_no: number })
}
