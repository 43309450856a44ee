import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { OrderView } from '@lanepay/cloud/session/api.ts'
import { signedInAs } from '@lanepay/cloud/staff/staff.testing.ts'
import { startVendorCloud } from '@lanepay/simulator-charging-software/vendor-cloud.ts'
import { connectedLot } from './kit/connected-lot.ts'
import { houseKey, type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/*
 * Gates of connected lots that a person raises and lowers from afar (bolink-protocol.md 7.4, 2.6): told once whatever comes of it, to software
 * that polls and to a vendor's cloud alike.
 */

type Fields = Readonly<Record<string, unknown>>
type Lot = {
  readonly number: number
  /** What it was told of its gates. */
  readonly heard: () => readonly Fields[]
  readonly raised: () => readonly string[]
  readonly lowered: () => readonly string[]
  readonly refuses: (refuses: boolean) => void
  /** Answers without the number of an order, as software before there was one. */
  readonly says?: (fields: Fields) => Promise<unknown>
  /** It does not answer what it is told of its gates, in this way. */
  readonly waysToBeSilent: Readonly<Record<string, (silent: boolean) => void>>
}
let road: Road
const stop: (() => Promise<unknown>)[] = []
const service = 'operate_liftrod'
const about = (silent: boolean): readonly string[] => (silent ? [service] : [])

const ways: readonly (readonly [name: string, start: () => Promise<Lot>])[] = [
  [
    'software that polls',
    async () => {
      const number = 1501
      const { software } = await connectedLot(road, number, { bolink: { settings: { answerSeconds: 1 } } })
      stop.push(software.close)
      assert.equal((await software.login()).state, 1)
      return {
        number,
        heard: () => software.heard.filter((one) => one.service === service).map(({ fields }) => fields),
        raised: () => software.opened.map(({ lane }) => lane),
        lowered: () => software.lowered,
        refuses: (refusesGates) => software.behave({ refusesGates }),
        says: (fields) => software.send(service, { ...fields, park_id: `park-${number}` }),
        waysToBeSilent: { 'never answers': (silent) => software.behave({ silentAbout: about(silent) }) },
      }
    },
  ],
  [
    "a vendor's cloud",
    async () => {
      const number = 1502
      const cloud = await startVendorCloud({
        ...{ address: () => road.publicUrl, unionId: '200208', key: '8403A41ED5EF20BC', clock: road.clock },
        tariff: { hourFen: 500, leaveMinutes: 15 },
      })
      stop.push(cloud.close)
      const settings = { answerSeconds: 1, callSeconds: 1 }
      await connectedLot(road, number, { bolink: { callUrl: cloud.url, settings } })
      return {
        number,
        heard: () => cloud.heard.filter((one) => one.service === service).map(({ fields }) => fields),
        raised: () => cloud.opened.map(({ lane }) => lane),
        lowered: () => cloud.lowered,
        refuses: (refusesGates) => cloud.behave({ refusesGates }),
        waysToBeSilent: {
          'answers with an error of its server': (silent) => cloud.behave({ silentAbout: about(silent) }),
          'does not answer in its time': (silent) => cloud.behave({ hangsAt: about(silent) }),
        },
      }
    },
  ],
]

describe('gates that are moved from afar', () => {
  before(async () => {
    road = await startRoad()
  })
  after(async () => {
    for (const end of stop) await end()
    await road.close()
  })

  for (const [name, start] of ways)
    describe(`at a lot of ${name}`, () => {
      let lot: Lot
      before(async () => {
        lot = await start()
      })
      /** Signed in anew for each order: hours pass, and an order is of whoever has asked to give one. */
      const signedIn = () => signedInAs(road.database, road.clock.now(), { role: 'manager', operatorId: '1', houseKey })
      const office = async <T>(path: string, body?: object, by?: Awaited<ReturnType<typeof signedIn>>) => {
        const response = await fetch(`${road.publicUrl}/api/operator/lots/${lot.number}/${path}`, {
          headers: { ...(by ?? (await signedIn())), ...(body ? { 'content-type': 'application/json' } : {}) },
          ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
        })
        return { status: response.status, json: (await response.json()) as T & { error?: { code: string } } }
      }
      /** Orders the exit to open; answers the order's number. */
      const opens = async (): Promise<string> => {
        const by = await signedIn()
        const { ask } = (await office<{ ask: string }>('lanes/2/order-asks', {}, by)).json
        const made = await office<OrderView>('lanes/2/open', { ask, reason: '消防车', occupancy: null }, by)
        assert.equal(made.status, 200, JSON.stringify(made.json))
        return made.json.order
      }
      const became = (order: string, passMs = 0) =>
        until('it is known what became of it', async () => {
          road.pass(passMs)
          const { json } = await office<OrderView>(`lanes/2/orders/${order}`)
          return json.state === 'queued' || json.state === 'sent' ? null : json
        })
      const lowers = () => office<{ move: string }>('lanes/2/move', { move: 'close', reason: '清洗车道' })

      test('raised: told which lane, under the number of the order, and it has opened when it says so', async () => {
        const order = await opens()
        assert.equal((await became(order)).state, 'opened')
        const [told, ...more] = lot.heard()
        assert.deepEqual([told!.channel_id, told!.operate, told!.liftrod_id, more.length], ['B1', 0, order, 0])
        assert.deepEqual(lot.raised(), ['B1'])
      })

      test('lowered: the arm is down when it says so, and who wanted it and why is noted before', async () => {
        const { status, json } = await lowers()
        assert.deepEqual([status, json.move], [200, 'close'])
        assert.deepEqual([lot.heard().at(-1)!.operate, lot.lowered()], [1, ['B1']])
        const lines = await road.rows<{ reason: string; after: string }>(
          `select reason, after from staff_line where lot_id = $1 and act = 'gate.open' order by id desc limit 1`,
          [lot.number],
        )
        assert.deepEqual(lines, [{ reason: '清洗车道', after: 'asked to close' }])
      })

      test('refused by the lot: said so, not as opened, and not told again', async () => {
        const [told, raised, lowered] = [lot.heard().length, lot.raised().length, lot.lowered().length]
        lot.refuses(true)
        const refused = await became(await opens())
        assert.deepEqual([refused.state, refused.because], ['refused', '道闸故障'])
        const { status, json } = await lowers()
        assert.deepEqual([status, json.error?.code], [409, 'lot-refused'])
        lot.refuses(false)
        road.pass(600_000)
        assert.equal((await became(await opens())).state, 'opened')
        assert.equal(lot.heard().length - told, 3, 'each once')
        assert.deepEqual([lot.raised().length - raised, lot.lowered().length - lowered], [1, 0])
      })

      test('without an answer: told once and never again, and nobody says that it moved', async () => {
        for (const [way, isSilent] of Object.entries(lot.waysToBeSilent)) {
          const told = lot.heard().length
          isSilent(true)
          const order = await opens()
          await until('it has heard it', () => lot.heard().length === told + 1)
          assert.equal((await became(order, 5_000)).state, 'expired', way)
          const { status, json } = await lowers()
          assert.deepEqual([status, json.error?.code], [504, 'lot-silent'], way)
          isSilent(false)
          // Longer than all steps by which payments are told again.
          for (const _ of Array(13)) road.pass(100_000)
          assert.equal((await became(await opens())).state, 'opened')
          assert.equal(lot.heard().length - told, 3, `${way}: each once`)
        }
      })

      test('an answer that names the lane alone is to the order that was told last, not to one whose time is over', async () => {
        if (!lot.says) return
        const silent = lot.waysToBeSilent['never answers']!
        silent(true)
        const first = await opens()
        assert.equal((await became(first, 5_000)).state, 'expired')
        const told = lot.heard().length
        const second = await opens()
        await until('it has heard it', () => lot.heard().length === told + 1)
        await lot.says({ channel_id: 'B1', operate: 0, state: 1, errmsg: '' })
        assert.equal((await became(second)).state, 'opened')
        road.pass(120_000)
        await lot.says({ channel_id: 'B1', operate: 0, state: 1, errmsg: '' })
        silent(false)
        assert.equal((await became(first)).state, 'expired')
      })
    })
})
