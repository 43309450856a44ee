import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { hashPassword } from '@lanepay/lot-agent/page/password.ts'
import { type Booth, boothOf } from './kit/booth.ts'
import { type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/*
 * The line to the lot is cut. One driver pays by phone and is asked for cash at the gate, where nobody can know of it; another
 * gives cash, drives out, and only then his phone pays the order it still held. When the line is back a person is told of both,
 * and both get back what they paid by phone.
 */
const password = 'the password of the booth'
let road: Road
let booth: Booth
before(async () => {
  road = await startRoad({ plan: { page: { host: '127.0.0.1', port: 0, password: await hashPassword(password) } } })
  booth = boothOf(road.agent()!.pageUrl!, { password, by: '张师傅' })
  await booth.signIn()
})
after(() => road.close())

const paysCash = async (plateText: string): Promise<number> => {
  road.exit.vehicleArrives({ plateText, colour: 'blue' })
  const { session, owed } = await booth.atExit()
  assert.equal(session?.plate, plateText)
  await booth.cash(session!.id, owed!.owedFen)
  await road.driveOut()
  await booth.isEmpty(2)
  return owed!.owedFen
}

/** A heartbeat that is under way while the test lets hours pass tells of a clock that is hours late: not what is looked at here. */
const alarms = async (): Promise<string[]> =>
  (await road.rows<{ kind: string }>(`select kind from alarm where kind <> 'clock-drift' order by kind`)).map(
    ({ kind }) => kind,
  )

test('paid by phone and in cash while the line is cut: told, and the phone’s money goes back through its channel', async () => {
  const [first, second] = [road.phone('pays-first'), road.phone('pays-last', 'alipay')]
  await road.park('粤B20001')
  await road.park('粤B20002')
  road.pass(70 * 60_000)
  const before = await road.sheet(first, 'prepay', '粤B20001')
  const held = await road.sheet(second, 'prepay', '粤B20002')
  road.taps.agentLink.cut()

  await first.payInWallet(before.sheet)
  await road.paymentIs(first, before.payment, 'paid')
  assert.equal(await paysCash('粤B20001'), 1000)
  assert.equal(await paysCash('粤B20002'), 1000)
  await second.payInWallet(held.sheet)
  await road.paymentIs(second, held.payment, 'paid')
  assert.deepEqual(await alarms(), [])

  road.taps.agentLink.mend()
  await until('a person is told of both', async () => {
    const raised = await road.rows<{ because: string }>(`select because from alarm where kind = 'paid-twice'`)
    return (
      raised.length === 2 && raised.every(({ because }) => because.startsWith('¥10.00 in cash and ¥10.00 by phone'))
    )
  })
  road.pass(16 * 60_000)
  await road.paymentIs(first, before.payment, 'refunded')
  await road.paymentIs(second, held.payment, 'refunded')
  await road.settled()
  assert.deepEqual([...new Set(await alarms())], ['paid-twice'])
  assert.deepEqual(
    await road.rows('select kind, balance_fen::int4 as fen from account where balance_fen <> 0 order by kind'),
    [
      { kind: 'operator-cash', fen: 2000 },
      { kind: 'cash-drawer', fen: -2000 },
    ],
    'only the cash is there, in the drawer',
  )
  await road.audit()
})
