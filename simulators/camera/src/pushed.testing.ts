import http from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type ConnectedCamera,
  type LaneEars,
  type LaneOrders,
  type LaneSays,
  noOrders,
  type Obeyed,
  type PushedCamera,
} from '@lanepay/devices/lane-device.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { err } from '@lanepay/domain/result.ts'

type Ordered = { readonly orders: LaneOrders; readonly resolve: (obeyed: Obeyed) => void }

/**
 * A camera that posts to us, as one that is connected, so that it can be held to what all cameras promise: a small server takes
 * its posts and answers its polls. An order is told once the camera speaks again after the answer that carried it.
 */
export async function startPushedCamera(given: {
  readonly camera: PushedCamera
  readonly takesOrders: (to: LaneSays) => boolean
  readonly ears: LaneEars
  /** A poll without orders is held for so long. */
  readonly holdMs: number
  /** A camera that has not posted for so long is lost. */
  readonly silenceMs: number
}): Promise<{ readonly url: string; readonly connected: ConnectedCamera; close(): Promise<void> }> {
  const { camera, takesOrders, ears, holdMs, silenceMs } = given
  let waiting: readonly Ordered[] = []
  let answered: readonly Ordered[] = []
  let rung = Promise.withResolvers<void>()
  let link: 'up' | 'down' | null = null
  let silence: NodeJS.Timeout | undefined
  let isClosed = false

  const tell = (state: 'up' | 'down', because: string) => {
    if (isClosed || link === state) return
    link = state
    ears.link(state, because)
  }
  const lost = () => {
    for (const { resolve } of answered) resolve('unsure')
    for (const { resolve } of waiting) resolve('unreached')
    answered = []
    waiting = []
    tell('down', 'no posts any more')
  }
  const heard = () => {
    for (const { resolve } of answered) resolve('told')
    answered = []
    clearTimeout(silence)
    silence = setTimeout(lost, silenceMs)
    tell('up', 'it posts')
  }
  const ordersFor = async (says: LaneSays, gone: Promise<void>): Promise<LaneOrders> => {
    if (says.kind === 'read')
      return says.stored ? { ...noOrders, keptStored: { recordId: says.recordId, more: true } } : noOrders
    if (!takesOrders(says)) return noOrders
    if (waiting.length === 0)
      await Promise.race([rung.promise, gone, new Promise((resolve) => setTimeout(resolve, holdMs))])
    const [next, ...others] = waiting
    if (!next) return noOrders
    waiting = others
    answered = [...answered, next]
    return next.orders
  }
  const server = http.createServer(async (request, response) => {
    const gone = new Promise<void>((resolve) => response.on('close', resolve))
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>))
    const contentType = request.headers['content-type'] ?? ''
    heard()
    const read = camera.read({ contentType, body, receivedAt: systemClock.now() })
    if (!read.ok) {
      if (!isClosed) ears.fault(read.error)
      return void response.writeHead(400).end()
    }
    if (!isClosed) ears.says(read.value)
    const answer = camera.answer(read.value, await ordersFor(read.value, gone))
    response.writeHead(200, { 'content-type': answer.contentType }).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  const connected: ConnectedCamera = {
    obey(orders) {
      if (link !== 'up') return Promise.resolve('unreached')
      const { openGate, show, say } = orders
      if (!openGate && !show && !say) return Promise.resolve('told')
      return new Promise((resolve) => {
        waiting = [...waiting, { orders, resolve }]
        rung.resolve()
        rung = Promise.withResolvers()
      })
    },
    probe: async () => err({ code: 'no-answer', because: 'it is not asked, it posts' }),
    reconnect() {},
    missed: async () => null,
    async close() {
      isClosed = true
      clearTimeout(silence)
    },
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    connected,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
