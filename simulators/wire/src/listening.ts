import type http from 'node:http'
import type { AddressInfo } from 'node:net'

/** Opens the door of a simulator; answers its port where any would do. @throws Error where the port is taken. */
export async function listening(server: http.Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return (server.address() as AddressInfo).port
}
