import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Log } from '@lanepay/domain/log.ts'
import { isNear } from './address.ts'
import { refuse } from './answers.ts'
import { builtPage } from './built.ts'
import type { PageLot } from './page-lot.ts'
import { openPassword } from './password.ts'
import { pageRoutes } from './routes.ts'

export type PageSettings = {
  readonly host: string
  readonly port: number
  /** Its hash (password.ts), or what is to be done so that there is one. */
  readonly password: string | { readonly todo: string }
}
export type LotPage = { readonly url: string; close(): Promise<void> }

const lookAtLinkMs = 500

/**
 * The lot's own page, for people on its own network. Off without settings, and where its password cannot be used or its port
 * is taken: then the log says what to do, and the lot goes on without it. Null: off.
 */
export async function startLotPage(options: {
  readonly settings: PageSettings | undefined
  readonly page: PageLot
  /** Where the built page is kept. */
  readonly dir: string
  readonly log: Log
  /** The client's address as its connection has it; headers are not asked, for anybody can write them. */
  readonly addressOf?: (request: http.IncomingMessage) => string | undefined
}): Promise<LotPage | null> {
  const { settings, page, log } = options
  const { addressOf = ({ socket }) => socket.remoteAddress } = options
  const off = (level: 'info' | 'error', todo: string) => {
    log(level, 'page-off', { todo })
    return null
  }
  if (!settings) return off('info', 'name page.port and page.password in the plan to switch it on (docs/lot-page.md)')
  if (typeof settings.password !== 'string') return off('error', settings.password.todo)
  const password = openPassword(settings.password)

  let link = { connected: page.connected(), since: page.clock.now() }
  const looks = setInterval(() => {
    if (page.connected() !== link.connected) link = { connected: !link.connected, since: page.clock.now() }
  }, lookAtLinkMs)
  // Built on the first start, while the lanes are heard already; whoever opens the page meanwhile waits for it.
  const files = builtPage(options.dir)
  files.catch((error: Error) => log('error', 'page-not-built', { message: error.message }))
  const routes = pageRoutes({ page, password, files, log, since: () => link.since })
  const server = http.createServer({ headersTimeout: 10_000, requestTimeout: 10_000 }, (request, response) => {
    const client = addressOf(request)
    if (client === undefined || !isNear(client)) {
      log('warn', 'page-stranger-refused', { client: client ?? 'gone' })
      return refuse(request, response, {
        code: 'not-near',
        field: 'address',
        rule: 'an address of the lot’s own network',
      })
    }
    routes.answer(request, response, client).catch((error: Error) => {
      if (request.destroyed && !request.complete) return // the client went away in the middle of its request
      log('error', 'page-request-failed', { message: error.message })
      if (response.headersSent) return void response.destroy()
      refuse(request, response, { code: 'failed', field: 'path', rule: 'not your mistake; try again' })
    })
  })
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(settings.port, settings.host, resolve)
    })
  } catch (error) {
    clearInterval(looks)
    await files.catch(() => {}) // told above
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    return off('error', `${message}: name another page.host or page.port in the plan`)
  }
  const { port } = server.address() as AddressInfo
  const url = `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`
  log('info', 'page-on', { url })
  return {
    url,
    close: async () => {
      clearInterval(looks)
      routes.close()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
      await files.catch(() => {}) // told above
    },
  }
}
