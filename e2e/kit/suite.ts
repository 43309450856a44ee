import { after, before } from 'node:test'
import { type Road, startRoad } from './road.ts'

/** Gives a suite its road before its first test; what is put in the answer is ended after the last, and then the road. */
export function onRoad(there: (road: Road) => void): (() => Promise<void>)[] {
  const stop: (() => Promise<void>)[] = []
  let road: Road | undefined
  before(async () => {
    road = await startRoad()
    there(road)
  })
  after(async () => {
    for (const end of stop) await end()
    await road?.close()
  })
  return stop
}
