import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { CommandResult } from '@lanepay/lot-link/messages.ts'
import type { FastifyPluginAsync } from 'fastify'
import type { Alarms } from '../alarm/alarm.ts'
import type { CashChanges } from '../cash-change/cash-change.ts'
import type { CodePlace } from '../code/places.ts'
import { codeUrl, printedCode } from '../code/printed.ts'
import { type LotRow, selectLot } from '../lot/store.ts'
import type { UntoldPayments } from '../lot-system/untold.ts'
import type { Payers } from '../partner-wallet/senseless.ts'
import type { PayCodes } from '../pay-code/pay-code.ts'
import type { AskQuote } from '../quote/quote.ts'
import type { SoftwareCards } from '../renewal/software.ts'
import { inTurn } from '../server/in-turn.ts'
import { answering } from './answers.ts'
import { type Autopay, tellingAutopay } from './autopay.ts'
import { besideServices, notBeside } from './beside.ts'
import { bookOf } from './book.ts'
import { softwareCards } from './cards.ts'
import { type Charges, charging } from './charge.ts'
import { closingStays } from './close-stay.ts'
import { computersOf } from './computers.ts'
import { dayPages } from './day-page.ts'
import { debtsOf } from './debts.ts'
import type { Happened } from './happened.ts'
import { keeping } from './keeping.ts'
import { listRows } from './list-rows.ts'
import { bolinkLots } from './lots.ts'
import { deleteMessage } from './message-store.ts'
import type { Orders } from './orders.ts'
import type { About, Outbox } from './outbox.ts'
import type { Parks } from './park.ts'
import { vendorChange } from './platform/change.ts'
import { vendorData } from './platform/data.ts'
import { vendorInvoices } from './platform/invoices.ts'
import { vendorMoney } from './platform/money.ts'
import { paysOf } from './platform/pays.ts'
import { vendorPictures } from './platform/pictures.ts'
import { vendorReceiving } from './platform/receive.ts'
import { vendorStays } from './platform/stays.ts'
import { thirdParties } from './platform/third-parties.ts'
import { vendorCalls } from './platform/vendor.ts'
import type { Polls } from './polls.ts'
import { lotRefunds } from './refunds.ts'
import { renewingCodes } from './renew-code.ts'
import { bolinkRoutes } from './routes.ts'
import { stays } from './stays.ts'
import { uploads } from './upload.ts'

/** Lots whose charging software, or its vendor's cloud, speaks the Bolink protocol (docs/charging-software.md). */
export function bolinkProtocol(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => Id
  readonly alarms: Alarms
  readonly houseKey: Buffer
  readonly publicUrl: string
  readonly polls: Polls
  readonly outbox: Outbox
  readonly parks: Parks
  readonly untold: UntoldPayments
  readonly orders: Orders
  readonly happened: Happened
  readonly onResult: (lot: LotKey, result: CommandResult) => Promise<void>
  readonly payCodes: () => PayCodes
  readonly payers: () => Payers
  readonly changes: Pick<CashChanges, 'offer'>
}): {
  readonly lots: ReturnType<typeof bolinkLots>
  readonly routes: FastifyPluginAsync
  readonly priceOfExit: AskQuote
  readonly priceOfCharge: Charges['priceOf']
  readonly autopay: Autopay
  readonly cards: SoftwareCards
  /** Something lies there for this lot. */
  wake(lot: LotKey): void
  /** A message was sent in vain for the last time. */
  givenUp(lot: LotKey, message: { readonly id: Id; readonly about: About }): Promise<void>
  /** A lot was away for as long as a message is repeated. */
  missed(lot: LotKey, message: { readonly id: Id; readonly about: About }): Promise<void>
  round(): Promise<void>
  close(): Promise<void>
} {
  const { database, clock, log, newId, alarms, houseKey, polls, outbox, orders, happened, onResult, parks, untold } =
    options
  const refunds = lotRefunds({ database, clock, outbox, parks })
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
  const computers = computersOf({ database, polls })
  const charges = charging({
    ...{ database, clock, log, newId, orders, happened, outbox, parks, computers },
    ...{ payCodes: options.payCodes, payers: options.payers },
  })
  const closing = closingStays({ database, clock, orders, happened, outbox, parks, onResult })
  const lots = bolinkLots({
    ...{ database, clock, newId, polls, outbox, orders, parks, computers, charges, debts, pays, vendor, onResult },
    ...vendorPictures({ database, clock, orders, parks, vendor }),
    close: closing.tell,
  })

  const codeAt = async (lot: LotKey, place: CodePlace): Promise<string> =>
    codeUrl({ publicUrl: options.publicUrl, houseKey }, await printedCode(database, lot, place))
  const kept = keeping({ database, clock, newId, houseKey, happened, orders })
  const book = bookOf(database)
  const autopay = tellingAutopay({ clock, newId, orders, outbox, parks, payers: options.payers })
  const renewCode = renewingCodes({ database, clock, newId, houseKey, publicUrl: options.publicUrl })
  const told = stays({
    ...{ database, clock, orders, happened, charges, debts, book, autopay, codeAt, renewCode, alarms },
    payers: options.payers,
  })
  const days = dayPages({ database, clock, newId, houseKey, publicUrl: options.publicUrl, book, lotName })
  const services = { ...told, ...kept.services, ...days.services }
  const rows = listRows({ database, clock, newId, outbox, parks })
  const answers = {
    ...answering({ database, clock, alarms, outbox, charges, orders, debts, onResult, onRefused: untold.unheard }),
    ...rows.answers,
    ...closing.answers,
  }
  const beside = besideServices({ database, clock, kept: kept.services })
  const upload = uploads({ database, clock, log, parks, services, answers, beside, keepBeside: kept.beside })
  const change = vendorChange({ database, clock, newId, outbox, parks, changes: options.changes })
  const receiving = vendorReceiving({
    ...{ database, clock, log, newId, parks },
    services: notBeside({
      ...vendorStays({ database, clock, parks, debts, book, pays, lotName, uploads: services }),
      ...vendorMoney({ database, clock, pays, debts, charges, orders, book, codeAt }),
      ...vendorData({ database, clock, kept: kept.services }),
      ...vendorInvoices({ database, clock, houseKey, parks, orders, book }),
      ...change.services,
      ...thirdParties(lots),
    }),
    onHeard: vendor.heardOf,
  })
  return {
    lots,
    routes: async (server) => {
      await server.register(bolinkRoutes({ upload, outbox, polls }))
      await server.register(days.routes)
      await server.register(receiving.routes)
    },
    priceOfExit: charges.askQuote,
    priceOfCharge: charges.priceOf,
    autopay,
    cards: softwareCards({ database, newId, houseKey, outbox, parks }),
    wake: vendor.wake,
    missed: async (lot, { id, about }) => {
      if (about === 'payment') await untold.missed(lot, id)
    },
    givenUp: async (lot, { id, about }) => {
      // Whoever asked for it is told so; nothing was paid.
      if (about === 'coupon' || about === 'close') {
        const number = numberOf('command', lot, id)
        await onResult(lot, { id: number, at: clock.now(), state: 'expired', because: 'no-answer' })
      } else if (about === 'payment') {
        // Of a charge for which nothing was paid it ends as with the lot's answer; else its round would put it there anew.
        if (!(await charges.heard(lot, id, false))) await untold.unheard(lot, id)
      }
      // Whether the card is longer nobody knows: it goes back by no rule.
      else if (about === 'permit') await untold.letGo(lot, id)
      // What was paid is noted here; the card itself is a row of its own. What becomes of change later is told again. A stay whose coupon
      // is asked about no more has a price again; the coupon stays that stay's, as nobody knows whether it was used.
      else if (about === 'renewal' || about === 'change' || about === 'settled')
        await database.of(lot.bucket).query(deleteMessage, [lot.bucket, lot.lotId, id])
    },
    round: () =>
      inTurn([charges, refunds, change, rows, kept, days, vendor, receiving, { round: parks.sealOpen }], (one) =>
        one.round(),
      ),
    close: vendor.close,
  }
}
