import { generateKeyPairSync, sign as signWith } from 'node:crypto'
import net, { type AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { platform, publicKeyId, someSettings } from '@lanepay/channels/wechatpay/fixtures.ts'
import { codeToken } from '@lanepay/cloud/code/token.ts'
import { driverCookies } from '@lanepay/cloud/driver/identity.ts'
import { weixinUserAgent } from '@lanepay/simulator-wechatpay/simulator.ts'
import { blast, httpPost } from './blast.ts'
import { startBenchCloud } from './cloud.ts'
import { type Figure, median } from './figures.ts'
import { houseKey } from './keys.ts'
import { type OpenQuote, seedLots, seedQuotes } from './payments.ts'
import { openYard } from './yard.ts'

const sign = promisify(signWith) as unknown as (algorithm: string, data: Buffer, key: unknown) => Promise<Buffer>
const rounds = 3
const perRound = 4_000
// Enough drivers at once that signing is what they wait for.
const connections = 192
const payer = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'

/**
 * Orders per second through the driver's route (quote looked up, payment row, request signed, channel answered and verified,
 * sheet signed) against bare RSA-2048 signing on all cores, halved: each order needs two signatures. The channel is a
 * stand-in for somebody else's machine: ready bytes on a socket, so that it takes as little as can be of ours.
 */
export async function orders(): Promise<Figure> {
  const channel = await standInChannel()
  const yard = await openYard()
  const cloud = await startBenchCloud(yard, someSettings({ hosts: [channel.url] }))
  try {
    await seedLots(yard.database, 100)
    const cookies = driverCookies({ key: Buffer.from(houseKey), secure: true })
    const cookie = cookies.setDriver({ channel: 'wechatpay', payer }).split(';')[0]!
    const create = async (count: number): Promise<number> => {
      const quotes = await seedQuotes(yard.database, count, 100, `wechatpay:${payer}`)
      const { answered, seconds, statuses } = await blast({
        host: '127.0.0.1',
        port: cloud.port,
        requests: quotes.map((quote) => payRequest(quote, cookie)),
        connections,
      })
      if (statuses['200'] !== count) throw new Error(`not every order was made: ${JSON.stringify(statuses)}`)
      return answered / seconds
    }
    await create(perRound) // warm: code compiled, connections open, plans made
    await bareSigns(1)
    const ratios: number[] = []
    for (let round = 1; round <= rounds; round++) {
      const before = await bareSigns(3)
      const made = await create(perRound)
      const ceiling = (before + (await bareSigns(3))) / 2 / 2
      ratios.push(made / ceiling)
      console.log(
        `round ${round}: ${made.toFixed(0)} orders/s, ceiling of two signs ${ceiling.toFixed(0)}/s (${(made / ceiling).toFixed(2)})`,
      )
    }
    return { figure: median(ratios), bar: 0.7 }
  } finally {
    await cloud.close()
    await yard.close()
    channel.close()
  }
}

function payRequest({ bucket, lotId, quote }: OpenQuote, cookie: string): Buffer {
  const code = codeToken({ bucket, lotId, kind: 'prepay', laneId: 0, serial: 0 }, Buffer.from(houseKey))
  return httpPost(`/api/driver/codes/${code}/pay`, { 'user-agent': weixinUserAgent, cookie }, JSON.stringify({ quote }))
}

/** RSA-2048 signatures per second, as many at a time as the runtime's pool takes. */
async function bareSigns(seconds: number): Promise<number> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const data = Buffer.alloc(300, 'x')
  const until = performance.now() + seconds * 1000
  const startedAt = performance.now()
  let done = 0
  const one = async () => {
    while (performance.now() < until) {
      await sign('sha256', data, privateKey)
      done += 1
    }
  }
  await Promise.all(Array.from({ length: 16 }, one))
  return done / ((performance.now() - startedAt) / 1000)
}

/** Answers every order with the same prepay id; the answer is signed anew only as its time goes on. */
async function standInChannel(): Promise<{ readonly url: string; close(): void }> {
  const body = JSON.stringify({ prepay_id: 'wx26112209910000000000000000000000' })
  const nonce = 'bench'
  let answer = Buffer.alloc(0)
  const renew = async () => {
    const timestamp = String(Math.floor(Date.now() / 1000))
    const signature = await sign('sha256', Buffer.from(`${timestamp}\n${nonce}\n${body}\n`), platform.privateKey)
    const headers = {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'wechatpay-timestamp': timestamp,
      'wechatpay-nonce': nonce,
      'wechatpay-serial': publicKeyId,
      'wechatpay-signature': signature.toString('base64'),
    }
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    answer = Buffer.from(`HTTP/1.1 200 OK\r\n${head.join('')}\r\n${body}`)
  }
  await renew()
  const renewing = setInterval(() => void renew(), 20_000)
  const open = new Set<net.Socket>()
  const server = net.createServer({ noDelay: true }, (socket) => {
    open.add(socket)
    let read = ''
    socket.setEncoding('latin1')
    socket.on('data', (chunk) => {
      read += chunk
      const head = read.indexOf('\r\n\r\n')
      if (head < 0 || read.length < head + 4 + Number(/\r\ncontent-length: (\d+)/i.exec(read)?.[1] ?? 0)) return
      read = ''
      socket.write(answer)
    })
    socket.on('error', () => {}) // the cloud was ended with its connections open
    socket.on('close', () => open.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      clearInterval(renewing)
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}
