import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ConnectedCamera, LaneEars, LaneOrders, Obeyed, PushedCamera } from '@lanepay/devices/lane-device.ts'
import { noOrders } from '@lanepay/devices/lane-device.ts'
import { systemClock } from '@lanepay/domain/clock.ts'

export type PushedOptions = {
  /** Without a post for so long the line is taken for lost. */
  readonly silentMs: number
  /** Orders that no poll has fetched by then never reached it. */
  readonly fetchedWithinMs: number
  /** Opens by another way than answers do. */
  readonly open?: () => Promise<Obeyed>
}
type Waiting = { readonly orders: LaneOrders; readonly become: (obeyed: Obeyed) => void }

/** A camera that posts, as one that is connected to: the least a lot's agent does for one, with an HTTP server of its own. */
export async function startPushed(
  camera: PushedCamera,
  ears: LaneEars,
  options: PushedOptions,
): Promise<{ readonly url: string; readonly camera: ConnectedCamera }> {
  let waiting: readonly Waiting[] = []
  let state: 'up' | 'down' | null = null
  let isClosed = false
  const link = (next: 'up' | 'down', because: string) => {
    if (state === next || isClosed) return
    state = next
    ears.link(next, because)
  }
  const silence = setTimeout(() => link('down', 'silent'), options.silentMs)

  const server = http.createServer(async (request, response) => {
    const parts: Buffer[] = []
    try {
      for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
    } catch {
      return // cut in the middle: the camera sends it again
    }
    const contentType = request.headers['content-type'] ?? ''
    const read = camera.read({ contentType, body: Buffer.concat(parts), receivedAt: systemClock.now() })
    if (isClosed) return
    silence.refresh()
    if (!read.ok) {
      ears.fault(read.error)
      response.writeHead(400).end()
      return
    }
    link('up', 'a post')
    ears.says(read.value)
    const [next] = read.value.kind === 'poll' && read.value.takesOrders ? waiting : []
    if (next) {
      waiting = waiting.filter((one) => one !== next)
      response.on('finish', () => next.become('told'))
    }
    const { contentType: type, body } = camera.answer(read.value, next?.orders ?? noOrders)
    response.writeHead(200, { 'content-type': type, 'content-length': body.length }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  const inAnAnswer = (orders: LaneOrders): Promise<Obeyed> =>
    new Promise((resolve) => {
      const late = setTimeout(() => become('unreached'), options.fetchedWithinMs)
      const become = (obeyed: Obeyed) => {
        clearTimeout(late)
        waiting = waiting.filter((one) => one !== mine)
        resolve(obeyed)
      }
      const mine: Waiting = { orders, become }
      waiting = [...waiting, mine]
    })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/camera/1`,
    camera: {
      obey: (orders) => (options.open && orders.openGate ? options.open() : inAnAnswer(orders)),
      probe: async () => ({ ok: false, error: { code: 'no-answer', because: 'it is not connected to' } }),
      reconnect: () => {}, // the line is the camera's own to renew
      missed: async () => null,
      async close() {
        isClosed = true
        clearTimeout(silence)
        for (const { become } of waiting) become('unreached')
        server.close()
        server.closeAllConnections()
      },
    },
  }
}
