import { createCipheriv, createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { type Answer, answered, badField, refused } from './answer.ts'
import type { Asked, Route } from './api.ts'
import { billFile, spanOf } from './bill-files.ts'
import { type BillDamage, type BillTicket, billHarms } from './book.ts'
import type { FaultKind } from './faults.ts'
import { checkFields, type Fields, matches, readTime } from './fields.ts'
import { checkMerchants } from './orders.ts'
import { randomText } from './sealing.ts'
import { writeSensitive } from './sensitive.ts'
import type { Works } from './works.ts'

/* Applying for bills and fetching them (wechat-pay.md 13.1, 13.2). */

const hour = 3_600_000
const day = 24 * hour
const historyMs = 92 * day
/** A ticket dies within seconds: applying and fetching are one step. */
export const ticketLivesMs = 30_000

const text = (label: string, max: number) => ({ label, kind: 'text', max }) as const
const optional = { optional: true } as const
const common: Fields = {
  bill_date: {
    ...text('账单日期', 10),
    check: (given) => (readTime(`${given}T00:00:00+08:00`) === null ? '账单日期格式不正确，应为YYYY-MM-DD' : null),
  },
  tar_type: { ...text('压缩类型', 16), ...optional, check: matches(/^GZIP$/, '压缩类型只能是GZIP') },
}
const tradeFields: Fields = {
  ...common,
  sub_mchid: { ...text('子商户号', 32), ...optional },
  bill_type: { ...text('账单类型', 16), ...optional, check: matches(/^(ALL|SUCCESS|REFUND)$/, '账单类型不正确') },
}
const flowFields: Fields = {
  ...common,
  account_type: {
    ...text('资金账户类型', 16),
    ...optional,
    check: matches(/^(BASIC|OPERATION|FEES)$/, '资金账户类型不正确'),
  },
}

const sealedFields: Fields = {
  ...common,
  sub_mchid: text('子商户号', 32),
  account_type: {
    ...text('资金账户类型', 16),
    check: matches(/^(BASIC|OPERATION|FEES|DEPOSIT)$/, '资金账户类型不正确'),
  },
  algorithm: { ...text('加密算法', 32), check: matches(/^AEAD_AES_256_GCM$/, '加密算法不正确') },
}

const damages: readonly (readonly [FaultKind, BillDamage])[] = [
  ['bill-cut', 'cut'],
  ['bill-end-lost', 'end-lost'],
  ['bill-row-lost', 'row-lost'],
  ['bill-mangled', 'mangled'],
  ['bill-of-another', 'of-another'],
  ['bill-of-another-day', 'of-another-day'],
  ['bill-new-column', 'new-column'],
  ['bill-changed', 'changed'],
]

const harmFor = ({ faults }: Works, kind: BillTicket['kind']) =>
  billHarms.find((harm) => harm.startsWith('flow-') === (kind === 'fund-flow') && faults.take(harm) !== null)

const apply =
  (kind: BillTicket['kind'], fields: Fields) =>
  (works: Works, { query, now }: Asked): Answer => {
    const shape = checkFields(fields, query, 'query') ?? checkSub(works, query)
    if (shape) return shape
    const asked = query as Readonly<Record<string, string | undefined>>
    const refusal = checkDay(works, asked.bill_date ?? '', now)
    if (refusal) return refusal
    const damage = damages.find(([fault]) => works.faults.take(fault) !== null)?.[1]
    const harm = harmFor(works, kind)
    const ticket: BillTicket = {
      token: randomText(32),
      kind,
      day: asked.bill_date ?? '',
      ...(asked.sub_mchid === undefined ? {} : { sub: asked.sub_mchid }),
      which: (asked.bill_type as BillTicket['which'] | undefined) ?? 'ALL',
      packed: asked.tar_type === 'GZIP',
      ...(damage === undefined ? {} : { damage }),
      ...(harm === undefined ? {} : { harm }),
      at: now,
    }
    // The other accounts of a merchant hold nothing here.
    const isEmpty = asked.account_type !== undefined && asked.account_type !== 'BASIC'
    const file = isEmpty ? null : billFile(works.book, works.account().mchid, ticket)
    if (!file || works.faults.take('bill-none')) return refused('NO_STATEMENT_EXIST', '账单不存在')
    works.book.put('bill-ticket', ticket.token, ticket)
    const download_url = `${works.url()}/v3/billdownload/file?token=${ticket.token}${ticket.packed ? '&tartype=gzip' : ''}`
    return answered({ hash_type: 'SHA1', hash_value: file.sha1, download_url })
  }

function checkSub(works: Works, query: Readonly<Record<string, unknown>>): Answer | null {
  if (query.sub_mchid === undefined) return null
  if (works.mode === 'partner') return checkMerchants(works, { sub_mchid: query.sub_mchid }, 'query')
  return badField('query', '/sub_mchid', query.sub_mchid, '直连商户不能传子商户号')
}

/** Made in the morning of the next day, kept for three months. */
function checkDay({ faults }: Works, text: string, now: number): Answer | null {
  const { from, until } = spanOf(text)
  if (now < until) return badField('query', '/bill_date', text, '账单日期必须早于今天')
  if (now - from > historyMs) return badField('query', '/bill_date', text, '仅支持三个月内的账单')
  if (now < until + 10 * hour || faults.take('bill-not-ready'))
    return refused('STATEMENT_CREATING', '账单正在生成中，请稍后再试')
  return null
}

const pieces = 2

/** `GET /v3/bill/sub-merchant-fundflowbill`: two pieces, cut without regard to lines, each under a key of its own. */
function applySealed(works: Works, { query, now }: Asked): Answer {
  const shape = checkFields(sealedFields, query, 'query') ?? checkSub(works, query)
  if (shape) return shape
  const asked = query as Readonly<Record<string, string>>
  const refusal = checkDay(works, asked.bill_date ?? '', now)
  if (refusal) return refusal
  const damage = damages.find(([fault]) => works.faults.take(fault) !== null)?.[1]
  const harm = harmFor(works, 'fund-flow')
  const list: Record<string, unknown>[] = []
  for (let part = 0; part < pieces; part++) {
    const ticket: BillTicket = {
      token: randomText(32),
      kind: 'fund-flow',
      day: asked.bill_date ?? '',
      sub: asked.sub_mchid ?? '',
      which: 'ALL',
      packed: false,
      sealed: { part, parts: pieces, key: randomText(32), nonce: randomText(12) },
      ...(damage === undefined ? {} : { damage }),
      ...(harm === undefined ? {} : { harm }),
      at: now,
    }
    const file = asked.account_type === 'BASIC' ? billFile(works.book, works.account().mchid, ticket) : null
    if (!file || works.faults.take('bill-none')) return refused('NO_STATEMENT_EXIST', '账单不存在')
    works.book.put('bill-ticket', ticket.token, ticket)
    const plain = partOf(ticket, file.bytes)
    // Over which bytes it is, is not established (24): a reader has to stand both.
    const hashed = part % 2 === 0 ? plain : sealPart(ticket, file.bytes)
    const sha1 = createHash('sha1').update(hashed).digest('hex')
    list.push({
      bill_sequence: part + 1,
      download_url: `${works.url()}/v3/billdownload/file?token=${ticket.token}`,
      encrypt_key: writeSensitive(works.account(), ticket.sealed?.key ?? ''),
      hash_type: 'SHA1',
      hash_value: damage === 'changed' ? sha1.split('').reverse().join('') : sha1,
      nonce: ticket.sealed?.nonce,
    })
  }
  return answered({ download_bill_count: pieces, download_bill_list: list.reverse() })
}

function partOf({ sealed }: BillTicket, bytes: Buffer): Buffer {
  const { part, parts } = sealed!
  const size = Math.ceil(bytes.length / parts)
  return bytes.subarray(part * size, (part + 1) * size)
}

function sealPart(ticket: BillTicket, bytes: Buffer): Buffer {
  const { key, nonce } = ticket.sealed!
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key), Buffer.from(nonce))
  return Buffer.concat([cipher.update(partOf(ticket, bytes)), cipher.final(), cipher.getAuthTag()])
}

/** `GET /v3/billdownload/file`: the one good answer that is not signed. */
function fetchFile(works: Works, { query, now }: Asked): Answer {
  const fields = { token: text('下载凭证', 64), tartype: { ...text('压缩类型', 16), ...optional } }
  const shape = checkFields(fields, query, 'query')
  if (shape) return shape
  const ticket = works.book.get('bill-ticket', String(query.token))
  if (!ticket || now - ticket.at > ticketLivesMs || ticket.packed !== (query.tartype === 'gzip'))
    return refused('INVALID_REQUEST', '下载凭证无效或已过期，请重新申请账单')
  const { bytes } = billFile(works.book, works.account().mchid, ticket)!
  if (ticket.sealed) {
    const sealed = sealPart(ticket, bytes)
    const file = ticket.damage === 'cut' ? sealed.subarray(0, sealed.length >> 1) : sealed
    return { status: 200, body: null, number: 0, file }
  }
  const file = ticket.packed ? gzipSync(bytes) : bytes
  return {
    status: 200,
    body: null,
    number: 0,
    file: ticket.damage === 'cut' ? file.subarray(0, file.length >> 1) : file,
  }
}

export const billRoutes: readonly Route[] = [
  { call: 'bill', method: 'GET', path: /^\/v3\/bill\/tradebill$/, act: apply('trade', tradeFields) },
  { call: 'bill', method: 'GET', path: /^\/v3\/bill\/fundflowbill$/, act: apply('fund-flow', flowFields) },
  { call: 'bill', method: 'GET', path: /^\/v3\/bill\/sub-merchant-fundflowbill$/, act: applySealed },
  { call: 'bill-file', method: 'GET', path: /^\/v3\/billdownload\/file$/, act: fetchFile },
]
