import { after, before, test } from 'node:test'
import { type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/*
 * The clock of a lot is 40 s ahead of the cloud's, below the minute from which a person is told: a question is dropped when whoever
 * asked has stopped waiting by the cloud's clock, which three seconds of the lot's would make all of them.
 */
let ahead: Road
before(async () => {
  ahead = await startRoad({ lotAheadMs: 40_000 })
})
after(() => ahead.close())

test('a driver of a lot whose clock is ahead sees the fee, pays, and the gate opens', async () => {
  const driver = ahead.phone('ahead')
  await ahead.park('粤B20001')
  ahead.pass(70 * 60_000)
  await ahead.toExit('粤B20001')
  const { sheet, payment } = await ahead.sheet(driver, 'exit')
  await driver.payInWallet(sheet)
  await ahead.paymentIs(driver, payment, 'paid')
  await ahead.driveOut()
  await until(
    'the stay has ended',
    async () => (await ahead.rows(`select 1 from session where state = 'left'`)).length === 1,
  )
})
