import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import type { Events } from '@lanepay/lot-link/messages.ts'
import fc from 'fast-check'
import pg from 'pg'
import { alarms } from '../alarm/alarm.ts'
import { audit, auditSince } from '../audit/audit.ts'
import { aLotPlan } from '../lot/lot.testing.ts'
import { provision } from '../lot/provision.ts'
import { type TakeIn, takingIn } from '../session/take-in.ts'

/* Shifts and drawers as lots tell of them, on the real tables: every fen of cash is in one drawer, and in the books. */

type Told = Events['events'][number]
const newId = idMaker(Date.now, 9)
const at = Date.UTC(2026, 5, 1, 2)
const zhang = '张师傅'
let data: TestDatabase
let sql: pg.Client
let takeIn: TakeIn
let lotId = 0
let epoch = newId()
before(async () => {
  data = await testDatabase()
  sql = new pg.Client(data.connection)
  await sql.connect()
  const { database } = data
  const raising = alarms({ database, clock: systemClock, log: silentLog, newId })
  takeIn = takingIn({ database, clock: systemClock, alarms: raising })
})
after(async () => {
  await sql.end()
  await data.close()
})
async function aLot(): Promise<void> {
  lotId += 1
  epoch = newId()
  await provision(
    data.database,
    aLotPlan({ bucket: 3, lotId }, { accounts: [], lanes: [{ id: 1, name: '入口', direction: 'entry' }] }),
    systemClock.now(),
  )
}
beforeEach(aLot)

const opened = (shift: string, floatFen: number) => ({
  kind: 'shift-opened' as const,
  shift,
  booth: 1,
  by: zhang,
  floatFen,
})
const handed = (shift: string, countedFen: number, expectedFen: number) => ({
  ...{ kind: 'shift-handed-over' as const, shift, booth: 1, by: zhang, to: '李师傅' },
  ...{ countedFen, expectedFen },
})
const entered = (session: string) => ({
  ...{ kind: 'entered' as const, session, plate: `粤B${session.slice(-5)}`, pass: false },
  ...{ colour: 'blue' as const, lane: 1, enteredAt: at },
})
const taken = (session: string, paidFen: number, shift?: string, clearance = newId()) => ({
  ...{ kind: 'cash-taken' as const, session, clearance, paidFen, leaveBy: at, by: zhang },
  ...(shift === undefined ? {} : { shift, booth: 1 }),
})
const back = (session: string, amountFen: number, shift?: string) => ({
  ...{ kind: 'cash-given-back' as const, giving: newId(), session, amountFen, by: zhang, reason: '多收了' },
  ...(shift === undefined ? {} : { shift, booth: 1 }),
})
/* What the kiosk in the place of a booth could not pay out, and what became of it. */
const of = (shift?: string) => (shift === undefined ? {} : { shift, booth: 1 })
const owed = (session: string, amountFen: number, shift: string) => ({
  ...{ kind: 'change-owed' as const, owed: newId(), purchase: 'K1-1', session, plate: '粤B1**45', amountFen },
  ...{ because: 'jam', ...of(shift) },
})
const settled = (session: string, amountFen: number, shift?: string) => ({
  ...{ kind: 'change-settled' as const, settling: newId(), owed: newId(), session, amountFen, by: zhang },
  ...{ reason: '司机回来了', ...of(shift) },
})
const overpaid = (session: string, amountFen: number, shift: string) => ({
  ...{ kind: 'change-overpaid' as const, overpaying: newId(), purchase: 'K1-1', session, amountFen, ...of(shift) },
})
type Act = ReturnType<
  | typeof opened
  | typeof handed
  | typeof entered
  | typeof taken
  | typeof back
  | typeof owed
  | typeof settled
  | typeof overpaid
>
const logOf = (acts: readonly Act[]): Told[] => acts.map((act, index) => ({ ...act, seq: index + 1, at }))
const send = (events: Told[]) => takeIn({ bucket: 3, lotId, device: 'agent' }, { epoch, events })
async function balances(): Promise<Record<string, number>> {
  const { rows } = await sql.query(
    `select kind, party::text, balance_fen::int4 as fen from account where lot_id = $1 and channel = 'cash' and balance_fen <> 0`,
    [lotId],
  )
  return Object.fromEntries(
    rows.map(({ kind, party, fen }) => [kind === 'cash-drawer' ? `drawer ${party}` : kind, fen]),
  )
}
const holds = async () => {
  assert.deepEqual((await audit(data.database)).broken, [])
  assert.deepEqual((await auditSince(data.database, Date.now() + 7_200_000)).broken, [])
}

describe('a drawer', () => {
  test('holds float and cash less what was given back; handed over it is nothing, and what is short is said', async () => {
    const [shift, session] = [newId(), newId()]
    const acts = [opened(shift, 20_000), entered(session), taken(session, 1000, shift), back(session, 300, shift)]
    await send(logOf(acts))
    assert.deepEqual(await balances(), { [`drawer ${shift}`]: -20_700, 'operator-cash': 20_700 })
    await holds()
    await send(logOf([...acts, handed(shift, 20_650, 20_700)]))
    assert.deepEqual(await balances(), { 'operator-cash': 50, 'cash-over-short': -50 })
    const { rows } = await sql.query(
      'select attendant, taken_over_by, counted_fen::int4, told_expected_fen::int4 from shift where lot_id = $1',
      [lotId],
    )
    assert.deepEqual(rows, [
      { attendant: zhang, taken_over_by: '李师傅', counted_fen: 20_650, told_expected_fen: 20_700 },
    ])
    await holds()
  })
  test('of a lot without shifts is the lot’s own', async () => {
    const session = newId()
    await send(logOf([entered(session), taken(session, 1000)]))
    assert.deepEqual(await balances(), { 'drawer 0': -1000, 'operator-cash': 1000 })
    await holds()
  })
  test('that was empty and stayed so has no transfers, and nothing is wrong with it', async () => {
    const shift = newId()
    await send(logOf([opened(shift, 0), handed(shift, 0, 0)]))
    assert.deepEqual(await balances(), {})
    await holds()
  })
  test('whose cash is heard of after it was handed over: what was over is corrected by it, and the drawer stays nothing', async () => {
    const [shift, session] = [newId(), newId()]
    await send(logOf([opened(shift, 5000), entered(session), handed(shift, 6000, 6000), taken(session, 1000, shift)]))
    assert.deepEqual(await balances(), {})
    const { rows } = await sql.query(
      `select late, fen::int4 from cash_move where lot_id = $1 and what = 'cash-taken'`,
      [lotId],
    )
    assert.deepEqual(rows, [{ late: true, fen: 1000 }])
    await holds()
  })
  test('of a kiosk holds the change it could not pay out, which is the driver’s; what it paid for nothing is short at once', async () => {
    const [kiosk, booth, session] = [newId(), newId(), newId()]
    const acts: Act[] = [opened(kiosk, 10_000), opened(booth, 3000), entered(session), taken(session, 1000, kiosk)]
    acts.push(owed(session, 4000, kiosk), overpaid(session, 200, kiosk))
    await send(logOf(acts))
    assert.deepEqual(await balances(), {
      ...{ [`drawer ${kiosk}`]: -14_800, [`drawer ${booth}`]: -3000 },
      ...{ 'operator-cash': 14_000, 'change-owed': 4000, 'cash-over-short': -200 },
    })
    await holds()
    acts.push(settled(session, 2500, booth), handed(kiosk, 14_800, 14_800))
    await send(logOf(acts))
    assert.deepEqual(await balances(), {
      ...{ [`drawer ${booth}`]: -500, 'operator-cash': -800, 'change-owed': 1500, 'cash-over-short': -200 },
    })
    await holds()
    // Out of the kiosk after all, before it was emptied: what was over or short then is put right by it.
    await send(logOf([...acts, settled(session, 1500, kiosk)]))
    assert.deepEqual(await balances(), {
      ...{ [`drawer ${booth}`]: -500, 'operator-cash': -800, 'cash-over-short': 1300 },
    })
    await holds()
    const { rows } = await sql.query(`select kind, because from alarm where lot_id = $1 order by kind`, [lotId])
    assert.deepEqual(rows, [
      { kind: 'change-overpaid', because: `¥2.00 at kiosk 1, purchase K1-1: session ${session}` },
      { kind: 'change-owed', because: '¥40.00 at kiosk 1, purchase K1-1: 粤B1**45, jam' },
    ])
  })
  test('told again under another log’s number is moved once', async () => {
    const [shift, session] = [newId(), newId()]
    const log = logOf([opened(shift, 5000), entered(session), taken(session, 1000, shift)])
    await send(log)
    const was = epoch
    epoch = newId()
    await send(log.map((event) => ({ ...event, was: { epoch: was, seq: event.seq } })))
    assert.deepEqual(await balances(), { [`drawer ${shift}`]: -6000, 'operator-cash': 6000 })
    await holds()
  })
})

test('law: however a log of shifts and cash is cut and repeated, drawers and books are those of the log', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('open' as const), fen: fc.nat(9000) }),
    fc.record({ do: fc.constant('hand' as const), fen: fc.nat(9000) }),
    fc.record({ do: fc.constant('take' as const), fen: fc.integer({ min: 1, max: 5000 }), own: fc.boolean() }),
    fc.record({ do: fc.constant('back' as const), fen: fc.integer({ min: 1, max: 500 }), own: fc.boolean() }),
    fc.record({ do: fc.constant('owe' as const), fen: fc.integer({ min: 1, max: 500 }) }),
    fc.record({ do: fc.constant('settle' as const), fen: fc.integer({ min: 1, max: 500 }), own: fc.boolean() }),
    fc.record({ do: fc.constant('overpay' as const), fen: fc.integer({ min: 1, max: 500 }) }),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 20 }),
      fc.array(fc.record({ from: fc.nat(15), many: fc.nat(8) }), { maxLength: 10 }),
      async (steps, cuts) => {
        await aLot()
        const session = newId()
        const acts: Act[] = [entered(session)]
        const drawer: Record<string, number> = {}
        let shift: string | null = null
        let overShort = 0
        let changeOwed = 0
        for (const one of steps) {
          const of: string | undefined = 'own' in one && one.own ? undefined : (shift ?? undefined)
          if (one.do === 'open') {
            if (shift !== null) continue
            shift = newId()
            acts.push(opened(shift, one.fen))
            drawer[shift] = one.fen
          } else if (one.do === 'hand') {
            if (shift === null) continue
            acts.push(handed(shift, one.fen, Math.max(0, drawer[shift]!)))
            overShort += one.fen - drawer[shift]!
            drawer[shift] = 0
            shift = null
          } else if (one.do === 'owe') {
            if (shift === null) continue
            acts.push(owed(session, one.fen, shift))
            drawer[shift]! += one.fen
            changeOwed += one.fen
          } else if (one.do === 'settle') {
            const fen = Math.min(one.fen, changeOwed)
            if (fen === 0) continue
            acts.push(settled(session, fen, of))
            drawer[of ?? '0'] = (drawer[of ?? '0'] ?? 0) - fen
            changeOwed -= fen
          } else if (one.do === 'overpay') {
            if (shift === null) continue
            acts.push(overpaid(session, one.fen, shift))
            drawer[shift]! -= one.fen
            overShort -= one.fen
          } else {
            acts.push(one.do === 'take' ? taken(session, one.fen, of) : back(session, one.fen, of))
            drawer[of ?? '0'] = (drawer[of ?? '0'] ?? 0) + (one.do === 'take' ? one.fen : -one.fen)
          }
        }
        const log = logOf(acts)
        for (const { from, many } of cuts) {
          const piece = log.slice(from, from + many)
          if (piece.length > 0) await send(piece)
        }
        assert.equal(await send(log), log.length)
        const all = Object.values(drawer).reduce((sum, fen) => sum + fen, 0)
        const expected = [
          ...Object.entries(drawer).map(([of, fen]) => [`drawer ${of}`, -fen] as const),
          ['operator-cash', all - overShort - changeOwed] as const,
          ['change-owed', changeOwed] as const,
          ['cash-over-short', overShort] as const,
        ]
        assert.deepEqual(await balances(), Object.fromEntries(expected.filter(([, fen]) => fen !== 0)))
      },
    ),
    { numRuns: 40 },
  )
  await holds()
})

describe('an audit finds', () => {
  for (const [what, found, breakIt] of [
    [
      'a drawer that holds otherwise',
      /drawer of shift/,
      `update account set balance_fen = balance_fen - 7 where lot_id = $1 and kind = 'cash-drawer'`,
    ],
    ['cash without its transfer', /has no transfer/, `delete from transfer where lot_id = $1 and cause = 'cash-taken'`],
    [
      'a transfer without its cash',
      /no lot told of it/,
      `delete from cash_move where lot_id = $1 and what = 'cash-taken'`,
    ],
    [
      'owed change that the books do not owe',
      /change owed stands at 700 fen, by what was told it is 500/,
      `update account set balance_fen = balance_fen + 200 where lot_id = $1 and kind = 'change-owed'`,
    ],
    [
      'a shift that is handed over with cash in it',
      /handed over, stands at/,
      `update shift set handed_over_at = opened_at, counted_fen = 0 where lot_id = $1`,
    ],
  ] as const)
    test(what, async () => {
      const [shift, session] = [newId(), newId()]
      await send(logOf([opened(shift, 5000), entered(session), taken(session, 1000, shift), owed(session, 500, shift)]))
      await sql.query(breakIt, [lotId])
      const { broken } = await audit(data.database)
      const examples = broken.flatMap((one) => one.examples).filter((one) => one.startsWith(`lot ${lotId}:`))
      assert.ok(
        examples.some((one) => found.test(one)),
        JSON.stringify(broken),
      )
      await sql.query('truncate session, clearance, transfer, account, lot_event, cash_move, shift, lot cascade')
    })
})
