import { createDecipheriv, createHash, type KeyObject } from 'node:crypto'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { BillError } from '../bills.ts'
import { DamagedBill } from './bill-lines.ts'
import { damaged } from './bill-table.ts'
import { asObject, type Json, textOf, wholeOf } from './json.ts'
import { decryptField } from './oaep.ts'
import { malformedAnswer } from './order.ts'

/* The fund-flow bill of one sub-merchant comes in pieces, each sealed for us alone (wechat-pay.md 13.1). */

export type SealedPart = {
  readonly path: string
  readonly sha1: string
  readonly key: Uint8Array
  readonly nonce: Uint8Array
}

const tagLength = 16

/** The pieces in their order. One that is missing, or whose key is not for us, refuses the answer. */
export function readSealedParts(privateKey: KeyObject, answer: Json): Result<readonly SealedPart[], BillError> {
  const list = answer.download_bill_list
  if (!Array.isArray(list) || list.length === 0 || list.length !== wholeOf(answer.download_bill_count))
    return malformedAnswer('download_bill_list is not what download_bill_count says')
  const told = list.map((one) => asObject(one) ?? {})
  const sorted = told.toSorted((a, b) => Number(a.bill_sequence) - Number(b.bill_sequence))
  const first = Number(sorted[0]?.bill_sequence)
  const parts: SealedPart[] = []
  for (const [index, one] of sorted.entries()) {
    if (one.bill_sequence !== first + index) return malformedAnswer('a piece of the bill is missing')
    const part = readPart(privateKey, one)
    if (!part.ok) return malformedAnswer(part.error)
    parts.push(part.value)
  }
  return ok(parts)
}

function readPart(privateKey: KeyObject, one: Json): Result<SealedPart, string> {
  const url = textOf(one.download_url)
  const sha1 = textOf(one.hash_value)?.toLowerCase() ?? ''
  const nonce = Buffer.from(textOf(one.nonce) ?? '')
  if (one.hash_type !== 'SHA1' || !/^[0-9a-f]{40}$/.test(sha1)) return err('hash_value is no SHA-1')
  if (url === null || !URL.canParse(url)) return err('download_url is missing')
  const key = decryptField(privateKey, textOf(one.encrypt_key) ?? '')
  if (!key.ok || Buffer.byteLength(key.value) !== 32 || nonce.length < 12)
    return err('encrypt_key or nonce is none of ours')
  const { pathname, search } = new URL(url)
  return ok({ path: pathname + search, sha1, key: Buffer.from(key.value), nonce })
}

/**
 * Opens one piece while it comes. Whether its hash is over the sealed or the opened bytes is not established (24), so
 * either will do; the tag holds both. What was opened is worth nothing before the end. @throws DamagedBill at its end.
 */
export async function* openSealed(part: SealedPart, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const decipher = createDecipheriv('aes-256-gcm', part.key, part.nonce, { authTagLength: tagLength })
  const [sealedHash, plainHash] = [createHash('sha1'), createHash('sha1')]
  let held: Uint8Array = Buffer.alloc(0) // the tag is the last 16 bytes, and nobody says which those are
  for await (const piece of bytes) {
    sealedHash.update(piece)
    const all = Buffer.concat([held, piece])
    held = all.subarray(Math.max(0, all.length - tagLength))
    const plain = decipher.update(all.subarray(0, all.length - held.length))
    plainHash.update(plain)
    if (plain.length > 0) yield plain
  }
  if (held.length < tagLength) throw damage('cut', 'a sealed piece without its tag')
  decipher.setAuthTag(held)
  try {
    decipher.final()
  } catch {
    throw damage('not-unpacked', 'a sealed piece does not open') // `final` throws for one reason: the tag does not fit
  }
  if (![sealedHash.digest('hex'), plainHash.digest('hex')].includes(part.sha1))
    throw damage('wrong-hash', 'SHA-1 of a piece is not hash_value')
}

const damage = (fault: 'cut' | 'not-unpacked' | 'wrong-hash', detail: string) =>
  new DamagedBill(damaged(fault, null, detail).error)
