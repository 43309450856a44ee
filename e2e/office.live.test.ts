import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { OrderView, OwedView, StayPage, StoryView } from '@lanepay/cloud/session/api.ts'
import { signedInAs } from '@lanepay/cloud/staff/staff.testing.ts'
import { samplePicture } from '@lanepay/simulator-camera/picture.ts'
import { connectedLot } from './kit/connected-lot.ts'
import { lotPlan, type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/* What an office does from afar, over the real road: it finds a stay, reads what happened, puts it right, opens, and sees what became of it. */

type Somebody = Awaited<ReturnType<typeof somebody>>
let road: Road
let manager: Somebody
before(async () => {
  road = await startRoad()
})
after(() => road?.close())
// A sign-in ends after two hours without use, and hours pass here.
beforeEach(async () => {
  manager = await somebody('manager')
})

const lot = `/api/operator/lots/${lotPlan.number}`
const hour = 3_600_000

async function somebody(role: 'manager' | 'finance' | 'attendant', lanes?: readonly number[]) {
  const told = { role, operatorId: '1', ...(lanes ? { lots: [{ lot: lotPlan.number, lanes }] } : {}) }
  const headers = await signedInAs(road.database, road.clock.now(), told)
  const send = async (path: string, body?: object) =>
    fetch(road.publicUrl + path, {
      headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    })
  const json = async <T>(path: string, body?: object): Promise<T> => {
    const response = await send(path, body)
    assert.equal(response.status, 200, `${path}: ${await response.clone().text()}`)
    return (await response.json()) as T
  }
  const ask = async (base = lot) => (await json<{ ask: string }>(`${base}/order-asks`, {})).ask
  return {
    send,
    json,
    ask,
    find: (query: string) => json<StayPage>(`/api/operator/sessions?${query}`),
    story: (session: string, base = lot) => json<StoryView>(`${base}/sessions/${session}`),
    owed: (session: string) => json<OwedView>(`${lot}/sessions/${session}/owed`),
    order: async (session: string, order: object, reason = '看了照片') =>
      json<OrderView>(`${lot}/sessions/${session}/orders`, { ask: await ask(), reason, order }),
    /** What the lot made of it. */
    became: ({ order }: OrderView) =>
      until('the lot has answered', async () => {
        const seen = await json<OrderView>(`${lot}/orders/${order}`)
        return seen.state === 'queued' || seen.state === 'sent' ? null : seen
      }),
  }
}
const kinds = ({ story }: StoryView) => story.map(({ kind }) => kind)

describe('an office', () => {
  test('finds a stay by a part of its plate, corrects its entry, opens for it with a reason, and reads all of it in its story', async () => {
    const session = await road.park('粤BD8K21')
    road.pass(90 * 60_000)
    const { rows } = await manager.find('plate=d8k')
    assert.deepEqual(
      rows.map((row) => [row.session, row.plate, row.state]),
      [[session, '粤BD8K21', 'inside']],
    )
    const before = await manager.owed(session)
    assert.ok(before.owes)
    assert.equal(before.owedFen, 1000)
    assert.deepEqual(
      before.lines.reduce((sum, { amountFen }) => sum + amountFen, 0),
      1000,
    )

    const enteredAt = rows[0]!.enteredAt - 2 * hour
    const corrected = await manager.order(session, { kind: 'correct', enteredAt }, '入口抓拍晚了两小时')
    assert.equal((await manager.became(corrected)).state, 'done')
    const now = await manager.owed(session)
    assert.ok(now.owes)
    assert.equal(now.owedFen, 2000, 'three and a half hours are four')

    const occupancy = await road.toExit('粤BD8K21')
    const opened = await manager.json<OrderView>(`${lot}/lanes/2/open`, {
      ...{ ask: await manager.ask(`${lot}/lanes/2`), reason: '业主投诉，先放行', occupancy },
    })
    assert.equal((await manager.became(opened)).state, 'opened')
    await road.driveOut()
    const story = await until('the story has its end', async () => {
      const told = await manager.story(session)
      return told.stay.state === 'left' ? told : null
    })
    assert.deepEqual([story.stay.how, story.stay.owedWhenLeftFen], ['released-owing', 2000])
    const of = (kind: string) => story.story.filter((line) => line.kind === kind)
    for (const kind of ['entered', 'corrected', 'occupied', 'order', 'act', 'gate-opened', 'left'])
      assert.ok(of(kind).length > 0, `${kind} of ${kinds(story)}`)
    assert.deepEqual(
      of('corrected').map(({ because, facts }) => [because, facts?.enteredAt]),
      [['入口抓拍晚了两小时', enteredAt]],
    )
    const byPerson = of('gate-opened').find(({ lane }) => lane === 2)
    assert.equal(byPerson?.because, '业主投诉，先放行')
    assert.equal(byPerson?.by, of('act')[0]?.by, 'who did it, as the trail names him')
    assert.deepEqual(
      of('act').map(({ facts }) => facts?.act),
      ['stays.correct', 'gate.open'],
    )

    // The act has left the picture of the read at the exit, though nobody has looked at one.
    const [exit] = story.story.filter(({ kind, lane }) => kind === 'occupied' && lane === 2)
    await until('the picture of the opening is kept', async () => {
      road.pass(1_000)
      const kept = await road.rows<{ at: Date; sealed: Buffer }>(
        'select at, content as sealed from lot_picture where lane_id = 2 and content is not null',
      )
      assert.ok(
        kept.every(({ sealed }) => !sealed.includes(samplePicture.subarray(0, 20))),
        'what is kept is sealed',
      )
      return kept.some(({ at }) => at.getTime() === exit?.at)
    })
    const picture = await manager.send(`${lot}/lanes/2/pictures/${exit!.at}`)
    assert.deepEqual([picture.status, picture.headers.get('content-type')], [200, 'image/jpeg'])
    assert.deepEqual(Buffer.from(await picture.arrayBuffer()), samplePicture)
  })

  test('sends the same intention again and again: one order, one line in the trail', async () => {
    const session = await road.park('粤BE1C10')
    const ask = await manager.ask()
    const body = { ask, reason: '重复进场记录', order: { kind: 'void' } }
    const made = await Promise.all(
      Array.from({ length: 8 }, () => manager.json<OrderView>(`${lot}/sessions/${session}/orders`, body)),
    )
    assert.equal(new Set(made.map(({ order }) => order)).size, 1)
    assert.equal((await manager.became(made[0]!)).state, 'done')
    const told = await manager.story(session)
    assert.equal(told.story.filter(({ kind }) => kind === 'act').length, 1)
    await until('it is voided', async () => (await manager.story(session)).stay.state === 'voided')
    const again = await manager.json<OrderView>(`${lot}/sessions/${session}/orders`, body)
    assert.deepEqual([again.order, again.state], [made[0]!.order, 'done'])
    const late = await manager.send(`${lot}/sessions/${session}/orders`, { ...body, ask: await manager.ask() })
    assert.equal(((await late.json()) as { error: { code: string } }).error.code, 'session-ended')
  })

  test('closes a stay whose car has gone unseen; what it owed stands as a question', async () => {
    const session = await road.park('粤BE1C11')
    road.pass(3 * hour)
    manager = await somebody('manager')
    const closed = await manager.order(
      session,
      // An hour and a half: not at an edge of the price.
      { kind: 'close', lane: 2, leftAt: road.clock.now() - 1.5 * hour },
      '监控看到已离场',
    )
    assert.equal((await manager.became(closed)).state, 'done')
    const told = await until('it has left', async () => {
      const story = await manager.story(session)
      return story.stay.state === 'left' ? story : null
    })
    assert.deepEqual([told.stay.how, told.stay.owedWhenLeftFen, told.stay.exitLane], ['released-owing', 1000, 2])
    assert.equal(told.story.find(({ kind }) => kind === 'left')?.because, '监控看到已离场')
  })

  test('is told why the lot will not: another plate that is inside, a lane where nobody stands', async () => {
    const [one] = [await road.park('粤BE1C12'), await road.park('粤BE1C13')]
    const taken = await manager.became(await manager.order(one!, { kind: 'correct', plate: '粤BE1C13' }))
    assert.deepEqual([taken.state, taken.because], ['refused', 'plate-inside'])
    const nobody = await manager.json<OrderView>(`${lot}/lanes/2/open`, {
      ...{ ask: await manager.ask(), reason: '没有车', occupancy: '77' },
    })
    const shut = await manager.became(nobody)
    assert.deepEqual([shut.state, shut.because], ['refused', 'vehicle-gone'])
    const empty = await manager.send(`${lot}/lanes/2/open`, {
      ask: await manager.ask(),
      reason: '没有车',
      occupancy: null,
    })
    assert.deepEqual(
      [empty.status, ((await empty.json()) as { error: { code: string } }).error.code],
      [409, 'lane-empty'],
    )
  })

  test('shows words on a lane’s display', async () => {
    const shown = await manager.json<OrderView>(`${lot}/lanes/2/show`, {
      ask: await manager.ask(),
      lines: ['请稍候', '马上就来'],
    })
    assert.equal((await manager.became(shown)).state, 'done')
    await until('the board says so', () => road.exit.state().display.join().includes('马上就来'))
  })

  test('sees the last picture of a lane, fetched from the lot', async () => {
    const { at, asked } = await manager.json<{ at: number; asked: boolean }>(`${lot}/lanes/1/pictures/last`)
    assert.equal(asked, true)
    assert.equal((await manager.send(`${lot}/lanes/1/pictures/${at}`)).status, 200)
    assert.equal((await manager.send(`${lot}/lanes/1/pictures/${at + 1}`)).status, 404)
  })

  test('lets whoever sits at a lane see that lane’s stays alone, and finance no pictures', async () => {
    const session = await road.park('粤BE1C14')
    const [atEntry, atExit, finance] = await Promise.all([
      ...([[1], [2]] as const).map((lanes) => somebody('attendant', lanes)),
      somebody('finance'),
    ])
    assert.equal((await atEntry!.story(session, `${lot}/lanes/1`)).stay.session, session)
    assert.equal((await atExit!.send(`${lot}/lanes/2/sessions/${session}`)).status, 404)
    assert.equal((await atExit!.send(`/api/operator/sessions`)).status, 403)
    const seen = await atEntry!.json<StayPage>(`${lot}/lanes/1/sessions?plate=e1c14`)
    assert.deepEqual(
      seen.rows.map((row) => row.session),
      [session],
    )
    assert.equal((await finance!.send(`${lot}/lanes/1/pictures/last`)).status, 403)
    const ask = await atEntry!.ask(`${lot}/lanes/1`)
    const theirs = await manager.send(`${lot}/sessions/${session}/orders`, {
      ask,
      reason: '不是他的',
      order: { kind: 'void' },
    })
    assert.equal(((await theirs.json()) as { error: { code: string } }).error.code, 'ask-unknown')
  })

  test('of a lot with charging software of its own says what must be done there, opens its gate, and sees its pictures', async () => {
    const { number, software } = await connectedLot(road, 43)
    const connected = `/api/operator/lots/${number}`
    assert.equal((await software.login()).state, 1)
    await software.enter('粤BD7001', 'A1')
    const session = await until('the stay is known', async () => {
      const { rows } = await manager.find('plate=D7001')
      return rows[0]?.session ?? null
    })
    const told = await manager.story(session, connected)
    assert.deepEqual([told.lot.system, told.cannot], ['bolink', ['correct', 'void', 'show']])
    const ask = await manager.ask(connected)
    const refused = await manager.send(`${connected}/sessions/${session}/orders`, {
      ...{ ask, reason: '改时间', order: { kind: 'void' } },
    })
    assert.equal(((await refused.json()) as { error: { code: string } }).error.code, 'lot-cannot')
    const opened = await manager.json<OrderView>(`${connected}/lanes/2/open`, {
      ...{ ask: await manager.ask(connected), reason: '消防车', occupancy: null },
    })
    await until('it opens', async () => {
      const seen = await manager.json<OrderView>(`${connected}/orders/${opened.order}`)
      return seen.state === 'opened'
    })
    const [{ order }] = (await road.rows<{ order: string }>(
      'select order_id as order from bolink_order where session_id = $1',
      [session],
    )) as [{ order: string }]
    await software.send('upload_carpic', {
      ...{ picture_source: 'order', order_id: order, park_order_type: 'in', upload_type: 'http' },
      content: samplePicture.toString('base64'),
    })
    const picture = await manager.send(`${connected}/sessions/${session}/pictures/in`)
    assert.deepEqual(Buffer.from(await picture.arrayBuffer()), samplePicture)
    assert.equal((await manager.send(`${connected}/sessions/${session}/pictures/out`)).status, 404)
    assert.ok(software.heard.some(({ service }) => service === 'operate_liftrod'))
    await software.close()
  })

  test('leaves books, gates and log that agree', async () => {
    await road.settled()
    await road.audit()
  })
})
