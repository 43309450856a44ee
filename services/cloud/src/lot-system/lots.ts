import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { err, ok } from '@lanepay/domain/result.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { Command, CommandResult } from '@lanepay/lot-link/messages.ts'
import type { DeviceKey } from '@lanepay/lot-link/topics.ts'
import { isCalledName } from '@lanepay/lot-systems/called-systems.ts'
import { type EveryLot, type LotSystem, noWord } from '@lanepay/lot-systems/lot-system.ts'
import type { FastifyPluginAsync } from 'fastify'
import type { Alarms } from '../alarm/alarm.ts'
import { bolinkProtocol } from '../bolink/bolink.ts'
import type { Charges } from '../bolink/charge.ts'
import { happenings } from '../bolink/happened.ts'
import { ordersOf } from '../bolink/orders.ts'
import { outbox as makeOutbox } from '../bolink/outbox.ts'
import { parksOf } from '../bolink/park.ts'
import type { Polls } from '../bolink/polls.ts'
import { calledSoftware } from '../called/called.ts'
import { calledRules } from '../called/settings.ts'
import type { CashChanges } from '../cash-change/cash-change.ts'
import { agentOf, type Dispatch } from '../command/dispatch.ts'
import { ownProtocol } from '../connect/connect.ts'
import type { LotSystemName } from '../lot/api.ts'
import type { Payers } from '../partner-wallet/senseless.ts'
import type { PayCodes } from '../pay-code/pay-code.ts'
import type { AskQuote } from '../quote/quote.ts'
import type { SoftwareCards } from '../renewal/software.ts'
import { inTurn } from '../server/in-turn.ts'
import type { TakeIn } from '../session/take-in.ts'
import { unclearAlarms } from './unclear.ts'
import { untoldPayments } from './untold.ts'
import { systemsOfLots } from './which.ts'

/** Every lot, whichever system runs it: who asks or tells one never knows which. */
export function lotSystems(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => Id
  readonly alarms: Alarms
  readonly takeIn: TakeIn
  readonly dispatch: Dispatch
  readonly codeKey: Buffer
  readonly publicUrl: string
  readonly polls: Polls
  readonly hosted: LotSystem
  readonly tellHosted: (to: DeviceKey, command: Command) => void
  readonly changes: Pick<CashChanges, 'offer'>
}): {
  readonly lots: EveryLot
  readonly routes: FastifyPluginAsync
  /** The prices of exits that lots have us charge, and by what they are charged: set before the first of them comes. */
  readonly priceOfExit: AskQuote
  readonly priceOfCharge: Charges['priceOf']
  /** Month cards that lots' own software keeps. */
  readonly cards: SoftwareCards
  chargeBy(payCodes: PayCodes, scans: PayCodes, payers: Payers): void
  /** Who pays for this plate without being asked may have changed: a lot that wants to know hears of it. */
  payerChanged(lot: LotKey, plate: string): Promise<void>
  tell(to: DeviceKey, command: Command): void
  /** One round of every process: the others hear who polls here, another system may run a lot, and something may lie there for a poll. */
  look(): Promise<void>
  /** One round of a process that works. */
  round(): Promise<void>
  close(): Promise<void>
} {
  const { database, clock, log, newId, alarms, dispatch, hosted, polls } = options
  const houseKey = options.codeKey
  const systems = systemsOfLots({ database, clock, onChanged: (lot) => polls.end(lot) })
  // What lots of all these systems share: what lies there for them, their records, and what is made of what they say.
  const outbox = makeOutbox({
    ...{ database, clock, polls, alarms },
    onPut: (lot) => {
      polls.put(lot)
      bolink.wake(lot)
      // What is not told now is told by the next round. Whoever put it there has asked whose software it is.
      if (isCalledName(systems.known(lot) ?? 'agent'))
        void called
          .due(lot)
          .catch((error: Error) => log('warn', 'lot-not-told', { lot: lot.lotId, message: error.message }))
    },
    onGivenUp: (lot, message) => bolink.givenUp(lot, message),
    // What is told to software that we call is told by us, whether it is there or not: only its steps end that.
    onMissed: async (lot, message) => {
      if (!isCalledName(await systems.of(lot))) await bolink.missed(lot, message)
    },
  })
  const orders = ordersOf({ database, newId })
  const happened = happenings({ clock, newId, takeIn: options.takeIn, orders })
  const onResult = (lot: LotKey, result: CommandResult): Promise<void> => dispatch.result(agentOf(lot), result)
  const parks = parksOf({ database, houseKey })
  const calledRule = calledRules(database)
  const untold = untoldPayments({
    ...{ database, clock, log, newId },
    ruleOf: async (lot) =>
      isCalledName(await systems.of(lot)) ? calledRule(lot) : ((await parks.ofLot(lot))?.settings ?? null),
  })
  const shared = { database, clock, log, newId, alarms, houseKey, outbox, orders, onResult }

  let payCodes: PayCodes
  let scans: PayCodes
  let payers: Payers
  const bolink = bolinkProtocol({
    ...{ ...shared, parks, untold, polls, happened, publicUrl: options.publicUrl, changes: options.changes },
    ...{ payCodes: () => payCodes, payers: () => payers },
  })
  const own = ownProtocol({ ...shared, polls, takeIn: options.takeIn, payCodes: () => scans })
  const called = calledSoftware({ ...shared, untold, happened, payCodes: () => scans, payers: () => payers })

  const told = { bolink: bolink.lots, own: own.lots } as const
  const toldBy = (name: Exclude<LotSystemName, 'agent'>) => (isCalledName(name) ? called.lots : told[name])
  const systemOf = async (lot: LotKey): Promise<LotSystem> => {
    const name = await systems.of(lot)
    return name === 'agent' ? hosted : toldBy(name)
  }
  /** Who keeps month cards of its own; null: nobody but us. */
  const cardsOf = async (lot: LotKey): Promise<SoftwareCards | null> => {
    const name = await systems.of(lot)
    return name === 'bolink' ? bolink.cards : isCalledName(name) ? called.cards : null
  }
  /** Which lots run on what is known once they were asked; until then whoever has heard of it counts. */
  const isOnline = (lot: LotKey): boolean => {
    const name = systems.known(lot)
    if (name !== undefined) return name === 'agent' ? hosted.isOnline(lot) : toldBy(name).isOnline(lot)
    void systems
      .of(lot)
      .catch((error: Error) => log('warn', 'system-unknown', { lot: lot.lotId, message: error.message }))
    return hosted.isOnline(lot) || bolink.lots.isOnline(lot)
  }

  const alarming = unclearAlarms({ clock, alarms })

  return {
    lots: {
      isOnline,
      abilitiesOf: async (lot) => (await systemOf(lot)).abilitiesOf(lot),
      quote: async (lot, by, driver) => alarming(lot, await (await systemOf(lot)).quote(lot, by, driver)),
      admitUnplated: async (lot, admission) => alarming(lot, await (await systemOf(lot)).admitUnplated(lot, admission)),
      lockVehicle: async (lot, wanted) => (await systemOf(lot)).lockVehicle?.(lot, wanted) ?? err(noWord),
      moveGate: async (lot, wanted) => (await systemOf(lot)).moveGate?.(lot, wanted) ?? err(noWord),
      similar: async (lot, plate) => (await systemOf(lot)).similar?.(lot, plate) ?? err(noWord),
      picture: async (lot, wanted) => (await systemOf(lot)).picture(lot, wanted),
      stayPicture: async (lot, wanted) => (await systemOf(lot)).stayPicture?.(lot, wanted) ?? err(noWord),
      status: async (lot) => (await systemOf(lot)).status(lot),
      lanes: async (lot) => (await systemOf(lot)).lanes?.(lot) ?? err(noWord),
      inside: async (lot, page) => (await systemOf(lot)).inside?.(lot, page) ?? err(noWord),
      passages: async (lot, of) => (await systemOf(lot)).passages?.(lot, of) ?? err(noWord),
    },
    routes: async (server) => {
      await server.register(bolink.routes)
      await server.register(own.routes)
      await server.register(called.routes)
    },
    priceOfExit: bolink.priceOfExit,
    priceOfCharge: bolink.priceOfCharge,
    cards: {
      ofPlate: async (lot, plate) => (await cardsOf(lot))?.ofPlate(lot, plate) ?? ok([]),
      price: async (lot, card, wanted) =>
        (await cardsOf(lot))?.price(lot, card, wanted) ?? err({ kind: 'refused', detail: 'it keeps no cards' }),
      tell: async (lot, paid) => {
        const cards = await cardsOf(lot)
        if (cards === null) throw new Error(`lot ${lot.lotId} keeps no cards of its own any more`)
        await cards.tell(lot, paid)
      },
    },
    chargeBy: (by, scanned, wallets) => {
      payCodes = by
      scans = scanned
      payers = wallets
    },
    payerChanged: async (lot, plate) => {
      if ((await systems.of(lot)) === 'bolink') await bolink.autopay.tell(lot, plate)
    },
    tell: (to, command) => {
      if (systems.known(to) === 'agent') return options.tellHosted(to, command)
      // What is not told now is told again: its row stays due.
      void systems
        .of(to)
        .then((name) => (name === 'agent' ? options.tellHosted(to, command) : toldBy(name).tell(to, command)))
        .catch((error: Error) => log('error', 'lot-not-told', { lot: to.lotId, message: error.message }))
    },
    look: async () => {
      polls.round()
      await systems.round()
      await outbox.look()
    },
    // That one lot's alarm, say, cannot be raised keeps no payment from another, and no refund.
    round: () => inTurn([outbox, bolink, own, called, untold], (one) => one.round()),
    close: async () => {
      polls.close()
      await bolink.close()
    },
  }
}
