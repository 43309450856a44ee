import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { type LaneOrders, type LaneSays, noOrders } from '@lanepay/devices/lane-device.ts'
import { takesOrders, type VzlprHttpOptions, vzlprHttpCamera } from '@lanepay/devices/vzlpr-http/camera.ts'
import { systemClock } from '@lanepay/domain/clock.ts'

/** The least that can stand where a lot's agent stands: it writes down what cameras say and answers as it is told. */
export type TinyAgent = {
  readonly url: string
  readonly said: readonly LaneSays[]
  /** What the answer to each read carries. */
  onRead: (read: Extract<LaneSays, { kind: 'read' }>) => LaneOrders
  /** Instead of answering: the status to refuse everything with. */
  refuseWith: number | null
  /** Given with the next answer to a poll, at once if one is held. */
  order(orders: Partial<LaneOrders>): void
  close(): Promise<void>
}

export async function startTinyAgent(options: VzlprHttpOptions = {}, holdMs = 1_000): Promise<TinyAgent> {
  const camera = vzlprHttpCamera(options)
  const said: LaneSays[] = []
  const waiting: LaneOrders[] = []
  let rung = Promise.withResolvers<void>()
  const agent = {
    said,
    onRead: (): LaneOrders => noOrders,
    refuseWith: null as number | null,
    order(orders: Partial<LaneOrders>) {
      waiting.push({ ...noOrders, ...orders })
      rung.resolve()
      rung = Promise.withResolvers()
    },
  }
  const ordersFor = async (says: LaneSays, gone: Promise<void>): Promise<LaneOrders> => {
    if (says.kind === 'read') return (agent as Pick<TinyAgent, 'onRead'>).onRead(says)
    if (!takesOrders(says)) return noOrders
    if (waiting.length === 0)
      await Promise.race([rung.promise, gone, new Promise((resolve) => setTimeout(resolve, holdMs))])
    return waiting.shift() ?? noOrders
  }
  const server = http.createServer(async (request, response) => {
    const gone = new Promise<void>((resolve) => response.on('close', resolve))
    const parts: Buffer[] = []
    try {
      for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
    } catch {
      return
    }
    const contentType = request.headers['content-type'] ?? ''
    const read = camera.read({ contentType, body: Buffer.concat(parts), receivedAt: systemClock.now() })
    if (agent.refuseWith !== null || !read.ok) return void response.writeHead(agent.refuseWith ?? 400).end()
    said.push(read.value)
    const answer = camera.answer(read.value, await ordersFor(read.value, gone))
    response.writeHead(200, { 'content-type': answer.contentType }).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(agent, {
    url: `http://127.0.0.1:${port}/camera/1?key=secret-of-the-lot`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}
