import assert from 'node:assert/strict'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import test, { type TestContext } from 'node:test'
import { BrokenDownload, type Download, download } from './download.ts'

async function serving(t: TestContext, handle: http.RequestListener): Promise<string> {
  const server = http.createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/file?token=a%2Bb`
}
const get = (url: string, idleTimeoutMs = 4_000) => download({ url, headers: { accept: '*/*' }, idleTimeoutMs })
const answered = (got: Download) => {
  assert.ok(got.kind === 'answer', JSON.stringify(got))
  return got
}

test('a file larger than any answer may be comes piece by piece, and only as fast as it is read', async (t) => {
  const piece = Buffer.alloc(256 * 1024, 'x')
  const pieces = 64
  let written = 0
  const url = await serving(t, async (request, response) => {
    assert.equal(request.url, '/file?token=a%2Bb')
    for (; written < pieces; written++)
      if (!response.write(piece)) await new Promise((resolve) => response.once('drain', resolve))
    response.end()
  })
  const { status, body } = answered(await get(url))
  let read = 0
  let ahead = 0
  for await (const chunk of body) {
    read += chunk.length
    if (read < 4 * piece.length) await new Promise((resolve) => setTimeout(resolve, 20))
    else if (ahead === 0) ahead = written
  }
  assert.deepEqual([status, read], [200, pieces * piece.length])
  assert.ok(ahead < pieces, `${ahead} pieces were written while four were read`)
})

const broken: readonly [string, http.RequestListener][] = [
  [
    'cut in the middle',
    (_, response) => void response.writeHead(200, { 'content-length': 9 }).write('12', () => response.destroy()),
  ],
  ['silent in the middle', (_, response) => void response.writeHead(200, { 'content-length': 9 }).write('12')],
]
for (const [what, handle] of broken)
  test(`a file that is ${what} says so to whoever reads it`, async (t) => {
    const { body } = answered(await get(await serving(t, handle), 200))
    await assert.rejects(async () => {
      for await (const piece of body) assert.equal(Buffer.from(piece).toString(), '12')
    }, BrokenDownload)
  })

test('no answer at all, and nobody there, are no exceptions', async (t) => {
  const got = await get(await serving(t, () => {}), 150)
  assert.deepEqual(got, { kind: 'no-answer', reason: 'answer timeout' })
  const nobody = net.createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => nobody.once('listening', resolve))
  const { port } = nobody.address() as AddressInfo
  await new Promise((resolve) => nobody.close(resolve))
  assert.deepEqual(await get(`http://127.0.0.1:${port}/`), { kind: 'no-answer', reason: 'ECONNREFUSED' })
})

test('whoever stops reading ends the download', async (t) => {
  let closed: () => void
  const gone = new Promise<void>((resolve) => {
    closed = resolve
  })
  const url = await serving(t, (_, response) => {
    response.once('close', () => closed())
    response.writeHead(200, { 'content-length': 1_000_000 }).write('12')
  })
  for await (const _ of answered(await get(url)).body) break
  await gone
})

test('a redirect is an answer like any other, and is not followed', async (t) => {
  const url = await serving(t, (_, response) => response.writeHead(302, { location: '/elsewhere' }).end())
  assert.equal(answered(await get(url)).status, 302)
})
