import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import type { Id } from '@lanepay/domain/types.ts'
import type { FastifyPluginAsync } from 'fastify'
import { makeMetrics } from '../server/metrics.ts'
import { makeServer } from '../server/server.ts'
import { hangStaffDoor } from '../staff/door.ts'
import { signedInAs } from '../staff/staff.testing.ts'

/** The doors of persons with these routes behind them, and persons who ask there. */
export async function startScreens(
  deps: {
    readonly database: Database
    readonly clock: Clock
    readonly newId: () => Id
    readonly houseKey: Uint8Array
  },
  routes: readonly FastifyPluginAsync[],
) {
  const { database, clock } = deps
  const houseKey = Buffer.from(deps.houseKey)
  const server = await makeServer({
    ...{ database, log: silentLog, metrics: makeMetrics(), linkConnected: () => true, routes },
    ...{ rightsOf: async () => null, brokerSecret: 'a secret', trustProxy: false },
    hangDoor: (bare) => hangStaffDoor(bare, { ...deps, houseKey, publicUrl: 'http://pay.example.com' }),
  })
  return {
    server,
    /** Signed in, the second factor shown just now. */
    async somebody(told: Parameters<typeof signedInAs>[2]) {
      const headers = await signedInAs(database, clock.now(), told)
      const send = async (method: 'GET' | 'POST', url: string, payload?: object, to = server) => {
        const answer = await to.inject({ method, url, headers, ...(payload ? { payload } : {}) })
        const json = JSON.parse(answer.body)
        return { status: answer.statusCode, json, code: json.error?.code as string | undefined }
      }
      return {
        get: (url: string) => send('GET', url),
        /** The text of a file. */
        file: async (url: string) => (await server.inject({ method: 'GET', url, headers })).body,
        post: (url: string, payload: object = {}, to = server) => send('POST', url, payload, to),
      }
    },
    close: () => server.close(),
  }
}
export type Screens = Awaited<ReturnType<typeof startScreens>>
export type Somebody = Awaited<ReturnType<Screens['somebody']>>
