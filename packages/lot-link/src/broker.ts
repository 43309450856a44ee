import net from 'node:net'
import { Aedes, type AedesPublishPacket, type Client } from 'aedes'

/** What a broker user may do: exact topics or a prefix ended by `#`. The cloud decides (scale.md, rule 20). */
export type BrokerRights = { readonly publish: readonly string[]; readonly subscribe: readonly string[] }

export type Broker = { readonly url: string; readonly port: number; close(): Promise<void> }

/**
 * The embedded MQTT 3.1.1 broker. It knows nobody: every user and every topic is asked of `rightsOf` (in the product an
 * HTTP call to the cloud, as any outside broker makes it). TCP_NODELAY on every connection: 20x without it.
 * @throws Error with code EADDRINUSE when the port is taken.
 */
export async function startBroker(options: {
  readonly host: string
  readonly port: number
  readonly rightsOf: (clientId: string, username: string, password: string) => Promise<BrokerRights | null>
  readonly onMessage?: (topic: string, payload: Buffer, from: string) => void
}): Promise<Broker> {
  const rights = new WeakMap<Client, BrokerRights>()
  const allows = (topics: readonly string[] | undefined, topic: string) =>
    topics?.some((one) => (one.endsWith('#') ? topic.startsWith(one.slice(0, -1)) : one === topic)) ?? false
  const broker = await Aedes.createBroker({
    authenticate: (client, username, password, done) => {
      options
        .rightsOf(client.id, username ?? '', password?.toString() ?? '')
        .then((granted) => {
          if (granted) rights.set(client, granted)
          done(null, granted !== null)
        })
        .catch((error: Error) => done(Object.assign(error, { returnCode: 3 }), false))
    },
    authorizePublish: (client, packet, done) =>
      done(
        client && allows(rights.get(client)?.publish, packet.topic) && !packet.retain ? null : new Error('not allowed'),
      ),
    // A refused subscription is answered 128, and the connection stays.
    authorizeSubscribe: (client, subscription, done) =>
      done(null, client && allows(rights.get(client)?.subscribe, subscription.topic) ? subscription : null),
  })
  if (options.onMessage) {
    const hear = options.onMessage
    broker.on('publish', (packet: AedesPublishPacket, client) => {
      if (client) hear(packet.topic, Buffer.from(packet.payload), client.id)
    })
  }
  broker.on('clientError', () => {}) // a broken client is that client's trouble; it comes back
  broker.on('connectionError', () => {})
  const server = net.createServer((socket) => {
    socket.setNoDelay(true)
    broker.handle(socket)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  const { port } = server.address() as net.AddressInfo
  return {
    url: `mqtt://${options.host}:${port}`,
    port,
    close: async () => {
      await new Promise<void>((resolve) => broker.close(() => resolve()))
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
