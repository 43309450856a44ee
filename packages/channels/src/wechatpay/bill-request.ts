import { ok, type Result } from '@lanepay/domain/result.ts'
import type { BillAsk, BillError } from '../bills.ts'
import type { ApiRequest } from './client.ts'
import { bareCode, channelErrorOf, type Failure } from './errors.ts'
import { type Json, textOf } from './json.ts'
import { malformedAnswer } from './order.ts'

/**
 * Asks for one bill (wechat-pay.md 13.1). Without a sub-merchant: all of a partner's, or the own account's. Packed, but for
 * the sealed one: whether its pieces are packed each or together is not said.
 */
export function billRequest(ask: BillAsk, subMchid: string | undefined): ApiRequest {
  const query = new URLSearchParams({ bill_date: ask.day })
  if (ask.kind === 'fund-flow' && subMchid !== undefined) {
    query.set('sub_mchid', subMchid)
    query.set('account_type', 'BASIC')
    query.set('algorithm', 'AEAD_AES_256_GCM')
    return { method: 'GET', path: `/v3/bill/sub-merchant-fundflowbill?${query}`, body: '' }
  }
  if (ask.kind === 'trade') {
    if (subMchid !== undefined) query.set('sub_mchid', subMchid)
    query.set('bill_type', 'ALL')
  } else query.set('account_type', 'BASIC')
  query.set('tar_type', 'GZIP')
  const name = ask.kind === 'trade' ? 'tradebill' : 'fundflowbill'
  return { method: 'GET', path: `/v3/bill/${name}?${query}`, body: '' }
}

/** Where the file is, and its SHA-1 when unpacked. The address is good for seconds only. */
export type BillFile = { readonly path: string; readonly sha1: string }

/** Only the path of the address is followed, at the hosts we are configured with: our signature goes nowhere else. */
export function readBillFile(answer: Json): Result<BillFile, BillError> {
  const url = textOf(answer.download_url)
  const sha1 = textOf(answer.hash_value)?.toLowerCase() ?? ''
  if (answer.hash_type !== 'SHA1' || !/^[0-9a-f]{40}$/.test(sha1)) return malformedAnswer('hash_value is no SHA-1')
  if (url === null || !URL.canParse(url)) return malformedAnswer('download_url is missing')
  const { pathname, search } = new URL(url)
  return ok({ path: pathname + search, sha1 })
}

/** `not-ready` and `no-bill` are news of the day, not errors of ours (13.1). */
export function billErrorOf(failure: Failure): BillError {
  const code = failure.code === null ? '' : bareCode(failure.code)
  if (failure.status === 400 && code === 'NOSTATEMENTEXIST') return { kind: 'no-bill', code: failure.code ?? '' }
  const isBeingMade = code === 'STATEMENTCREATING' || failure.message.includes('正在生成')
  if (failure.status === 400 && isBeingMade) return { kind: 'not-ready', code: failure.code ?? '' }
  return channelErrorOf(failure)
}
