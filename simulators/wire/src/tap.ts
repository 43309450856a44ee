import net from 'node:net'

type Direction = 'out' | 'in'
/** Called with every piece that passes; what it answers goes on, null holds the line for good. */
type Watch = (direction: Direction, bytes: Buffer) => Buffer | null | Promise<Buffer | null>

export type Tap = {
  readonly port: number
  /** Looks at what passes, until `free`. `out` is from whoever connected to us. */
  watch(watch: Watch): void
  free(): void
  /** Breaks every line and takes no new one, until `mend`. */
  cut(): void
  mend(): void
  close(): Promise<void>
}

/** A wire with a hand on it: stands between a client and a server, passes everything, until told otherwise. */
export async function tap(to: () => net.NetConnectOpts, port = 0): Promise<Tap> {
  const sockets = new Set<net.Socket>()
  let watching: Watch | null = null
  let isCut = false
  const drop = () => {
    for (const socket of sockets) socket.destroy()
  }
  const server = net.createServer((near) => {
    if (isCut) return void near.destroy()
    const far = net.connect(to())
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    const pass = (direction: Direction, from: net.Socket, on: net.Socket) => {
      let order = Promise.resolve()
      from.on('data', (bytes: Buffer) => {
        order = order.then(async () => {
          const next = watching ? await watching(direction, bytes) : bytes
          if (next === null) from.pause()
          else if (!on.destroyed) on.write(next)
        })
      })
      from.on('end', () => void order.then(() => on.end()))
    }
    pass('out', near, far)
    pass('in', far, near)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as net.AddressInfo).port,
    watch: (watch) => {
      watching = watch
    },
    free: () => {
      watching = null
    },
    cut: () => {
      isCut = true
      drop()
    },
    mend: () => {
      isCut = false
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        drop()
      }),
  }
}
