import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { BillError, Bills } from '../bills.ts'
import { type Download, download } from '../download.ts'
import { dayOf } from './bill-cells.ts'
import { readBillStream } from './bill-read.ts'
import { billErrorOf, billRequest, readBillFile } from './bill-request.ts'
import type { Client } from './client.ts'
import type { WechatPaySettings } from './settings.ts'
import type { SignedHeaders } from './transport.ts'

export type BillDeps = { readonly client: Client; readonly signedHeaders: SignedHeaders }

/**
 * Bills of WeChat Pay (wechat-pay.md 13). In partner mode a merchant without number stands for all sub-merchants: one
 * file for every lot there is. Asked for and fetched in one step, because the address dies within seconds.
 */
export const wechatPayBills = (settings: WechatPaySettings, deps: BillDeps): Bills => ({
  async read(merchant, ask, take) {
    dayOf(ask.day)
    const subMchid = settings.mode === 'partner' ? merchant.subMchid : undefined
    if (ask.kind === 'fund-flow' && subMchid !== undefined) return notOpened
    const applied = await deps.client(billRequest(ask, subMchid))
    if (!applied.ok)
      return err(applied.error.kind === 'unclear' ? applied.error.error : billErrorOf(applied.error.failure))
    const file = readBillFile(applied.value)
    if (!file.ok) return file
    const fetched = await fetchFile(settings, deps, file.value.path)
    if (!fetched.ok) return fetched
    const { mode, mchid, billColumnsKnown: alsoKnown = [] } = settings
    const told = { kind: ask.kind, mode, mchid, subMchid, day: ask.day, alsoKnown, sha1: file.value.sha1 }
    const read = await readBillStream(told, fetched.value, take)
    return read.ok ? read : err({ kind: 'damaged' as const, ...read.error })
  },
})

const notOpened = err({
  kind: 'refused' as const,
  code: 'NOT_BUILT',
  message: 'the encrypted fund-flow bill of one sub-merchant (13.1) is not read here',
  alarm: true,
})

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
