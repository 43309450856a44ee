import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { insertOpenGate } from '@lanepay/cloud/command/store.ts'
import { type Checked, checkLot, isReady } from '@lanepay/cloud/lot-check/decide.ts'
import { seenOf } from '@lanepay/cloud/lot-check/store.ts'
import { askRefund } from '@lanepay/cloud/refund/ask.ts'
import { instantOut } from '@lanepay/database/database.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf, parseNumber } from '@lanepay/domain/numbers.ts'
import type { ChargingSoftware } from '@lanepay/simulator-charging-software/software.ts'
import { connectedLot } from './kit/connected-lot.ts'
import { lotPlan, type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/* The list for the day a lot moves over, worked through by a driver and a person, at a lot of each way to run one. */

describe('the list for a lot that moves over', () => {
  let road: Road
  let software: ChargingSoftware | undefined
  before(async () => {
    road = await startRoad()
  })
  after(async () => {
    await software?.close()
    await road.close()
  })
  const rights = { limitFen: fen(10_000), limitOfOperator: {}, people: [{ name: '张', operators: 'all' as const }] }
  const newId = idMaker(() => road.clock.now(), 900)
  const bucket = lotPlan.bucket
  const look = async (lotId: number): Promise<readonly Checked[]> =>
    checkLot(await seenOf(road.database, { bucket, lotId }, road.clock.now() - 7_200_000), road.clock.now())
  const inShort = async (lotId: number) => (await look(lotId)).map(({ check, outcome }) => `${check} ${outcome}`)

  /** A driver pays for this plate inside; a person gives it back, and the channel does. */
  async function paysAndIsRefunded(code: string, driver: string, plate: string): Promise<void> {
    const phone = road.phone(driver)
    await phone.scan(`${road.publicUrl}/p/${code}`)
    const quote = await phone.quote(code, plate)
    assert.equal(quote.status, 200, JSON.stringify(quote.body))
    const sheet = await phone.pay(code, quote.body.quote!)
    assert.equal(sheet.status, 200, JSON.stringify(sheet.body))
    await phone.payInWallet(sheet.body.sheet)
    await road.paymentIs(phone, sheet.body.payment, 'paid')
    await road.settled()
    const number = parseNumber('trade', sheet.body.payment)
    assert.ok(number.ok)
    const asked = await askRefund(
      { database: road.database, clock: road.clock, newId, rights },
      {
        lot: number.value,
        payment: number.value.id,
        amountFen: fen(200),
        reason: '测试',
        by: '张',
        secondFactor: null,
      },
    )
    assert.ok(asked.ok, JSON.stringify(asked))
    await road.settled()
  }
  /** A person has a lane opened from afar. */
  async function opens(lotId: number, lane: number, occupancy: string): Promise<void> {
    const id = newId()
    const now = road.clock.now()
    const lot = { bucket, lotId }
    const expiresAt = now + 60_000
    const body = {
      ...{ id: numberOf('command', lot, id), kind: 'open-gate', issuedAt: now, expiresAt, lane, occupancy },
      reason: '测试',
      by: '张',
    }
    await road.database
      .of(bucket)
      .query(insertOpenGate, [
        ...[bucket, lotId, id, null, lane, occupancy, null, body],
        ...[instantOut(now), instantOut(expiresAt), instantOut(now)],
      ])
    await road.settled()
  }

  test('a connected lot: from nothing to all of it', { timeout: 300_000 }, async () => {
    const lot = await connectedLot(road, 801)
    software = lot.software
    assert.deepEqual(await inShort(801), [
      ...['heard fail', 'clock not-yet', 'quote not-yet'],
      ...['payment not-yet', 'refund not-yet', 'opening not-yet'],
    ])
    assert.equal((await lot.software.login()).state, 1)
    await lot.software.enter('粤B80101', 'A1')
    assert.deepEqual((await inShort(801)).slice(0, 2), ['heard pass', 'clock pass'])
    await paysAndIsRefunded(lot.code('prepay'), 'moves-1', '粤B80101')
    assert.deepEqual((await inShort(801)).slice(2), ['quote pass', 'payment pass', 'refund pass', 'opening not-yet'])
    await opens(801, 2, '1')
    assert.ok(lot.software.opened.some(({ because }) => because.startsWith('ordered')))
    assert.deepEqual(
      (await look(801)).filter(({ outcome }) => outcome !== 'pass'),
      [],
    )
    // A clock of eight hours ahead is seen with the next vehicle.
    lot.software.behave({ clockAheadMs: 8 * 3_600_000 })
    await lot.software.enter('粤B80102', 'A1')
    assert.equal((await inShort(801))[1], 'clock fail')
    assert.equal(isReady(await look(801)), false)
  })

  test('a lot of ours by the same list', { timeout: 300_000 }, async () => {
    await road.park('粤B80103')
    road.pass(60_000)
    await paysAndIsRefunded(road.code('prepay'), 'moves-2', '粤B80103')
    await road.park('粤B80104')
    await opens(lotPlan.number, 2, await road.toExit('粤B80104'))
    await until('the agent has opened', async () => (await inShort(lotPlan.number))[5] === 'opening pass')
    assert.deepEqual(
      (await look(lotPlan.number)).filter(({ outcome }) => outcome !== 'pass'),
      [],
    )
  })
})
