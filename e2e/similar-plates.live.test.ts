import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { calledLot } from './kit/called-lot.ts'
import { lotPlan, type Road, startRoad } from './kit/road.ts'

/* What a stranger who guesses plates may learn of those inside (domain.md 8): no more than by typing each of them. */

describe('plates inside that are like the one that was typed', () => {
  let road: Road
  let lot: Awaited<ReturnType<typeof calledLot>>
  before(async () => {
    road = await startRoad()
    // Of all systems the one that names plates itself, and generously.
    const partner = {
      unionId: '200279',
      name: '车载钱包',
      key: 'A1B2C3D4E5F60718',
      payUrl: 'https://wallet.example/pay',
    }
    lot = await calledLot(road, 640, 'jieshun', {
      plan: {
        accounts: [
          ...lotPlan.accounts,
          { id: 3, channel: 'zldpay', channelFeeBasisPoints: 60, merchant: { walletUnionId: partner.unionId } },
        ],
        wallet: partner,
      },
    })
    for (const plate of ['粤B12345', '粤B72345', '粤B1Z345', '粤B1234S', '粤B12399', '京C12345'])
      await lot.lot.enter(plate, 'A1')
    road.pass(1_800_000)
  })
  after(async () => {
    await lot.close()
    await road.close()
  })
  const scans = async (driver: string) => {
    const phone = road.phone(driver)
    await phone.scan(`${road.publicUrl}/p/${lot.code('prepay')}`)
    return { phone, asks: async (plate: string) => (await phone.quote(lot.code('prepay'), plate)).body }
  }

  test('at most three, none further than one misread, and nothing of them but the plate', async () => {
    const { asks } = await scans('one')
    const { error } = await asks('粤BT2345')
    assert.deepEqual(error, {
      ...{ code: 'no-session', message: 'the lot answered no-session' },
      similar: ['粤B12345', '粤B72345'],
    })
    assert.equal((await asks('粤BL2345')).error.similar!.length, 2)
    assert.equal((await asks('粤B12388')).error.similar, undefined, 'though its software names it')
  })

  test('each that is offered counts as one that was looked for: who guesses is slowed down the sooner', async () => {
    const { asks } = await scans('guesser')
    const codes: string[] = []
    for (let n = 0; n < 6; n++) codes.push((await asks('粤BT2345')).error.code)
    assert.deepEqual(codes, [...Array(4).fill('no-session'), 'too-many', 'too-many'])
    assert.equal((await asks('粤B12345')).error.code, 'too-many')
  })

  test('a browser of a partner’s app, which is somebody else whenever it says so, is slowed by its address', async () => {
    const says = { 'user-agent': 'App Zldpay/200279', 'content-type': 'application/json' }
    const guesses = async (): Promise<string> => {
      const { send } = road.phone('of a partner’s app')
      let at = `${road.publicUrl}/p/${lot.code('prepay')}`
      for (let to: string | null = at; to !== null; ) {
        at = new URL(to, at).href
        to = (await send(at, { headers: says })).headers.get('location')
      }
      const way = `${road.publicUrl}/api/driver/codes/${lot.code('prepay')}/quote`
      const answer = await send(way, { method: 'POST', headers: says, body: JSON.stringify({ plate: '粤BT2345' }) })
      return ((await answer.json()) as { error: { code: string } }).error.code
    }
    const codes: string[] = []
    for (let n = 0; n < 5; n++) codes.push(await guesses())
    assert.deepEqual(codes, [...Array(4).fill('no-session'), 'too-many'])
  })

  test('one that somebody is paying for is offered to nobody', async () => {
    const other = await scans('another')
    assert.deepEqual((await other.asks('粤B7Z345')).error.similar, ['粤B72345', '粤B1Z345'])
    const { phone, asks } = await scans('payer')
    const sheet = await phone.pay(lot.code('prepay'), (await asks('粤B1Z345')).quote!)
    assert.equal(sheet.status, 200)
    assert.deepEqual((await other.asks('粤B7Z345')).error.similar, ['粤B72345'])
  })

  test('nor one whose month card is being paid for, and which is not inside', async () => {
    await road.rows(
      `insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, paid_fen, standing, renews_card)
       select bucket, lot_id, 1, '粤B12845', false, 'unknown', 'inside', now(), 0, 'month-card', 'here:1' from lot where lot_id = $1`,
      [640],
    )
    const { asks } = await scans('neighbour')
    assert.deepEqual((await asks('粤BT2845')).error.similar, undefined)
  })

  test('nobody who is not identified is told anything', async () => {
    const phone = road.phone('stranger')
    assert.equal((await phone.quote(lot.code('prepay'), '粤BT2345')).body.error.code, 'not-identified')
  })

  test('software that does not answer leaves what is known here', async () => {
    const { asks } = await scans('patient')
    assert.equal((await asks('粤B72345')).owedFen, 500)
    lot.lot.behave({ silentAbout: ['3c.pay.querycarbycarno'] })
    assert.deepEqual((await asks('粤BT2345')).error.similar, ['粤B72345'])
  })
})
