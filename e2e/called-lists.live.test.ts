import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { OneLotView } from '@lanepay/cloud/lot/api.ts'
import type { InsideDifferencesView, LaneDifferencesView } from '@lanepay/cloud/lot-lists/api.ts'
import type { OrderView } from '@lanepay/cloud/session/api.ts'
import { signedInAs } from '@lanepay/cloud/staff/staff.testing.ts'
import { seenIn, spacesOfLot } from '@lanepay/simulator-charging-software/called/lists.ts'
import { calledLot, type Played } from './kit/called-lot.ts'
import { houseKey, type Road } from './kit/road.ts'
import { onRoad } from './kit/suite.ts'
import { until } from './kit/until.ts'

/* What an office sees of the lists of a lot whose charging software is called, and the stays that it ends by them. */

describe('the lists of a called lot', () => {
  let road: Road
  const stop = onRoad((one) => {
    road = one
  })

  let number = 820
  const aLot = async (system: Played): Promise<Lot> => {
    const one = await calledLot(road, ++number, system)
    stop.push(one.close)
    // Whose software it is is known to the cloud once somebody has asked.
    await until('it is known', async () => (await office<OneLotView>(one)).json.online)
    return one
  }
  type Lot = Awaited<ReturnType<typeof calledLot>>
  type By = Readonly<Record<string, string>>
  const manager = (): Promise<By> =>
    signedInAs(road.database, road.clock.now(), { role: 'manager', operatorId: '1', houseKey })
  async function office<T>({ number }: Pick<Lot, 'number'>, path = '', body?: object, by?: By) {
    const headers = by ?? (await manager())
    const response = await fetch(`${road.publicUrl}/api/operator/lots/${number}${path}`, {
      headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    })
    const json = (await response.json()) as T & { error?: { code: string } }
    return { status: response.status, json, code: json.error?.code }
  }
  const stays = ({ number }: Lot) =>
    road.rows<{ id: string; plate: string; state: string; left_at: number | null }>(
      'select id, plate, state::text, left_at from session where lot_id = $1 order by id',
      [number],
    )
  const isInside = (lot: Lot, plate: string) =>
    until(`${plate} is inside`, async () => (await stays(lot)).some((one) => one.plate === plate))

  /** The plan of a lot calls its lanes otherwise than its software. */
  const renumber = async ({ number }: Lot) => {
    await road.rows(`update lane set direction = 'exit' where lot_id = $1 and lane_id = 1 returning 1`, [number])
    await road.rows(`update lane set channel = 'B9' where lot_id = $1 and lane_id = 2 returning 1`, [number])
  }

  for (const system of ['pyun', 'hikvision'] as const)
    test(`${system}: its lanes are held to those of the plan when its page is opened`, async () => {
      const lot = await aLot(system)
      const seen = async () => (await office<LaneDifferencesView>(lot, '/lane-differences')).json
      assert.deepEqual(await seen(), { lanes: [], unanswered: null })
      await renumber(lot)
      assert.deepEqual(
        (await seen()).lanes.map(({ what, channel }) => [what, channel]),
        [
          ['direction', 'A1'],
          ['only-theirs', 'B1'],
          ['only-ours', 'B9'],
        ],
      )
    })

  test('lanes that the software does not say, and never said, are told apart from lanes that agree', async () => {
    const lot = await aLot('pyun')
    lot.lot.behave({ silentAbout: ['device.list'] })
    const silent = (await office<LaneDifferencesView>(lot, '/lane-differences')).json
    assert.deepEqual(silent, { lanes: [], unanswered: 'lot-silent' })
    // For a driver it is there: of a list alone it did not say anything.
    assert.equal((await office<OneLotView>(lot)).json.online, true)
    const keytop = await aLot('keytop')
    assert.deepEqual((await office<LaneDifferencesView>(keytop, '/lane-differences')).json, {
      lanes: [],
      unanswered: null,
    })
    assert.deepEqual((await office<OneLotView>(keytop)).json.lists, [])
  })

  test('free spaces and devices stand on the page as the software says them; one that does not answer takes nothing from the other', async () => {
    const lot = await aLot('pyun')
    await lot.lot.enter('粤B82001', 'A1')
    road.pass(20_000)
    const whole = (await office<OneLotView>(lot)).json
    assert.deepEqual([whole.free?.spaces, whole.free?.total, whole.inside], [spacesOfLot - 1, spacesOfLot, 1])
    assert.deepEqual(
      whole.devices.map(({ device, state, because }) => [device, state, because]),
      [
        ['出口 2', 'lost', '脱机'],
        ['入口相机 11', 'well', ''],
        ['入口 1', 'well', ''],
      ],
    )
    assert.deepEqual([whole.live, whole.cannot.includes('pictures')], [true, false])
    lot.lot.behave({ silentAbout: ['device.list'] })
    road.pass(60_000)
    const part = (await office<OneLotView>(lot)).json
    assert.deepEqual([part.free?.spaces, part.live, part.devices], [spacesOfLot - 1, false, []])

    const jieshun = await aLot('jieshun')
    const { free } = (await office<OneLotView>(jieshun)).json
    assert.deepEqual([free?.spaces, free?.total], [spacesOfLot, null])
  })

  test('what a lane sees is fetched when somebody looks', async () => {
    const lot = await aLot('pyun')
    const last = await office<{ at: number; asked: boolean }>(lot, '/lanes/2/pictures/last')
    assert.deepEqual([last.status, last.json.asked], [200, true])
    const headers = await manager()
    const at = `${road.publicUrl}/api/operator/lots/${lot.number}/lanes/2/pictures/${last.json.at}`
    const picture = Buffer.from(await (await fetch(at, { headers })).arrayBuffer())
    assert.deepEqual(picture, seenIn('B1'))
  })

  /** A person says that the vehicle of this stay has gone by lane 2. */
  const closes = async (lot: Lot, session: string, leftAt?: number): Promise<OrderView> => {
    const by = await manager()
    const { ask } = (await office<{ ask: string }>(lot, '/order-asks', {}, by)).json
    const order = { kind: 'close', lane: 2, ...(leftAt === undefined ? {} : { leftAt }) }
    const made = await office<OrderView>(lot, `/sessions/${session}/orders`, { ask, reason: '车已离场', order }, by)
    assert.equal(made.status, 200, JSON.stringify(made.json))
    return until('the lot has answered', async () => {
      const { json } = await office<OrderView>(lot, `/orders/${made.json.order}`)
      return json.state === 'queued' || json.state === 'sent' ? null : json
    })
  }

  test('who is inside here alone is seen with when it left, and a person ends the stay; who is inside there alone is seen', async () => {
    const lot = await aLot('hikvision')
    const { lot: cars } = lot
    for (const plate of ['粤B82011', '粤B82012']) {
      await cars.enter(plate, 'A1')
      await isInside(lot, plate)
    }
    road.pass(1_800_000)
    cars.behave({ misses: ['entered', 'left'] })
    await cars.toExit('粤B82011', 'B1')
    await cars.leave('B1')
    const leftAt = road.clock.now()
    await cars.enter('粤B82013', 'A1')
    road.pass(600_000)
    const seen = async () => (await office<InsideDifferencesView>(lot, '/inside-differences')).json
    const view = await seen()
    assert.deepEqual([view.ours, view.theirs, view.unanswered], [2, 2, null])
    assert.deepEqual(
      view.onlyOurs.map(({ plate, left }) => [plate, left]),
      [['粤B82011', { at: leftAt, lane: 'B1' }]],
    )
    assert.deepEqual(
      view.onlyTheirs.map(({ plate }) => plate),
      ['粤B82013'],
    )

    const [gone, here] = await stays(lot)
    assert.equal((await closes(lot, gone!.id, leftAt)).state, 'done')
    await until('it has ended', async () => (await stays(lot))[0]!.state === 'left')
    assert.equal(Math.floor((await stays(lot))[0]!.left_at! / 1000), Math.floor(leftAt / 1000))
    assert.deepEqual((await seen()).onlyOurs, [])
    // The software knows better of a vehicle that is inside.
    const refused = await closes(lot, here!.id)
    assert.deepEqual([refused.state, refused.because], ['refused', 'still-inside'])
    assert.equal((await stays(lot))[1]!.state, 'inside')
    assert.deepEqual(
      cars.opened.filter(({ because }) => because === 'ordered'),
      [],
      'no gate moves',
    )
  })

  test('a list that is not there says so, and of software that lists nobody nothing is asked', async () => {
    const lot = await aLot('hikvision')
    await lot.lot.enter('粤B82021', 'A1')
    await isInside(lot, '粤B82021')
    road.pass(600_000)
    lot.lot.behave({ silentAbout: ['v1/tempCarInRecords/page'] })
    const { unanswered, onlyOurs } = (await office<InsideDifferencesView>(lot, '/inside-differences')).json
    assert.deepEqual([unanswered, onlyOurs], ['lot-silent', []])
    for (const system of ['keytop', 'pyun'] as const) {
      const none = await office(await aLot(system), '/inside-differences')
      assert.deepEqual([none.status, none.code], [409, 'lot-cannot'])
    }
  })

  test('where no exit is told, a stay that was paid inside is ended by a person, once the software knows of nobody of its plate', async () => {
    const lot = await aLot('keytop')
    await lot.lot.enter('粤B82031', 'A1')
    const phone = road.phone('driver of 82031')
    await phone.scan(`${road.publicUrl}/p/${lot.code('prepay')}`)
    assert.equal((await phone.quote(lot.code('prepay'), '粤B82031')).status, 200)
    const [stay] = await stays(lot)
    assert.deepEqual((await closes(lot, stay!.id)).because, 'still-inside')
    lot.lot.behave({ failures: 1 })
    await lot.lot.toExit('粤B82031', 'B1')
    await lot.lot.leave('B1')
    road.pass(60_000)
    assert.equal((await stays(lot))[0]!.state, 'inside', 'nobody has told')
    assert.equal(
      (await closes(lot, stay!.id, stay!.left_at ?? road.clock.now() - 10 * 86_400_000)).because,
      'left-before-entered',
    )
    const closing = closes(lot, stay!.id)
    await until('it is asked again until it answers', async () => {
      road.pass(5_000)
      await road.settled()
      return (await stays(lot))[0]!.state === 'left'
    })
    assert.equal((await closing).state, 'done')
  })
})
