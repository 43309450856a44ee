import {
  request as ask,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { request as askSecurely } from 'node:https'
import type { AddressInfo } from 'node:net'
import { paths } from '@lanepay/cloud/bolink/platform/receive.ts'
import type { Exchange, Resource } from './capture-vectors.ts'

/** What of the cloud is called by lots and by vendors' clouds (bolink-protocol.md 2, 8.1). */
export function resourceOf(path: string): Resource | null {
  const name = path.split('/').at(-1)!
  if (name === 'upload.do') return 'upload'
  if (name === 'download.do') return 'download'
  return paths.some((one) => path === `/unionapi/${one}`) ? { call: name } : null
}

/**
 * Stands before the cloud, or before a vendor's, and passes every body on, byte for byte, in both directions; whoever hangs up does so at
 * the other side too. Each exchange of the protocol that was answered is told, after the answer has gone on. Where the other side is not
 * reached, it is a 502, as of any such front.
 */
export async function passOn(options: {
  /** Where what came to this path, with its query, goes; null: nowhere. */
  readonly to: (path: string, headers: IncomingHttpHeaders) => URL | null
  readonly resourceOf: (path: string) => Resource | null
  readonly host: string
  readonly port: number
  readonly onExchange: (exchange: Exchange) => void
}): Promise<{ readonly port: number; close(): Promise<void> }> {
  const { onExchange } = options
  const pass = (request: IncomingMessage, response: ServerResponse) => {
    const to = options.to(request.url ?? '/', request.headers)
    if (to === null) return void response.writeHead(403).end()
    const [said, answered]: [Buffer[], Buffer[]] = [[], []]
    const onward = (to.protocol === 'https:' ? askSecurely : ask)(
      to,
      // Uncompressed, or what is written down could not be read.
      {
        method: request.method ?? 'GET',
        headers: { ...request.headers, host: to.host, 'accept-encoding': 'identity' },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.on('data', (part: Buffer) => answered.push(part))
        answer.pipe(response)
      },
    )
    request.on('data', (part: Buffer) => said.push(part))
    request.pipe(onward)
    onward.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()))
    response.on('close', () => onward.destroy())
    response.on('finish', () => {
      const resource = options.resourceOf((request.url ?? '/').split('?')[0]!)
      if (!resource || response.statusCode !== 200) return
      onExchange({ resource, body: Buffer.concat(said).toString(), reply: Buffer.concat(answered).toString() })
    })
  }
  const server = createServer(pass)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
