import type { Route } from './api.ts'
import { addReceiver, deleteReceiver } from './receivers.ts'
import { applyReturn, queryReturn } from './share-returns.ts'
import { applyShare, queryLimit, queryRest, queryShare, unfreeze } from './shares.ts'

const root = '/v3/profitsharing'
const at = (rest: string) => new RegExp(`^${root}/${rest}$`)

/** The calls of profit sharing (wechat-pay.md 14). */
export const shareRoutes: readonly Route[] = [
  { call: 'receiver', method: 'POST', path: at('receivers/add'), act: addReceiver },
  { call: 'receiver', method: 'POST', path: at('receivers/delete'), act: deleteReceiver },
  { call: 'share', method: 'POST', path: at('orders'), act: applyShare },
  { call: 'share', method: 'POST', path: at('orders/unfreeze'), act: unfreeze },
  { call: 'query-share', method: 'GET', path: at('orders/([^/]+)'), act: queryShare },
  { call: 'query-share', method: 'GET', path: at('transactions/([^/]+)/amounts'), act: queryRest },
  { call: 'query-share', method: 'GET', path: at('merchant-configs/([^/]+)'), act: queryLimit },
  { call: 'return', method: 'POST', path: at('return-orders'), act: applyReturn },
  { call: 'query-share', method: 'GET', path: at('return-orders/([^/]+)'), act: queryReturn },
]
