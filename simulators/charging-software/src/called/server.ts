import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gbk } from '@lanepay/simulator-wire/gbk.ts'
import type { CalledLot } from './lot.ts'

export type Call = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
  /** Resolves when whoever called waits for no answer any more. */
  givenUp(): Promise<unknown>
}
export type Reply = { readonly status: number; readonly body: unknown }

/** A vendor's HTTP door on a free port of this machine. Null is no answer, ever: the connection breaks. */
export async function serveCalls(
  lot: CalledLot,
  answer: (call: Call) => Promise<Reply | null>,
): Promise<{
  readonly address: string
  readonly calls: readonly Call[]
  close(): Promise<void>
}> {
  const calls: Call[] = []
  const server = createServer((request, response) => {
    void textOf(request)
      .then(async (body) => {
        const { method = '', url: path = '', headers } = request
        const givenUp = () => new Promise((resolve) => request.socket.once('close', resolve))
        const call = { method, path, headers, body, givenUp }
        calls.push(call)
        const reply = await answer(call)
        if (reply === null) return void request.socket.destroy()
        response.writeHead(reply.status, { 'content-type': typeOf(lot) })
        response.end(written(lot, JSON.stringify(reply.body)))
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

/** Carries a call out, whose name is its vendor's: late or without ever answering (null), where the lot's faults say so. */
export async function carriedOut(
  lot: CalledLot,
  name: string,
  { givenUp }: Call,
  act: () => Reply | Promise<Reply>,
): Promise<Reply | null> {
  const { slowAbout, silentAbout } = lot.faults()
  const isSlow = slowAbout.includes(name)
  if (isSlow) {
    lot.behave({ slowAbout: slowAbout.filter((one) => one !== name) })
    await givenUp()
  }
  const reply = await act()
  return isSlow || silentAbout.includes(name) ? null : reply
}

const typeOf = (lot: CalledLot): string =>
  lot.faults().writesGbk ? 'application/json' : 'application/json;charset=utf-8'
const written = (lot: CalledLot, text: string): Buffer => (lot.faults().writesGbk ? gbk(text) : Buffer.from(text))

/** What a post of the lot's was answered. */
export type Answered = { readonly status: number; readonly text: string }

/** A post to the platform. */
export const post = (lot: CalledLot, url: string, body: unknown): Promise<Answered> =>
  send(lot, url, typeOf(lot), written(lot, JSON.stringify(body)))

/** The same with bytes of whatever type. Where the line breaks, half of it arrives before the whole is sent. */
export async function send(lot: CalledLot, url: string, type: string, bytes: Buffer): Promise<Answered> {
  if (lot.faults().breaksOff) await breakOff(url, type, bytes)
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body: new Uint8Array(bytes) })
  return { status: response.status, text: await response.text() }
}

const breakOff = (url: string, type: string, bytes: Buffer): Promise<void> =>
  new Promise((resolve) => {
    const headers = { 'content-type': type, 'content-length': bytes.length }
    const request = httpRequest(url, { method: 'POST', headers })
    request.on('error', () => {}) // the end that was wanted
    request.on('close', () => resolve())
    request.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => request.destroy())
  })
