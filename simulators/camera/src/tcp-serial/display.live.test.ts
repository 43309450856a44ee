import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type TcpSerialOptions, tcpSerialDisplay } from '@lanepay/devices/tcp-serial/display.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { BoardName } from '../board/board.ts'
import { startTcpSerialSimulator } from './simulator.ts'

let ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends) await end()
  ends = []
})

async function aDisplay(board: BoardName, options: Partial<TcpSerialOptions> = {}, answerMs = 10) {
  const screen = await startTcpSerialSimulator({ board, answerMs })
  const heard: string[] = []
  const links: string[] = []
  const display = tcpSerialDisplay(
    {
      host: '127.0.0.1',
      port: screen.port,
      board: { protocol: board },
      answerWithinMs: 300,
      firstPauseMs: 20,
      mostPauseMs: 100,
      ...options,
    },
    { heard: (what) => heard.push(what), link: (state, because) => links.push(`${state}: ${because}`) },
  )
  ends = [() => display.close(), () => screen.close()]
  await until(() => links.length > 0)
  return { screen, display, heard, links }
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!isSo()) {
    assert.ok(performance.now() < deadline, 'in time')
    await sleep(5)
  }
}

test("the board's answers are heard", async () => {
  const { display, heard } = await aDisplay('jinjie')
  await display.show(['一'])
  await display.say('一')
  assert.deepEqual(heard, [...Array(4).fill('board accepted 0x62'), 'board accepted 0x30'])
})

test('answers in single bytes are answers', async () => {
  const { screen, display } = await aDisplay('jinjie')
  screen.cutAnswers = true
  assert.equal(await display.show(['一']), 'told')
})

test('what the board refuses it does not show', async () => {
  const { screen, display, heard } = await aDisplay('jinjie')
  screen.refuseNext(4)
  assert.equal(await display.show(['一']), 'unreached')
  assert.deepEqual(heard, Array(4).fill('board refused 0x62'))
  screen.refuseNext(1)
  assert.equal(await display.show(['一', '二']), 'unsure')
  assert.deepEqual(screen.display(), ['', '二'])
})

test('each frame goes out when the one before was answered, not later', async () => {
  const { screen, display } = await aDisplay('jinjie', { answerWithinMs: 10_000 }, 20)
  const since = performance.now()
  assert.equal(await display.show(['一', '二', '三', '四']), 'told')
  assert.ok(performance.now() - since < 10_000)
  assert.deepEqual([screen.frames().length, screen.refusals()], [4, []])
})

test('a board of which no answer is known has its time before the next frame', async () => {
  const { screen, display } = await aDisplay('fk', { answerWithinMs: 150 }, 100)
  await display.show(['一'])
  const since = performance.now()
  await display.say('请通行')
  assert.ok(performance.now() - since >= 100, 'the second waited for the time of the first')
  await until(() => screen.frames().length === 2)
  assert.deepEqual(screen.refusals(), [])
})

test('a board that is silent is unsure, and after three frames a new line is tried', async () => {
  const { screen, display, links } = await aDisplay('jinjie')
  screen.setBoardConnected(false)
  assert.equal(await display.say('一'), 'unsure')
  assert.deepEqual(links, ['up: connected'])
  const probe = await display.probe()
  assert.ok(!probe.ok && probe.error.code === 'no-answer')
  assert.equal(await display.say('一'), 'unsure')
  await until(() => links.length === 3)
  assert.deepEqual(links, ['up: connected', 'down: the board is silent', 'up: connected'])
  screen.setBoardConnected(true)
  assert.equal(await display.say('二'), 'told')
  assert.equal(screen.said(), '二')
})

test('noise on the line is no answer', async () => {
  const { screen, display, heard } = await aDisplay('jinjie')
  screen.setBoardConnected(false)
  const said = display.say('一')
  screen.send(Buffer.from('0064ffff620100000064ffff', 'hex'))
  assert.equal(await said, 'unsure')
  assert.deepEqual(heard, [])
})

test('bytes of a board whose answers are not known are reported as they are', async () => {
  const { screen, heard } = await aDisplay('fk')
  screen.send(Buffer.from('aa5501', 'hex'))
  await until(() => heard.length === 1)
  assert.deepEqual(heard, ['3 bytes: aa5501'])
})

test('the clock is set when the line comes up, where the lot wants it', async () => {
  const clock = { now: () => Date.parse('2026-07-15T10:20:30+08:00') as Instant }
  const { screen } = await aDisplay('jinjie', { setsClock: true, clock })
  const frames = () => screen.frames().map((frame) => frame.toString('hex'))
  await until(() => frames().length === 1)
  screen.setNetwork('down')
  screen.setNetwork('up')
  await until(() => frames().length === 2)
  assert.deepEqual(frames(), Array(2).fill('0064ffff0508ea07070f030a141e35f8'))
})

test('nobody listens: unreachable, and said once', async () => {
  const { screen, display, links } = await aDisplay('jinjie')
  screen.setNetwork('down')
  await until(() => links.length === 2)
  await sleep(200)
  assert.equal(links.length, 2)
  const probe = await display.probe()
  assert.deepEqual(!probe.ok && probe.error, { code: 'unreachable', because: 'ECONNREFUSED' })
})

const wrong: readonly Partial<TcpSerialOptions>[] = [
  { port: 0 },
  { answerWithinMs: 0 },
  { board: { protocol: 'fk' }, setsClock: true },
]
for (const options of wrong)
  test(`refused: ${JSON.stringify(options)}`, () => {
    const usual = { host: '127.0.0.1', port: 1, board: { protocol: 'jinjie' } } as const
    assert.throws(() => tcpSerialDisplay({ ...usual, ...options }, { heard() {}, link() {} }), RangeError)
  })
