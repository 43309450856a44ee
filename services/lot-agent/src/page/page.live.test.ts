import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Log, silentLog } from '@lanepay/domain/log.ts'
import { testLot } from '../fixtures.ts'
import type { DoneView, ErrorView, LogView, SessionStory, SessionsView, StateView } from './api.ts'
import { pageOf } from './fixtures.ts'
import { type LiveLot, pagePassword, startLiveLot, until } from './live-lot.testing.ts'
import { hashPassword } from './password.ts'
import { startLotPage } from './server.ts'
import { watchersAtMost } from './watchers.ts'

const by = '张师傅'
const reason = '看了照片'

/** A browser without its screen. */
function visitor(url: string) {
  let cookie = ''
  const send = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(url + path, { ...init, headers: { cookie, ...init.headers } })
    const set = response.headers.getSetCookie()[0]
    if (set) cookie = set.split(';')[0]!
    return response
  }
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  const json = async <T>(response: Promise<Response>) => {
    const answer = await response
    return { status: answer.status, body: (await answer.json()) as T & ErrorView }
  }
  return {
    send,
    signIn: (password = pagePassword) => json<object>(post('/api/sign-in', { password })),
    get: <T>(path: string) => json<T>(send(path)),
    post: <T>(path: string, body: unknown, headers?: Record<string, string>) => json<T>(post(path, body, headers)),
    do: (act: string, asked: object) => json<DoneView>(post(`/api/${act}`, { by, ...asked })),
    state: async () => (await json<StateView>(send('/api/state'))).body,
    find: async (plate: string) =>
      (await json<SessionsView>(send(`/api/sessions?plate=${encodeURIComponent(plate)}`))).body.sessions,
  }
}

describe('with the line to the cloud down all the while', () => {
  let lot: LiveLot
  let me: ReturnType<typeof visitor>
  before(async () => {
    lot = await startLiveLot()
    me = visitor(lot.url)
    assert.equal((await me.signIn()).status, 200)
  })
  after(() => lot.close())
  const exitLane = async () => (await me.state()).lanes[1]!
  /** In, and the agent has seen it go on: the two cameras post without waiting for each other. */
  const park = async (plateText: string) => {
    await lot.park(plateText)
    await until('the entry is empty', async () => (await me.state()).lanes[0]!.occupancy === null)
  }
  const toExit = async (plateText: string | null) => {
    lot.exit.vehicleArrives({ plateText, colour: plateText === null ? 'unknown' : 'blue' })
    await until('the page shows who stands at the exit', async () => (await exitLane()).occupancy !== null)
  }

  test('the state says so, and what waits to be told', async () => {
    await park('粤B00001')
    const { link, inside, lot: number } = await me.state()
    assert.equal(lot.agent.connected(), false)
    assert.equal(link.connected, false)
    assert.ok(link.lastSeq > 0)
    assert.equal(link.ackedSeq, 0)
    assert.deepEqual([inside, number], [1, 1])
  })

  test('cash at the exit: the gate opens, the car leaves, its story tells of it', async () => {
    await park('粤B12345')
    lot.clock.advance(70 * 60_000)
    await toExit('粤B12345')
    const { occupancy, shown, reads, arm } = await exitLane()
    assert.deepEqual([occupancy?.plate, occupancy?.owed?.owedFen, arm], ['粤B12345', 1000, 'down'])
    assert.deepEqual(shown?.lines, ['粤B12345', '停车1小时10分', '收费10元', '请扫码缴费'])
    assert.equal(reads[0]?.plate, '粤B12345')
    const session = occupancy!.session!.id
    assert.deepEqual(await me.do('cash', { session, paidFen: 1000 }), { status: 200, body: { gate: 'ordered' } })
    await until('the page shows the arm up', async () => (await exitLane()).arm === 'up')
    await lot.driveOut()
    await until('the page shows the lane empty', async () => (await exitLane()).occupancy === null)
    const { body } = await me.get<SessionStory>(`/api/sessions/${session}`)
    assert.deepEqual(
      body.story.map(({ kind }) => kind),
      ['entered', 'occupied', 'gate-opened', 'vacated', 'occupied', 'cash-taken', 'gate-opened', 'vacated', 'left'],
    )
    assert.equal(body.open, false)
  })

  test('a picture of what stands there, and of the stay', async () => {
    await park('粤B55555')
    lot.clock.advance(10 * 60_000)
    await toExit('粤B55555')
    let picture: string | null = null
    await until('the read has its picture', async () => {
      picture = (await exitLane()).reads[0]?.picture ?? null
      return picture !== null
    })
    const response = await me.send(`/api/pictures/${picture}`)
    assert.equal(response.headers.get('content-type'), 'image/jpeg')
    assert.deepEqual([...new Uint8Array(await response.arrayBuffer()).subarray(0, 2)], [0xff, 0xd8])
    const [session] = await me.find('55555')
    const { body } = await me.get<SessionStory>(`/api/sessions/${session!.id}`)
    assert.deepEqual(
      body.pictures.map(({ lane }) => lane),
      [1, 2],
    )
    assert.equal((await me.do('cash', { session: session!.id, paidFen: 500 })).status, 200)
    await lot.driveOut()
  })

  test('a misread plate is put right: the car that stands at the exit is known and can pay', async () => {
    await park('粤B8888D')
    lot.clock.advance(10 * 60_000)
    await toExit('粤B88880')
    assert.equal((await exitLane()).occupancy?.session, null)
    const offered = (await exitLane()).occupancy?.mayBe
    assert.equal(offered?.plate, '粤B8888D')
    const session = offered!.id
    assert.equal((await me.do('correct', { session, reason, plate: '粤B88880' })).status, 200)
    assert.equal((await exitLane()).occupancy?.session?.id, session)
    const paid = await me.do('cash', { session, paidFen: 500 })
    assert.equal(paid.body.gate, 'ordered', JSON.stringify(paid))
    await lot.driveOut()
  })

  test('opens with a reason for a car that nobody knows; the log says who and why', async () => {
    await toExit('京A99999')
    assert.deepEqual(await me.do('open', { lane: 2, reason: '特种车辆' }), { status: 200, body: { gate: 'ordered' } })
    await lot.driveOut()
    const { body } = await me.get<LogView>('/api/log?kind=gate-opened')
    const [newest] = body.events
    assert.deepEqual(newest?.kind === 'gate-opened' && newest.cause, { kind: 'attendant', by, reason: '特种车辆' })
  })

  test('a stay that should not be is ended', async () => {
    await park('沪A05070')
    const [session] = await me.find('05070')
    assert.equal((await me.do('void', { session: session!.id, reason })).status, 200)
    assert.deepEqual(await me.find('05070'), [])
    const again = await me.do('void', { session: session!.id, reason })
    assert.deepEqual([again.status, again.body.code, again.body.field], [409, 'session-ended', 'session'])
  })

  test('a gate that stays silent is shown as silent', async () => {
    lot.exit.fault({ kind: 'gate-silent', times: 3 })
    await toExit('京A77777')
    await me.do('open', { lane: 2, reason })
    await until('the page says that the gate is silent', async () => (await exitLane()).occupancy?.gate === 'silent')
    lot.exit.clearFaults()
    lot.exit.vehicleTurnsBack()
    await until('the lane is empty', async () => (await exitLane()).occupancy === null)
  })

  test('whoever watches is told of every change by itself, and of nothing when there is none', async () => {
    const abort = new AbortController()
    const response = await me.send('/api/events', { signal: abort.signal })
    assert.equal(response.headers.get('content-type'), 'text/event-stream')
    const states: StateView[] = []
    const reading = (async () => {
      let text = ''
      for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
        text += part
        const events = text.split('\n\n')
        text = events.pop()!
        for (const event of events) {
          const data = /^data: (.*)$/m.exec(event)?.[1]
          if (data !== undefined) states.push(JSON.parse(data) as StateView)
        }
      }
    })().catch((error: Error) => assert.equal(error.name, 'AbortError'))
    await until('the first state comes at once', () => states.length === 1)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    assert.equal(states.length, 1, 'nothing happened')
    lot.exit.vehicleArrives({ plateText: '京A66666', colour: 'blue' })
    await until('the car is told of', () => states.at(-1)?.lanes[1]?.occupancy?.plate === '京A66666')
    lot.exit.vehicleTurnsBack()
    await until('that it has gone is told of', () => states.at(-1)?.lanes[1]?.occupancy === null)
    abort.abort()
    await reading
  })

  test('no line of the process log has a plate or a person in it', () => {
    assert.ok(lot.logged.some(({ event }) => event === 'page-act'))
    for (const { event, line } of lot.logged)
      if (event.startsWith('page-')) assert.doesNotMatch(line, /[A-Z]\d{5}|张师傅|粤B|"session"/, line)
  })
})

describe('a lot with booths, with the line to the cloud down all the while', () => {
  let lot: LiveLot
  let me: ReturnType<typeof visitor>
  before(async () => {
    lot = await startLiveLot({ booths: [{ id: 1, name: '东门岗亭', shifts: true }] })
    me = visitor(lot.url)
    await me.signIn()
  })
  after(() => lot.close())
  const booth = async () => (await me.state()).booths[0]!

  test('no cash without a shift; with one it is taken, given back and handed over, and only then is said what it should hold', async () => {
    await lot.park('粤B31000')
    lot.clock.advance(70 * 60_000)
    const [stay] = await me.find('31000')
    const cash = { session: stay!.id, paidFen: 1000, booth: 1, givenFen: 5000, changeFen: 4000 }
    assert.deepEqual((await me.do('cash', cash)).body.code, 'no-shift')
    assert.equal((await me.do('open-shift', { booth: 1, floatFen: 20_000 })).status, 200)
    const { shift } = await booth()
    assert.equal(shift?.attendant, by)
    assert.equal((await me.do('cash', { ...cash, changeFen: 4001 })).body.code, 'change-wrong')
    assert.equal((await me.do('cash', cash)).status, 200)
    assert.equal((await me.do('give-back', { session: stay!.id, amountFen: 1001, reason, booth: 1 })).status, 409)
    assert.equal((await me.do('give-back', { session: stay!.id, amountFen: 400, reason, booth: 1 })).status, 200)
    // Nothing that a page is told says what the drawer should hold.
    assert.deepEqual(await booth(), { id: 1, name: '东门岗亭', shifts: true, shift })
    assert.deepEqual(await me.do('hand-over', { booth: 1, to: '李师傅', countedFen: 20_500 }), {
      status: 200,
      body: { gate: null, handedOver: { expectedFen: 20_600, overFen: -100 } },
    })
    assert.equal((await booth()).shift, null)
    const { body } = await me.get<LogView>('/api/log?kind=shift-handed-over')
    assert.equal(body.events.length, 1)
  })
})

describe('who may look', () => {
  let lot: LiveLot
  before(async () => {
    lot = await startLiveLot()
  })
  after(() => lot.close())

  test('without the password: the page itself, and nothing behind it', async () => {
    const stranger = visitor(lot.url)
    const page = await stranger.send('/')
    assert.equal(page.status, 200)
    assert.match(await page.text(), /<div id="page">/)
    for (const path of ['state', 'events', 'sessions', 'sessions/1', 'log', 'pictures/1-1-1'])
      assert.deepEqual([path, (await stranger.get(`/api/${path}`)).status], [path, 401])
    for (const act of ['open', 'cash', 'correct', 'void', 'sign-out'])
      assert.deepEqual([act, (await stranger.do(act, {})).status], [act, 401])
  })

  test('a made-up cookie is nobody, and signing out ends it', async () => {
    const forged = await fetch(`${lot.url}/api/state`, { headers: { cookie: `lot_page=${'A'.repeat(43)}` } })
    assert.equal(forged.status, 401)
    const me = visitor(lot.url)
    await me.signIn()
    assert.equal((await me.get('/api/state')).status, 200)
    assert.equal((await me.post('/api/sign-out', {})).status, 200)
    assert.equal((await me.get('/api/state')).status, 401)
  })

  test('the cookie is for this page alone, and no script reads it', async () => {
    const response = await fetch(`${lot.url}/api/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ password: pagePassword }),
    })
    assert.match(response.headers.getSetCookie()[0]!, /^lot_page=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
  })

  test('every answer forbids frames, foreign scripts and guessing of types', async () => {
    for (const path of ['/', '/api/state', '/nowhere']) {
      const { headers } = await fetch(lot.url + path)
      const policy = headers.get('content-security-policy') ?? ''
      assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/)
      assert.match(policy, /frame-ancestors 'none'$/)
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
      assert.equal(headers.get('x-frame-options'), 'DENY')
    }
    const html = await (await fetch(lot.url)).text()
    assert.doesNotMatch(html, /https?:\/\/|<script>|<style|style=/)
  })
})

describe('bad input: code, field, rule and the right status', () => {
  let lot: LiveLot
  let me: ReturnType<typeof visitor>
  before(async () => {
    lot = await startLiveLot()
    me = visitor(lot.url)
    await me.signIn()
  })
  after(() => lot.close())

  const gets: [string, number, string, string][] = [
    ['/nowhere', 404, 'unknown-path', 'path'],
    ['/api', 404, 'unknown-path', 'path'],
    ['/api/nothing', 404, 'unknown-path', 'path'],
    ['/api/state/1', 404, 'unknown-path', 'path'],
    ['/api/log/1/2', 404, 'unknown-path', 'path'],
    ['/api/open', 405, 'wrong-method', 'method'],
    ['/api/sign-in', 405, 'wrong-method', 'method'],
    ['/api/sessions/404', 404, 'no-session', 'session'],
    ['/api/sessions/x', 404, 'no-session', 'session'],
    [`/api/sessions?plate=${'A'.repeat(21)}`, 400, 'bad-request', 'plate'],
    ['/api/sessions?after=1', 400, 'bad-request', 'after'],
    ["/api/sessions?after=1.1'--", 400, 'bad-request', 'after'],
    ['/api/log?kind=nothing', 400, 'bad-request', 'kind'],
    ['/api/log?kind=', 400, 'bad-request', 'kind'],
    ['/api/log?before=0', 400, 'bad-request', 'before'],
    ['/api/log?before=1e9', 400, 'bad-request', 'before'],
    ['/api/log?before=-1', 400, 'bad-request', 'before'],
    ['/api/pictures/nothing', 404, 'no-picture', 'picture'],
    ['/api/pictures/..%2Flot.sqlite', 404, 'no-picture', 'picture'],
  ]
  for (const [path, status, code, field] of gets)
    test(`GET ${path} is ${status} ${code}`, async () => {
      const { status: got, body } = await me.get(path)
      assert.deepEqual([got, body.code, body.field], [status, code, field])
      assert.notEqual(body.rule, '')
    })

  const posts: [string, string, unknown, Record<string, string>, number, string, string][] = [
    ['no JSON', '/api/open', '{', {}, 400, 'bad-request', 'body'],
    ['no JSON to sign in with', '/api/sign-in', '{', {}, 400, 'bad-request', 'body'],
    ['a password that is a number', '/api/sign-in', { password: 1 }, {}, 400, 'bad-request', 'password'],
    ['an endless password', '/api/sign-in', { password: 'a'.repeat(201) }, {}, 400, 'bad-request', 'password'],
    [
      'a form',
      '/api/open',
      'lane=2',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'not-json',
      'content-type',
    ],
    [
      'text, as a page elsewhere can send',
      '/api/open',
      '{}',
      { 'content-type': 'text/plain' },
      415,
      'not-json',
      'content-type',
    ],
    ['from a page elsewhere', '/api/open', {}, { origin: 'http://evil.example.com' }, 403, 'foreign-page', 'origin'],
    ['from a page without a name', '/api/open', {}, { origin: 'null' }, 403, 'foreign-page', 'origin'],
    ['20 kB', '/api/open', { lane: 2, by, reason: 'a'.repeat(20_000) }, {}, 413, 'too-large', 'body'],
    ['to what is only read', '/api/state', {}, {}, 405, 'wrong-method', 'method'],
    ['to the page', '/', {}, {}, 405, 'wrong-method', 'method'],
    ['to nothing', '/api/pay', {}, {}, 404, 'unknown-path', 'path'],
    ['a lane that is not there', '/api/open', { lane: 9, by, reason }, {}, 404, 'lane-unknown', 'lane'],
    ['an empty lane', '/api/open', { lane: 2, by, reason }, {}, 409, 'lane-empty', 'lane'],
    ['cash for nobody', '/api/cash', { session: '404', by, paidFen: 1 }, {}, 404, 'no-session', 'session'],
    [
      'not a plate for nobody',
      '/api/correct',
      { session: '404', by, reason, plate: '' },
      {},
      400,
      'bad-request',
      'plate',
    ],
  ]
  for (const [what, path, body, headers, status, code, field] of posts)
    test(`POST ${path}, ${what}: ${status} ${code}`, async () => {
      const answer = await me.post(path, body, headers)
      assert.deepEqual([answer.status, answer.body.code, answer.body.field], [status, code, field])
      assert.notEqual(answer.body.rule, '')
    })

  test('an address that is none does not end the agent', async () => {
    const status = await new Promise((resolve, reject) => {
      const { hostname, port } = new URL(lot.url)
      http
        .request({ hostname, port, path: '//' }, (response) => resolve(response.statusCode))
        .on('error', reject)
        .end()
    })
    assert.equal(status, 404)
    assert.equal((await me.get('/api/state')).status, 200)
  })

  test('one more than may watch is told so, and may once another has gone', async () => {
    const aborts: AbortController[] = []
    // Held to the end: a response that nobody holds any more is closed by `fetch` itself, and makes room.
    const held: Response[] = []
    const watch = async () => {
      const abort = new AbortController()
      aborts.push(abort)
      const response = await me.send('/api/events', { signal: abort.signal })
      held.push(response)
      return response.status
    }
    for (let i = 0; i < watchersAtMost; i++) assert.equal(await watch(), 200)
    assert.equal(await watch(), 503)
    aborts[0]!.abort()
    await until('there is room again', async () => (await watch()) === 200)
    for (const abort of aborts) abort.abort()
    assert.ok(held.length >= watchersAtMost + 2)
  })

  test('whoever is signed out while watching hears no more', async () => {
    const other = visitor(lot.url)
    await other.signIn()
    const response = await other.send('/api/events')
    await other.post('/api/sign-out', {})
    let ended = false
    void (async () => {
      for await (const _ of response.body!);
      ended = true
    })()
    await until('the line ends', () => ended)
  })
})

describe('the door', () => {
  const rented: { close(): unknown }[] = []
  after(async () => {
    for (const one of rented.reverse()) await one.close()
  })
  const open = async (over: Partial<Parameters<typeof startLotPage>[0]> = {}) => {
    const lot = testLot()
    const dir = mkdtempSync(join(tmpdir(), 'lanepay-door-'))
    const page = await startLotPage({
      settings: { host: '127.0.0.1', port: 0, password: hashPassword(pagePassword) },
      page: pageOf(lot).page,
      dir,
      log: silentLog,
      ...over,
    })
    rented.push({ close: () => rmSync(dir, { recursive: true, force: true }) }, lot)
    if (page) rented.push(page)
    return page
  }

  test('a client from outside the lot’s network gets nothing, not even the page', async () => {
    for (const address of ['8.8.8.8', '::ffff:203.0.113.7', '2001:db8::1', undefined]) {
      const page = await open({ addressOf: () => address })
      const me = visitor(page!.url)
      for (const path of ['/', '/api/state']) {
        const { status, body } = await me.get(path)
        assert.deepEqual([status, body.code], [403, 'not-near'], String(address))
      }
      assert.equal((await me.signIn()).status, 403)
    }
  })
  test('what a header says of the client is not believed', async () => {
    const page = await open({ addressOf: () => '8.8.8.8' })
    const response = await fetch(page!.url, { headers: { 'x-forwarded-for': '192.168.1.5', 'x-real-ip': '127.0.0.1' } })
    assert.equal(response.status, 403)
  })
  test('five wrong passwords: that client waits, even with the right one; another does not', async () => {
    let address = '192.168.1.5'
    const page = await open({ addressOf: () => address })
    const me = visitor(page!.url)
    for (let i = 0; i < 5; i++) {
      const wrong = await me.signIn('the wrong password')
      assert.deepEqual([wrong.status, wrong.body.code], [401, 'wrong-password'])
    }
    const response = await me.send('/api/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ password: pagePassword }),
    })
    assert.equal(response.status, 429)
    const seconds = Number(response.headers.get('retry-after'))
    assert.ok(seconds > 0 && seconds <= 60, `${seconds} s`)
    address = '192.168.1.6'
    assert.equal((await me.signIn()).status, 200)
  })
  test('a hundred passwords at once are five', async () => {
    const page = await open()
    const answers = await Promise.all(Array.from({ length: 100 }, () => visitor(page!.url).signIn('the wrong one')))
    assert.deepEqual(
      [401, 429].map((status) => answers.filter((answer) => answer.status === status).length),
      [5, 95],
    )
  })

  const offs: [string, () => Parameters<typeof startLotPage>[0]['settings'], RegExp][] = [
    ['without settings', () => undefined, /docs\/lot-page\.md/],
    [
      'with a password that was not found',
      () => ({ host: '127.0.0.1', port: 0, password: { todo: 'set the environment variable PAGE' } }),
      /set the environment variable PAGE/,
    ],
  ]
  for (const [when, settings, todo] of offs)
    test(`${when} the page is off, and the log says what to do`, async () => {
      const lines: string[] = []
      const log: Log = (level, event, facts) => void lines.push(JSON.stringify({ level, event, ...facts }))
      assert.equal(await open({ settings: settings(), log }), null)
      assert.equal(lines.length, 1)
      assert.match(lines[0]!, /"page-off"/)
      assert.match(lines[0]!, todo)
    })
  test('on a port that is taken the page is off, and the lot goes on', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as { port: number }
    const lot = await startLiveLot({ page: { host: '127.0.0.1', port, password: hashPassword(pagePassword) } })
    assert.equal(lot.agent.pageUrl, null)
    assert.ok(lot.logged.some(({ line }) => /page-off.*page\.port/.test(line)))
    await lot.park('粤B12345')
    await lot.close()
    other.close()
  })
})
