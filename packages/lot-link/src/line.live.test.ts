import assert from 'node:assert/strict'
import net, { type AddressInfo } from 'node:net'
import { test } from 'node:test'
import { silentLog } from '@lanepay/domain/log.ts'
import { startBroker } from './broker.ts'
import { cloggedAtBytes, openLine } from './line.ts'

/* The line to a broker that does not keep up. */

const line = (brokerUrl: string, over: { hear?: string; onMessage?: (topic: string) => void } = {}) => {
  let ready!: () => void
  const isReady = new Promise<void>((resolve) => {
    ready = resolve
  })
  const opened = openLine({
    brokerUrl,
    clientId: `end-${Math.random()}`,
    username: 'end',
    password: 'of the tests',
    hear: over.hear ?? 'lot/1/1/agent/down/+',
    log: silentLog,
    onReady: ready,
    onMessage: over.onMessage ?? (() => {}),
  })
  return { ...opened, isReady }
}

test('a line that takes nothing is given no more than so much, and says so', async () => {
  const sockets: net.Socket[] = []
  const server = net.createServer((socket) => {
    sockets.push(socket)
    socket.once('data', () => {
      socket.write(Buffer.from([0x20, 2, 0, 0]))
      socket.once('data', (subscribe: Buffer) => {
        socket.write(Buffer.from([0x90, 3, ...subscribe.subarray(2, 4), 0]))
        socket.pause() // alive, and deaf
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const end = line(`mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`)
  try {
    await end.isReady
    const message = 'x'.repeat(100_000)
    let taken = 0
    while (end.publish('lot/1/1/agent/up/events', message)) {
      taken += 1
      assert.ok(taken < 1_000, 'it takes whatever it is given')
    }
    assert.ok(end.client.stream.writableLength <= cloggedAtBytes + message.length + 100)
    assert.equal(end.connected(), true)
  } finally {
    await end.close()
    for (const socket of sockets) socket.destroy()
    server.close()
  }
})

test('two ends that have much to say to each other at once hear all of it', async () => {
  const broker = await startBroker({
    host: '127.0.0.1',
    port: 0,
    rightsOf: async () => ({ publish: ['lot/#'], subscribe: ['lot/#'] }),
  })
  const heard = { up: 0, down: 0 }
  const cloud = line(broker.url, { hear: 'lot/1/1/agent/up/+', onMessage: () => (heard.up += 1) })
  const agent = line(broker.url, { hear: 'lot/1/1/agent/down/+', onMessage: () => (heard.down += 1) })
  try {
    await Promise.all([cloud.isReady, agent.isReady])
    const said = { up: 0, down: 0 }
    const message = 'x'.repeat(100_000)
    for (let round = 0; round < 30; round++) {
      if (agent.publish('lot/1/1/agent/up/events', message)) said.up += 1
      if (cloud.publish('lot/1/1/agent/down/command', message)) said.down += 1
    }
    assert.deepEqual(said, { up: 30, down: 30 })
    while (heard.up < said.up || heard.down < said.down) await new Promise((resolve) => setTimeout(resolve, 10))
  } finally {
    await Promise.all([cloud.close(), agent.close()])
    await broker.close()
  }
})
