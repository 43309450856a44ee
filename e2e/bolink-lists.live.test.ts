import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { signedInAs } from '@lanepay/cloud/staff/staff.testing.ts'
import type { ChargingSoftware } from '@lanepay/simulator-charging-software/software.ts'
import { connectedLot } from './kit/connected-lot.ts'
import { houseKey, type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/* What a connected lot's software says of its lists and doings, as the lot's people see it (bolink-protocol.md 7). */

describe('the lists of a connected lot', () => {
  let road: Road
  const running: ChargingSoftware[] = []
  let lots = 730
  before(async () => {
    road = await startRoad()
  })
  after(async () => {
    await Promise.all(running.map((one) => one.close()))
    await road?.close()
  })

  /** Signed in anew: hours pass. */
  const manager = () => signedInAs(road.database, road.clock.now(), { role: 'manager', operatorId: '1', houseKey })

  async function aLot(how: Parameters<typeof connectedLot>[2] = {}) {
    const number = ++lots
    const { software, code } = await connectedLot(road, number, how)
    running.push(software)
    assert.equal((await software.login()).state, 1)
    const send = async (method: 'GET' | 'POST', path: string, body?: object, by?: Readonly<Record<string, string>>) =>
      fetch(`${road.publicUrl}/api/operator/lots/${number}/${path}`, {
        ...{
          method,
          headers: { ...(by ?? (await manager())), ...(body ? { 'content-type': 'application/json' } : {}) },
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
    return {
      ...{ number, software, code, send },
      ask: async (method: 'GET' | 'POST', path: string, body?: object) => {
        const response = await send(method, path, body)
        // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
        return { status: response.status, json: (await response.json()) as any }
      },
    }
  }

  describe('what its software said', () => {
    const card = {
      ...{ card_id: 'C1', car_number: '粤B50001,粤B50002', begin_time: 1_700_000_000, end_time: 1_702_592_000 },
      ...{ price: '300', name: '王小明', tel: '13800001111', address: '一栋', channel_id: 'A1,B1', operate_type: 1 },
    }

    test('is there by kinds; a card with its plates, times and money, its holder masked', async () => {
      const lot = await aLot()
      await lot.software.send('upload_month_member', card)
      await lot.software.send('upload_price', { price_id: '1', describe: '首小时 5 元', operate_type: 1 })
      const { kinds } = (await lot.ask('GET', 'said')).json
      const counts = kinds.flatMap(({ kind, count }: { kind: string; count: number }) => (count ? [[kind, count]] : []))
      assert.deepEqual(counts, [
        ['month-card', 1],
        ['price', 1],
      ])
      const [row] = (await lot.ask('GET', 'said/month-card')).json.rows
      const { key, name, phone, plates, from, paidFen, lanes, deletedAt } = row
      assert.deepEqual(
        { key, name, phone, plates, from, paidFen, lanes, deletedAt },
        {
          ...{ key: 'C1', name: '王**', phone: '138****1111', plates: '粤B50001 粤B50002', from: 1_700_000_000_000 },
          ...{ paidFen: 30_000, lanes: 'A1 B1', deletedAt: null },
        },
      )
      assert.equal((await lot.ask('GET', 'said/price')).json.rows[0].text, '首小时 5 元')
    })

    test('is found by number, plate and text, not by a name; goes on page by page in either order', async () => {
      const lot = await aLot()
      await lot.software.send('upload_month_member', card)
      for (const number of [1, 2, 3]) {
        const why = number === 2 ? '欠费' : '闹事'
        road.pass(1000)
        await lot.software.send('upload_blackuser', {
          ...{
            black_uuid: `N${number}`,
            car_number: `粤B6000${number}`,
            operator: 'zhang',
            resume: why,
            operate_type: 1,
          },
        })
      }
      const keys = async (path: string) => {
        const { rows, next, total } = (await lot.ask('GET', path)).json
        return { keys: rows.map(({ key }: { key: string }) => key).join(), next, total }
      }
      assert.equal((await keys('said/blocked')).keys, 'N3,N2,N1')
      assert.equal((await keys('said/blocked?text=n1')).keys, 'N1')
      assert.equal((await keys(`said/blocked?text=${encodeURIComponent('粤b60002')}`)).keys, 'N2')
      assert.equal((await keys(`said/blocked?text=${encodeURIComponent('闹事')}`)).total, 2)
      assert.equal((await keys(`said/month-card?text=${encodeURIComponent('王小明')}`)).total, 0)
      for (const [order, all] of [
        ['newest', 'N3,N2,N1'],
        ['key', 'N1,N2,N3'],
      ]) {
        const first = await keys(`said/blocked?order=${order}&limit=2`)
        const second = await keys(`said/blocked?order=${order}&limit=2&after=${first.next}`)
        assert.deepEqual([`${first.keys},${second.keys}`, second.next, first.total], [all, null, 3])
      }
      assert.equal((await lot.ask('GET', 'said/blocked?after=WyJOMSIsIngiXQ')).json.error.code, 'bad-request')
      assert.equal((await lot.ask('GET', 'said/beside-stay')).status, 400)
    })

    test('goes out as a file without whose it is, with a line in the trail; nobody without the right has any of it', async () => {
      const lot = await aLot()
      await lot.software.send('upload_month_member', card)
      const file = await lot.send('GET', 'said/month-card/file?as=csv&lang=en')
      const text = await file.text()
      assert.match(text, /粤B50001 粤B50002/)
      assert.doesNotMatch(text, /王|138/)
      const lines = await road.rows("select 1 from staff_line where act = 'export' and lot_id = $1", [lot.number])
      assert.equal(lines.length, 1)
      const support = await signedInAs(road.database, road.clock.now(), { role: 'support', houseKey })
      assert.notEqual((await lot.send('GET', 'said/month-card/file', undefined, support)).status, 200)
    })
  })

  describe('a coupon of a shop (5.8)', () => {
    const hour = 3_600_000
    const worths = {
      满百: { kind: 'amount', fen: 500 },
      两小时: { kind: 'minutes', minutes: 120 },
      全免: { kind: 'whole' },
      八折: { kind: 'percent', pay: 80 },
    }
    type Lot = Awaited<ReturnType<typeof aLot>>
    async function aShop(lot: Lot) {
      const tell = async (path: string, body: object, by: Readonly<Record<string, string>>) => {
        const response = await fetch(road.publicUrl + path, {
          ...{ method: 'POST', body: JSON.stringify(body) },
          headers: { ...by, 'content-type': 'application/json', 'x-lanepay-staff': '1' },
        })
        // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
        const json = (await response.json()) as any
        assert.equal(response.status, 200, JSON.stringify(json))
        return { json, cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '' }
      }
      const kinds = Object.entries(worths).map(([name, worth]) => ({ name, worth }))
      const made = await lot.ask('POST', 'shops', {
        ...{ account: `noodles-${lot.number}`, name: '兰州拉面', kinds, perDay: 50, perMonth: 500, hours: 24 },
      })
      assert.equal(made.status, 200, JSON.stringify(made.json))
      const link = made.json.link.split('#link=')[1]
      const { cookie } = await tell('/api/shop/link', { link, password: '九里香 2026 老店' }, {})
      return async (plate: string, kind: keyof typeof worths) => {
        const { ask } = (await tell('/api/shop/asks', {}, { cookie })).json
        await tell('/api/shop/coupons', { ask, plate, kind }, { cookie })
      }
    }
    const coupons = async (lot: Lot) => (await lot.ask('GET', 'coupons')).json.coupons
    const command = async (lot: Lot) =>
      (
        await road.rows<{ state: string }>("select state from lot_command where lot_id = $1 and kind = 'coupon'", [
          lot.number,
        ])
      )
        .map(({ state }) => state)
        .join()
    const owed = async (lot: Lot, plate: string) => {
      const phone = road.phone(`driver ${lot.number}`)
      await phone.scan(`${road.publicUrl}/p/${lot.code('prepay')}`)
      const quote = await phone.quote(lot.code('prepay'), plate)
      assert.equal(quote.status, 200, JSON.stringify(quote.body))
      return quote.body.owedFen
    }

    test('is told to the lot, and the next price is lower; the lot says that it was used, and it is settled', async () => {
      const lot = await aLot()
      await lot.software.enter('粤B70001', 'A1')
      road.pass(3 * hour - 60_000)
      const give = await aShop(lot)
      assert.equal(await owed(lot, '粤B70001'), 1500)
      await give('粤B70001', '满百')
      await until('it is known there', async () => (await command(lot)) === 'done')
      assert.equal(await owed(lot, '粤B70001'), 1000)
      await give('粤B70001', '两小时')
      await until('it is known there', async () => (await command(lot)) === 'done,done')
      assert.equal(await owed(lot, '粤B70001'), 0)
      const told = lot.software.heard.filter(({ service }) => service === 'deliver_ticket').map(({ fields }) => fields)
      assert.deepEqual(
        told.map((one) => [one.ticket_type, one.money ?? one.duration, one.shop_name, one.have_order, one.car_number]),
        [
          [0, '5.00', '兰州拉面', 1, '粤B70001'],
          [1, 120, '兰州拉面', 1, '粤B70001'],
        ],
      )
      assert.ok([...lot.software.records.values()].some(({ orderId }) => orderId === told[0]!.order_id))
      for (const _ of [1, 2])
        await lot.software.send('upload_ticket_deduction', {
          ...{ ticket_id: String(told[0]!.ticket_id), car_number: '粤B70001', shop_name: '兰州拉面' },
          ...{ order_id: String(told[0]!.order_id), use_time: 1_700_000_000, deduction_amount: '5.00元' },
        })
      const first = (await coupons(lot)).find(({ kind }: { kind: string }) => kind === '满百')
      assert.deepEqual([first.state, first.usedAt, first.loweredFen], ['used', 1_700_000_000_000, 500])
    })

    test('of a plate that is not inside waits there for it', async () => {
      const lot = await aLot()
      const give = await aShop(lot)
      await give('粤B70002', '全免')
      await until('it is known there', async () => (await command(lot)) === 'done')
      await lot.software.enter('粤B70002', 'A1')
      road.pass(hour)
      assert.equal(await owed(lot, '粤B70002'), 0)
    })

    test('that the lot refuses, never answers, or cannot be told says so, and lowers nothing', async () => {
      const refusing = await aLot({ habits: { refusesTickets: true } })
      const give = await aShop(refusing)
      await refusing.software.enter('粤B70003', 'A1')
      await give('粤B70003', '满百')
      await until('it is refused', async () => (await coupons(refusing))[0].state === 'refused')
      assert.equal((await coupons(refusing))[0].because, '不支持该优惠券')
      assert.equal(await owed(refusing, '粤B70003'), 500)
      await give('粤B70003', '八折')
      await until('it is refused', async () => (await coupons(refusing))[0].state === 'refused')
      assert.equal(refusing.software.heard.filter(({ service }) => service === 'deliver_ticket').length, 1)

      const silent = await aLot({
        habits: { silentAbout: ['deliver_ticket'] },
        bolink: { settings: { repeatSeconds: [] } },
      })
      const giveThere = await aShop(silent)
      await giveThere('粤B70004', '满百')
      await until('it is told', async () => silent.software.heard.some(({ service }) => service === 'deliver_ticket'))
      await until('it is given up', async () => {
        road.pass(11_000)
        return (await coupons(silent))[0].state === 'refused'
      })
      const alarms = await road.rows("select 1 from alarm where lot_id = $1 and kind = 'lot-not-told'", [silent.number])
      assert.equal(alarms.length, 1)
    })
  })
})
