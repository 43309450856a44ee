import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type Enrolling, houseKey, startEnrolling } from '@lanepay/cloud/enrol/enrol.testing.ts'
import { databaseUrl } from '@lanepay/database/testing.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { simpleTariff } from '@lanepay/domain/tariff/tariff.ts'
import { parseLotAgentPlan } from '@lanepay/lot-agent/plan.ts'
import { freePort } from '@lanepay/simulator-wire/free-port.testing.ts'
import { lanepay, lanepayOnce } from '../../../e2e/kit/process.ts'
import { until } from '../../../e2e/kit/until.ts'
import { enrolAgent } from './agent-enrol.ts'
import { Told } from './keep.ts'

/* `lanepay enrol` and `lanepay agent enrol`, against a real cloud, broker and database. */

const said: string[] = []
let url: string
let enrolling: Enrolling
let sql: Enrolling['sql']
let broker: Enrolling['broker']
let cloud: Enrolling['cloud']
let aLot: Enrolling['aLot']
let aCode: Enrolling['aCode']
let isAgent: Enrolling['isAgent']
before(async () => {
  enrolling = await startEnrolling({ clock: systemClock, onMessage: (topic) => said.push(topic) })
  ;({ sql, broker, cloud, aLot, aCode, isAgent } = enrolling)
  url = databaseUrl(enrolling.data.connection)
})
after(() => enrolling?.close())

let home: string
let file: string
const homes: string[] = []
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lanepay-enrol-'))
  file = join(home, 'agent.json')
  homes.push(home)
})
after(() => {
  for (const one of homes) rmSync(one, { recursive: true, force: true })
})

const enrol = (code: string, cloudUrl = cloud.url) => enrolAgent({ home, cloudUrl, code, file, name: '岗亭' })
const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)
/** It ends by telling a person this, and the file is as it was. */
async function tells(act: () => Promise<unknown>, ...what: RegExp[]): Promise<void> {
  const was = existsSync(file) ? readFileSync(file, 'utf8') : null
  await assert.rejects(act, (error) => {
    assert.ok(error instanceof Told, String(error))
    for (const one of what) assert.match(error.message, one)
    return true
  })
  assert.equal(existsSync(file) ? readFileSync(file, 'utf8') : null, was)
}

test('from the operator’s command to an agent that runs', { timeout: 120_000 }, async () => {
  const lot = await aLot()
  const ofCloud = { LANEPAY_HOME: home, LANEPAY_DATABASE_URL: url, LANEPAY_HOUSE_KEY: houseKey }
  const offered = await lanepayOnce(['enrol', String(lot.number)], ofCloud)
  assert.equal(offered.status, 0, offered.output)
  const [code = ''] = /^(?:[0-9A-Z]{4}-){2}[0-9A-Z]{4}(?= )/.exec(offered.output) ?? []
  assert.match(offered.output, new RegExp(`agent enrol CLOUD-URL ${code} `))

  const onBox = { LANEPAY_HOME: join(home, 'box') }
  const enrolled = await lanepayOnce(['agent', 'enrol', cloud.url, code, file], onBox)
  assert.equal(enrolled.status, 0, enrolled.output)
  assert.match(enrolled.output, new RegExp(`the agent of lot ${lot.number}, ${lot.name}`))
  assert.equal(modeOf(file), '600')
  assert.ok(!existsSync(`${file}.key`), 'the key is in the file now, and nowhere else')
  const inside = join(home, 'box', `agent-${lot.number}`, 'inside.json')
  assert.deepEqual([json(inside).number, json(inside).inside, modeOf(inside)], [lot.number, [], '600'])

  // As it is, it cannot start by mistake: what nobody has filled in is named.
  const unfilled = await lanepayOnce(['agent', file], onBox)
  assert.equal(unfilled.status, 1)
  assert.match(unfilled.output, /\/lanes\/0\/camera\/serial/)
  assert.match(unfilled.output, /\/lanes\/1\/camera\/serial/)

  const plan = json(file)
  const { agentSecret, cameraKey, ...rest } = plan
  assert.match(agentSecret, /^[A-Za-z0-9_-]{43}$/)
  assert.match(cameraKey, /^[0-9a-f]{48}$/)
  assert.deepEqual(
    { ...rest, lanes: rest.lanes.map((lane: { id: number; direction: string }) => [lane.id, lane.direction]) },
    {
      ...{ bucket: lot.bucket, number: lot.number, brokerUrl: broker.url },
      ...{ cameraHost: '0.0.0.0', cameraPort: 7090, tariff: null },
      lanes: [
        [1, 'entry'],
        [2, 'exit'],
      ],
    },
  )
  for (const lane of plan.lanes) lane.camera.serial = `camera-${lane.id}`
  plan.cameraPort = await freePort()
  plan.tariff = simpleTariff({ hourFen: 500, leaveMinutes: 15 })
  assert.ok(parseLotAgentPlan(plan).ok, JSON.stringify(parseLotAgentPlan(plan)))
  writeFileSync(file, JSON.stringify(plan))
  const agent = await lanepay(['agent', file], onBox, /agent-started/)
  await until('it says hello', () => said.includes(`lot/${lot.bucket}/${lot.number}/agent/up/hello`), 30_000)
  const meanwhile = await lanepayOnce(['agent', 'enrol', cloud.url, code, file], onBox)
  assert.equal(meanwhile.status, 1)
  assert.match(meanwhile.output, /runs here \(process \d+\): stop it/)
  assert.equal(await agent.end(), 0)
})

describe('lanepay enrol', () => {
  const cases: [string, () => Promise<readonly string[]>, RegExp][] = [
    ['no number', async () => [], /LOTNUMBER: 1 to 9999999/],
    ['a number that is none', async () => ['x'], /LOTNUMBER: 1 to 9999999/],
    ['more than a number', async () => ['1', '2'], /LOTNUMBER: 1 to 9999999/],
    ['a lot that is not open', async () => ['9999998'], /LOTNUMBER: a lot that is open here/],
    [
      'a lot that has an agent',
      async () => [String((await aLot({ agentSecret: 'the secret in the plan' })).number)],
      /LOTNUMBER: a lot without an agent.*the lot's plan.*\n--take-over/,
    ],
    [
      'a lot that has an enrolled agent',
      async () => {
        const lot = await aLot()
        await enrol(await aCode(lot))
        return [String(lot.number)]
      },
      /LOTNUMBER: a lot without an agent.*"岗亭", enrolled 2.*\n--take-over/,
    ],
  ]
  const env = () => ({ LANEPAY_HOME: home, LANEPAY_DATABASE_URL: url, LANEPAY_HOUSE_KEY: houseKey })
  for (const [what, args, rule] of cases)
    test(`${what} is refused by name and rule`, { timeout: 60_000 }, async () => {
      const { status, output } = await lanepayOnce(['enrol', ...(await args())], env())
      assert.equal(status, 1, output)
      assert.match(output, rule)
      assert.doesNotMatch(output, /\bat .*\.ts:\d/)
    })

  test('--take-over, on either side of the number, makes a code that takes over', { timeout: 60_000 }, async () => {
    const lot = await aLot({ agentSecret: 'the secret in the plan' })
    const number = String(lot.number)
    for (const args of [
      ['--take-over', number],
      [number, '--take-over'],
    ]) {
      const { status, output } = await lanepayOnce(['enrol', ...args], env())
      assert.equal(status, 0, output)
      await enrol(output.slice(0, 14))
      assert.equal(await isAgent(lot, json(file).agentSecret), true)
    }
    assert.equal(await isAgent(lot, 'the secret in the plan'), false)
  })
})

describe('what an installer has written', () => {
  const written = {
    cameraKey: 'a key that the installer made up',
    number: 7,
    lanes: [
      { id: 2, direction: 'exit', camera: { protocol: 'vzlpr-http', serial: 'a', board: 'jinjie' }, note: '东门' },
      { id: 9, direction: 'entry' },
    ],
    brokerUrl: 'mqtt://elsewhere',
    tariff: { plans: {} },
    somethingNew: [1, { two: null }],
  }

  test('stays, but for bucket, number, broker and key; what looks wrong is said', async () => {
    const lot = await aLot()
    writeFileSync(file, JSON.stringify(written), { mode: 0o644 })
    const told = await enrol(await aCode(lot))
    const { bucket, number, brokerUrl, agentSecret, ...rest } = json(file)
    assert.deepEqual([bucket, number, brokerUrl], [lot.bucket, lot.number, broker.url])
    assert.equal(await isAgent(lot, agentSecret), true)
    const { number: _, brokerUrl: __, ...installers } = written
    assert.deepEqual(rest, installers)
    assert.equal(modeOf(file), '600')
    assert.match(told.join('\n'), /LOOK: .* was of lot 7 before/)
    assert.match(told.join('\n'), /LOOK: the lot has no lane 9/)
    assert.doesNotMatch(told.join('\n'), /fill in|clock|https/)
  })

  for (const [what, text, rule] of [
    ['no JSON', '{"number": 1,', /agent\.json: .*JSON.*nothing was changed/],
    ['no object', '[]', /agent\.json: a JSON object/],
  ] as const)
    test(`is told when it is ${what}, before the code is used`, async () => {
      const lot = await aLot()
      const code = await aCode(lot)
      writeFileSync(file, text)
      await tells(() => enrol(code), rule)
      rmSync(file)
      await enrol(code)
      assert.equal(json(file).number, lot.number)
    })
})

test('lanes that go both ways are left to the installer', async () => {
  const lot = await aLot({ lanes: [{ id: 4, name: '侧门', direction: 'both' }] })
  const told = await enrol(await aCode(lot))
  assert.match(told.join('\n'), /lane 4 goes both ways/)
  const filled = { ...json(file), tariff: {} }
  filled.lanes[0].camera.serial = 'a'
  const parsed = parseLotAgentPlan(filled)
  assert.ok(
    !parsed.ok && parsed.error.every(({ field }) => field.startsWith('/lanes/0/direction')),
    JSON.stringify(parsed),
  )
})

test('whoever is inside is written into the agent’s folder, as the cloud said it', async () => {
  const lot = await aLot()
  await sql.query(
    `insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, entry_lane, paid_fen, leave_by)
     values ($1, $2, 5, '粤B12345', false, 'blue', 'inside', to_timestamp(1700000000), 1, 500, to_timestamp(1700003600))`,
    [lot.bucket, lot.number],
  )
  await sql.query(
    `insert into clearance (bucket, lot_id, id, session_id, paid_fen, made_at, leave_by)
     values ($1, $2, 77, 5, 500, to_timestamp(1700002700), to_timestamp(1700003600))`,
    [lot.bucket, lot.number],
  )
  const told = await enrol(await aCode(lot))
  assert.match(told[0] ?? '', /1 inside/)
  const { inside, number, clock: at } = json(join(home, `agent-${lot.number}`, 'inside.json'))
  assert.equal(number, lot.number)
  assert.ok(Math.abs(at - Date.now()) < 60_000)
  assert.deepEqual(inside, [
    {
      ...{ session: '5', plate: '粤B12345', pass: false, colour: 'blue', entryLane: 1, standing: null },
      enteredAt: 1_700_000_000_000,
      clearances: [{ clearance: '77', paidFen: 500, paidAt: 1_700_002_700_000, leaveBy: 1_700_003_600_000 }],
      ...{ parts: [], vehicleClass: null },
    },
  ])
})

describe('a code that does not work', () => {
  test('is told by rule; the key stays for the right one', async () => {
    const lot = await aLot()
    await tells(() => enrol('3467-9ACD-EFGH'), /refused \(code-unknown\)/, /CODE: a code that was made here/)
    await tells(() => enrol('rubbish'), /refused \(bad-request\)/, /CODE: 12 of 3467/)
    assert.equal(modeOf(`${file}.key`), '600')
    const key = readFileSync(`${file}.key`, 'utf8')
    await enrol(await aCode(lot))
    assert.equal(json(file).agentSecret, key)
  })
  test('because another box has used it', async () => {
    const lot = await aLot()
    const code = await aCode(lot)
    await enrol(code)
    file = join(home, 'another.json')
    await tells(() => enrol(code), /refused \(code-used\)/, /CODE: a code makes one agent/)
  })
})

describe('an answer that does not come', () => {
  /** Stands before the cloud and does this with its answer. */
  async function before(answer: (server: Server, body: string) => 'lose' | { status: number; body: string }) {
    const server = createServer(async (request, response) => {
      const asked = await Array.fromAsync(request)
      const heard = await fetch(`${cloud.url}${request.url}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: Buffer.concat(asked as Buffer[]),
      })
      const given = answer(server, await heard.text())
      if (given === 'lose') response.destroy()
      else response.writeHead(given.status, { 'content-type': 'application/json' }).end(given.body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    return { url: `http://127.0.0.1:${port}`, close: () => new Promise((resolve) => server.close(resolve)) }
  }

  test('is asked for again by the same command, and it is one enrolment', async () => {
    const lot = await aLot()
    const code = await aCode(lot)
    const losing = await before(() => 'lose')
    await tells(() => enrol(code, losing.url), /gave no answer .*Run the same command again: it is done once/)
    await losing.close()
    const key = readFileSync(`${file}.key`, 'utf8')
    assert.equal(await isAgent(lot, key), true, 'the cloud has done it')
    await enrol(code)
    assert.equal(json(file).agentSecret, key)
    assert.equal(await isAgent(lot, key), true)
    const { rows } = await sql.query('select used_at from enrolment where lot_id = $1', [lot.number])
    assert.equal(rows.length, 1)
  })

  test('or comes from somebody who is no cloud of ours, and nothing is written', async () => {
    const lot = await aLot()
    const code = await aCode(lot)
    for (const [status, body] of [
      [200, '{"bucket":1}'],
      [200, 'null'],
      [502, '{"oops":true}'],
    ] as const) {
      const strange = await before(() => ({ status, body }))
      await tells(() => enrol(code, strange.url), new RegExp(`answered ${status}, and not as a Lanepay cloud does`))
      await strange.close()
    }
    assert.ok(!existsSync(join(home, `agent-${lot.number}`)))
    await tells(() => enrol(code, 'http://127.0.0.1:9'), /gave no answer/)
  })
})

test('a clock that is wrong, and a line that can be listened to, are said', async () => {
  const lot = await aLot()
  const answer = { bucket: 1, number: lot.number, lotName: 'x', brokerUrl: broker.url, lanes: [], inside: [] }
  const server = createServer((_, response) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ ...answer, clock: Date.now() - 300_000 })),
  )
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve))
  const { port } = server.address() as AddressInfo
  // Loopback by another name than those that are known to stay on this machine.
  const told = (await enrol('any', `http://127.0.0.2:${port}`)).join('\n')
  server.close()
  assert.match(told, /LOOK: this clock and the cloud's differ by (299|30[0-9]) s/)
  assert.match(told, /LOOK: http:.* is not https/)
})

test('an agent that runs here is not enrolled under its feet', async () => {
  const lot = await aLot()
  const code = await aCode(lot)
  const dir = join(home, `agent-${lot.number}`)
  mkdirSync(dir)
  // A process that is there, and is one of ours by its command line.
  const other = await lanepay(
    ['broker'],
    { LANEPAY_HOME: home, LANEPAY_CLOUD_URL: cloud.url, LANEPAY_BROKER_SECRET: 'x', LANEPAY_BROKER_PORT: '0' },
    /broker-started/,
  )
  writeFileSync(join(dir, 'running.json'), JSON.stringify({ pid: other.pid }))
  await tells(() => enrol(code), /runs here/)
  await other.end()
  await enrol(code)
  assert.equal(json(file).number, lot.number)
})
