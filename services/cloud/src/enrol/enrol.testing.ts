import assert from 'node:assert/strict'
import { testDatabase } from '@lanepay/database/testing.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import { startBroker } from '@lanepay/lot-link/broker.ts'
import pg from 'pg'
import { startCloud } from '../cloud.ts'
import type { ConsolePage } from '../console/routes.ts'
import { brokerRights } from '../link/rights.ts'
import { type LotPlan, provision } from '../lot/provision.ts'
import type { Channels } from '../payment/settle.ts'
import { grouped } from './code.ts'
import { offerCode } from './enrol.ts'

export const houseKey = 'the house key of the enrolments in the tests'

/** A real cloud, broker and database in which boxes are enrolled: without channels unless told, and with a lot of its own for each test. */
export async function startEnrolling(how: {
  readonly clock: Clock
  readonly trustProxy?: string
  /** What agents are told, where it is another than the cloud's own. */
  readonly agentBrokerUrl?: string
  /** The console that it serves; left out: none. */
  readonly console?: ConsolePage
  readonly channels?: Channels
  /** Called with the topic of every message that the broker carries. */
  readonly onMessage?: (topic: string) => void
}) {
  const { clock } = how
  const data = await testDatabase()
  const sql = new pg.Client(data.connection)
  await sql.connect()
  const rightsOf = brokerRights({ database: data.database, cloudPassword: 'the password of the cloud' })
  const { onMessage } = how
  const broker = await startBroker({ host: '127.0.0.1', port: 0, rightsOf, ...(onMessage ? { onMessage } : {}) })
  const cloud = await startCloud(
    {
      host: '127.0.0.1',
      port: 0,
      publicUrl: 'http://127.0.0.1',
      houseKey,
      brokerUrl: broker.url,
      ...(how.agentBrokerUrl === undefined ? {} : { agentBrokerUrl: how.agentBrokerUrl }),
      brokerPassword: 'the password of the cloud',
      brokerSecret: 'the secret of the broker',
      nodeNumber: 0,
      trustProxy: how.trustProxy ?? false,
      gateSeconds: 60,
      lotAnswersWithinMs: 3_000,
      serves: true,
      works: false,
    },
    {
      database: data.database,
      clock,
      log: silentLog,
      channels: how.channels ?? {},
      page: { html: '', assets: [], otherBrowser: () => '' },
      ...(how.console ? { console: how.console } : {}),
    },
  )
  let lots = 100
  const offer = (lot: LotPlan, takeOver = false) =>
    offerCode({ database: data.database, clock, houseKey: Buffer.from(houseKey) }, lot.number, takeOver)
  return {
    data,
    sql,
    rightsOf,
    broker,
    cloud,
    /** Opens a lot of its own. */
    async aLot(told: Partial<LotPlan> = {}): Promise<LotPlan> {
      const number = ++lots
      const plan: LotPlan = {
        bucket: number % 256,
        number,
        name: `停车场 ${number}`,
        platformFeeBasisPoints: 100,
        operator: { id: '1', name: '物业' },
        accounts: [],
        lanes: [
          { id: 1, name: '入口', direction: 'entry' },
          { id: 2, name: '出口', direction: 'exit' },
        ],
        ...told,
      }
      await provision(data.database, plan, clock.now())
      return plan
    },
    offer,
    async aCode(lot: LotPlan, takeOver = false): Promise<string> {
      const made = await offer(lot, takeOver)
      assert.ok(made.ok, JSON.stringify(made))
      return grouped(made.value.code)
    },
    /** Whether the broker takes this key for the lot's agent's. */
    isAgent: async ({ number }: LotPlan, key: string): Promise<boolean> =>
      (await rightsOf(`lot${number}-agent`, `lot${number}-agent`, key)) !== null,
    async close(): Promise<void> {
      await cloud.close()
      await broker.close()
      await sql.end()
      await data.close()
    },
  }
}
export type Enrolling = Awaited<ReturnType<typeof startEnrolling>>
