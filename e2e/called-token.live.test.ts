import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { calling } from '@lanepay/cloud/called/call.ts'
import type { Called } from '@lanepay/cloud/called/settings.ts'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import { jieshun } from '@lanepay/lot-systems/jieshun/jieshun.ts'
import { jieshunCloud } from '@lanepay/simulator-charging-software/called/jieshun.ts'

/* A vendor's cloud that knows one token of an account, of which each login ends the one before. */

describe('an account that several lots and several processes of the cloud call under', () => {
  const clock = new SimulatedClock()
  const known = {
    ...{ cid: '880075500000001', usr: '880075500000001', psw: '888888', signKey: 'test-secret-A' },
    ...{ businesserCode: '880075500000001', parkCode: '0010028888' },
  }
  const houseKey = Buffer.alloc(32, 7)
  let data: TestDatabase
  let cloud: Awaited<ReturnType<typeof jieshunCloud>>
  before(async () => {
    data = await testDatabase()
    cloud = await jieshunCloud({ ...known, clock, tariff: { hourFen: 500, leaveMinutes: 15 } })
    await cloud.lot.enter('粤B70001', 'A1')
    processes = [aProcess(1), aProcess(2)]
  })
  after(async () => {
    await cloud.close()
    await data.close()
  })

  const aProcess = (node: number) =>
    calling({ database: data.database, houseKey, clock, log: silentLog, newId: idMaker(() => clock.now(), node) })
  let processes: ReturnType<typeof aProcess>[]
  const aLot = (lotId: number): Called => ({
    ...{ bucket: 1, lotId, system: jieshun as Called['system'] },
    settings: { address: cloud.address, ...known } as Called['settings'],
  })
  const price = (process: number, lotId: number) =>
    processes[process]!.call(
      aLot(lotId),
      jieshun.quote as Called['system']['quote'],
      { plate: '粤B70001', stay: null },
      '1',
    )
  const logins = () => cloud.calls.filter(({ path }) => path.startsWith('/login')).length
  const othersLogIn = async () => {
    const before = logins()
    await fetch(`${cloud.address}/login?cid=${known.cid}&usr=${known.usr}&psw=${known.psw}`)
    return before + 1
  }
  const became = (read: Awaited<ReturnType<typeof price>>) =>
    read.ok ? 'answered' : read.error.kind === 'refused' ? read.error.because : read.error.kind
  const all = async () => {
    const asked = [0, 1].flatMap((process) => [801, 802, 803, 804].map((lotId) => price(process, lotId)))
    return [...new Set((await Promise.all(asked)).map(became))]
  }

  test('all of them at once are answered under one login', async () => {
    assert.deepEqual(await all(), ['answered'])
    assert.equal(logins(), 1)
  })

  test('when the token is over, all of them at once are answered under one more', async () => {
    clock.advance(3_600_001)
    assert.deepEqual(await all(), ['answered'])
    assert.equal(logins(), 2)
  })

  test('a token that others end at once is not fought for: what is asked is busy, until it has rested', async () => {
    const before = await othersLogIn()
    assert.deepEqual(await all(), ['busy'])
    assert.equal(logins(), before)
    clock.advance(20_001)
    assert.deepEqual(await all(), ['answered'])
    assert.equal(logins(), before + 1)
  })

  test('whoever died while logging in is followed by another', async () => {
    clock.advance(3_600_001)
    const before = logins()
    const until = new Date(clock.now() + 15_000)
    await data.database.reference.query({ name: 'die', text: 'update called_login set claimed_until = $1' }, [until])
    assert.equal(became(await price(0, 801)), 'busy')
    assert.equal(logins(), before)
    clock.advance(15_001)
    assert.equal(became(await price(1, 802)), 'answered')
    assert.equal(logins(), before + 1)
  })

  test('a login that fails stands in the way of nobody', async () => {
    clock.advance(3_600_001)
    const before = logins()
    cloud.lot.behave({ failures: 1 })
    await data.database.reference.query({
      name: 'forget',
      text: 'update called_login set sealed = null, got_at = null',
    })
    assert.equal(became(await price(0, 801)), 'offline')
    assert.equal(became(await price(1, 801)), 'answered')
    assert.equal(logins(), before + 2)
  })

  test('nobody reads the token, or who logs in, in the database', async () => {
    const [row] = await data.database.reference.query<{ account: string; sealed: string }>(
      { name: 'look', text: 'select account, sealed from called_login' },
      [],
    )
    const token = new URL(cloud.calls.at(-1)!.path, cloud.address).searchParams.get('tn')!
    assert.match(token, /^[0-9a-f-]{36}$/)
    for (const secret of [token, known.usr, known.psw]) assert.ok(!`${row!.account} ${row!.sealed}`.includes(secret))
  })
})
