import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { signedInAs } from '@lanepay/cloud/staff/staff.testing.ts'
import type { ChargingSoftware } from '@lanepay/simulator-charging-software/software.ts'
import { connectedLot } from './kit/connected-lot.ts'
import { houseKey, type Road, startRoad } from './kit/road.ts'

/* What a connected lot's software says of its lists and doings, as the lot's people see it (bolink-protocol.md 7). */

describe('the lists of a connected lot', () => {
  let road: Road
  let manager: Readonly<Record<string, string>>
  const running: ChargingSoftware[] = []
  let lots = 730
  before(async () => {
    road = await startRoad()
    manager = await signedInAs(road.database, road.clock.now(), { role: 'manager', operatorId: '1', houseKey })
  })
  after(async () => {
    await Promise.all(running.map((one) => one.close()))
    await road?.close()
  })

  async function aLot(how: Parameters<typeof connectedLot>[2] = {}) {
    const number = ++lots
    const { software, code } = await connectedLot(road, number, how)
    running.push(software)
    assert.equal((await software.login()).state, 1)
    const send = (method: 'GET' | 'POST', path: string, body?: object, by = manager) =>
      fetch(`${road.publicUrl}/api/operator/lots/${number}/${path}`, {
        ...{ method, headers: { ...by, ...(body ? { 'content-type': 'application/json' } : {}) } },
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
})
