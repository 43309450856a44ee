import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { type AgentEnd, connectAgentEnd } from '@lanepay/lot-link/agent-end.ts'
import { type LotPlan, provision } from '../lot/provision.ts'
import type { EnrolView } from './api.ts'
import { type Enrolling, houseKey, startEnrolling } from './enrol.testing.ts'
import { offerCode } from './enrol.ts'

/* A box becomes a lot's agent over the real interfaces: PostgreSQL, broker, HTTP. A lot of its own for each test. */

const agentBrokerUrl = 'mqtts://broker.example.com:8883'
const clock = new SimulatedClock()
let enrolling: Enrolling
let data: Enrolling['data']
let sql: Enrolling['sql']
let rightsOf: Enrolling['rightsOf']
let broker: Enrolling['broker']
let cloud: Enrolling['cloud']
let aLot: Enrolling['aLot']
let offer: Enrolling['offer']
let aCode: Enrolling['aCode']
let isAgent: Enrolling['isAgent']
before(async () => {
  // Every test comes from an address of its own: whoever mistypes there slows down nobody here.
  enrolling = await startEnrolling({ clock, agentBrokerUrl, trustProxy: '127.0.0.1' })
  ;({ data, sql, rightsOf, broker, cloud, aLot, offer, aCode, isAgent } = enrolling)
})
after(() => enrolling?.close())

const aKey = (): string => randomBytes(32).toString('base64url')

type Answer = { readonly status: number; readonly body: EnrolView & { error?: Record<string, string> } }
let clients = 0
const aClient = (): string => `10.0.${++clients >> 8}.${clients & 255}`
async function post(body: unknown, client = aClient()): Promise<Answer> {
  const response = await fetch(`${cloud.url}/api/agent/enrol`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': client },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  assert.match(String(response.headers.get('content-type')), /^application\/json/)
  return { status: response.status, body: (await response.json()) as Answer['body'] }
}
const enrol = (code: string, agentKey: string, name = '岗亭') => post({ code, agentKey, name })
function assertRefused({ status, body }: Answer, expected: number, code: string, field = 'body/code'): void {
  assert.deepEqual([status, body.error?.code, body.error?.field], [expected, code, field], JSON.stringify(body))
  assert.ok((body.error?.rule ?? '').length >= 4, JSON.stringify(body))
}
/** All that is kept of a lot's agent and codes. */
const kept = async (lot: LotPlan): Promise<string> =>
  JSON.stringify([
    (await sql.query('select * from enrolment where lot_id = $1 order by code_hash', [lot.number])).rows,
    (await sql.query('select * from lot_device where lot_id = $1', [lot.number])).rows,
  ])

describe('a fresh agent', () => {
  test('is told its lot, the broker, the lanes and the time, and gets in with its own key', async () => {
    const lot = await aLot({
      lanes: [
        { id: 1, name: '入口', direction: 'entry' },
        { id: 2, name: '出口', direction: 'exit' },
        { id: 3, name: '侧门', direction: 'both' },
      ],
    })
    const [code, key] = [await aCode(lot), aKey()]
    const { status, body } = await enrol(code, key)
    assert.equal(status, 200, JSON.stringify(body))
    const { clock: told, ...rest } = body
    assert.deepEqual(rest, {
      bucket: lot.bucket,
      number: lot.number,
      lotName: lot.name,
      brokerUrl: agentBrokerUrl,
      lanes: lot.lanes,
      inside: [],
    })
    assert.ok(Math.abs(told - clock.now()) < 10_000)
    const user = `lot${lot.number}-agent`
    const own = `lot/${lot.bucket}/${lot.number}/agent`
    assert.deepEqual(await rightsOf(user, user, key), { publish: [`${own}/up/#`], subscribe: [`${own}/down/#`] })
    assert.equal(await rightsOf('lot1-agent', 'lot1-agent', key), null, 'the key opens this lot alone')
    assert.equal(await rightsOf('cloud', 'cloud', key), null)
  })

  test('neither code nor key is kept, only what cannot be turned back', async () => {
    const lot = await aLot()
    const [code, key] = [await aCode(lot), aKey()]
    const before = await kept(lot)
    await enrol(code, key)
    for (const rows of [before, await kept(lot)]) {
      assert.ok(!rows.includes(code) && !rows.includes(code.replaceAll('-', '')))
      assert.ok(!rows.includes(key))
    }
    assert.match(await kept(lot), /岗亭/)
  })

  test('hears of everybody who is inside, with what was paid and until when', async () => {
    const lot = await aLot()
    const [entered, leaveBy] = [clock.now() - 3_600_000, clock.now() + 600_000]
    const stays: [string, string, boolean, string, number, number | null, string | null][] = [
      ['1', '粤B12345', false, 'inside', 0, null, null],
      ['2', '粤BD12345', false, 'leaving', 500, leaveBy, null],
      ['3', '4ACDEFG', true, 'inside', 0, null, null],
      ['4', '粤B00004', false, 'superseded', 0, null, 'entered again'],
    ]
    for (const [id, plate, pass, state, paid, until, because] of stays)
      await sql.query(
        `insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, entry_lane, paid_fen, leave_by, ended_because)
         values ($1, $2, $3, $4, $5, 'blue', $6, $7, 1, $8, $9, $10)`,
        [
          ...[lot.bucket, lot.number, id, plate, pass, state, new Date(entered + Number(id)), paid],
          ...[until === null ? null : new Date(until), because],
        ],
      )
    await sql.query(
      `insert into clearance (bucket, lot_id, id, session_id, paid_fen, made_at, leave_by) values ($1, $2, 77, 2, 500, $3, $4)`,
      [lot.bucket, lot.number, new Date(entered + 9), new Date(leaveBy)],
    )
    const move = {
      kind: 'area-entered',
      session: '3',
      area: '地库',
      lane: 3,
      enteredAt: entered + 5,
      at: entered + 5,
      seq: 1,
    }
    await sql.query(
      `insert into lot_event (bucket, lot_id, epoch, seq, device, kind, at, received_at, body)
       values ($1, $2, 1, 1, 'agent', 'area-entered', $3, $3, $4)`,
      [lot.bucket, lot.number, new Date(move.at), move],
    )
    const { body } = await enrol(await aCode(lot), aKey())
    const whole = { vehicleClass: null, parts: [] }
    const inside = { pass: false, colour: 'blue', entryLane: 1, standing: null, clearances: [], ...whole }
    const parts = [{ area: '地库', enteredAt: entered + 5, leftAt: null }]
    const clearances = [{ clearance: '77', paidFen: 500, paidAt: entered + 9, leaveBy }]
    assert.deepEqual(body.inside, [
      { ...inside, session: '1', plate: '粤B12345', enteredAt: entered + 1 },
      { ...inside, session: '2', plate: '粤BD12345', enteredAt: entered + 2, clearances },
      { ...inside, session: '3', plate: '4ACDEFG', enteredAt: entered + 3, pass: true, parts },
    ])
  })

  test('gets the same answer again when it was lost, and nothing is done twice', async () => {
    const lot = await aLot()
    const [code, key] = [await aCode(lot), aKey()]
    const first = await enrol(code, key)
    const after = await kept(lot)
    clock.advance(25 * 3_600_000)
    const second = await enrol(code.toLowerCase().replaceAll('-', ' '), key)
    assert.equal(second.status, 200)
    assert.deepEqual({ ...second.body, clock: 0 }, { ...first.body, clock: 0 })
    assert.equal(await kept(lot), after)
  })

  test('of many that show one code at once, one gets it', async () => {
    const lot = await aLot()
    const code = await aCode(lot)
    const keys = Array.from({ length: 6 }, aKey)
    const answers = await Promise.all(keys.map((key) => enrol(code, key)))
    const won = answers.findIndex(({ status }) => status === 200)
    for (const [index, answer] of answers.entries()) if (index !== won) assertRefused(answer, 409, 'code-used')
    for (const [index, key] of keys.entries()) assert.equal(await isAgent(lot, key), index === won)
  })
})

describe('a code', () => {
  test('that was used is refused to another key', async () => {
    const lot = await aLot()
    const [code, key, other] = [await aCode(lot), aKey(), aKey()]
    await enrol(code, key)
    const before = await kept(lot)
    assertRefused(await enrol(code, other), 409, 'code-used')
    assert.equal(await kept(lot), before)
    assert.deepEqual([await isAgent(lot, key), await isAgent(lot, other)], [true, false])
  })

  test('is over after 24 hours', async () => {
    const lot = await aLot()
    const [code, key] = [await aCode(lot), aKey()]
    clock.advance(24 * 3_600_000)
    assertRefused(await enrol(code, key), 410, 'code-expired')
    assert.equal(await isAgent(lot, key), false)
  })

  test('is over when a newer one is made', async () => {
    const lot = await aLot()
    const [older, newer, key] = [await aCode(lot), await aCode(lot), aKey()]
    assertRefused(await enrol(older, key), 404, 'code-unknown')
    assert.equal((await enrol(newer, key)).status, 200)
  })

  test('of another house, or of nobody, is unknown', async () => {
    const lot = await aLot()
    const abroad = await offerCode(
      { database: data.database, clock, houseKey: Buffer.from('the house key of somebody else here') },
      lot.number,
      false,
    )
    assert.ok(abroad.ok)
    assertRefused(await enrol(abroad.value.code, aKey()), 404, 'code-unknown')
    assertRefused(await enrol('3467-9ACD-EFGH', aKey()), 404, 'code-unknown')
  })

  test('is not made for a lot that is not open here', async () => {
    const made = await offerCode({ database: data.database, clock, houseKey: Buffer.from(houseKey) }, 9_999_999, true)
    assert.deepEqual(made, { ok: false, error: { kind: 'lot-unknown' } })
  })

  test('whoever tries one after the other is slowed down, even with a right one; nobody else is', async () => {
    const lot = await aLot()
    const [code, guesser] = [await aCode(lot), aClient()]
    for (let tries = 0; tries < 10; tries++)
      assertRefused(
        await post({ code: '3467-9ACD-EFGH', agentKey: aKey(), name: 'guesser' }, guesser),
        404,
        'code-unknown',
      )
    const slowed = await post({ code, agentKey: aKey(), name: 'guesser' }, guesser)
    assert.deepEqual([slowed.status, slowed.body.error?.code], [429, 'too-many'])
    assert.equal((await enrol(code, aKey())).status, 200)
    clock.advance(10 * 60_000)
    assertRefused(await post({ code, agentKey: aKey(), name: 'guesser' }, guesser), 409, 'code-used')
  })
})

describe('a second agent', () => {
  test('gets no code without being told to take over, whether the first is enrolled or in the plan', async () => {
    const enrolled = await aLot()
    await enrol(await aCode(enrolled), aKey(), '旧盒子')
    const since = clock.now()
    const refused = await offer(enrolled)
    assert.ok(!refused.ok && refused.error.kind === 'agent-exists')
    assert.equal(refused.error.name, '旧盒子')
    assert.ok(Math.abs((refused.error.since ?? 0) - since) < 10_000)

    const planned = await aLot({ agentSecret: 'the secret in the plan' })
    assert.deepEqual(await offer(planned), { ok: false, error: { kind: 'agent-exists', name: null, since: null } })
  })

  test('is refused when the first one came after the code was made', async () => {
    const lot = await aLot()
    const [code, key] = [await aCode(lot), aKey()]
    await provision(data.database, { ...lot, agentSecret: 'the secret in the plan' }, clock.now())
    assertRefused(await enrol(code, key), 409, 'agent-exists')
    assert.deepEqual([await isAgent(lot, 'the secret in the plan'), await isAgent(lot, key)], [true, false])
  })

  test('takes over when told to: the old one is cut off, and does not come back', { timeout: 60_000 }, async () => {
    const lot = await aLot()
    const [oldKey, oldCode] = [aKey(), await aCode(lot)]
    await enrol(oldCode, oldKey)
    const old = connect(lot, oldKey)
    await old.comes
    const [code, key] = [await aCode(lot, true), aKey()]
    assert.equal(await isAgent(lot, oldKey), true, 'a code alone changes nothing')
    assert.equal((await enrol(code, key)).status, 200)
    await old.isDown()
    await old.refused()
    assert.deepEqual([old.end.connected(), old.came()], [false, 1])
    const fresh = connect(lot, key)
    await fresh.comes
    assertRefused(await enrol(oldCode, oldKey), 409, 'code-used')
    assertRefused(await enrol(code, oldKey), 409, 'code-used')
    await provision(data.database, { ...lot, agentSecret: oldKey }, clock.now())
    assert.equal(await isAgent(lot, oldKey), false, 'nor by the plan of the lot')
    assert.equal(await isAgent(lot, key), true)
    assert.deepEqual([fresh.end.connected(), old.end.connected(), old.came()], [true, false, 1])
    await old.end.close()
    await fresh.end.close()
  })

  test('takes over where nobody is connected, or nobody is at all', { timeout: 60_000 }, async () => {
    const [silent, empty] = [await aLot({ agentSecret: 'the secret in the plan' }), await aLot()]
    for (const lot of [silent, empty]) {
      const key = aKey()
      assert.equal((await enrol(await aCode(lot, true), key)).status, 200)
      assert.deepEqual([await isAgent(lot, key), await isAgent(lot, 'the secret in the plan')], [true, false])
    }
  })

  test('the neighbouring lot is not touched', async () => {
    const [lot, neighbour] = [await aLot(), await aLot()]
    await enrol(await aCode(neighbour), aKey())
    const before = await kept(neighbour)
    await enrol(await aCode(lot), aKey())
    await enrol(await aCode(lot, true), aKey())
    assert.equal(await kept(neighbour), before)
  })
})

describe('what is not as it should be is refused by field and rule', () => {
  const good = { code: '3467-9ACD-EFGH', agentKey: 'k'.repeat(43), name: 'box' }
  const cases: [string, unknown, string][] = [
    ['no body', '', 'body'],
    ['no JSON', '{', 'body'],
    ['a list', [], 'body'],
    ['no code', { ...good, code: undefined }, 'body/code'],
    ['a code that is a number', { ...good, code: 346_794_444_444 }, 'body/code'],
    ['a code with a 0', { ...good, code: '3467-9ACD-EFG0' }, 'body/code'],
    ['a code without end', { ...good, code: '3'.repeat(1000) }, 'body/code'],
    ['no key', { ...good, agentKey: undefined }, 'body/agentKey'],
    ['a short key', { ...good, agentKey: 'k'.repeat(42) }, 'body/agentKey'],
    ['a key of other characters', { ...good, agentKey: `${'k'.repeat(42)}=` }, 'body/agentKey'],
    ['no name', { ...good, name: undefined }, 'body/name'],
    ['an empty name', { ...good, name: '' }, 'body/name'],
    ['a long name', { ...good, name: 'n'.repeat(61) }, 'body/name'],
    ['a name that no database takes', { ...good, name: 'a\u0000b' }, 'body/name'],
    ['more than is asked', { ...good, takeOver: true }, 'body/takeOver'],
  ]
  for (const [what, body, field] of cases)
    test(what, async () => {
      assertRefused(await post(body), 400, 'bad-request', field)
    })
  test('another method', async () => {
    const response = await fetch(`${cloud.url}/api/agent/enrol`)
    assert.deepEqual([response.status, response.headers.get('allow')], [405, 'POST'])
  })
})

/** An agent's line to the broker, which counts how often it got in and how often it was turned away. */
function connect(lot: LotPlan, secret: string) {
  let came = 0
  let refusals = 0
  let arrived = (): void => {}
  const comes = new Promise<void>((resolve) => {
    arrived = resolve
  })
  const end: AgentEnd = connectAgentEnd({
    brokerUrl: broker.url,
    device: { bucket: lot.bucket, lotId: lot.number, device: 'agent' },
    secret,
    clock,
    log: (_, event) => {
      if (event === 'lot-link-error') refusals += 1
    },
    handlers: {
      connected: () => {
        came += 1
        arrived()
      },
      welcome: () => {},
      ack: () => {},
      request: () => {},
      command: () => {},
    },
  })
  const until = async (what: () => boolean) => {
    while (!what()) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return {
    end,
    comes,
    came: () => came,
    isDown: () => until(() => !end.connected()),
    refused: () => until(() => refusals > 0),
  }
}
