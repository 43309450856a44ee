import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Call = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}
export type Reply = { readonly status: number; readonly body: unknown }

/** A vendor's HTTP door on a free port of this machine. Null is no answer, ever: the connection breaks. */
export async function serveCalls(answer: (call: Call) => Promise<Reply | null>): Promise<{
  readonly address: string
  readonly calls: readonly Call[]
  close(): Promise<void>
}> {
  const calls: Call[] = []
  const server = createServer((request, response) => {
    void textOf(request)
      .then(async (body) => {
        const call = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body }
        calls.push(call)
        const reply = await answer(call)
        if (reply === null) return void request.socket.destroy()
        response.writeHead(reply.status, { 'content-type': 'application/json;charset=utf-8' })
        response.end(JSON.stringify(reply.body))
      })
      .catch((error: Error) => response.writeHead(500).end(error.message))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

/** A post to the platform; what it is answered. */
export async function post(url: string, body: unknown): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json;charset=utf-8' },
    body: JSON.stringify(body),
  })
  return { status: response.status, text: await response.text() }
}
