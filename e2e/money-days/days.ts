import assert from 'node:assert/strict'
import type { Id } from '@lanepay/domain/types.ts'
import { chanceOf } from './chance.ts'
import { goesWrong, payoutFaults, workedFaults } from './faults.ts'
import { nothingMet } from './met.ts'
import { paysAtExit } from './pays.ts'
import { type LivedShift, peopleOf } from './people.ts'
import { billsAt, fileFaults, type Planted, plantsOf, wrongHash } from './plants.ts'
import { discrepanciesOf, isFound } from './proof.ts'
import { channelNames, dailyRounds, day, hour, minute, second, startWorld, usualRounds } from './world.ts'

/** By this hour the bills of the day before have been worked, those that came late too. */
const mendsAt = 12
/** From this hour on what is left goes to the bank by itself; before, somebody may be faster. */
const withdrawnAt = 13

export type DaysTold = {
  readonly seed: number
  readonly lots: number
  readonly days: number
  /** Of each lot. */
  readonly staysADay: number
}

export type LivedDays = Awaited<ReturnType<typeof liveDays>>

/**
 * Days of lots from one seed: drivers with phones, codes and cash, attendants with shifts, operators who refund and withdraw, channels,
 * banks, clocks and the cloud itself that fail. Answers what was met, after all has come to rest and every day's bills were held against
 * the books.
 */
export async function liveDays(told: DaysTold) {
  const chance = chanceOf(told.seed)
  const world = await startWorld(told)
  try {
    const { lots, clock, simulators, rows } = world
    const met = nothingMet()
    const shifts: LivedShift[] = []
    const setApart = new Set<Id>()
    const pays = paysAtExit(world, chance, met)
    const { atExit } = pays
    const { change, lastHandOver, refundSomething, newRule, withdrawAtOnce } = peopleOf(world, chance, {
      met,
      shifts,
      setApart,
    })
    const planted: Planted[] = []
    const inside = new Map(lots.map((lot) => [lot, [] as { plate: string; leavesAt: number }[]]))
    let plates = 10_000
    const newPlate = () => `粤B${++plates}`
    const plants = plantsOf(world, chance, { pays, newPlate, take: (id) => setApart.add(id) })
    const files = [...fileFaults, wrongHash]

    const plantForWorkers = (isForPayouts: boolean) => {
      const channel = chance.oneOf(channelNames)
      const faults = isForPayouts ? payoutFaults(chance.between(1, 7)) : workedFaults
      goesWrong(simulators, channel, { faults, chance })
    }
    const clearFaults = () => {
      for (const { control } of Object.values(simulators)) control.clearFaults()
    }

    /** An hour of all lots, in pieces. */
    const liveAnHour = async (at: number) => {
      for (const lot of lots) {
        lot.beat()
        if (at === 8 || at === 20) change(lot)
        // More by day than by night.
        const isDay = at >= 7 && at < 21
        const come = Math.floor((told.staysADay * (isDay ? 13 : 4)) / (14 * 13 + 10 * 4) + chance.below(100) / 100)
        for (let n = 0; n < come; n++) {
          const plate = newPlate()
          await world.pass(chance.below(90) * second)
          lot.drivesIn(plate)
          inside.get(lot)!.push({ plate, leavesAt: clock.now() + chance.between(3, 400) * minute })
        }
      }
      const isClockWrong = chance.in100(4)
      const whose = chance.below(lots.length + 1)
      if (isClockWrong) {
        met.clocksWrong += 1
        const by = chance.oneOf([-4, -1, 1, 4]) * minute
        if (whose === lots.length) await world.cloudClockIsAhead(chance.in100(30) ? chance.oneOf([-2, 3]) * hour : by)
        else lots[whose]!.clockIsAhead(by)
      }
      for (const lot of lots) {
        const here = inside.get(lot)!
        const due = here.filter(({ leavesAt }) => leavesAt <= clock.now())
        for (const car of due) {
          here.splice(here.indexOf(car), 1)
          await world.pass(chance.below(60) * second)
          await atExit(lot, car.plate)
        }
        if (chance.in100(25)) await refundSomething(lot)
      }
      if (isClockWrong) {
        await world.cloudClockIsAhead(0)
        for (const lot of lots) lot.clockIsAhead(0)
      }
      // What was set aside for a bank in the hour before is sent in this one.
      const isPayday = at === withdrawnAt + 1
      if (isPayday || chance.in100(50)) plantForWorkers(isPayday || chance.in100(20))
      if (at > billsAt && at < withdrawnAt && chance.in100(40)) await withdrawAtOnce()
      if (chance.in100(6)) {
        world.cloud.diesAt(chance.between(1, 60), chance.oneOf(['before', 'after'] as const))
        met.killsPlanned += 1
      }
    }

    const plantOf = (n: number) => plants[n - 1]
    /** What was planted the day before has been found, so that our own book can be put right. */
    const mend = async () => {
      const found = await discrepanciesOf(world)
      for (const one of planted.splice(0)) {
        assert.ok(isFound(one, found), `not found: ${JSON.stringify(one)}`)
        await one.mend?.()
        const { mend: _, ...mended } = one
        planted.push(mended)
      }
    }
    /** The bills of the day before, one of them not whole or not there; what is noted of it says so, and it is asked for again. */
    const fetchBills = async (n: number) => {
      const areLate = plantOf(n)?.at === billsAt
      if (areLate)
        for (const { control } of Object.values(simulators)) control.fault({ kind: 'bill-not-ready', times: 1 })
      const fault = n < 2 || areLate ? undefined : files.shift()
      const channel = fault === wrongHash ? 'wechatpay' : chance.oneOf(channelNames)
      if (fault) simulators[channel].control.fault({ kind: fault.kind, times: 1 } as never)
      await world.pass(0, 'reconciliation')
      if (!fault) return
      const noted = await rows<{ channel: string; because: string }>(
        `select channel::text, because from bill where state = 'due' and kind = 'trade'`,
      )
      assert.equal(noted.length, 1, `${fault.kind} at ${channel}: ${JSON.stringify(noted)}`)
      assert.match(noted[0]!.because, fault.because)
      assert.equal(noted[0]!.channel, channel)
      met.billsNotWhole += 1
    }

    const begins = clock.now()
    for (let n = 0; n < told.days; n++) {
      for (const lot of lots) if (n === 0 || chance.in100(50)) await newRule(lot)
      const midnight = begins + n * day
      let isPlanted = plantOf(n)?.at === 0
      if (isPlanted) planted.push(...(await plantOf(n)!.plant()))
      for (let at = 0; at < 24; at = Math.floor((clock.now() - midnight) / hour)) {
        const end = midnight + (at + 1) * hour
        await liveAnHour(at)
        const pieces = 2
        for (let piece = 0; piece < pieces; piece++)
          await world.pass(Math.max(0, Math.floor((end - clock.now()) / (pieces - piece))), ...usualRounds)
        if (at === billsAt) {
          world.cloud.spare()
          await world.cloud.revive()
        }
        clearFaults()
        if (at === billsAt) await fetchBills(n)
        else if (at > billsAt) await world.pass(0, ...(at < withdrawnAt ? dailyRounds.slice(0, 1) : dailyRounds))
        world.cloud.spare()
        await world.cloud.revive()
        if (at === mendsAt) await mend()
        const plant = isPlanted ? undefined : plantOf(n)
        if (!plant || at < plant.at) continue
        isPlanted = true
        planted.push(...(await plant.plant()))
      }
    }
    for (const lot of lots) {
      for (const { plate } of inside.get(lot)!.splice(0)) await atExit(lot, plate)
      lastHandOver(lot)
    }
    // A bank may send back what it took for seven days; that goes out again, and is asked about for eight.
    for (let n = 0; n < 18 * 24; n++) await world.pass(hour, ...usualRounds, ...dailyRounds)
    await world.quiet()
    for (const lot of lots) {
      lot.beat()
      await world.heard(lot)
    }
    for (const { state, n } of await rows<{ state: 'returned' | 'refused'; n: number }>(
      `select state::text, count(*)::int4 as n from withdrawal where state in ('returned', 'refused') group by state`,
    ))
      met.withdrawals[state] = n
    return { world, met, shifts, planted, seed: told.seed }
  } catch (error) {
    await world.close()
    throw error
  }
}
