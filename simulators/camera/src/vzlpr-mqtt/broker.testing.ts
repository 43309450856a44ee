import net from 'node:net'
import { Aedes } from 'aedes'

export const login = { username: 'lot', password: 'secret-of-the-broker' }

export type TestBroker = {
  readonly url: string
  /** What went over it, oldest first. */
  readonly heard: readonly { readonly topic: string; readonly payload: string; readonly qos: number }[]
  publish(topic: string, payload: string, retain?: boolean): Promise<void>
  close(): Promise<void>
}

/** The least that is a broker: one login, and everybody may say and hear everything but what is forbidden. */
export async function startTestBroker(forbidden = 'nothing'): Promise<TestBroker> {
  const heard: { topic: string; payload: string; qos: number }[] = []
  const broker = await Aedes.createBroker({
    authenticate: (_client, username, password, done) =>
      done(null, username === login.username && password?.toString() === login.password),
    authorizeSubscribe: (_client, subscription, done) =>
      done(null, subscription.topic.includes(forbidden) ? null : subscription),
  })
  broker.on('publish', ({ topic, payload, qos }, client) => {
    if (client) heard.push({ topic, payload: payload.toString(), qos })
  })
  const server = net.createServer((socket) => {
    socket.setNoDelay(true)
    broker.handle(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  return {
    url: `mqtt://127.0.0.1:${port}`,
    heard,
    publish: (topic, payload, retain = false) =>
      new Promise((resolve, reject) => {
        const packet = { cmd: 'publish', topic, payload, qos: 1, retain, dup: false } as const
        broker.publish(packet, (error) => (error ? reject(error) : resolve()))
      }),
    close: async () => {
      await new Promise<void>((resolve) => broker.close(() => resolve()))
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
