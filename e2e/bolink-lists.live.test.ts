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

    test('of a plate that is not inside waits there for it, and says so', async () => {
      const lot = await aLot()
      const give = await aShop(lot)
      await give('粤B70002', '全免')
      await until('it is known there', async () => (await command(lot)) === 'done')
      const [{ state, because, waits }] = await coupons(lot)
      assert.deepEqual([state, because, waits], ['open', null, true])
      await lot.software.enter('粤B70002', 'A1')
      road.pass(hour)
      assert.equal(await owed(lot, '粤B70002'), 0)
    })

    test('of a vehicle whose record only the lot has is given on that record, and used on it', async () => {
      const lot = await aLot({ habits: { silentAbout: ['deliver_ticket'] } })
      await (await aShop(lot))('粤B70005', '满百')
      const heard = () => lot.software.heard.find(({ service }) => service === 'deliver_ticket')?.fields
      await until('it is told', () => heard() !== undefined)
      const [ticket_id, order_id, car_number] = [String(heard()!.ticket_id), 'A1_2C9', '粤B70005']
      assert.deepEqual([heard()!.have_order, heard()!.order_id], [0, ''])
      for (const _ of [1, 2])
        await lot.software.send('deliver_ticket', {
          ...{ state: 1, errmsg: '', ticket_id, order_id, have_order: 0, car_number, in_time: 1_700_000_000 },
        })
      assert.equal(await command(lot), 'done')
      const entered = await road.rows('select plate, entered_at, state::text from session where lot_id = $1', [
        lot.number,
      ])
      assert.deepEqual(entered, [{ plate: car_number, entered_at: new Date(1_700_000_000_000), state: 'inside' }])
      assert.equal((await coupons(lot))[0].waits, false)
      await lot.software.send('upload_ticket_deduction', { ticket_id, order_id, deduction_amount: '5.00' })
      assert.equal((await coupons(lot))[0].state, 'used')
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
      const alarms = await road.rows('select kind, occupancy, payment_id from alarm where lot_id = $1', [silent.number])
      assert.deepEqual(alarms, [{ kind: 'coupon-not-told', occupancy: null, payment_id: null }])
    })
  })

  describe('cards and lists that are kept here (7.2, 7.3)', () => {
    const hour = 3_600_000
    const services = ['month_card_sync', 'month_member_sync', 'white_list_sync', 'blackuser_sync']
    type Lot = Awaited<ReturnType<typeof aLot>>
    type Data = Readonly<Record<string, string | number>>
    const heard = (lot: Lot) =>
      lot.software.heard
        .filter(({ service }) => services.includes(service))
        .map(({ service, fields }) => ({ service, ...(fields.data as Data) }) as Data & { readonly service: string })
    /** What went down, in order: the service and what it did. */
    const done = (lot: Lot) => heard(lot).map(({ service, operate_type }) => `${service} ${operate_type}`)
    const rows = async (lot: Lot) => (await lot.ask('GET', 'vehicles')).json.rows
    const allTold = (lot: Lot) =>
      until('everything is told', async () => {
        const { waiting, refused, silent } = await rows(lot)
        return waiting + refused + silent === 0
      })
    const does = async (lot: Lot, path: string, body: object) => {
      const { status, json } = await lot.ask('POST', path, body)
      assert.equal(status, 200, JSON.stringify(json))
      return json
    }
    const sells = async (lot: Lot): Promise<string> =>
      (await does(lot, 'products', { name: '业主月卡', monthFen: 30_000, spaces: 1 })).product
    const opens = async (lot: Lot, product: string, card: string, plates: readonly string[]): Promise<string> => {
      const from = road.clock.now() - hour
      const holder = { name: '王小明', phone: '13800001111' }
      return (await does(lot, 'cards', { card, product, plates, from, until: from + 720 * hour, holder })).card
    }
    const blocks = (lot: Lot, plate: string) => does(lot, 'listed/blocked', { plate, note: '欠费' })
    const free = (lot: Lot, plate: string) => does(lot, 'listed/free', { plate, note: '物业巡逻车' })

    test('each row is told once, and holds there: a card goes out free, who is blocked is not let in', async () => {
      const lot = await aLot()
      const product = await sells(lot)
      const card = await opens(lot, product, 'A-101', ['粤B51001', '粤B51002'])
      await free(lot, '粤B51003')
      await blocks(lot, '粤B51004')
      await allTold(lot)
      assert.deepEqual([...done(lot)].sort(), services.map((service) => `${service} 1`).sort())
      const [member] = heard(lot).filter(({ service }) => service === 'month_member_sync')
      assert.deepEqual([member!.card_id, member!.pid, member!.car_number], [card, product, '粤B51001,粤B51002'])
      assert.doesNotMatch(JSON.stringify(lot.software.heard), /王小明|13800001111/)
      const [shown] = (await lot.ask('GET', 'cards')).json.cards
      assert.equal(shown.told.state, 'told')
      assert.equal((await lot.ask('GET', 'listed/blocked')).json.vehicles[0].told.state, 'told')

      for (const plate of ['粤B51002', '粤B51003']) {
        await lot.software.enter(plate, 'A1')
        road.pass(3 * hour)
        lot.software.toExit(plate, 'B1')
        assert.equal(lot.software.standsAt('B1')!.owedFen, 0)
        await lot.software.leave('B1')
      }
      await lot.software.enter('粤B51004', 'A1')
      assert.deepEqual(lot.software.turnedAway, ['粤B51004'])

      await does(lot, `cards/${card}/change`, { plates: ['粤B51001'], reason: '卖了一辆' })
      await allTold(lot)
      await does(lot, `cards/${card}/renew`, { months: 1 })
      await allTold(lot)
      await does(lot, `cards/${card}/stop`, { reason: '搬走' })
      await does(lot, 'listed/blocked/remove', { plate: '粤B51004', reason: '已补缴' })
      await does(lot, 'listed/free/remove', { plate: '粤B51003', reason: '不巡逻了' })
      await allTold(lot)
      const after = done(lot).slice(services.length)
      assert.deepEqual(after.slice(0, 2), ['month_member_sync 2', 'month_member_sync 4'])
      assert.deepEqual([...after.slice(2)].sort(), ['blackuser_sync 3', 'month_member_sync 3', 'white_list_sync 3'])
      for (const service of ['month_member_sync', 'white_list_sync', 'blackuser_sync'] as const)
        assert.deepEqual(lot.software.lists.of(service), [])
      await lot.software.enter('粤B51004', 'A1')
      assert.equal(lot.software.records.size, 1)
    })

    test('a card takes the place of the software’s own of the same plates where the plan says so', async () => {
      const lot = await aLot({ bolink: { settings: { replacesCards: true } } })
      await opens(lot, await sells(lot), 'A-102', ['粤B51011'])
      await allTold(lot)
      assert.deepEqual(
        heard(lot).map(({ force_update }) => force_update),
        [undefined, 1],
      )
    })

    test('a file of cards is a message for each card, after the one of its product', async () => {
      const lot = await aLot()
      const product = await sells(lot)
      const lines = Array.from({ length: 12 }, (_, n) => `C-${n},粤C${52_000 + n},2026-01-01,2098-12-31`)
      const file = Buffer.from(['卡号,车牌,开始,到期', ...lines].join('\n')).toString('base64')
      const { taken } = await does(lot, 'cards/import', { file, product, take: 'right' })
      assert.equal(taken, 12)
      await allTold(lot)
      assert.deepEqual(done(lot), ['month_card_sync 1', ...lines.map(() => 'month_member_sync 1')])
      await does(lot, 'cards/import', { file, product, take: 'right' })
      assert.equal((await rows(lot)).waiting, 0)
    })

    test('whose answer is lost is told again under the same words, and stands there once', async () => {
      const lot = await aLot({ habits: { silentAbout: ['blackuser_sync'] } })
      await blocks(lot, '粤B53001')
      await until('it is heard', () => done(lot).length === 1)
      assert.equal((await lot.ask('GET', 'listed/blocked')).json.vehicles[0].told.state, 'waiting')
      lot.software.behave({ silentAbout: [] })
      road.pass(10_000)
      await allTold(lot)
      const [first, again, ...more] = heard(lot)
      assert.deepEqual([again, more], [first, []])
      assert.equal(lot.software.lists.of('blackuser_sync').length, 1)
    })

    test('a late second answer to what was done before counts for nothing to what is done now', async () => {
      const lot = await aLot()
      const product = await sells(lot)
      const card = await opens(lot, product, 'A-1', ['粤B53101'])
      await allTold(lot)
      lot.software.behave({ silentAbout: ['month_member_sync'] })
      const changes = async (plate: string) => {
        const times = done(lot).length
        await does(lot, `cards/${card}/change`, { plates: [plate], reason: '换车' })
        await until('it is heard', () => done(lot).length > times)
        return String(heard(lot).at(-1)!.message_uuid)
      }
      const answers = (message_uuid: string) =>
        lot.software.send('month_member_sync', { state: 1, card_id: card, operate_type: 2, message_uuid, errmsg: '' })
      const first = await changes('粤B53102')
      await answers(first)
      assert.equal((await rows(lot)).waiting, 0)
      const second = await changes('粤B53103')
      assert.notEqual(second, first)
      await answers(first)
      assert.equal((await rows(lot)).waiting, 1)
      await answers(second)
      assert.equal((await rows(lot)).waiting, 0)
    })

    test('what is refused says so at its row, in the words of the software; other words are told, the same ones when a person says so', async () => {
      const refusesRows = { white_list_sync: '名单已满', month_member_sync: '车牌已存在' }
      const lot = await aLot({ habits: { refusesRows } })
      const card = await opens(lot, await sells(lot), 'A-1', ['粤B54001'])
      await free(lot, '粤B54002')
      const refused = (n: number) => until('it is refused', async () => (await rows(lot)).refused === n)
      await refused(2)
      const told = async (path: string) => {
        const { cards, vehicles } = (await lot.ask('GET', path)).json
        const { state, because } = (cards ?? vehicles)[0].told
        return [state, because]
      }
      assert.deepEqual(await told('cards'), ['refused', '车牌已存在'])
      assert.deepEqual(await told('listed/free'), ['refused', '名单已满'])
      // Refused is final: hours bring nothing.
      const before = done(lot).length
      road.pass(26 * hour)
      await blocks(lot, '粤B54003')
      await until('the next one is told', () => done(lot).length > before)
      assert.equal(done(lot).filter((one) => one !== 'blackuser_sync 1').length, before)

      lot.software.behave({ refusesRows: {} })
      await does(lot, `cards/${card}/change`, { plates: ['粤B54009'], reason: '写错了' })
      await refused(1)
      await until('the card stands', async () => (await told('cards'))[0] === 'told')
      const row = { kind: 'free', key: '粤B54002', reason: '那边腾出来了' }
      await does(lot, 'rows/again', row)
      await allTold(lot)
      assert.equal(lot.software.lists.of('white_list_sync').length, 1)
      assert.equal((await lot.ask('POST', 'rows/again', row)).json.error.code, 'row-unknown')
    })

    test('what will not go there stays before a person’s eyes until he has looked', async () => {
      const lot = await aLot()
      await free(lot, '粤B55001')
      await allTold(lot)
      lot.software.behave({ refusesRows: { white_list_sync: '该车在场' } })
      await does(lot, 'listed/free/remove', { plate: '粤B55001', reason: '不再免费' })
      const [trouble] = await until('it is refused', async () => {
        const { troubles } = await rows(lot)
        return troubles.length > 0 && troubles
      })
      const { kind, called, goes, because } = trouble
      assert.deepEqual([kind, called, goes, because], ['free', '粤B55001', true, '该车在场'])
      await does(lot, 'rows/forget', { kind, key: trouble.key, reason: '已在车场删除' })
      await allTold(lot)
      assert.deepEqual((await rows(lot)).troubles, [])
    })

    test('never answered is said at the row and by one alarm, keeps nothing else waiting, and is told again every hour', async () => {
      const lot = await aLot({
        habits: { silentAbout: ['month_card_sync', 'month_member_sync'] },
        bolink: { settings: { repeatSeconds: [] } },
      })
      await opens(lot, await sells(lot), 'A-1', ['粤B56001'])
      await blocks(lot, '粤B56002')
      const toldBlocked = async () => (await lot.ask('GET', 'listed/blocked')).json.vehicles[0].told.state === 'told'
      // Before time passes: seconds without its answer would count against it.
      await until('nothing else waits for it', toldBlocked)
      for (const [n, service] of ['month_card_sync 1', 'month_member_sync 1'].entries()) {
        await until('it is heard', () => done(lot).includes(service))
        road.pass(11_000)
        await until('it is given up', async () => (await rows(lot)).silent === n + 1)
      }
      assert.equal((await lot.ask('GET', 'cards')).json.cards[0].told.state, 'silent')
      const alarms = await road.rows("select because from alarm where lot_id = $1 and kind = 'lot-not-told'", [
        lot.number,
      ])
      assert.equal(alarms.length, 2)
      lot.software.behave({ silentAbout: [] })
      road.pass(hour)
      await allTold(lot)
      assert.equal(lot.software.lists.of('month_member_sync').length, 1)
    })

    test('while the software is away for hours it all waits, and comes in the order in which it was wanted', async () => {
      const lot = await aLot()
      const product = await sells(lot)
      const known = await opens(lot, product, 'A-1', ['粤B57001'])
      await allTold(lot)
      await lot.software.loseLine()
      const before = done(lot).length
      await does(lot, `cards/${known}/change`, { plates: ['粤B57002'], reason: '换车' })
      await until('it is on its way', async () => {
        const waits = await road.rows('select 1 from bolink_message where lot_id = $1', [lot.number])
        return waits.length === 1
      })
      road.pass(2 * hour)
      await does(lot, `cards/${known}/renew`, { months: 3 })
      const other = await opens(lot, product, 'A-2', ['粤B57003'])
      await blocks(lot, '粤B57004')
      road.pass(3 * hour)
      await does(lot, 'listed/blocked/remove', { plate: '粤B57004', reason: '弄错了' })
      assert.equal((await rows(lot)).silent, 0)
      await lot.software.regainLine()
      await allTold(lot)
      const since = heard(lot).slice(before)
      const cards = since.flatMap(({ service, card_id, operate_type }) =>
        service === 'month_member_sync' ? [[card_id, operate_type]] : [],
      )
      // What was on its way when the line went is told as it was, then what came after it.
      assert.deepEqual(cards, [
        [known, 2],
        [known, 4],
        [other, 1],
      ])
      assert.deepEqual(
        lot.software.lists.of('month_member_sync').map(({ car_number }) => car_number),
        ['粤B57002', '粤B57003'],
      )
      assert.deepEqual(lot.software.lists.of('blackuser_sync'), [])
    })

    test('what the software says of its own lists, and of what it was told, is not sent back', async () => {
      const lot = await aLot()
      const card = await opens(lot, await sells(lot), 'A-1', ['粤B58001'])
      await blocks(lot, '粤B58002')
      await allTold(lot)
      const before = done(lot).length
      const said = { begin_time: 1_700_000_000, end_time: 1_999_999_999, operate_type: 1 }
      for (const card_id of [card, 'its own'])
        await lot.software.send('upload_month_member', { ...said, card_id, car_number: '粤B58003' })
      const { black_uuid } = heard(lot).find(({ service }) => service === 'blackuser_sync')!
      await lot.software.send('upload_blackuser', {
        ...{ black_uuid: String(black_uuid), car_number: '粤B58002', operator: 'zhang', operate_type: 3 },
      })
      // Told after all that: were anything sent back, it would be there before.
      await free(lot, '粤B58004')
      await until('that is told, and the row that it has deleted is left to a person', async () => {
        const { waiting, refused, silent } = await rows(lot)
        return waiting + silent === 0 && refused === 1
      })
      assert.deepEqual(done(lot).slice(before), ['white_list_sync 1'])
      assert.equal((await lot.ask('GET', 'cards')).json.cards.length, 1)
    })

    test('another lot’s answer counts for nothing here', async () => {
      const lot = await aLot({ habits: { silentAbout: ['month_card_sync'] } })
      const stranger = await aLot()
      const product = await sells(lot)
      await until('it is heard', () => done(lot).length === 1)
      const reply = await stranger.software.send('month_card_sync', {
        ...{ state: 0, package_id: product, operate_type: 1, errmsg: '不是我的' },
      })
      assert.equal(reply.state, 1)
      const { waiting, refused } = await rows(lot)
      assert.deepEqual([waiting, refused], [1, 0])
      lot.software.behave({ silentAbout: [] })
      road.pass(10_000)
      await allTold(lot)
    })

    test('what the protocol has no word for is refused by name, and of a vendor’s cloud all of it', async () => {
      const lot = await aLot()
      const plate = '粤B59001'
      const timed = { plate, note: '', until: road.clock.now() + hour }
      const refused: readonly (readonly [path: string, body: object, words: RegExp])[] = [
        ['listed/guests', timed, /访客/],
        ['listed/blocked', timed, /黑名单/],
        ['capacity', { capacity: 10, reason: '新划车位' }, /车位数/],
        ['products', { name: '夜间', monthFen: 1, spaces: 1, windows: [{ from: '18:00', to: '08:00' }] }, /分时段/],
      ]
      for (const [path, body, words] of refused) {
        const { status, json } = await lot.ask('POST', path, body)
        assert.deepEqual([status, json.error.code], [409, 'lot-has-no-word'])
        assert.match(json.error.text.zh, words)
      }
      assert.equal((await lot.ask('GET', 'vehicles')).json.taken, 'rows')

      const number = ++lots
      await connectedLot(road, number, { bolink: { callUrl: 'http://127.0.0.1:9/calls' } })
      const at = async (path: string, body?: object) => {
        const response = await fetch(`${road.publicUrl}/api/operator/lots/${number}/${path}`, {
          headers: { ...(await manager()), ...(body ? { 'content-type': 'application/json' } : {}) },
          ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
        })
        // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
        return (await response.json()) as any
      }
      assert.equal((await at('listed/blocked', { plate, note: '' })).error.code, 'lot-decides-itself')
      assert.equal((await at('vehicles')).taken, null)
    })
  })
})
