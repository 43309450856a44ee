import { createServer, type IncomingMessage } from 'node:http'
import type { Clock } from '@lanepay/domain/clock.ts'
import { FaultQueue } from '@lanepay/simulator-wire/fault-queue.ts'
import { listening } from '@lanepay/simulator-wire/listening.ts'
import { byName, overText } from './sign.ts'

type Fields = Readonly<Record<string, unknown>>
export type Heard = { readonly kind: string; readonly fields: Fields }

/** What can be made to go wrong, so many times. */
export const faultKinds = {
  silent: 'does what it is told, and its answer is lost',
  deaf: 'answers an error and does nothing',
  'declines-charges': 'says no to a charge',
  'refuses-notices': 'says no to a notice that it understands',
  'leaves-state-blank': 'does what it is told, and says no state',
  'answers-by-word': 'is of the older book: says success or fail and no more',
  'calls-back-twice': 'says twice that it was paid',
  'calls-back-forged': 'its callback is signed with another key',
  'calls-back-other-amount': 'its callback names one fen less',
} as const
export type WalletFault = { readonly kind: keyof typeof faultKinds; readonly times: number }

const required: Readonly<Record<string, readonly string[]>> = {
  'in-notice': ['address', 'com_id', 'park_id', 'park_name', 'park_union_id', 'order_id', 'plate_number', 'start_time'],
  'out-notice': ['com_id', 'park_id', 'park_union_id', 'order_id', 'plate_number', 'end_time', 'money', 'pay_type'],
  'prepay-result': ['com_id', 'order_id', 'plate_number', 'prepay_result', 'trade_no', 'prepay', 'union_id', 'attach'],
  'nosense-pay': ['com_id', 'user_id', 'plate_number', 'in_time', 'out_time', 'order_id', 'money', 'total', 'trade_no'],
}

/**
 * A partner's app with a wallet (third-party-wallets.md A): strict in what it takes. It believes no call that is not signed over its very
 * text, none without its members or with the `rand` of the call before, and no exit before its entry; a charge is one by its number.
 */
export async function startWalletSimulator(options: {
  /** The platform, like `https://host`. */
  readonly platform: () => string
  readonly unionId: string
  readonly key: string
  readonly clock: Clock
  readonly port?: number
  /** The book that it hears by: of the older one it takes form pairs alone, and says a word to a notice. */
  readonly book?: 'newer' | 'older'
}) {
  const { platform, unionId, key, clock, book = 'newer' } = options
  const faults = new FaultQueue<WalletFault>({ kinds: faultKinds })
  const heard: Heard[] = []
  const complaints: string[] = []
  const charged = new Map<string, { readonly money: string; readonly user: string; readonly number: string }>()
  let lastRand = ''
  let numbers = 0
  const number = () => `w${String(++numbers).padStart(10, '0')}`
  const refuse = (why: string) => {
    complaints.push(why)
    return { state: 0, errmsg: why }
  }

  /** What is said, where it is signed as its book has it; null: it is not. */
  const read = (text: string, type: string): Fields | null => {
    if (book === 'older') {
      const { sign, ...members } = Object.fromEntries(new URLSearchParams(text))
      return /^application\/x-www-form-urlencoded\b/.test(type) && sign === byName(members, key) ? members : null
    }
    const [, data, sign] = /^\{"data":(\{.*\}),"sign":"([0-9A-F]{32})"\}$/s.exec(text) ?? []
    return data === undefined || overText(data, key) !== sign ? null : (JSON.parse(data) as Fields)
  }
  const take = (kind: string, text: string, type: string): Fields => {
    const fields = read(text, type)
    if (fields === null) return refuse(`${kind}: sign`)
    const missing = required[kind]?.find((name) => fields[name] === undefined)
    if (!required[kind] || missing) return refuse(`${kind}: ${missing ?? 'nobody knows it'}`)
    const rand = String(fields.rand ?? '')
    if (rand === '' || rand.length > 32 || rand === lastRand) return refuse(`${kind}: rand`)
    lastRand = rand
    const order = fields.order_id
    const isIn = heard.some((one) => one.kind === 'in-notice' && one.fields.order_id === order)
    if (kind === 'out-notice' && !isIn) return refuse('out-notice: before its entry')
    if (kind === 'nosense-pay') return charge(fields)
    if (faults.take('refuses-notices')) return { order_id: order, state: 0, errmsg: '订单不存在' }
    heard.push({ kind, fields })
    return { order_id: order, state: 1, errmsg: '' }
  }
  const charge = (fields: Fields): Fields => {
    const tradeNo = String(fields.trade_no)
    const known = charged.get(tradeNo)
    if (known && known.money !== fields.money) return refuse('nosense-pay: the number with another amount')
    if (!known && faults.take('declines-charges'))
      return { com_id: fields.com_id, state: 0, errmsg: '余额不足', trade_no: '' }
    const now = known ?? { money: String(fields.money), user: String(fields.user_id), number: number() }
    charged.set(tradeNo, now)
    return { com_id: fields.com_id, state: 1, errmsg: '', trade_no: now.number }
  }

  const bodyOf = async (request: IncomingMessage): Promise<string> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks).toString('utf8')
  }
  const server = createServer(async (request, response) => {
    const text = await bodyOf(request)
    if (faults.take('deaf')) return void response.writeHead(502).end()
    const kind = new URL(request.url ?? '', 'http://x').pathname.slice(1)
    const answer = take(kind, text, request.headers['content-type'] ?? '')
    if (faults.take('silent')) return void request.socket.destroy()
    const isByWord = faults.take('answers-by-word') || (book === 'older' && kind !== 'nosense-pay')
    if (isByWord) return void response.end(answer.state === 1 ? 'success' : 'fail')
    const said = faults.take('leaves-state-blank') ? { ...answer, state: '' } : answer
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said))
  })
  const port = await listening(server, options.port ?? 0, '127.0.0.1')
  const url = `http://127.0.0.1:${port}`

  let calls = 0
  /** A call to the platform, signed as the newer book says, or as the older one. */
  const call = async (
    path: string,
    said: Fields,
    told: { readonly key?: string; readonly flat?: boolean } = {},
  ): Promise<Fields> => {
    const fields = { rand: `${clock.now()}-${++calls}`, union_id: unionId, ...said }
    const data = JSON.stringify(fields)
    const members = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]))
    const body = told.flat
      ? JSON.stringify({ ...fields, sign: byName(members, told.key ?? key) })
      : `{"data":${data},"sign":"${overText(data, told.key ?? key)}"}`
    const answer = await fetch(`${platform()}/unionapi/${path}`, { method: 'POST', body })
    return (await answer.json()) as Fields
  }

  /**
   * A driver's browser comes with the address it was sent to, and its owner pays: the callback address is told until it says `success`, at
   * most three times. Answers what it said each time. @throws Error where the address is not what the book says.
   */
  const pay = async (address: string, user = 'u1'): Promise<readonly string[]> => {
    const { searchParams } = new URL(address)
    const said = Object.fromEntries(searchParams)
    const members = { ...said, plate_number: decodeURIComponent(said.plate_number ?? '') }
    for (const name of ['trade_no', 'money', 'plate_number', 'callback_url', 'cancel_url', 'rand', 'sign'])
      if (!said[name]) throw new Error(`${name} is missing`)
    if (!/^\d{16,32}$/.test(said.trade_no!)) throw new Error('trade_no is 16 to 32 digits')
    if (!/^\d+\.\d{2}$/.test(said.money!)) throw new Error('money has two decimals')
    if (byName(members, key) !== said.sign) throw new Error('sign')
    const fen = Math.round(Number(said.money) * 100) - (faults.take('calls-back-other-amount') ? 1 : 0)
    const form = {
      ...{ union_id: unionId, trade_no: said.trade_no!, money: (fen / 100).toFixed(2), state: '1', user_id: user },
      ...{ pay_time: String(Math.floor(clock.now() / 1000)), wallet_trade_no: number(), rand: String(clock.now()) },
    }
    const signed = { ...form, sign: byName(form, faults.take('calls-back-forged') ? `${key}x` : key) }
    const words: string[] = []
    const most = faults.take('calls-back-twice') ? 2 : 1
    const callback = new URL(said.callback_url!)
    do {
      const answer = await fetch(callback, { method: 'POST', body: new URLSearchParams(signed) })
      words.push(await answer.text())
    } while (words.length < most || (words.at(-1) !== 'success' && words.length < 3))
    return words
  }

  return {
    ...{ url, call, pay, heard, complaints, charged },
    fault: (kind: WalletFault['kind'], times = 1): void => faults.add({ kind, times }),
    /** Nothing goes wrong any more. */
    heal: (): void => faults.clear(),
    close: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  }
}
export type WalletSimulator = Awaited<ReturnType<typeof startWalletSimulator>>
