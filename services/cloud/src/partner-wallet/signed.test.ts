import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { sortedSign } from '@lanepay/channels/zldpay/sign.ts'
import type { PartnerWallet } from '@lanepay/channels/zldpay/wallet.ts'
import Fastify, { type FastifyInstance } from 'fastify'
import { paths, walletRoutes } from './routes.ts'

/* Each call of a partner's wallet, signed wrong by one byte (third-party-wallets.md A.1): refused by name, nothing read of it, nothing kept. */

const wallet: PartnerWallet = {
  ...{
    unionId: '200279',
    name: '车载钱包',
    key: 'A1B2C3D4E5F60718',
    payUrl: 'https://wallet.example',
    noticeUrl: null,
    book: 'newer',
  },
}
const carriedOut: string[] = []
const kept: string[] = []

describe('a call of a partner’s wallet', () => {
  let server: FastifyInstance
  before(async () => {
    server = Fastify()
    const names = [...new Set(paths.map((path) => path.split('/').at(-1)!))]
    await server.register(
      walletRoutes({
        walletOf: async (unionId) => (unionId === wallet.unionId ? wallet : null),
        calls: Object.fromEntries(
          names.map((name) => [
            name,
            async () => {
              carriedOut.push(name)
              return { state: 1, errmsg: '' }
            },
          ]),
        ),
        fresh: {
          take: async ({ sign }) => kept.push(sign) > 0,
          letGo: async () => {},
          round: async () => {},
        },
      }),
    )
  })
  after(() => server.close())

  const post = async (path: string, payload: string) =>
    (await server.inject({ method: 'POST', url: `/unionapi/${path}`, payload })).json() as Record<string, unknown>
  /** The last byte of a text is another one. */
  const bent = (text: string) => text.slice(0, -1) + (text.endsWith('0') ? '1' : '0')
  const overText = (data: string, key = wallet.key) =>
    createHash('md5').update(`${data}key=${key}`).digest('hex').toUpperCase()

  /** As wallets write it; the number is spelled so that it is another text once it is printed anew. */
  const data = '{"union_id":"200279","rand":"0.25","plate_number":"苏D10001","money":5.0,"order_id":"4-100-7"}'
  const other = data.replace('4-100-7', '4-100-8')
  const anew = JSON.stringify(JSON.parse(data))
  const backwards = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(data)).reverse()))
  const spaced = data.replaceAll(',', ', ')
  const envelope = (text: string, sign: string) => `{"data":${text},"sign":"${sign}"}`

  const members = (money: string, order: string) => ({
    ...{ union_id: '200279', rand: '0.25', plate_number: '苏D10001', money, order_id: order },
  })
  const flat = (text: string, sign: string) => `${text.slice(0, -1)},"sign":"${sign}"}`
  const flatSign = sortedSign(members('5.0', '4-100-7'), wallet.key)

  const wrong: [how: string, body: string][] = [
    ['newer book: its last byte', envelope(data, bent(overText(data)))],
    ['newer book: a byte of the data', envelope(other, overText(data))],
    ['newer book: a byte of the key', envelope(data, overText(data, bent(wallet.key)))],
    ['newer book: the data printed anew', envelope(anew, overText(data))],
    ['newer book: the data in another order', envelope(backwards, overText(data))],
    ['newer book: signed with blanks, sent without', envelope(data, overText(spaced))],
    ['older book: its last byte', flat(data, bent(flatSign))],
    ['older book: a byte of a member', flat(other, flatSign)],
    ['older book: a byte of the key', flat(data, sortedSign(members('5.0', '4-100-7'), bent(wallet.key)))],
    ['older book: a number printed anew', flat(anew, flatSign)],
    ['older book: one member more', flat(data.replace('}', ',"nosence_pay":1}'), flatSign)],
  ]
  const right: [how: string, body: string][] = [
    ['newer book', envelope(data, overText(data))],
    ['newer book: sent with blanks, signed without', envelope(spaced, overText(data))],
    ['older book', flat(data, flatSign)],
    [
      'older book: in another order',
      flat(`{"order_id":"4-100-7",${data.slice(1, data.indexOf(',"order_id"'))}}`, flatSign),
    ],
  ]
  for (const path of paths)
    describe(path, () => {
      for (const [how, body] of wrong)
        test(`a sign that is wrong is refused (${how})`, async () => {
          assert.deepEqual(await post(path, body), { state: 0, errmsg: 'error:签名错误' })
          assert.deepEqual([carriedOut, kept], [[], []])
        })
      for (const [how, body] of right)
        test(`one that is right is carried out (${how})`, async () => {
          assert.equal((await post(path, body)).state, 1)
          assert.deepEqual(carriedOut, [path.split('/').at(-1)])
          carriedOut.length = 0
          kept.length = 0
        })
    })
})
