import { type ChildProcess, fork } from 'node:child_process'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { provision } from '@lanepay/cloud/lot/provision.ts'
import { testDatabase } from '@lanepay/database/testing.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { signOf } from '@lanepay/lot-systems/bolink/sign.ts'
import { type Figure, quantile } from './figures.ts'
import { houseKey } from './keys.ts'
import { nowMs, type PollsAsked, type PollsOrder, type PollsTold } from './polls-process.ts'

const key = '8403A41ED5EF20BC'
const unionId = '200208'
/** So many messages are under way at once: a lot's hands are measured, not a queue of ours. */
const atOnce = 8

type Measured = {
  readonly p99Ms: number
  readonly bytesPerPoll: number
  readonly deliveredPerCoreSecond: number
  /** Each message that came, as often as it came. */
  readonly came: readonly number[]
}

/**
 * From the commit of a message to the hands of its lot, at the 99th percentile, against a bare server of long polls: each holds one open poll of
 * every computer, and messages go to lots at random, to the one and the other in turns. Beside it what a poll costs in memory, and how
 * many messages a second of a core delivers.
 */
export async function polls({ computers = 5_000, messages = 4_000, turns = 4 } = {}): Promise<Figure> {
  return (await measurePolls({ computers, messages, turns })).figure
}

export async function measurePolls(size: {
  readonly computers: number
  readonly messages: number
  readonly turns: number
}) {
  const { computers, messages, turns } = size
  const data = await testDatabase()
  const lots = Array.from({ length: computers }, (_, n) => ({ bucket: n % 256, lotId: n + 1 }))
  for (const lot of lots) await provision(data.database, planOf(lot), systemClock.now(), Buffer.from(houseKey))
  const servers: Awaited<ReturnType<typeof aServer>>[] = []
  try {
    const shipped = await aServer({ connection: data.connection })
    servers.push(shipped)
    const bare = await aServer({ connection: null })
    servers.push(bare)
    await shipped.open(lots, (lot) => login(shipped.url, lot.lotId))
    await bare.open(lots, async (lot) => String(lot.lotId))
    // In turns, so that a busy machine slows both alike.
    for (let turn = 0; turn < turns; turn++)
      for (const server of [shipped, bare]) await server.send(lots, Math.ceil(messages / turns))
    const [own, other] = [shipped.measured(computers), bare.measured(computers)]
    for (const [name, { p99Ms, bytesPerPoll, deliveredPerCoreSecond }] of [
      ['shipped', own],
      ['bare', other],
    ] as const)
      console.log(
        `${name}: ${computers} polls, ${(bytesPerPoll / 1024).toFixed(1)} KiB each; ${deliveredPerCoreSecond.toFixed(0)} messages per core-second; p99 ${p99Ms.toFixed(1)} ms`,
      )
    return { own, other, figure: { figure: own.p99Ms / other.p99Ms, bar: 2, atMost: true } satisfies Figure }
  } finally {
    for (const server of servers) await server.close()
    await data.close()
  }
}

const planOf = ({ bucket, lotId }: { readonly bucket: number; readonly lotId: number }) => ({
  ...{ bucket, number: lotId, name: `车场 ${lotId}`, platformFeeBasisPoints: 100, accounts: [] },
  operator: { id: '1', name: '阳光物业' },
  lanes: [{ id: 1, name: '出口', direction: 'exit' as const, channel: 'B1' }],
  bolink: { unionId, parkId: String(lotId), key },
})

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
const post = (url: string, body: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const asked = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json' } }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => (text += part))
      answer.on('end', () => resolve(text)).on('error', reject)
    })
    asked.on('error', reject).end(body)
  })

async function login(url: string, lotId: number): Promise<string> {
  const data = JSON.stringify({ union_id: unionId, park_id: String(lotId), local_id: `box-${lotId}` })
  const text = await post(
    `${url}/bpd/upload.do`,
    `{"service_name":"login","sign":"${signOf(data, key)}","data":${data}}`,
  )
  const { token } = JSON.parse(text) as { token?: string }
  if (token === undefined) throw new Error(`lot ${lotId} was not let in: ${text}`)
  return token
}

/** A server in a process of its own, and the computers that poll it from here. */
async function aServer(order: PollsOrder) {
  const child: ChildProcess = fork(join(import.meta.dirname, 'polls-process.ts'), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: ['--expose-gc'],
  })
  const committed = new Map<number, number>()
  const came: { readonly n: number; readonly atMs: number }[] = []
  let onMeasured = (_: { heldBytes: number; usedSeconds: number }) => {}
  let onCame = () => {}
  let isOpen = true
  child.send(order)
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
    child.on('message', (told: PollsTold) => {
      if ('url' in told) resolve(told.url)
      else if ('committed' in told) {
        committed.set(told.committed, told.atMs)
        onCame()
      } else onMeasured(told)
    })
  })
  const ask = (asked: PollsAsked) => child.send(asked)
  const measure = () =>
    new Promise<{ heldBytes: number; usedSeconds: number }>((resolve) => {
      onMeasured = resolve
      ask({ measure: true })
    })
  const poll = async (token: string): Promise<void> => {
    while (isOpen) {
      const text = await post(`${url}/bpd/download.do`, JSON.stringify({ token })).catch((error: Error) => {
        // What breaks when the server goes is no fault; before that it is.
        if (isOpen) throw error
        return ''
      })
      if (!text.includes('service_name')) continue
      came.push({ n: (JSON.parse(text) as { n: number }).n, atMs: nowMs() })
      onCame()
    }
  }
  let sent = 0
  let heldBytes = 0
  let usedSeconds = 0
  return {
    url,
    async open(
      lots: readonly { readonly bucket: number; readonly lotId: number }[],
      tokenOf: (lot: { readonly bucket: number; readonly lotId: number }) => Promise<string>,
    ): Promise<void> {
      const tokens: string[] = []
      for (const lot of lots) tokens.push(await tokenOf(lot))
      const before = await measure()
      for (const token of tokens) void poll(token)
      // One message to each: when all have come, every poll was open once, and is again.
      await this.send(lots, lots.length, (n) => n)
      came.length = 0
      committed.clear()
      heldBytes = (await measure()).heldBytes - before.heldBytes
    },
    /** Puts so many messages to lots at random, and waits until all have come. */
    async send(
      lots: readonly { readonly bucket: number; readonly lotId: number }[],
      count: number,
      which = (_: number): number => Math.floor(Math.random() * lots.length),
    ): Promise<void> {
      const from = await measure()
      const [cameBefore, sentBefore] = [came.length, sent]
      await new Promise<void>((resolve) => {
        onCame = () => {
          const arrived = came.length - cameBefore
          while (sent - sentBefore < count && sent - sentBefore - arrived < atOnce) {
            const { bucket, lotId } = lots[which(sent - sentBefore)]!
            ask({ put: { bucket, lotId, n: sent++ } })
          }
          if (arrived >= count && came.every(({ n }) => committed.has(n))) resolve()
        }
        onCame()
      })
      onCame = () => {}
      usedSeconds += (await measure()).usedSeconds - from.usedSeconds
    },
    measured: (computers: number): Measured => ({
      p99Ms: quantile(
        came.map(({ n, atMs }) => atMs - committed.get(n)!),
        0.99,
      ),
      bytesPerPoll: heldBytes / computers,
      deliveredPerCoreSecond: (came.length + computers) / usedSeconds,
      came: came.map(({ n }) => n),
    }),
    close: async (): Promise<void> => {
      isOpen = false
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.disconnect()
      await ended
    },
  }
}
