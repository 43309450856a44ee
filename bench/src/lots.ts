import { fork } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { audit } from '@lanepay/cloud/audit/audit.ts'
import { codeToken } from '@lanepay/cloud/code/token.ts'
import { driverCookies } from '@lanepay/cloud/driver/identity.ts'
import { weixinUserAgent } from '@lanepay/simulator-wechatpay/simulator.ts'
import { blast, httpPost } from './blast.ts'
import { startBenchCloud } from './cloud.ts'
import { type Figure, median, quantile } from './figures.ts'
import { houseKey } from './keys.ts'
import { resident } from './lots-agent.ts'
import type { LotsAnswer, LotsOrder } from './lots-process.ts'
import { benchWechatPay, seedLots } from './payments.ts'
import { openYard, type Yard } from './yard.ts'

const lotCounts = [10, 100, 1000] as const
const mostLots = Math.max(...lotCounts)
/** A thousand lots at 60 times real time; fewer lots play faster, so that as many events a second come from all of them. */
const speedOf = (lots: number): number => (60 * mostLots) / lots
/** The last vehicle of a lot takes some seconds after that. */
const driveMs = 20_000
/** In alternation: what the machine does for an hour weighs on every count alike. */
const rounds = 3
const quotesPerSecond = 20
const clockTick = 100 // of the kernel's accounts of processor time, a second

/**
 * A thousand lots, each with 613 reads and 314 stays a day, at 60 times real time against one cloud, with real messages: agents
 * with their disks and lines in one process, broker, cloud and PostgreSQL beside it. Everything must arrive once and in order.
 * Cameras are left out (lots-agent.ts), and the agents' disks lie in memory where the machine has such a folder: a thousand boxes
 * have a thousand disks. The figure is what an event costs on the cloud's side (broker, cloud, PostgreSQL) at 10, 100 and 1,000
 * lots, the median of the rounds of each, the dearest against the cheapest. Linux only: processor time is read where it keeps it.
 */
export async function lots(): Promise<Figure & { alongside: Record<string, Figure> }> {
  const costs = new Map<number, number[]>(lotCounts.map((count) => [count, []]))
  const quotes: number[] = []
  const behind: number[] = []
  let drainSeconds = 0
  for (const [turn, count] of Array.from({ length: rounds }, () => lotCounts)
    .flat()
    .entries()) {
    const isLast = turn === rounds * lotCounts.length - 1
    const yard = await openYard()
    const dir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'lanepay-lots-'))
    const cloud = await startBenchCloud(yard, benchWechatPay, true)
    const agents = hostAgents()
    try {
      await seedLots(yard.database, count)
      const empty = memory()
      await agents.ask({ do: 'open', lots: count, dir, brokerUrl: cloud.brokerUrl, speed: speedOf(count) })
      const open = memory()
      await agents.ask({ do: 'drive', ms: 5_000, speed: speedOf(count) }) // warm
      const before = { used: processorSeconds(), told: (await agents.ask({ do: 'drive', ms: 0, speed: 1 })).told }
      const [drove, asked] = await Promise.all([
        agents.ask({ do: 'drive', ms: driveMs, speed: speedOf(count) }),
        askQuotes(cloud.port, count),
      ])
      const used = subtract(processorSeconds(), before.used)
      const events = drove.told - before.told
      await everythingIsThere(yard, drove.told)
      const cloudSide = used.broker + used.cloud + used.postgres
      costs.get(count)!.push(cloudSide / events)
      quotes.push(...(count === mostLots ? asked : []))
      const behindSeconds = (drove.tookMs - driveMs) / 1000
      behind.push(behindSeconds)
      const after = memory()
      const perLot = (name: keyof Used) => `${((after[name] - empty[name]) / 1024 / count).toFixed(0)} kB`
      console.log(
        `${count} lots at ${speedOf(count)} times real time: ${events} events in ${(drove.tookMs / 1000).toFixed(1)} s (${behindSeconds.toFixed(1)} s behind, the last ${(drove.behindMs / 1000).toFixed(2)} s of them for the line), ` +
          `${(events / cloudSide).toFixed(0)} events per core-second of the cloud's side (broker ${us(used.broker, events)}, cloud ${us(used.cloud, events)}, PostgreSQL ${us(used.postgres, events)}), ` +
          `${(events / used.agents).toFixed(0)} of the agents'; quotes p50 ${median(asked).toFixed(1)} ms, p99 ${quantile(asked, 0.99).toFixed(1)} ms; ` +
          `memory a lot: agent ${perLot('agents')} (${((open.agents - empty.agents) / 1024 / count).toFixed(0)} kB when opened), broker ${perLot('broker')}, cloud ${perLot('cloud')}`,
      )
      if (isLast) {
        const { told } = await agents.ask({ do: 'outage', hours: 1 })
        const { behindMs } = await agents.ask({ do: 'rejoin' })
        await everythingIsThere(yard, told)
        drainSeconds = behindMs / 1000
        console.log(
          `an hour of outage, ${told - drove.told} events of ${count} lots: drained in ${drainSeconds.toFixed(1)} s`,
        )
        const { broken } = await audit(yard.database)
        if (broken.length > 0) throw new Error(`the invariants do not hold: ${JSON.stringify(broken)}`)
      }
      await agents.ask({ do: 'close' })
    } finally {
      agents.end()
      await cloud.close()
      await yard.close()
      rmSync(dir, { recursive: true, force: true })
    }
  }
  const costOf = new Map([...costs].map(([count, each]) => [count, median(each)]))
  console.log(
    `an event costs the cloud's side, in the middle of ${rounds} rounds: ${[...costOf].map(([count, seconds]) => `${count} lots ${us(seconds, 1)}`).join(', ')}`,
  )
  // How far behind and how long a quote takes says as much of the machine as of us: reported, held to no bar.
  console.log(
    `at ${mostLots} lots: ${Math.max(...behind).toFixed(1)} s behind real time after ${driveMs / 1000}, a quote in a hundred takes ${quantile(quotes, 0.99).toFixed(0)} ms`,
  )
  return {
    figure: Math.max(...costOf.values()) / Math.min(...costOf.values()),
    bar: 1.2,
    atMost: true,
    alongside: {
      'seconds to drain an hour of outage of 1,000 lots': { figure: drainSeconds, bar: 60, atMost: true },
    },
  }
}
const us = (seconds: number, events: number) => `${((seconds / events) * 1e6).toFixed(0)} us`

/** Drivers who ask inside what they owe, all along: the round trip of each. */
async function askQuotes(port: number, lots: number): Promise<readonly number[]> {
  const cookies = driverCookies({ key: Buffer.from(houseKey), secure: true })
  const cookie = cookies.setDriver({ channel: 'wechatpay', payer: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' }).split(';')[0]!
  const count = (quotesPerSecond * driveMs) / 1000
  const { latenciesMs, statuses } = await blast({
    host: '127.0.0.1',
    port,
    requests: Array.from({ length: count }, (_, n) => {
      const lotId = 1 + ((n * 37) % lots)
      const place = { bucket: lotId % 256, lotId, kind: 'prepay', laneId: 0, serial: 0 } as const
      const code = codeToken(place, Buffer.from(houseKey))
      return httpPost(
        `/api/driver/codes/${code}/quote`,
        { 'user-agent': weixinUserAgent, cookie },
        JSON.stringify({ plate: resident }),
      )
    }),
    connections: 32,
    perSecond: quotesPerSecond,
  })
  if (statuses['200'] !== count) throw new Error(`not every quote was answered: ${JSON.stringify(statuses)}`)
  return latenciesMs
}

/** Each event of every lot once, in order, without a hole: what was committed is all that was told. */
async function everythingIsThere({ database }: Yard, told: number): Promise<void> {
  const [kept] = await database.reference.query<{ events: number; committed: number; holes: number }>({
    name: 'bench-lots-kept',
    text: `select (select count(*)::int4 from lot_event) as events,
                  (select sum(committed_seq)::int4 from lot_log) as committed,
                  (select count(*)::int4 from (select 1 from lot_event group by bucket, lot_id, epoch having count(*) <> max(seq)) h) as holes`,
  })
  if (kept?.events !== told || kept.committed !== told || kept.holes !== 0)
    throw new Error(`of ${told} events the cloud has ${JSON.stringify(kept)}`)
}

function hostAgents() {
  const child = fork(join(import.meta.dirname, 'lots-process.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  return {
    ask: (order: LotsOrder) =>
      new Promise<LotsAnswer>((resolve, reject) => {
        const ended = (code: number | null) => reject(new Error(`the agents ended with ${code}`))
        child.once('exit', ended)
        child.once('message', (answer) => {
          child.off('exit', ended)
          resolve(answer as LotsAnswer)
        })
        child.send(order)
      }),
    end: () => child.connected && child.disconnect(),
  }
}

type Used = { readonly broker: number; readonly cloud: number; readonly postgres: number; readonly agents: number }
const subtract = (a: Used, b: Used): Used => ({
  broker: a.broker - b.broker,
  cloud: a.cloud - b.cloud,
  postgres: a.postgres - b.postgres,
  agents: a.agents - b.agents,
})

/** A number of every process of this bench, added up by the part it belongs to; the broker runs in this one. */
function ofEachPart(numberOf: (pid: number, isRoot: boolean) => number): Used {
  const used = { broker: 0, cloud: 0, postgres: 0, agents: 0 }
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc'))
    if (/^\d+$/.test(name)) {
      const fields = statOf(Number(name))
      if (fields) parents.set(Number(name), Number(fields[1]))
    }
  const partOf = (pid: number): keyof Used | null => {
    if (pid === process.pid) return 'broker'
    const command = read(`/proc/${pid}/cmdline`)
    if (command.includes('cloud-process.ts')) return 'cloud'
    if (command.includes('lots-process.ts')) return 'agents'
    if (command.includes('postgres')) return 'postgres'
    return null
  }
  const isOurs = (pid: number): boolean => pid === process.pid || (parents.has(pid) && isOurs(parents.get(pid)!))
  for (const [pid, parent] of parents) {
    const part = isOurs(pid) ? partOf(pid) : null
    if (part) used[part] += numberOf(pid, parent === process.pid)
  }
  return used
}
/** What a process has used; of PostgreSQL's first one also what its children had when they ended. */
const processorSeconds = (): Used =>
  ofEachPart((pid, isRoot) => {
    const fields = statOf(pid)
    if (!fields) return 0
    const [own, ended] = [Number(fields[11]) + Number(fields[12]), Number(fields[13]) + Number(fields[14])]
    return (own + (isRoot ? ended : 0)) / clockTick
  })
/** Bytes in memory, now. */
const memory = (): Used =>
  ofEachPart((pid) => Number(/VmRSS:\s+(\d+) kB/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024)

/** The fields of a process from its state on. */
const statOf = (pid: number): readonly string[] | null => {
  const stat = read(`/proc/${pid}/stat`)
  return stat === '' ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // it has just ended
  }
}
