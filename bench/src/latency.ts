import { clearing } from '@lanepay/cloud/clearing/clear.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import mqtt, { type MqttClient } from 'mqtt'
import { blast } from './blast.ts'
import { startBenchCloud } from './cloud.ts'
import { type Figure, median, quantile } from './figures.ts'
import { benchWechatPay, factsOf, notificationsOf, seedLots, seedPayments, settleTables } from './payments.ts'
import { openYard, type Yard } from './yard.ts'

const rounds = 3
const perRound = 1_500
const connections = 64
const lots = 100

/**
 * From "the notification leaves for us" to "the gate command is in the agent's hands", at half of the peak rate, against the
 * sum of its commit and its MQTT trip (architecture.md 10), each measured alone in the same round, nobody else at work: the
 * commit that clears one payment, and one message from one client through the broker to another.
 */
export async function latency(): Promise<Figure> {
  const yard = await openYard()
  const cloud = await startBenchCloud(yard, benchWechatPay)
  const agent = await connected(cloud.brokerUrl, 'bench-agent')
  const other = await connected(cloud.brokerUrl, 'bench-other')
  try {
    await seedLots(yard.database, lots)
    const arrived = new Map<string, number>()
    await agent.subscribeAsync('lot/+/+/agent/down/command', { qos: 0 })
    agent.on('message', (topic, payload) => {
      if (!topic.endsWith('/command')) return
      const { clearance } = JSON.parse(payload.toString()) as { clearance?: string }
      if (clearance !== undefined && !arrived.has(clearance)) arrived.set(clearance, performance.now())
    })
    /** Every lot is on line: only to such a lot a command is sent at once. */
    const beat = () =>
      Promise.all(
        Array.from({ length: lots }, (_, n) =>
          agent.publishAsync(
            `lot/${(n + 1) % 256}/${n + 1}/agent/up/heartbeat`,
            JSON.stringify({ epoch: '1', lastSeq: 0, clock: Date.now() }),
          ),
        ),
      )
    const notify = async (count: number, perSecond?: number) => {
      await beat()
      const payments = await seedPayments(yard.database, count, lots)
      const requests = await notificationsOf(payments)
      await settleTables(yard.database)
      const sentAt: number[] = []
      const { answered, seconds } = await blast({
        host: '127.0.0.1',
        port: cloud.port,
        requests,
        connections,
        ...(perSecond === undefined ? {} : { perSecond }),
        onSent: (index, at) => {
          sentAt[index] = at
        },
      })
      const until = performance.now() + 30_000
      while (payments.some(({ id }) => !arrived.has(id))) {
        if (performance.now() > until) throw new Error('not every command came to the agent')
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      const took = payments.map(({ id }, index) => arrived.get(id)! - sentAt[index]!)
      return { rate: answered / seconds, took }
    }
    await notify(1_000)
    const { rate: peak } = await notify(4_000)
    console.log(`peak ${peak.toFixed(0)} notifications/s; measured at half of it`)
    const ratios: number[] = []
    for (let round = 1; round <= rounds; round++) {
      const commitMs = await oneCommit(yard)
      const tripMs = await oneTrip(agent, other)
      const { took } = await notify(perRound, peak / 2)
      const [p50, p99, alone] = [median(took), quantile(took, 0.99), commitMs + tripMs]
      ratios.push(p50 / alone)
      console.log(
        `round ${round}: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms; alone: commit ${commitMs.toFixed(2)} + trip ${tripMs.toFixed(2)} = ${alone.toFixed(2)} ms (${(p50 / alone).toFixed(2)}, p99 ${(p99 / alone).toFixed(2)})`,
      )
    }
    return { figure: median(ratios), bar: 2.0, atMost: true }
  } finally {
    await agent.endAsync(true)
    await other.endAsync(true)
    await cloud.close()
    await yard.close()
  }
}

async function connected(url: string, clientId: string): Promise<MqttClient> {
  const client = await mqtt.connectAsync(url, { clientId, username: clientId, password: 'bench', protocolVersion: 4 })
  ;(client.stream as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true)
  return client
}

/** Median of the commit that clears one payment. */
async function oneCommit(yard: Yard): Promise<number> {
  const clear = clearing({
    database: yard.database,
    clock: systemClock,
    newId: idMaker(Date.now, 1002),
    gateSeconds: 60,
    onCommand: () => {},
  })
  const took: number[] = []
  for (const { bucket, lotId, id } of await seedPayments(yard.database, 200, lots)) {
    const from = performance.now()
    const outcome = await clear({ number: { kind: 'trade', bucket, lotId, id }, facts: factsOf({ bucket, lotId, id }) })
    took.push(performance.now() - from)
    if (outcome !== 'applied') throw new Error(`a payment measured alone was ${outcome}`)
  }
  return median(took)
}

/** Median of one message from one client through the broker to another. */
async function oneTrip(agent: MqttClient, other: MqttClient): Promise<number> {
  await agent.subscribeAsync('lot/0/0/agent/down/trip', { qos: 0 })
  const took: number[] = []
  for (let n = 0; n < 300; n++) {
    const from = performance.now()
    const here = new Promise<void>((resolve) => {
      const hear = (topic: string) => {
        if (!topic.endsWith('/trip')) return
        agent.off('message', hear)
        resolve()
      }
      agent.on('message', hear)
    })
    other.publish('lot/0/0/agent/down/trip', `{"n":${n}}`, { qos: 0 })
    await here
    took.push(performance.now() - from)
  }
  return median(took)
}
