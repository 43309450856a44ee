import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import {
  hikvision,
  hikvisionLogin,
  type TestLane,
  vzlprHttp,
  vzlprTcp,
} from '@lanepay/lot-agent/equipment/lanes.testing.ts'
import type { LaneSimulator } from '@lanepay/simulator-camera/lane.ts'
import { startTcpSerialSimulator, type TcpSerialSimulator } from '@lanepay/simulator-camera/tcp-serial/simulator.ts'
import { freePort } from '@lanepay/simulator-wire/free-port.testing.ts'

/* The command as an installer calls it, against simulated equipment. */

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const example = JSON.parse(readFileSync(new URL('../../../docs/examples/agent.json', import.meta.url), 'utf8'))
let home: string
let lanes: TestLane[]
let sims: LaneSimulator[]
let screen: TcpSerialSimulator
let plan: Record<string, unknown> & { lanes: Record<string, unknown>[] }
before(async () => {
  home = mkdtempSync(join(tmpdir(), 'lanepay-check-'))
  const [clock, cameraPort] = [new SimulatedClock(), await freePort()]
  const kinds = [vzlprHttp, vzlprTcp, hikvision('stream')]
  lanes = await Promise.all(
    kinds.map((kind, i) => kind.make({ id: i + 1, direction: i === 0 ? 'entry' : 'exit', clock, cameraPort })),
  )
  sims = await Promise.all(lanes.map((lane) => lane.start()))
  screen = await startTcpSerialSimulator({ board: 'jinjie', answerMs: 5 })
  const display = { by: 'tcp-serial', host: '127.0.0.1', port: screen.port, board: 'jinjie' }
  plan = {
    ...example,
    cameraHost: '127.0.0.1',
    cameraPort,
    cameraKey: 'the key of the cameras in the tests',
    lanes: lanes.map(({ plan: lane }) => (lane.id === 3 ? { ...lane, display } : lane)),
  }
})
after(async () => {
  await Promise.all([...sims.map((sim) => sim.close()), ...lanes.map((lane) => lane.close()), screen.close()])
  rmSync(home, { recursive: true, force: true })
})

/** With the plan changed in one lane, or as it is. */
function check(
  args: readonly string[],
  change: { readonly lane?: number; readonly to?: object } = {},
  typed: string | null = null,
) {
  const file = join(home, 'agent.json')
  const changed = plan.lanes.map((lane) => (lane.id === change.lane ? { ...lane, ...change.to } : lane))
  writeFileSync(file, JSON.stringify({ ...plan, lanes: changed }))
  const child = spawn(process.execPath, [main, 'agent', 'check', file, '--wait', '3', ...args], {
    env: { ...process.env, LANEPAY_HOME: home, LANG: 'C.UTF-8', LC_ALL: '' },
  })
  if (typed !== null) child.stdin.write(`${typed}\n`)
  child.stdin.end()
  let [out, err] = ['', '']
  child.stdout.on('data', (bytes) => {
    out += bytes
  })
  child.stderr.on('data', (bytes) => {
    err += bytes
  })
  return new Promise<{ status: number | null; out: string; err: string }>((resolve) =>
    child.on('close', (status) => {
      assert.equal(`${out}${err}`.includes(hikvisionLogin.password), false, 'a password is never printed')
      resolve({ status, out, err })
    }),
  )
}
const pulses = () => sims.map((sim) => sim.state().pulses)
const rowOf = (out: string, lane: string, device: string) =>
  out.split('\n').find((line) => line.startsWith(lane) && line.includes(device)) ?? ''

describe('the commissioning sheet', () => {
  test('says of every device whether it answers, who it is and how its clock is, and opens nothing', async () => {
    const { status, out, err } = await check([])
    assert.equal(err, '')
    assert.equal(status, 0, out)
    assert.match(rowOf(out, '1 入口', '摄像机'), /vzlpr-http +主动上报 +正常 +http-1/)
    assert.match(rowOf(out, '2 出口', '摄像机'), /vzlpr-tcp +127\.0\.0\.1:\d+ +正常 +tcp-2 .*-?\d\.\d s$/)
    assert.match(
      rowOf(out, '3 出口', '摄像机'),
      /hikvision +http:\/\/127\.0\.0\.1:\d+ +正常 +08:cc:81:77:93:03\/1 +V\S+ .*\d s$/,
    )
    assert.match(rowOf(out, '3 出口', '显示屏'), /jinjie +127\.0\.0\.1:\d+ +正常/)
    assert.match(rowOf(out, '2 出口', '道闸'), /output 1 +经摄像机 +未测试/)
    assert.deepEqual(pulses(), [0, 0, 0])
  })
  test('in English, where it is asked for', async () => {
    const { out } = await check(['--lang', 'en'])
    assert.match(rowOf(out, '1 entry', 'camera'), /posts to us +answers/)
  })
  const wrong: [string, { lane: number; to: (lane: Record<string, unknown>) => object }, string, string, RegExp][] = [
    [
      'a wrong password',
      { lane: 3, to: (lane) => ({ camera: { ...(lane.camera as object), password: 'mistyped' } }) },
      '3 出口',
      '摄像机',
      /用户名或密码错误/,
    ],
    [
      'another camera at its address',
      { lane: 2, to: (lane) => ({ camera: { ...(lane.camera as object), serial: 'meant' } }) },
      '2 出口',
      '摄像机',
      /不是方案中的设备 .*is tcp-2, not meant/,
    ],
    [
      'another camera that posts',
      { lane: 1, to: (lane) => ({ camera: { ...(lane.camera as object), serial: 'meant' } }) },
      '1 入口',
      '摄像机',
      /不是方案中的设备 .*calls itself http-1, the plan meant/,
    ],
    [
      'nobody there',
      { lane: 2, to: (lane) => ({ camera: { ...(lane.camera as object), port: 9 } }) },
      '2 出口',
      '摄像机',
      /无法连接/,
    ],
    [
      'a relay that is not there',
      { lane: 1, to: () => ({ gate: { by: 'http', method: 'GET', url: 'http://127.0.0.1:9/on' } }) },
      '1 入口',
      '道闸',
      /无法连接/,
    ],
  ]
  for (const [what, { lane, to }, row, device, expected] of wrong)
    test(`ends with 1 and names ${what}`, async () => {
      const { status, out } = await check([], { lane, to: to(plan.lanes[lane - 1]!) })
      assert.equal(status, 1, out)
      assert.match(rowOf(out, row, device), expected)
    })
  test('a plan with mistakes of every sort is told all of them at once, and no device is tried', async () => {
    const file = join(home, 'wrong.json')
    const { tariff } = plan
    const areas = [{ name: '地库', tariff: { ...(tariff as object), timeZone: 'Mars/Olympus' } }]
    const twins = [plan.lanes[0]!, { ...plan.lanes[1], id: 1 }]
    writeFileSync(file, JSON.stringify({ ...plan, cameraKey: 'short', lanes: twins, areas, tariff: { plans: 7 } }))
    const child = spawn(process.execPath, [main, 'agent', 'check', file], {
      env: { ...process.env, LANEPAY_HOME: home, LANG: 'en_GB.UTF-8', LC_ALL: '' },
    })
    const said: string = await new Promise((resolve) => {
      let text = ''
      child.stderr.on('data', (bytes) => {
        text += bytes
      })
      child.on('close', () => resolve(text))
    })
    for (const one of [
      /\/cameraKey: /,
      /\/lanes\/1\/id: lane 1 is there twice/,
      /\/tariff\/plans: \[wrong-type\] The wrong kind of value/,
      /\/tariff\/timeZone: \[missing\]/,
      /\/areas\/0\/tariff\/timeZone: \[unknown-time-zone\]/,
    ])
      assert.match(said, one)
  })
  test('a clock that is hours off is no device as it should be', async () => {
    sims[1]!.setClockOffMs(-8 * 3_600_000)
    const { status, out } = await check([])
    sims[1]!.setClockOffMs(0)
    assert.equal(status, 1)
    assert.match(rowOf(out, '2 出口', '摄像机'), /时钟错误 .* -28(?:799|80\d)\.\d s$/)
  })
})

describe('the gate of one lane', () => {
  for (const lane of [1, 2, 3])
    test(`lane ${lane} is opened once, when its number was typed`, async () => {
      const before = pulses()
      const { status, out } = await check(['--open', String(lane)], {}, String(lane))
      assert.equal(status, 0, out)
      assert.match(rowOf(out, `${lane} `, '道闸'), /已发开闸脉冲/)
      assert.deepEqual(
        pulses(),
        before.map((count, i) => (i === lane - 1 ? count + 1 : count)),
      )
    })
  test('or when it was said that nobody need type it', async () => {
    const before = pulses()
    assert.equal((await check(['--open', '2', '--yes'])).status, 0)
    assert.equal(pulses()[1], before[1]! + 1)
  })
  for (const [what, typed] of [
    ['another number', '3'],
    ['nothing', ''],
    ['the end of the input', null],
  ] as const)
    test(`stays shut for ${what}`, async () => {
      const before = pulses()
      const { status, err } = await check(['--open', '2'], {}, typed)
      assert.equal(status, 1)
      assert.match(err, /Lane 2 was not opened/)
      assert.deepEqual(pulses(), before)
    })
  test('of a lane that is not there is refused', async () => {
    const { status, err } = await check(['--open', '9', '--yes'])
    assert.equal(status, 1)
    assert.match(err, /has no lane 9/)
  })
})

for (const [what, args, expected] of [
  ['no file', [], /lanepay agent check FILE/],
  ['an option nobody knows', ['x.json', '--opne', '2'], /Unknown option '--opne'/],
  ['a language nobody speaks', ['x.json', '--lang', 'fr'], /--lang fr: zh-CN or en/],
] as const)
  test(`${what} is told how it is written`, async () => {
    const child = spawn(process.execPath, [main, 'agent', 'check', ...args])
    let err = ''
    child.stderr.on('data', (bytes) => {
      err += bytes
    })
    const status = await new Promise((resolve) => child.on('close', resolve))
    assert.equal(status, 1)
    assert.match(err, expected)
  })
