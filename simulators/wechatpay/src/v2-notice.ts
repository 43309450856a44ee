import { createCipheriv, createHash } from 'node:crypto'
import type { Account } from './account.ts'
import type { Notice } from './notices.ts'
import { randomText } from './sealing.ts'
import { writeV2 } from './v2-wire.ts'

const statuses: Readonly<Record<string, string>> = { SUCCESS: 'SUCCESS', ABNORMAL: 'CHANGE', CLOSED: 'REFUNDCLOSE' }

/** A refund's end in the older manner: AES-256-ECB under the MD5 of the APIv2 key, and no signature (wechat-pay.md 12.5). */
export function v2NoticeOf({ plaintext }: Notice, { appid, mchid, apiV2Key }: Account): string {
  const text = (name: string) => String(plaintext[name] ?? '')
  const amount = plaintext.amount as Readonly<Record<string, number>>
  const told = {
    transaction_id: text('transaction_id'),
    out_trade_no: text('out_trade_no'),
    refund_id: text('refund_id'),
    out_refund_no: text('out_refund_no'),
    total_fee: String(amount.total),
    refund_fee: String(amount.refund),
    settlement_refund_fee: String(amount.refund),
    refund_status: statuses[text('refund_status')] ?? 'CHANGE',
    success_time: text('success_time').replace('T', ' ').slice(0, 19),
    refund_recv_accout: text('user_received_account'), // sic
  }
  const root = writeV2(told)
    .replace(/^<xml>/, '<root>')
    .replace(/<\/xml>$/, '</root>')
  const cipher = createCipheriv('aes-256-ecb', createHash('md5').update(apiV2Key).digest('hex'), null)
  const req_info = Buffer.concat([cipher.update(root, 'utf8'), cipher.final()]).toString('base64')
  return writeV2({ return_code: 'SUCCESS', appid, mch_id: mchid, nonce_str: randomText(32), req_info })
}
