import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import type { Events } from '@lanepay/lot-link/messages.ts'
import pg from 'pg'
import { alarms } from '../alarm/alarm.ts'
import { audit } from '../audit/audit.ts'
import { provision } from '../lot/provision.ts'
import { type TakeIn, takingIn } from './take-in.ts'

/* A lot's log on its way into the cloud (architecture.md 7): each event once, in order, whatever is in it. */
let data: TestDatabase
let looking: pg.Client
let takeIn: TakeIn
const newId = idMaker(Date.now, 9)
const epoch = newId()
let lotId = 0
before(async () => {
  data = await testDatabase()
  looking = new pg.Client(data.connection)
  await looking.connect()
  const { database } = data
  takeIn = takingIn({
    database,
    clock: systemClock,
    alarms: alarms({ database, clock: systemClock, log: silentLog, newId }),
  })
})
after(async () => {
  await looking.end()
  await data.close()
})
beforeEach(async () => {
  lotId += 1
  await provision(
    data.database,
    {
      bucket: 3,
      number: lotId,
      name: '阳光花园',
      platformFeeBasisPoints: 0,
      operator: { id: '1', name: '阳光物业' },
      accounts: [],
      lanes: [{ id: 1, name: '入口', direction: 'entry' }],
    },
    systemClock.now(),
  )
})

const at = Date.UTC(2026, 5, 1, 2)
const entered = (seq: number, plate: string, more: object = {}) => ({
  seq,
  at,
  kind: 'entered' as const,
  session: newId(),
  plate,
  pass: false,
  colour: 'blue' as const,
  lane: 1,
  enteredAt: at,
  ...more,
})
const send = (...events: Events['events']) => takeIn({ bucket: 3, lotId, device: 'agent' }, { epoch, events })
const rows = async <Row>(text: string): Promise<Row[]> => (await looking.query(text, [lotId])).rows as Row[]
type Kept = { readonly seq: number; readonly kind: string; readonly body: Readonly<Record<string, unknown>> }
const kept = () => rows<Kept>('select seq::int4, kind, body from lot_event where lot_id = $1 order by seq')
const inside = async () =>
  (await rows<{ plate: string }>(`select plate from session where lot_id = $1 and state = 'inside' order by id`)).map(
    ({ plate }) => plate,
  )

describe('a piece of a lot’s log', () => {
  test('that comes twice is taken once; one with a hole before it changes nothing', async () => {
    const [a, b, c] = [entered(1, '粤B11111'), entered(2, '粤B22222'), entered(3, '粤B33333')]
    assert.equal(await send(a), 1)
    assert.equal(await send(a, b), 2)
    assert.equal(await send(a), 2)
    assert.equal(await send({ ...c, seq: 4 }), 2)
    assert.equal(await send(c), 3)
    assert.deepEqual(await inside(), ['粤B11111', '粤B22222', '粤B33333'])
  })
  test('with a kind that this cloud has no word for: kept, nothing else changes, and what follows is heard', async () => {
    const later = { seq: 2, at, kind: 'charged', session: '7', kilowattHours: 12 }
    assert.equal(await send(entered(1, '粤B11111'), later, entered(3, '粤B22222')), 3)
    const { seq, kind, body } = (await kept())[1]!
    assert.deepEqual({ seq, kind, body }, { seq: 2, kind: 'charged', body: later })
    assert.deepEqual(await inside(), ['粤B11111', '粤B22222'])
    for (const table of ['lane_occupancy', 'gate_opening', 'clearance', 'lot_command', 'alarm'])
      assert.deepEqual(await rows(`select 1 from ${table} where lot_id = $1`), [], table)
    assert.deepEqual((await audit(data.database)).broken, [])
  })
  const texts: [string, string, string][] = [
    ['a zero byte', '修\0门', '修\ufffd门'],
    ['half of a character', '修\ud83d门', '修\ufffd门'],
    ['the other half', '\udd27门', '\ufffd门'],
    ['a whole one of two halves', '修🔧门', '修🔧门'],
    ['a backslash before what looks like a zero byte', '修\\u0000门', '修\\u0000门'],
    ['a backslash and a zero byte', '修\\\0门', '修\\\ufffd门'],
  ]
  for (const [what, text, read] of texts)
    test(`in whose text is ${what}: kept, and what follows is heard`, async () => {
      const stay = entered(1, '粤B11111')
      const device = { seq: 3, at, kind: 'device' as const, device: text, state: 'ill' as const, because: text }
      const voided = { seq: 2, at, kind: 'voided' as const, session: stay.session, by: '张师傅', reason: text }
      assert.equal(await send(stay, voided, device, entered(4, '粤B22222', { [text]: text })), 4)
      const [, second, , last] = await kept()
      assert.deepEqual([second!.body.reason, last!.body[read]], [read, read])
      const [row] = await rows<{ ended_because: string }>(
        `select ended_because from session where lot_id = $1 and state = 'voided'`,
      )
      assert.equal(row!.ended_because, `张师傅: ${read}`)
      const raised = await rows<{ because: string }>('select because from alarm where lot_id = $1')
      assert.deepEqual(raised, [{ because: `${read}: ${read}` }])
      assert.deepEqual(await inside(), ['粤B22222'])
    })
})
