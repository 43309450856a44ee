import http from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Network } from '../face.ts'

/** The network socket of a device that is called by HTTP: it can be pulled out, or look connected and let nothing through. */
export class Plug {
  readonly #server: http.Server
  readonly #sockets = new Set<Socket>()
  #network: Network = 'up'
  #port: number

  /** `port` 0 takes one that is free. */
  constructor(port: number, take: (request: http.IncomingMessage, response: http.ServerResponse) => void) {
    this.#port = port
    this.#server = http.createServer({ keepAlive: false, noDelay: true }, (request, response) => {
      if (this.#network === 'up') take(request, response)
      else request.resume()
    })
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  get port(): number {
    return this.#port
  }
  get network(): Network {
    return this.#network
  }

  set network(next: Network) {
    const before = this.#network
    this.#network = next
    if (next === 'down' && before !== 'down') this.#pull()
    if (next !== 'down' && before === 'down') this.#server.listen(this.#port, '127.0.0.1')
  }

  /** @throws when the port is taken. */
  async plugIn(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(this.#port, '127.0.0.1', () => resolve())
    })
    this.#port = (this.#server.address() as AddressInfo).port
  }

  close(): void {
    this.network = 'down'
  }

  #pull(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }
}

const mostBody = 64 * 1024

/** The body of what was asked; null when it broke off or is longer than any device takes. */
export async function bodyOf(request: http.IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = []
  let length = 0
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      length += part.length
      if (length > mostBody) return null
      parts.push(part)
    }
  } catch {
    // The caller went away in the middle: there is nobody to tell, and nothing to do.
    return null
  }
  return Buffer.concat(parts).toString('utf8')
}
