import { type Biz, isObject, required, text, wrong } from './fields.ts'
import type { Call, Method, Said } from './methods.ts'
import type { Works } from './money.ts'
import { type Found, findAccount } from './people.ts'
import { refuseBusiness, withoutPrefix } from './refusal.ts'
import type { Relation } from './shares.ts'
import { maxRatio, type ReceiverType, receiverTypes } from './shares.ts'

/* Whom a merchant may share with (alipay.md 9.1). A list is bound whole or not at all. */

const mostReceivers = 20
const mostRelations = 20_000

type Receiver = { readonly type: ReceiverType; readonly account: string; readonly biz: Biz }

function receiversIn({ biz }: Call): Receiver[] {
  requestNo(biz)
  const list = biz.receiver_list
  if (list !== undefined && !Array.isArray(list)) return wrong('receiver_list', '必须是数组')
  if (!list || list.length === 0) return refuseBusiness('RECEIVER_LIST_EMPTY', '分账接收方列表为空')
  if (list.length > mostReceivers) return refuseBusiness('RECEIVER_LIST_OVERLOAD', '分账接收方列表超过最大数量')
  return list.map((one: unknown) => {
    if (!isObject(one)) return wrong('receiver_list', '元素必须是对象')
    const type = receiverTypes.find((known) => known === required(one, 'type', 64))
    if (!type) return refuseBusiness('INVALID_RECEIVER_TYPE', '分账接收方类型不合法')
    return { type, account: required(one, 'account', 64), biz: one }
  })
}

function requestNo(biz: Biz): string {
  const number = required(biz, 'out_request_no', 32)
  return /^[A-Za-z0-9_]+$/.test(number) ? number : wrong('out_request_no', '只能包含字母、数字、下划线')
}

const keyOf = (pid: string, type: string, account: string): string => `${pid} ${type} ${account}`

function accountOf({ book, house }: Works, call: Call, { type, account, biz }: Receiver): Found {
  const found = findAccount(book, house, { type, account, caller: call.caller })
  if (found === 'other-app') return refuseBusiness('OPENID_APPID_NOT_MATCH', 'openId与应用不匹配')
  if (!found) return refuseBusiness('USER_NOT_EXIST', '用户不存在')
  const name = text(biz, 'name', 64)
  if (type === 'loginName' && name === null) return wrong('name', '不能为空')
  if (name !== null && found.person && found.person.name !== name)
    return refuseBusiness('USERNAME_NOT_MATCH', '账户名称不匹配')
  if (found.person && !found.person.certified)
    return refuseBusiness('RECEIVER_ACCOUNT_NOT_CERTIFY', '分账接收方未实名认证')
  return found
}

const bind: Method = (works, call) =>
  withoutPrefix(() => {
    const { book, clock, store } = works
    const receivers = receiversIn(call).map((receiver) => ({ ...receiver, ...accountOf(works, call, receiver) }))
    const { pid } = call.caller
    const ours = [...book.relations.values()].filter((relation) => relation.pid === pid).length
    if (ours + receivers.length > mostRelations) refuseBusiness('RELATION_QUANTITY_LIMIT', '分账关系数量超限')
    store.together(() => {
      for (const { type, account, userId, person, biz } of receivers) {
        const loginName = person?.loginName ?? null
        const relation: Relation = {
          pid,
          type,
          account,
          userId,
          loginName,
          memo: text(biz, 'memo', 64),
          at: clock.now(),
        }
        book.relations.put(keyOf(pid, type, account), relation)
      }
    })
    return { result_code: 'SUCCESS' }
  })

const unbind: Method = (works, call) =>
  withoutPrefix(() => {
    const receivers = receiversIn(call)
    works.store.together(() => {
      for (const { type, account } of receivers) works.book.relations.delete(keyOf(call.caller.pid, type, account))
    })
    return { result_code: 'SUCCESS' }
  })

const count = (biz: Biz, field: string, range: { readonly most: number; readonly own: number }): number => {
  const value = biz[field] ?? range.own
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= range.most
    ? value
    : wrong(field, '超出取值范围')
}

const batchQuery: Method = (works, call) =>
  withoutPrefix(() => {
    requestNo(call.biz)
    const size = count(call.biz, 'page_size', { most: 100, own: 20 })
    const page = count(call.biz, 'page_num', { most: Number.MAX_SAFE_INTEGER, own: 1 })
    const all = [...works.book.relations.values()].filter(({ pid }) => pid === call.caller.pid)
    const shown = all.slice((page - 1) * size, page * size)
    return {
      result_code: 'SUCCESS',
      receiver_list: shown.map((relation) => relationSaid(works, relation)),
      total_page_num: Math.ceil(all.length / size),
      total_record_num: all.length,
      current_page_num: page,
      current_page_size: shown.length,
    }
  })

function relationSaid({ book }: Works, { type, account, userId, loginName, memo }: Relation): Said {
  const now = book.people.get(userId)?.loginName
  return {
    type,
    account,
    ...(type === 'openId' ? { account_open_id: account } : {}),
    ...(now === undefined ? {} : { login_name: now }),
    ...(loginName === null ? {} : { bind_login_name: loginName }),
    ...(memo === null ? {} : { memo }),
  }
}

const rateQuery: Method = (_works, call) =>
  withoutPrefix(() => {
    requestNo(call.biz)
    return { user_id: call.caller.pid, max_ratio: maxRatio }
  })

export const relationMethods: Readonly<Record<string, Method>> = {
  'alipay.trade.royalty.relation.bind': bind,
  'alipay.trade.royalty.relation.unbind': unbind,
  'alipay.trade.royalty.relation.batchquery': batchQuery,
  'alipay.trade.royalty.rate.query': rateQuery,
}

/** The relation under which this account may be paid a share, if there is one. */
export const relationOf = (works: Works, pid: string, type: string, account: string): Relation | undefined =>
  works.book.relations.get(keyOf(pid, type, account))
