import { createCipheriv, randomBytes, sign as signWith } from 'node:crypto'
import { promisify } from 'node:util'
import type { PaidFacts } from '@lanepay/channels/channel.ts'
import { apiV3Key, platform, publicKeyId, someSettings } from '@lanepay/channels/wechatpay/fixtures.ts'
import type { Database } from '@lanepay/database/database.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id } from '@lanepay/domain/types.ts'
import { httpPost } from './blast.ts'

const sign = promisify(signWith) as unknown as (algorithm: string, data: Buffer, key: unknown) => Promise<Buffer>
export const benchWechatPay = someSettings()
export type OpenPayment = { readonly bucket: number; readonly lotId: number; readonly id: Id }

/** One operator with this many lots, spread over all buckets. */
export async function seedLots(database: Database, lots: number): Promise<void> {
  await database.reference.query({
    name: 'seed-operator',
    text: `insert into operator values (1, 'bench', now()) on conflict do nothing`,
  })
  await database.reference.query({
    name: 'seed-account',
    text: `insert into channel_account values (1, 1, 'wechatpay', '{}', 60, true) on conflict do nothing`,
  })
  await database.reference.query(
    {
      name: 'seed-lots',
      text: `insert into lot (bucket, lot_id, operator_id, name, platform_fee_basis_points, created_at)
             select i % 256, i, 1, 'lot ' || i, 100, now() from generate_series(1, $1::int4) i on conflict do nothing`,
    },
    [lots],
  )
}

const makeId = idMaker(Date.now, 1001)

/** Open payments, each of its own stay standing in its own lot's exit lane, dealt out over lots 1..`lots`. */
export async function seedPayments(database: Database, count: number, lots: number): Promise<OpenPayment[]> {
  const made = Array.from({ length: count }, (_, n) => ({ lotId: 1 + (n % lots), session: makeId(), id: makeId() }))
  for (let from = 0; from < made.length; from += 10_000) {
    const piece = made.slice(from, from + 10_000)
    const columns = [piece.map((p) => p.lotId), piece.map((p) => p.session), piece.map((p) => p.id)]
    await database.reference.query(
      {
        name: 'seed-sessions',
        text: `insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, paid_fen)
               select lot % 256, lot, s, '粤B' || right(s::text, 5), false, 'blue', 'leaving', now(), 0
                 from unnest($1::int4[], $2::int8[], $3::int8[]) as u (lot, s, p)`,
      },
      columns,
    )
    await database.reference.query(
      {
        name: 'seed-payments',
        text: `insert into payment (bucket, lot_id, id, session_id, lane_id, occupancy, plate, driver, channel, account_id, account_key, operator_id, amount_fen,
                                    channel_fee_fen, platform_fee_fen, paid_before_fen, leave_minutes, state, created_at, expires_at, query_at)
               select lot % 256, lot, p, s, 2, p, '粤B' || right(s::text, 5), 'wechatpay:bench', 'wechatpay', 1, '1900000001', 1, 1000,
                      6, 9, 0, 15, 'pending', now(), now() + interval '5 minutes', now() + interval '1 hour'
                 from unnest($1::int4[], $2::int8[], $3::int8[]) as u (lot, s, p)`,
      },
      columns,
    )
  }
  return made.map(({ lotId, id }) => ({ bucket: lotId % 256, lotId, id }))
}

export type OpenQuote = { readonly bucket: number; readonly lotId: number; readonly quote: Id }

/** Open quotes of one driver, each of its own stay, dealt out over lots 1..`lots`. */
export async function seedQuotes(
  database: Database,
  count: number,
  lots: number,
  driver: string,
): Promise<OpenQuote[]> {
  const made = Array.from({ length: count }, (_, n) => ({ lotId: 1 + (n % lots), session: makeId(), quote: makeId() }))
  const columns = [made.map((q) => q.lotId), made.map((q) => q.session), made.map((q) => q.quote)]
  await database.reference.query(
    {
      name: 'seed-quoted-sessions',
      text: `insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, paid_fen)
             select lot % 256, lot, s, '粤B' || right(s::text, 5), false, 'blue', 'inside', now(), 0
               from unnest($1::int4[], $2::int8[], $3::int8[]) as u (lot, s, q)`,
    },
    columns,
  )
  await database.reference.query(
    {
      name: 'seed-quotes',
      text: `insert into quote (bucket, lot_id, id, session_id, driver, plate, price_fen, paid_before_fen, owed_fen, lines, leave_minutes,
                                quoted_at, expires_at)
             select lot % 256, lot, q, s, $4, '粤B' || right(s::text, 5), 1000, 0, 1000, '[]', 15, now(), now() + interval '10 minutes'
               from unnest($1::int4[], $2::int8[], $3::int8[]) as u (lot, s, q)`,
    },
    [...columns, driver],
  )
  return made.map(({ lotId, quote }) => ({ bucket: lotId % 256, lotId, quote }))
}

/** What the channel says of a seeded payment. */
export const factsOf = ({ bucket, lotId, id }: OpenPayment): PaidFacts => ({
  tradeNumber: numberOf('trade', { bucket, lotId }, id),
  accountKey: benchWechatPay.mchid,
  amountFen: fen(1000),
  currency: 'CNY',
  channelTradeNo: `42${id}`,
  paidAt: systemClock.now(),
  payer: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
})

/** The notification of one payment as WeChat Pay sends it: encrypted, signed, now. A whole HTTP request. */
export async function notificationOf({ bucket, lotId, id }: OpenPayment): Promise<Buffer> {
  const number = numberOf('trade', { bucket, lotId }, id)
  const facts = {
    appid: benchWechatPay.appid,
    mchid: benchWechatPay.mchid,
    out_trade_no: number,
    transaction_id: `42${number.slice(4)}`,
    trade_type: 'JSAPI',
    trade_state: 'SUCCESS',
    success_time: new Date().toISOString().replace('Z', '+00:00'),
    payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
    amount: { total: 1000, payer_total: 1000, currency: 'CNY', payer_currency: 'CNY' },
  }
  const nonce = randomBytes(6).toString('hex')
  const cipher = createCipheriv('aes-256-gcm', apiV3Key, nonce).setAAD(Buffer.from('transaction'))
  const sealed = Buffer.concat([cipher.update(JSON.stringify(facts)), cipher.final(), cipher.getAuthTag()]).toString(
    'base64',
  )
  const body = JSON.stringify({
    id: `EV-${number}`,
    create_time: facts.success_time,
    event_type: 'TRANSACTION.SUCCESS',
    resource_type: 'encrypt-resource',
    resource: {
      algorithm: 'AEAD_AES_256_GCM',
      original_type: 'transaction',
      associated_data: 'transaction',
      nonce,
      ciphertext: sealed,
    },
  })
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = await sign('sha256', Buffer.from(`${timestamp}\n${nonce}\n${body}\n`), platform.privateKey)
  return httpPost(
    '/notify/wechatpay',
    {
      'wechatpay-timestamp': timestamp,
      'wechatpay-nonce': nonce,
      'wechatpay-serial': publicKeyId,
      'wechatpay-signature': signature.toString('base64'),
    },
    body,
  )
}

/** Many, signed on all cores. */
export async function notificationsOf(payments: readonly OpenPayment[]): Promise<Buffer[]> {
  const requests: Buffer[] = []
  for (let from = 0; from < payments.length; from += 256)
    requests.push(...(await Promise.all(payments.slice(from, from + 256).map(notificationOf))))
  return requests
}

const grown = ['payment', 'session', 'clearance', 'transfer', 'account']
/** What seeding left to be cleaned up is cleaned up now, and not while something is measured. */
export async function settleTables(database: Database): Promise<void> {
  for (const table of grown)
    await database.reference.query({ name: `settle-${table}`, text: `vacuum analyze ${table}` })
}
