import type { KeyObject } from 'node:crypto'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { type BillError, type Bills, keeping } from '../bills.ts'
import { type Download, download } from '../download.ts'
import { dayOf } from './bill-cells.ts'
import { readBillStream } from './bill-read.ts'
import { billErrorOf, billRequest, readBillFile } from './bill-request.ts'
import { openSealed, readSealedParts, type SealedPart } from './bill-sealed.ts'
import type { Client } from './client.ts'
import type { Json } from './json.ts'
import type { WechatPaySettings } from './settings.ts'
import type { SignedHeaders } from './transport.ts'

export type BillDeps = {
  readonly client: Client
  readonly signedHeaders: SignedHeaders
  /** Opens what is sealed for us. */
  readonly privateKey: KeyObject
}

/**
 * Bills of WeChat Pay (wechat-pay.md 13). In partner mode a merchant without number stands for all sub-merchants: one
 * file for every lot there is. Asked for and fetched in one step, because the address dies within seconds.
 */
export const wechatPayBills = (settings: WechatPaySettings, deps: BillDeps): Bills => ({
  async read(merchant, ask, take, keep) {
    dayOf(ask.day)
    const subMchid = settings.mode === 'partner' ? merchant.subMchid : undefined
    const applied = await deps.client(billRequest(ask, subMchid))
    if (!applied.ok)
      return err(applied.error.kind === 'unclear' ? applied.error.error : billErrorOf(applied.error.failure))
    const isSealed = ask.kind === 'fund-flow' && subMchid !== undefined
    const file = isSealed ? sealedFile(settings, deps, applied.value) : await plainFile(settings, deps, applied.value)
    if (!file.ok) return file
    const { mode, mchid, billColumnsKnown: alsoKnown = [] } = settings
    const told = { kind: ask.kind, mode, mchid, subMchid, day: ask.day, alsoKnown, sha1: file.value.sha1 }
    try {
      const read = await readBillStream(told, keeping(file.value.bytes, keep), take)
      return read.ok ? read : err({ kind: 'damaged' as const, ...read.error })
    } catch (error) {
      if (error instanceof NotHandedOut) return err(error.error)
      throw error
    }
  },
})

type File = { readonly bytes: AsyncIterable<Uint8Array>; readonly sha1: string | null }

async function plainFile(settings: WechatPaySettings, deps: BillDeps, answer: Json): Promise<Result<File, BillError>> {
  const file = readBillFile(answer)
  if (!file.ok) return file
  const fetched = await fetchFile(settings, deps, file.value.path)
  return fetched.ok ? ok({ bytes: fetched.value, sha1: file.value.sha1 }) : fetched
}

function sealedFile(settings: WechatPaySettings, deps: BillDeps, answer: Json): Result<File, BillError> {
  const parts = readSealedParts(deps.privateKey, answer)
  if (!parts.ok) return parts
  async function* bytes(told: readonly SealedPart[]): AsyncGenerator<Uint8Array> {
    for (const part of told) {
      const fetched = await fetchFile(settings, deps, part.path)
      if (!fetched.ok) throw new NotHandedOut(fetched.error)
      yield* openSealed(part, fetched.value)
    }
  }
  return ok({ bytes: bytes(parts.value), sha1: null })
}

/** Thrown inside the reading of a bill only: a later piece of it could not be fetched. */
class NotHandedOut extends Error {
  readonly error: BillError
  constructor(error: BillError) {
    super('a piece of the bill was not handed out')
    this.error = error
  }
}

const unclear = (code: string, message: string) => err({ kind: 'unclear' as const, code, message })

/** The one answer without a signature (13.2): the hash of the apply answer, which was signed, vouches for the bytes. */
async function fetchFile(
  settings: WechatPaySettings,
  { signedHeaders }: BillDeps,
  path: string,
): Promise<Result<AsyncIterable<Uint8Array>, BillError>> {
  const headers = await signedHeaders({ method: 'GET', path, body: '' })
  let fetched: Download = { kind: 'no-answer', reason: 'no host configured' }
  for (const host of settings.hosts) {
    fetched = await download({ url: `${host}${path}`, headers, idleTimeoutMs: settings.answerTimeoutMs })
    if (fetched.kind === 'answer') break
  }
  if (fetched.kind !== 'answer') return unclear('NO_ANSWER', fetched.reason)
  if (fetched.status === 200) return ok(fetched.body)
  for await (const _ of fetched.body) break // closes the connection: what it says besides its status is not signed
  return unclear(`HTTP_${fetched.status}`, 'the bill was not handed out: ask for it again')
}
