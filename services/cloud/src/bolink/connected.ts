import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { err } from '@lanepay/domain/result.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { Command } from '@lanepay/lot-link/messages.ts'
import type { DeviceKey } from '@lanepay/lot-link/topics.ts'
import { isCalledName } from '@lanepay/lot-systems/called-systems.ts'
import type { LotSystem } from '@lanepay/lot-systems/lot-system.ts'
import type { FastifyPluginAsync } from 'fastify'
import type { Alarms } from '../alarm/alarm.ts'
import { calledSoftware } from '../called/called.ts'
import type { CodePlace } from '../code/places.ts'
import { codeUrl, printedCode } from '../code/printed.ts'
import { agentOf, type Dispatch } from '../command/dispatch.ts'
import { ownProtocol } from '../connect/connect.ts'
import type { LotSystemName } from '../lot/api.ts'
import { type LotRow, selectLot, selectSystem } from '../lot/store.ts'
import type { PayCodes } from '../pay-code/pay-code.ts'
import type { AskQuote } from '../quote/quote.ts'
import type { TakeIn } from '../session/take-in.ts'
import { answering } from './answers.ts'
import { besideServices, notBeside } from './beside.ts'
import { bookOf } from './book.ts'
import { charging } from './charge.ts'
import { debtsOf } from './debts.ts'
import { happenings } from './happened.ts'
import { keeping } from './keeping.ts'
import { bolinkLots } from './lots.ts'
import { ordersOf } from './orders.ts'
import { outbox as makeOutbox } from './outbox.ts'
import { parksOf } from './park.ts'
import { vendorMoney } from './platform/money.ts'
import { paysOf } from './platform/pays.ts'
import { vendorReceiving } from './platform/receive.ts'
import { vendorStays } from './platform/stays.ts'
import { thirdParties } from './platform/third-parties.ts'
import { vendorCalls } from './platform/vendor.ts'
import { polls as makePolls } from './polls.ts'
import { lotRefunds } from './refunds.ts'
import { bolinkRoutes } from './routes.ts'
import { stays } from './stays.ts'
import { uploads } from './upload.ts'

/** Every lot, whichever system runs it: who asks or tells one never knows which. */
export function connectedLots(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => Id
  readonly alarms: Alarms
  readonly takeIn: TakeIn
  readonly dispatch: Dispatch
  readonly codeKey: Buffer
  readonly publicUrl: string
  readonly hosted: LotSystem
  readonly tellHosted: (to: DeviceKey, command: Command) => void
}): {
  readonly lots: LotSystem
  readonly routes: FastifyPluginAsync
  /** The prices of exits that lots have us charge, and by what they are charged: set before the first of them comes. */
  readonly priceOfExit: AskQuote
  chargeBy(payCodes: PayCodes, scans: PayCodes): void
  tell(to: DeviceKey, command: Command): void
  round(): Promise<void>
  close(): void
} {
  const { database, clock, log, newId, alarms, dispatch, hosted } = options
  const polls = makePolls()
  const parks = parksOf({ database, houseKey: options.codeKey })
  const outbox = makeOutbox({
    ...{ database, clock, polls, alarms },
    onPut: (lot) => {
      polls.wake(lot)
      vendor.wake(lot)
      // What is not told now is told by the next round. Whoever put it there has asked whose software it is.
      if (isCalledName(systems.get(lot.lotId) ?? 'agent'))
        void called
          .due(lot)
          .catch((error: Error) => log('warn', 'lot-not-told', { lot: lot.lotId, message: error.message }))
    },
    onGivenUp: async (lot, { id, service }) => {
      if (service !== 'refund') await refunds.unheard(lot, id)
    },
  })
  const orders = ordersOf({ database, newId })
  const refunds = lotRefunds({ database, clock, log, newId, outbox, parks })
  const lotName = async ({ bucket, lotId }: LotKey): Promise<string> => {
    const [lot] = await database.of(bucket).query<LotRow>(selectLot, [bucket, lotId])
    return lot?.name ?? ''
  }
  const debts = debtsOf(database, lotName)
  const pays = paysOf({ database, clock })
  const vendor = vendorCalls({
    ...{ database, clock, log, parks, debts, pays, outbox },
    answers: () => answers,
  })
  const onResult: Parameters<typeof bolinkLots>[0]['onResult'] = (lot, result) => dispatch.result(agentOf(lot), result)
  const happened = happenings({ database, clock, newId, takeIn: options.takeIn, orders })
  const charges = charging({
    ...{ database, clock, newId, orders, happened, outbox, parks },
    payCodes: () => payCodes,
  })
  let payCodes: PayCodes
  let scans: PayCodes
  const bolink = bolinkLots({
    database,
    clock,
    newId,
    polls,
    outbox,
    orders,
    parks,
    charges,
    debts,
    pays,
    vendor,
    onResult,
  })

  const own = ownProtocol({
    ...{ database, clock, newId, houseKey: options.codeKey, alarms, takeIn: options.takeIn },
    ...{ polls, outbox, orders, onResult, payCodes: () => scans },
  })
  const called = calledSoftware({
    ...{ database, clock, log, newId, houseKey: options.codeKey, alarms },
    ...{ outbox, orders, happened, onResult },
  })
  const told = { bolink, own: own.lots } as const

  // What runs a lot is settled when it is opened; one that is not there is asked for again.
  const systems = new Map<number, LotSystemName>()
  const nameOf = async (lot: LotKey): Promise<LotSystemName> => {
    const known = systems.get(lot.lotId)
    if (known) return known
    const [row] = await database.of(lot.bucket).query<{ system: LotSystemName }>(selectSystem, [lot.bucket, lot.lotId])
    if (row) systems.set(lot.lotId, row.system)
    return row?.system ?? 'agent'
  }
  const toldBy = (name: Exclude<LotSystemName, 'agent'>) => (isCalledName(name) ? called.lots : told[name])
  /** Software that is called is there unless it did not answer lately; which lots have such software is known once they were asked. */
  const isCalledThere = (lot: LotKey): boolean => {
    const name = systems.get(lot.lotId)
    if (name === undefined)
      void nameOf(lot).catch((error: Error) =>
        log('warn', 'system-unknown', { lot: lot.lotId, message: error.message }),
      )
    return name !== undefined && isCalledName(name) && called.lots.isOnline(lot)
  }
  const systemOf = async (lot: LotKey): Promise<LotSystem> => {
    const name = await nameOf(lot)
    return name === 'agent' ? hosted : toldBy(name)
  }

  const lockVehicle: NonNullable<LotSystem['lockVehicle']> = async (lot, wanted) =>
    (await systemOf(lot)).lockVehicle?.(lot, wanted) ?? err({ kind: 'refused', because: 'unsupported' })

  const codeAt = async (lot: LotKey, place: CodePlace): Promise<string> =>
    codeUrl({ publicUrl: options.publicUrl, houseKey: options.codeKey }, await printedCode(database, lot, place))
  const kept = keeping({ database, clock, newId, houseKey: options.codeKey, happened, orders })
  const book = bookOf(database)
  const services = { ...stays({ database, orders, happened, charges, debts, book, codeAt }), ...kept.services }
  const answers = answering({
    ...{ database, clock, alarms, outbox, charges, debts, onResult },
    onRefused: refunds.unheard,
  })
  const beside = besideServices({ database, clock, kept: kept.services })
  const upload = uploads({ database, clock, log, parks, services, answers, beside })
  const receiving = vendorReceiving({
    ...{ database, clock, log, newId, parks },
    services: notBeside({
      ...vendorStays({ database, clock, parks, debts, book, pays, lotName, uploads: services }),
      ...vendorMoney({ database, clock, pays, debts, charges, codeAt }),
      ...thirdParties({ lockVehicle }),
    }),
    onHeard: vendor.heardOf,
  })
  return {
    lots: {
      isOnline: (lot) => hosted.isOnline(lot) || bolink.isOnline(lot) || isCalledThere(lot),
      abilitiesOf: async (lot) => (await systemOf(lot)).abilitiesOf(lot),
      quote: async (lot, by) => (await systemOf(lot)).quote(lot, by),
      admitUnplated: async (lot, admission) => (await systemOf(lot)).admitUnplated(lot, admission),
      lockVehicle,
      picture: async (lot, wanted) => (await systemOf(lot)).picture(lot, wanted),
      status: async (lot) => (await systemOf(lot)).status(lot),
    },
    routes: async (server) => {
      await server.register(bolinkRoutes({ upload, outbox, polls }))
      await server.register(receiving.routes)
      await server.register(own.routes)
      await server.register(called.routes)
    },
    priceOfExit: charges.askQuote,
    chargeBy: (by, scanned) => {
      payCodes = by
      scans = scanned
    },
    tell: (to, command) => {
      if (systems.get(to.lotId) === 'agent') return options.tellHosted(to, command)
      // What is not told now is told again: its row stays due.
      void nameOf(to)
        .then((name) => (name === 'agent' ? options.tellHosted(to, command) : toldBy(name).tell(to, command)))
        .catch((error: Error) => log('error', 'lot-not-told', { lot: to.lotId, message: error.message }))
    },
    round: async () => {
      await parks.sealOpen()
      await outbox.round()
      await charges.round()
      await refunds.round()
      await kept.round()
      await vendor.round()
      await receiving.round()
      await own.round()
      await called.round()
    },
    close: async () => {
      polls.close()
      await vendor.close()
    },
  }
}
