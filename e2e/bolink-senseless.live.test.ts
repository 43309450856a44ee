import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ChargingSoftware } from '@lanepay/simulator-charging-software/software.ts'
import { startVendorCloud, type VendorCloud } from '@lanepay/simulator-charging-software/vendor-cloud.ts'
import { startWalletSimulator, type WalletSimulator } from '@lanepay/simulator-wallet/wallet.ts'
import { connectedLot } from './kit/connected-lot.ts'
import { lotPlan, type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/*
 * A vehicle that pays without any act of its driver at a lot with charging software of its own (bolink-protocol.md 6.5): a partner's wallet
 * has named its plate, the lot hears so, and has its exit charged.
 */
describe('paying without an act at a connected lot', () => {
  let road: Road
  let wallet: WalletSimulator
  let cloud: VendorCloud
  const running: ChargingSoftware[] = []
  let lots = 950
  const partner = { unionId: '200279', key: 'A1B2C3D4E5F60718' }
  before(async () => {
    road = await startRoad()
    wallet = await startWalletSimulator({ platform: () => road.publicUrl, ...partner, clock: road.clock })
    cloud = await startVendorCloud({
      ...{ address: () => road.publicUrl, unionId: '200208', key: '8403A41ED5EF20BC', clock: road.clock },
      tariff: { hourFen: 500, leaveMinutes: 15 },
    })
    // Before the first of them is looked at: whose wallet an operator takes is remembered for a while.
    for (const number of [951, 952, 953, 954, 955, 956, 957]) await opened(number)
    await opened(958, { callUrl: cloud.url })
  })
  after(async () => {
    await Promise.all(running.map((one) => one.close()))
    await road.close()
    await cloud.close()
    await wallet.close()
  })

  const opened = (number: number, bolink: { readonly callUrl?: string } = {}) =>
    connectedLot(road, number, {
      bolink,
      plan: {
        accounts: [
          ...lotPlan.accounts,
          { id: 3, channel: 'zldpay', channelFeeBasisPoints: 60, merchant: { walletUnionId: partner.unionId } },
        ],
        wallet: { ...partner, name: '车载钱包', payUrl: `${wallet.url}/thirdpay.do`, noticeUrl: wallet.url },
      },
    })
  async function aLot() {
    const number = ++lots
    const { software, exits } = await opened(number)
    running.push(software)
    assert.equal((await software.login()).state, 1)
    const heard = (service: string) =>
      software.heard.filter((one) => one.service === service).map(({ fields }) => fields)
    return { software, exits, heard, ...of(number) }
  }
  const of = (number: number) => ({
    number,
    states: async () =>
      (await road.rows<{ state: string }>('select state from session where lot_id = $1', [number])).map(
        ({ state }) => state,
      ),
    payments: () =>
      road.rows<{ state: string; channel: string; amount_fen: number }>(
        'select state::text, channel, amount_fen from payment where lot_id = $1 order by id',
        [number],
      ),
  })
  type Lot = Awaited<ReturnType<typeof aLot>>
  const named = (plate: string, senseless = 1) =>
    wallet.call('newuser/adduser', { user_id: 'u1', plate_number: plate, nosence_pay: senseless })
  /** Nothing but the charge is said to the wallet then. */
  const noticesTold = () =>
    until('the wallet has heard of all that came and went', async () => {
      const waiting = await road.rows('select id from wallet_notice where due_at is not null')
      return waiting.length === 0
    })
  const paid = { state: 'paid', channel: 'zldpay', amount_fen: 500 }

  /** Its exit as software uploads it that has heard `autopay`. */
  const exits = (lot: Lot, total?: string) => lot.exits('wallet', total)
  const standsAtExit = async (lot: Lot, plate: string) => {
    await lot.software.enter(plate, 'A1')
    lot.software.toExit(plate, 'B1')
  }

  test('the lot hears after the entry, and when it changes; paid at once is 1, and no message follows', async () => {
    const lot = await aLot()
    await named('粤W10001')
    await standsAtExit(lot, '粤W10001')
    const told = (times: number) => until('the lot hears', () => lot.heard('update_balance').length === times)
    await told(1)
    await named('粤W10001', 0)
    await told(2)
    assert.equal((await exits(lot)).state, 0, 'who has not agreed is not charged')
    await named('粤W10001', 1)
    await told(3)
    assert.deepEqual(
      lot.heard('update_balance').map(({ car_number, autopay }) => [car_number, autopay]),
      [1, 0, 1].map((autopay) => ['粤W10001', autopay]),
    )
    const status = await lot.software.send('pay_status', { car_number: '粤W10001' })
    assert.deepEqual([status.autopay, status.is_exist], [1, 1])
    assert.deepEqual([(await exits(lot)).state, (await exits(lot)).state], [1, 1], 'the same upload is the same charge')
    assert.deepEqual([await lot.payments(), wallet.charged.size], [[paid], 1])
    assert.deepEqual(await lot.states(), ['left'])
    await road.settled()
    assert.deepEqual(lot.heard('outpark'), [])
  })

  test('a plate that no wallet has named, and one whose wallet says no: 0, and it pays in another way', async () => {
    const lot = await aLot()
    await standsAtExit(lot, '粤W10002')
    await until('the lot hears that nobody pays for it', () => lot.heard('update_balance')[0]?.autopay === 0)
    const refused = await exits(lot)
    assert.deepEqual([refused.state, refused.errmsg], [0, '未开通无感支付'])
    await named('粤W10002')
    wallet.fault('declines-charges')
    assert.equal((await exits(lot)).state, 0)
    assert.deepEqual(
      (await lot.payments()).map(({ state }) => state),
      ['closed'],
    )
    assert.deepEqual(await lot.states(), ['inside'])
  })

  test('a wallet whose answer is lost: 2, the gate stays shut until the lot hears 1, and it is one charge', async () => {
    const lot = await aLot()
    await named('粤W10003')
    await standsAtExit(lot, '粤W10003')
    await noticesTold()
    const before = wallet.charged.size
    wallet.fault('silent')
    assert.equal((await exits(lot)).state, 2)
    assert.deepEqual(lot.software.opened, [])
    await until('it hears the result', () => {
      road.pass(1_000)
      return lot.heard('outpark').length > 0
    })
    const [result] = lot.heard('outpark')
    const { state, pay_type, pay_channel, total, out_channel_id } = result!
    assert.deepEqual([state, pay_type, pay_channel, total, out_channel_id], [1, 'wallet', 2, 5, 'B1'])
    await until('its record ends', async () => (await lot.states())[0] === 'left')
    assert.deepEqual([await lot.payments(), wallet.charged.size - before], [[paid], 1])
    assert.equal(lot.software.opened.length, 1)
  })

  test('a wallet that never answers: 0 within two minutes; then it is charged no more, also of another amount, and a person asks it', async () => {
    const lot = await aLot()
    await named('粤W10004')
    await standsAtExit(lot, '粤W10004')
    await noticesTold()
    const began = road.clock.now()
    wallet.fault('deaf', 1_000)
    assert.equal((await exits(lot)).state, 2)
    // Its clock goes to short of two minutes and no further: what is not told by then is not told in time, however slow the machine.
    await until('it hears that nothing is paid', () => {
      if (road.clock.now() - began < 115_000) road.pass(1_000)
      return lot.heard('outpark').length > 0
    })
    assert.deepEqual([lot.heard('outpark')[0]!.state, lot.heard('outpark')[0]!.pay_type], [0, 'wallet'])
    assert.deepEqual([lot.software.opened, await lot.states()], [[], ['inside']])
    wallet.heal()
    const before = wallet.charged.size
    await until('the lot’s answer is heard', async () => {
      const open = 'select 1 from bolink_charge where lot_id = $1 and ended_at is null'
      return (await road.rows(open, [lot.number])).length === 0
    })
    assert.equal((await exits(lot, '6.00')).state, 0)
    await until('a person is called', async () => {
      road.pass(10_000)
      const called = `select because from alarm where lot_id = $1 and kind = 'wallet-charge-unclear'`
      return (await road.rows(called, [lot.number])).length === 1
    })
    await until('its charge is over', async () => {
      const on = 'select 1 from wallet_payment where lot_id = $1 and due_at is not null'
      return (await road.rows(on, [lot.number])).length === 0
    })
    assert.equal((await exits(lot, '7.00')).state, 0)
    road.pass(10_000)
    assert.deepEqual([wallet.charged.size - before, (await lot.payments()).map(({ state }) => state)], [0, ['closed']])
    assert.deepEqual(await lot.states(), ['inside'])
  })

  test('what is owed to nobody leaves without a charge', async () => {
    const lot = await aLot()
    await named('粤W10005')
    await standsAtExit(lot, '粤W10005')
    assert.equal((await exits(lot, '0.00')).state, 1)
    assert.deepEqual([await lot.payments(), await lot.states()], [[], ['left']])
  })

  test('in platform mode its vendor’s cloud is told, and charges in the same way', async () => {
    const lot = of(958)
    await named('粤W10006')
    const { orderId } = await cloud.enter('park-958', '粤W10006', 'A1')
    await until('it is told', () => cloud.heard.some(({ service }) => service === 'notice_car_owner'))
    const { fields } = cloud.heard.find(({ service }) => service === 'notice_car_owner')!
    assert.deepEqual(
      [fields.union_id, fields.park_id, fields.order_id, fields.car_number, fields.is_union_user],
      [200208, 'park-958', orderId, '粤W10006', 1],
    )
    cloud.toExit('park-958', '粤W10006', 'B1')
    assert.equal((await cloud.leave('park-958', 'B1', 'wallet')).state, 1)
    assert.deepEqual([await lot.payments(), await lot.states()], [[paid], ['left']])
    assert.deepEqual(cloud.unsigned, [])
  })

  describe('what wallets hear of stays', () => {
    const second = () => Math.floor(road.clock.now() / 1000)
    type Stay = { readonly order_id: string; readonly car_number: string; readonly in_time: number }
    const comes = (lot: Lot, stay: Stay, lane = 'A1') =>
      lot.software.send('inpark', { ...stay, empty_plot: 20, uid: '', in_channel_id: lane })
    const goes = (lot: Lot, stay: Stay, out_time: number, lane = 'B1') =>
      lot.software.send('outpark', {
        ...{ ...stay, out_time, empty_plot: 20, uid: '', out_uid: '', pay_type: 'cash', total: '5.00' },
        ...{ amount_receivable: '5.00', out_channel_id: lane },
      })
    /** Of this plate, by the lot's own names for its stays: what was told, how it ended and when. */
    const told = async (lot: Lot, plate: string) => {
      const orders = await road.rows<{ order_id: string; session_id: string }>(
        'select order_id, session_id from bolink_order where lot_id = $1',
        [lot.number],
      )
      const nameOf = (said: unknown) => orders.find(({ session_id }) => String(said).endsWith(session_id))?.order_id
      return wallet.heard
        .filter(({ fields }) => fields.plate_number === plate)
        .map(({ kind, fields }) => [kind, nameOf(fields.order_id), fields.pay_type, fields.end_time])
    }
    const kept = (lot: Lot) =>
      road.rows<{ state: string; left: number | null; exit_lane: number | null; how: string; because: string | null }>(
        `select state::text, extract(epoch from left_at)::float8 as left, exit_lane, left_how as how, ended_because as because
           from session where lot_id = $1 order by id`,
        [lot.number],
      )

    test('an exit that comes after the next entry ends its own stay, once: whether or not the wallet was told of a repeated entry', async () => {
      const lot = await aLot()
      for (const [index, plate] of ['粤W10007', '粤W10008'].entries()) {
        await named(plate)
        const [first, next] = ['first', 'next'].map((name, later) => ({
          ...{ order_id: `${name}-${plate}`, car_number: plate, in_time: second() - 7200 + later * 3600 },
        })) as [Stay, Stay]
        const left = first.in_time + 1800
        await comes(lot, first)
        await noticesTold()
        const isToldFirst = index === 0
        if (!isToldFirst) wallet.fault('deaf')
        await comes(lot, next)
        if (isToldFirst) await noticesTold()
        else
          await until('the wallet has not taken it', async () => {
            const tried = await road.rows(
              'select 1 from wallet_notice where lot_id = $1 and tries = 1 and due_at is not null',
              [lot.number],
            )
            return tried.length === 1
          })
        for (const _ of [1, 2]) assert.equal((await goes(lot, first, left)).state, 1)
        await comes(lot, next)
        await noticesTold()
        assert.deepEqual(await told(lot, plate), [
          ['in-notice', first.order_id, undefined, undefined],
          ...(isToldFirst ? [['out-notice', first.order_id, 2, (await told(lot, plate))[1]![3]]] : []),
          ['in-notice', next.order_id, undefined, undefined],
          ['out-notice', first.order_id, 0, left],
        ])
        assert.deepEqual((await kept(lot)).slice(2 * index), [
          { state: 'left', left, exit_lane: 2, how: 'left', because: null },
          { state: 'inside', left: null, exit_lane: null, how: null, because: null },
        ])
      }
    })

    test('at a lane that is none of ours, and an exit alone, are told as any other, and lie in the log', async () => {
      const lot = await aLot()
      const plate = '粤W10009'
      await named(plate)
      const [both, alone] = ['both', 'alone'].map((order_id) => ({
        order_id,
        car_number: plate,
        in_time: second() - 600,
      })) as [Stay, Stay]
      await comes(lot, both, 'Z9')
      await goes(lot, both, second(), 'Z9')
      await goes(lot, alone, second(), 'Z9')
      await noticesTold()
      assert.deepEqual(
        (await told(lot, plate)).map(([kind, order]) => [kind, order]),
        [both, alone].flatMap(({ order_id }) => ['in-notice', 'out-notice'].map((kind) => [kind, order_id])),
      )
      assert.deepEqual(
        await road.rows(`select kind, body ->> 'lane' as lane from lot_event where lot_id = $1 order by epoch, seq`, [
          lot.number,
        ]),
        ['entered', 'left', 'entered', 'left'].map((kind) => ({ kind, lane: null })),
      )
      assert.deepEqual(await lot.states(), ['left', 'left'])
    })
  })

  test('every payment has its transfer and its clearance', async () => {
    assert.deepEqual(wallet.complaints, [])
    await road.settled()
    await road.audit()
  })
})
