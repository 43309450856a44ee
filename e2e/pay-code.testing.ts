import type { Road } from './kit/road.ts'
import { until } from './kit/until.ts'

/** Time with a scanned order open: five seconds at once, each as soon as the worker has asked about what was due before. */
export async function secondsPass(road: Road, seconds: number): Promise<void> {
  const due = () =>
    road.rows<{ query_at: Date }>('select query_at from payment where scanned_at is not null and query_at is not null')
  await until('the order is open', async () => (await due()).length > 0)
  for (let left = seconds; left > 0; left -= 5) {
    road.pass(5_000)
    await until('the worker has asked', async () => (await due()).every(({ query_at }) => +query_at > road.clock.now()))
  }
}
