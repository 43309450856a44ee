import assert from 'node:assert/strict'
import type { BilledChannel } from '@lanepay/domain/types.ts'
import type { Chance } from './chance.ts'
import { codeFaults, goesWrong, noticeFaults, reversalFaults } from './faults.ts'
import type { LivedLot } from './lot.ts'
import type { Met } from './met.ts'
import { channelNames, minute, second, type World } from './world.ts'

/** How whoever stands at the exit of a lot gets out of it, by chance: with the phone, by a scanned code, with cash. */
export function paysAtExit(world: World, chance: Chance, met: Met) {
  const { simulators } = world

  /** Until nobody stands there any more. What was lost is asked for, what was refused is read again. */
  const getsOut = async (lot: LivedLot, plate: string): Promise<void> => {
    for (let tries = 0; tries < 200; tries++) {
      await world.quiet()
      if (!lot.standsAtExit()) return
      await world.pass(3 * second, 'commands', 'queries')
      if (!lot.standsAtExit()) return
      if (tries > 4) lot.isReadAtExit(plate)
    }
    assert.fail(`${plate} is not let out of lot ${lot.number}`)
  }
  const paysCash = async (lot: LivedLot, plate: string): Promise<void> => {
    if (!lot.standsAtExit()) return
    const session = lot.sessionOf(plate)
    const paidFen = lot.takesCash(plate)
    met.cash += 1
    met.cashFen += paidFen
    const backFen = 1 + chance.below(paidFen)
    if (!chance.in100(10) || !lot.givesBack(session, backFen)) return
    met.cashGivenBack += 1
    met.cashFen -= backFen
  }
  /** The order stands at the channel; null: the channel has not said yes. */
  const taps = async (lot: LivedLot, channel: BilledChannel, driver: string): Promise<string | null> => {
    const who = await world.phoneOf(channel, driver)
    for (let tries = 0; tries < 5; tries++) {
      const quoted = await world.insist(() => who.quote(world.exitCode(lot)))
      const { quote } = quoted.body
      if (quoted.status === 200 && quote !== undefined) {
        const made = await world.insist(() => who.pay(world.exitCode(lot), quote))
        if (made.status === 200) return made.body.payment
        if (made.body.error.code === 'already-paid') return null
      }
      await world.pass(5 * second, 'queries')
    }
    return null
  }
  const pays = (channel: BilledChannel, number: string): void => {
    if (chance.in100(12)) {
      simulators[channel].control.fault(chance.oneOf(noticeFaults).fault)
      met.noticesAstray += 1
    }
    simulators[channel].control.pay(number)
    met.paidByPhone += 1
  }
  const driver = () => `driver-${chance.below(40)}`

  const byPhone = async (lot: LivedLot, plate: string): Promise<void> => {
    const channel = chance.oneOf(channelNames)
    const how = chance.below(100)
    const number = await taps(lot, channel, driver())
    if (number === null) return paysCash(lot, plate)
    if (how < 8) {
      // Two phones for one stay: one of them counts, in whichever order they come.
      const with2 = chance.oneOf(channelNames)
      const other = await taps(lot, with2, 'another phone')
      pays(channel, number)
      if (other === null) return getsOut(lot, plate)
      if (chance.in100(50)) await getsOut(lot, plate)
      pays(with2, other)
      met.twoPhones += 1
    } else if (how < 12) {
      // The order is closed at the channel, and the bank's word comes after it; half of the time nobody is told.
      const { channels, merchants } = world
      await channels[channel]!.close(merchants[channel], number)
      if (chance.in100(50)) simulators[channel].control.fault({ kind: 'notify-lose', times: 1 })
      await world.pass(6 * minute, 'queries')
      if (chance.in100(50)) await paysCash(lot, plate)
      simulators[channel].control.payAfterClose(number)
      met.paidAfterClose += 1
      if (!lot.standsAtExit()) return
      await world.quiet()
      if (lot.standsAtExit()) await paysCash(lot, plate)
    } else if (how < 16) {
      // The driver puts the phone away, pays cash, and then thinks of the phone again.
      await paysCash(lot, plate)
      if (chance.in100(50)) return
      pays(channel, number)
      met.cashAndPhone += 1
    } else pays(channel, number)
    await getsOut(lot, plate)
  }

  const byCode = async (lot: LivedLot, plate: string): Promise<void> => {
    const channel = chance.oneOf(channelNames)
    const { control } = simulators[channel]
    if (chance.in100(35)) {
      const what = goesWrong(simulators, channel, { faults: codeFaults, chance })
      met.codesAstray[what] = (met.codesAstray[what] ?? 0) + 1
      if (chance.in100(40)) goesWrong(simulators, channel, { faults: reversalFaults, chance })
    }
    const id = lot.newScan()
    let reply = await lot.scan(id, plate, control.payCodeOf(driver()))
    for (let tries = 0; reply === null || reply.state === 'waiting'; tries++) {
      assert.ok(tries < 300, `nobody says what became of the scan of ${plate}`)
      await world.pass(5 * second, 'queries')
      await world.quiet()
      reply = await lot.scan(id, plate, reply === null ? control.payCodeOf(driver()) : undefined)
    }
    met.scanned[reply.state] = (met.scanned[reply.state] ?? 0) + 1
    control.clearFaults()
    if (reply.state === 'paid') await getsOut(lot, plate)
    else await paysCash(lot, plate)
  }

  const atExit = async (lot: LivedLot, plate: string): Promise<void> => {
    lot.isReadAtExit(plate)
    if (!lot.standsAtExit()) return
    await world.heard(lot)
    if (chance.in100(2)) {
      world.cloud.diesAt(1 + chance.below(25), chance.oneOf(['before', 'after'] as const))
      met.killsPlanned += 1
    }
    const how = chance.below(100)
    if (how < 60) await byPhone(lot, plate)
    else if (how < 80) await byCode(lot, plate)
    else await paysCash(lot, plate)
    if (lot.standsAtExit()) await getsOut(lot, plate)
    await world.quiet()
    await world.cloud.revive()
    world.cloud.spare()
    for (const { control } of Object.values(simulators)) control.clearFaults()
  }
  return { atExit, taps, getsOut }
}
export type PhonePays = Pick<ReturnType<typeof paysAtExit>, 'taps' | 'getsOut'>
