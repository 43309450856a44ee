import assert from 'node:assert/strict'
import net, { type AddressInfo } from 'node:net'
import test from 'node:test'
import { type HttpAnswer, type HttpCall, httpCall } from './http.ts'

type Peer = { readonly port: number; readonly heard: string[]; connections(): number; close(): void }

/** A server of bare sockets: answers each request that it has heard whole, or does to it what `act` does. */
async function aPeer(act: (socket: net.Socket, request: string) => void): Promise<Peer> {
  const heard: string[] = []
  const sockets: net.Socket[] = []
  const server = net.createServer((socket) => {
    sockets.push(socket)
    let read = ''
    socket.setEncoding('latin1')
    socket.on('error', () => {}) // the other side may go whenever it likes
    socket.on('data', (chunk) => {
      read += chunk
      const head = read.indexOf('\r\n\r\n')
      if (head < 0 || read.length < head + 4 + Number(/\r\ncontent-length: (\d+)/i.exec(read)?.[1] ?? 0)) return
      heard.push(read)
      const request = read
      read = ''
      act(socket, request)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    connections: () => sockets.length,
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

const to = (port: number, told: Partial<HttpCall> = {}): HttpCall => ({
  method: 'POST',
  url: `http://127.0.0.1:${port}/v3/orders?a=1`,
  headers: { 'content-type': 'application/json' },
  body: '{"total":500}',
  connectTimeoutMs: 2_000,
  answerTimeoutMs: 4_000,
  ...told,
})
const withoutAnswer = (answer: HttpAnswer) => {
  assert.ok(answer.kind !== 'answer', `no answer was expected, got ${JSON.stringify(answer)}`)
  return answer
}

const hopeless: readonly [string, (socket: net.Socket) => void, Partial<HttpCall>, RegExp][] = [
  ['is never answered', () => {}, { answerTimeoutMs: 150 }, /answer timeout/],
  ['meets a closed connection', (socket) => socket.end(), {}, /./],
  ['meets a reset', (socket) => socket.resetAndDestroy(), {}, /./],
  ['is answered by half', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345'), {}, /./],
  [
    'is answered by half a chunk',
    (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\n12'),
    {},
    /./,
  ],
  [
    'is answered half in time',
    (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n1'),
    { answerTimeoutMs: 150 },
    /answer timeout/,
  ],
  ['is answered in another language', (socket) => socket.end('220 smtp.example.com\r\n'), {}, /./],
  [
    'is answered without end',
    (socket) => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 6000000\r\n\r\n${'x'.repeat(6_000_000)}`),
    {},
    /answer too large/,
  ],
]
for (const [what, act, told, reason] of hopeless)
  test(`a call that ${what} may have arrived: no-answer`, async (t) => {
    const peer = await aPeer(act)
    t.after(peer.close)
    const answer = withoutAnswer(await httpCall(to(peer.port, told)))
    assert.equal(answer.kind, 'no-answer')
    assert.match(answer.reason, reason)
    assert.equal(peer.heard.length, 1, 'it was sent once and never again')
  })

test('a call that nobody takes was certainly not sent', async () => {
  const peer = await aPeer(() => {})
  peer.close()
  assert.deepEqual(await httpCall(to(peer.port)), { kind: 'not-sent', reason: 'ECONNREFUSED' })
})

test('a connection that is not made in time is not-sent, and nothing is sent when it comes about later', async (t) => {
  const opened: net.Socket[] = []
  const bytes: Buffer[] = []
  // It takes the connection and says nothing: TLS never comes about.
  const server = net.createServer((socket) =>
    opened.push(socket.on('data', (chunk: Buffer) => bytes.push(chunk)).on('error', () => {})),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of opened) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const url = `https://127.0.0.1:${port}/`
  const answer = await httpCall(to(port, { url, connectTimeoutMs: 150 }))
  assert.deepEqual(answer, { kind: 'not-sent', reason: 'connect timeout' })
  assert.equal(Buffer.concat(bytes)[0], 22, 'a TLS handshake and nothing else')
})

test('an answer has its status, its headers in lower case and its body, in one piece or in chunks', async (t) => {
  const answers = [
    'HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nRequest-ID: r-1\r\n\r\ngone',
    'HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\nRequest-ID: r-1\r\n\r\n2\r\ngo\r\n2\r\nne\r\n0\r\n\r\n',
  ]
  for (const text of answers) {
    const peer = await aPeer((socket) => socket.write(text))
    t.after(peer.close)
    const answer = await httpCall(to(peer.port))
    assert.ok(answer.kind === 'answer')
    assert.deepEqual([answer.status, answer.headers['request-id'], answer.body.toString()], [404, 'r-1', 'gone'])
  }
})

test('a request is sent as it was given: method, path with its query, headers, length and bytes', async (t) => {
  const peer = await aPeer((socket) => socket.write('HTTP/1.1 204 No Content\r\n\r\n'))
  t.after(peer.close)
  await httpCall(to(peer.port, { body: Buffer.from('{"name":"停车"}') }))
  await httpCall({
    method: 'GET',
    url: `http://127.0.0.1:${peer.port}/q`,
    connectTimeoutMs: 2_000,
    answerTimeoutMs: 4_000,
  })
  const [post = '', get = ''] = peer.heard
  assert.match(post, /^POST \/v3\/orders\?a=1 HTTP\/1\.1\r\n/)
  assert.match(post, /\r\ncontent-type: application\/json\r\n/i)
  assert.match(post, /\r\ncontent-length: 17\r\n/i)
  assert.equal(Buffer.from(post.split('\r\n\r\n')[1]!, 'latin1').toString(), '{"name":"停车"}')
  assert.match(get, /^GET \/q HTTP\/1\.1\r\n/)
  assert.equal(get.split('\r\n\r\n')[1], '')
})

test('a redirect is an answer, and is not followed', async (t) => {
  const peer = await aPeer((socket) =>
    socket.write('HTTP/1.1 302 Found\r\nlocation: /else\r\ncontent-length: 0\r\n\r\n'),
  )
  t.after(peer.close)
  const answer = await httpCall(to(peer.port))
  assert.ok(answer.kind === 'answer')
  assert.deepEqual([answer.status, answer.headers.location, peer.heard.length], [302, '/else', 1])
})

test('a connection is kept for the next call, and each of two calls at once has its own', async (t) => {
  const peer = await aPeer((socket) =>
    setTimeout(() => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'), 50),
  )
  t.after(peer.close)
  // A connection is free again when the other side has had the time to close it after all.
  const freed = () => new Promise((resolve) => setTimeout(resolve, 20))
  await httpCall(to(peer.port))
  await freed()
  await httpCall(to(peer.port))
  await freed()
  assert.equal(peer.connections(), 1)
  await Promise.all([httpCall(to(peer.port)), httpCall(to(peer.port))])
  assert.equal(peer.connections(), 2)
})

test('after a kept connection was closed, the next call makes a new one', async (t) => {
  const peer = await aPeer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'))
  t.after(peer.close)
  for (let call = 0; call < 2; call++) {
    assert.equal((await httpCall(to(peer.port))).kind, 'answer')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  assert.equal(peer.connections(), 2)
})
