import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Faults } from './faults.ts'
import type { KioskSimulator } from './kiosk.ts'

type Asked = Readonly<Record<string, unknown>>

/** What a driver, a mechanic and bad luck do to a kiosk, each by its path; amounts in fen. */
const acts = {
  choose: async (machine: KioskSimulator, { plate }: Asked) => ({ purchase: await machine.choose(String(plate)) }),
  insert: (machine: KioskSimulator, { fen }: Asked) => ({ taken: machine.insert(Number(fen)) }),
  cancel: (machine: KioskSimulator) => machine.cancel(),
  on: (machine: KioskSimulator) => machine.on(),
  cut: (machine: KioskSimulator) => machine.cut(),
  faults: (machine: KioskSimulator, faults: Asked) => machine.faulty(faults as Partial<Faults>),
  jam: ({ metal }: KioskSimulator, { after = 0 }: Asked) => metal.jamAfter(Number(after)),
  stick: ({ metal }: KioskSimulator, { fen }: Asked) => metal.stick(Number(fen)),
  repair: ({ metal }: KioskSimulator) => metal.repair(),
  empty: ({ metal }: KioskSimulator, { refill = [] }: Asked) => ({
    countedFen: metal.empty(refill as readonly { fen: number; count: number }[]),
  }),
} as const satisfies Record<string, (machine: KioskSimulator, asked: Asked) => unknown>
const isAct = (name: string): name is keyof typeof acts => Object.hasOwn(acts, name)

/**
 * A hand on a kiosk over HTTP: `GET /` shows it, `POST /ACT` with a JSON object does something to it (README.md). For this machine
 * alone: whoever reaches it may do anything.
 * @throws Error with code EADDRINUSE when the port is taken.
 */
export async function startKioskControl(
  machine: KioskSimulator,
  port: number,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const answer = async (request: http.IncomingMessage): Promise<unknown> => {
    if (request.method === 'GET')
      return {
        screen: machine.screen(),
        purchase: machine.view() ?? null,
        hoppers: machine.metal.hoppers(),
        insideFen: machine.metal.insideFen(),
        trayFen: machine.metal.dispensedFen(),
        refusals: machine.refusals,
      }
    const act = (request.url ?? '').slice(1)
    if (!isAct(act)) throw new RangeError(`one of ${Object.keys(acts).join(', ')}`)
    const parts: Buffer[] = []
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
    return (await acts[act](machine, JSON.parse(Buffer.concat(parts).toString() || '{}') as Asked)) ?? {}
  }
  const server = http.createServer((request, response) => {
    const say = (status: number, value: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
      response.end(JSON.stringify(value))
    }
    answer(request).then(
      (value) => say(200, value),
      (error: Error) => say(400, { message: error.message }),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
