import net from 'node:net'

export type Blast = {
  readonly seconds: number
  readonly answered: number
  readonly statuses: Readonly<Record<string, number>>
  readonly latenciesMs: readonly number[]
}

/**
 * Sends ready-made HTTP/1.1 requests over kept connections, one under way on each, and counts the answers: as little work
 * of its own as can be, because it shares the machine with what it measures. With `perSecond` requests leave on a schedule;
 * the latency counts from the moment a request left, or, when no connection was free by then, from the moment it should have:
 * a stall of the other side is not hidden, a late timer of ours is not charged to it.
 */
export async function blast(options: {
  readonly host: string
  readonly port: number
  readonly requests: readonly Buffer[]
  readonly connections: number
  readonly perSecond?: number
  readonly onSent?: (index: number, at: number) => void
}): Promise<Blast> {
  const { requests, connections, perSecond, onSent } = options
  const statuses: Record<string, number> = {}
  const latenciesMs: number[] = []
  let next = 0
  let answered = 0
  const startedAt = performance.now()
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const socket = net.connect({ host: options.host, port: options.port, noDelay: true }).setEncoding('latin1')
      let countsFrom = 0
      let read = ''
      const send = () => {
        if (next >= requests.length) {
          socket.end()
          resolve()
          return
        }
        const index = next++
        const go = (from: number) => {
          countsFrom = from
          onSent?.(index, from)
          socket.write(requests[index]!)
        }
        const now = performance.now()
        const dueAt = perSecond ? startedAt + (index / perSecond) * 1000 : now
        if (dueAt > now) setTimeout(() => go(performance.now()), dueAt - now)
        else go(dueAt)
      }
      socket.on('data', (chunk) => {
        read += chunk
        const head = read.indexOf('\r\n\r\n')
        if (head < 0) return
        const length = Number(/content-length: (\d+)/i.exec(read)?.[1] ?? 0)
        if (read.length < head + 4 + length) return
        const status = read.slice(9, 12)
        statuses[status] = (statuses[status] ?? 0) + 1
        answered += 1
        latenciesMs.push(performance.now() - countsFrom)
        read = ''
        send()
      })
      socket.on('error', reject)
      socket.on('connect', send)
    })
  await Promise.all(Array.from({ length: connections }, one))
  return { seconds: (performance.now() - startedAt) / 1000, answered, statuses, latenciesMs }
}

export const httpPost = (path: string, headers: Readonly<Record<string, string>>, body: string | Buffer): Buffer => {
  const bytes = Buffer.from(body as string)
  const head = Object.entries({
    host: 'bench',
    'content-type': 'application/json',
    ...headers,
    'content-length': String(bytes.length),
  })
  return Buffer.concat([
    Buffer.from(`POST ${path} HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`),
    bytes,
  ])
}
