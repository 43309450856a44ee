import { isSortedSigned } from '@lanepay/channels/zldpay/sign.ts'
import type { FindWallet, PartnerWallet } from '@lanepay/channels/zldpay/wallet.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { isSigned } from '@lanepay/lot-systems/bolink/sign.ts'
import { parseObject, rawMember } from '@lanepay/lot-systems/raw.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Data, type Reply, texts } from '../bolink/service.ts'
import type { FreshCalls } from './fresh.ts'
import { membersOf } from './members.ts'

/** Where a wallet finds each call, under `/unionapi/` (third-party-wallets.md A.2, A.3, A.4). */
export const paths = [
  'newuser/adduser',
  'newuser/updateuser',
  'newpark/queryparkbyid',
  'order/quercurrorder',
  'neworder/quercurrorder',
  'neworder/quercarorder',
  'order/prepay',
  'neworder/prepay',
  'newpark/queryparks',
  'order/queryorders',
  'neworder/confirmCoupon',
  'bolinkunifiedcarplat',
] as const
const numbered: readonly string[] = ['prepay', 'confirmCoupon', 'bolinkunifiedcarplat']
type Called = { readonly wallet: PartnerWallet; readonly data: Data; readonly sign: string }
export type WalletCall = (wallet: PartnerWallet, data: Data) => Promise<Reply>

/**
 * Who says it: the body of the newer book is signed over the very text of `data`, the flat one of the older book over its members by name
 * (A.1). Nothing is read of what is not signed.
 */
export async function readCall(text: string, walletOf: FindWallet): Promise<Result<Called, string>> {
  const body = parseObject(text)
  if (!body.ok) return err(texts.notJson)
  const raw = rawMember(text, 'data')
  const data = raw === null ? body : parseObject(raw)
  if (!data.ok) return err(texts.notJson)
  const { sign } = body.value
  if (typeof sign !== 'string') return err(texts.noSign)
  const wallet = await walletOf(String(data.value.union_id ?? body.value.union_id ?? '').trim())
  if (!wallet) return err(`${texts.badData}: union_id`)
  const isTheirs =
    raw === null ? isSortedSigned(membersOf(text, body.value), wallet.key) : isSigned(raw, wallet.key, sign)
  return isTheirs ? ok({ wallet, data: data.value, sign: sign.trim().toUpperCase() }) : err(texts.wrongSign)
}

/** What wallets call. An answer is plain, and says 0 and why where nothing was done. */
export const walletRoutes =
  (options: {
    readonly walletOf: FindWallet
    readonly calls: Readonly<Record<string, WalletCall>>
    readonly fresh: FreshCalls
  }): FastifyPluginAsync =>
  async (server) => {
    const carriedOut = async (name: string, { wallet, data, sign }: Called): Promise<Reply> => {
      const act = options.calls[name]!
      // A payment, and what is taken off one, has a number of its own, and is the same however often it comes.
      if (numbered.includes(name) || !('rand' in data)) return act(wallet, data)
      const key = { unionId: wallet.unionId, sign }
      if (!(await options.fresh.take(key))) return { state: 0, errmsg: texts.replayed }
      try {
        return await act(wallet, data)
      } catch (error) {
        await options.fresh.letGo(key)
        throw error
      }
    }
    server.removeAllContentTypeParsers()
    server.addContentTypeParser('*', { parseAs: 'string', bodyLimit: 64 * 1024 }, (_, body, done) => done(null, body))
    for (const path of paths)
      server.post(`/unionapi/${path}`, async (request, reply) => {
        const read = await readCall(String(request.body ?? ''), options.walletOf)
        const answer = read.ok
          ? await carriedOut(path.split('/').at(-1)!, read.value)
          : { state: 0, errmsg: read.error }
        return reply.type('application/json;charset=utf-8').send(JSON.stringify(answer))
      })
  }
