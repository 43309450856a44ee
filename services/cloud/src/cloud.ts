import { hostname } from 'node:os'
import type { Withdrawals as BankPayouts } from '@lanepay/channels/withdrawals.ts'
import type { Database } from '@lanepay/database/database.ts'
import { type Clock, systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { type CloudEnd, connectCloudEnd } from '@lanepay/lot-link/cloud-end.ts'
import { agentLotSystem } from '@lanepay/lot-systems/agent/agent.ts'
import type { FastifySchema } from 'fastify'
import { alarms as makeAlarms } from './alarm/alarm.ts'
import { readingBankLists } from './application/bank-lists.ts'
import { applications as makeApplications } from './application/plugin.ts'
import { polls as makePolls } from './bolink/polls.ts'
import { saidRoutes } from './bolink/said-routes.ts'
import { cashChanges } from './cash-change/cash-change.ts'
import { changeRoutes } from './cash-change/routes.ts'
import { clearing } from './clearing/clear.ts'
import { codeUrl, printedCode } from './code/printed.ts'
import { publicCodeRoutes } from './code/public-routes.ts'
import { codeRoutes } from './code/routes.ts'
import { agentOf, dispatcher } from './command/dispatch.ts'
import { type ConsolePage, consoleRoutes } from './console/routes.ts'
import { couponRoutes } from './coupon/routes.ts'
import { shopRoutes } from './coupon/shop-routes.ts'
import { readingUsedCoupons } from './coupon/used.ts'
import { agentWatch } from './device/agents.ts'
import { forgetOldStates, notingDevices } from './device/tell.ts'
import { admitting } from './driver/admission.ts'
import { driverCookies } from './driver/identity.ts'
import { type DriverPage, driverRoutes } from './driver/routes.ts'
import { endingOldConnections } from './enrol/end-old-connection.ts'
import { enrolling } from './enrol/enrol.ts'
import { enrolRoutes } from './enrol/routes.ts'
import { certificateWatch } from './integrator/certificates.ts'
import { lookingAtAccounts } from './integrator/health.ts'
import { integratorRoutes } from './integrator/routes.ts'
import { linkHandlers, presence as makePresence } from './link/link.ts'
import { brokerRights } from './link/rights.ts'
import { lotRoutes } from './lot/routes.ts'
import { askingForPersons } from './lot-check/questions.ts'
import { listRoutes } from './lot-lists/routes.ts'
import { lotSystems } from './lot-system/lots.ts'
import { overviews } from './overview/live.ts'
import { overviewRoutes } from './overview/routes.ts'
import { hearingForWallets } from './partner-wallet/hearing.ts'
import { lotsOfWallets } from './partner-wallet/lots.ts'
import { partnerWallets, walletChannel } from './partner-wallet/partner-wallets.ts'
import { payCodes as makePayCodes, type PayCodes } from './pay-code/pay-code.ts'
import { channelAccounts } from './payment/accounts.ts'
import { notifyRoutes } from './payment/notify.ts'
import { paying } from './payment/pay.ts'
import { queryRound } from './payment/query-worker.ts'
import { paymentRoutes } from './payment/routes.ts'
import { type Channels, settling } from './payment/settle.ts'
import { leavingPictures } from './picture/of-openings.ts'
import { pictures as makePictures } from './picture/pictures.ts'
import { pictureRoutes } from './picture/routes.ts'
import { quoting } from './quote/quote.ts'
import { similarInside } from './quote/similar.ts'
import { reconciliation } from './reconciliation/reconcile.ts'
import { reconciliationRoutes } from './reconciliation/routes.ts'
import { noticingPaidTwice } from './refund/paid-twice.ts'
import { refunds as makeRefunds } from './refund/refund.ts'
import { refundRoutes } from './refund/routes.ts'
import { mayBeRenewal } from './renewal/decide.ts'
import { cardRenewals } from './renewal/renewal.ts'
import { reportRoutes } from './report/routes.ts'
import { keepGoing as byTimer } from './server/keep-going.ts'
import { makeMetrics } from './server/metrics.ts'
import { openApi } from './server/openapi.ts'
import { makeServer } from './server/server.ts'
import { sessionRoutes } from './session/routes.ts'
import { notingPlates } from './session/tails.ts'
import { takingIn } from './session/take-in.ts'
import { rulesInForce } from './share/in-force.ts'
import { sharePersonRoutes } from './share/person-routes.ts'
import { shareRoutes } from './share/routes.ts'
import { sharing } from './share/share.ts'
import { hangStaffDoor } from './staff/door.ts'
import { staffPlugins } from './staff/plugin.ts'
import type { Needs } from './staff/route.ts'
import { summaryRound } from './summary/worker.ts'
import { tariffRoutes } from './tariff/routes.ts'
import { untoldRoutes } from './untold/routes.ts'
import { vehicleRoutes } from './vehicle/routes.ts'
import { automaticWithdrawals } from './withdrawal/automatic.ts'
import { usualTerms, type WithdrawalTerms } from './withdrawal/decide.ts'
import { heldCardRound } from './withdrawal/held-worker.ts'
import { withdrawalRoutes } from './withdrawal/routes.ts'
import { withdrawals as makeWithdrawals } from './withdrawal/withdraw.ts'

export type CloudSettings = {
  readonly host: string
  readonly port: number
  /** What drivers and channels reach us by, without a slash at the end. */
  readonly publicUrl: string
  /** Seals codes and cookies; 32 characters or more. */
  readonly houseKey: string
  readonly brokerUrl: string
  /** The broker as lots' agents reach it; left out: as the cloud does. */
  readonly agentBrokerUrl?: string
  readonly brokerPassword: string
  /** What an outside broker shows when it asks about its users. */
  readonly brokerSecret: string
  /** Which of up to 1,024 processes this is: part of every id it makes. */
  readonly nodeNumber: number
  readonly trustProxy: string | false
  /** Within this time after a payment the gate may open for the vehicle that was quoted. */
  readonly gateSeconds: number
  /** How long a lot may take to answer a question. */
  readonly lotAnswersWithinMs: number
  /** Serves HTTP; a worker does not. */
  readonly serves: boolean
  /** What an instant withdrawal costs, and how much is let out; left out: as usual. */
  readonly withdrawals?: WithdrawalTerms
  /** Asks again what is open: commands, queries, refunds, withdrawals. */
  readonly works: boolean
}

export type Served = {
  readonly methods: readonly string[]
  readonly url: string
  readonly needs: Needs | null
  /** What it takes, as its route has said; left out: nothing. */
  readonly schema?: FastifySchema
}
export type Cloud = {
  /** Where it listens; empty when it does not serve. */
  readonly url: string
  /** Every route there is, and what it asks of persons with rights: null where it is not for them. */
  readonly served: readonly Served[]
  /** Finishes what is under way, then stops. */
  close(): Promise<void>
}

/** One cloud process: as many as needed run beside each other on one database. */
export async function startCloud(
  settings: CloudSettings,
  deps: {
    readonly database: Database
    readonly clock: Clock
    readonly log: Log
    readonly channels: Channels
    readonly page: DriverPage
    /** The console of persons with rights; left out: none is served. */
    readonly console?: ConsolePage
    /** Who turns the rounds; left out: a timer for each. */
    readonly keepGoing?: typeof byTimer
    /** A simulated bank that pays accounts out in demonstrations. */
    readonly bank?: BankPayouts
  },
): Promise<Cloud> {
  const { database, clock, log, page, bank = null, keepGoing = byTimer } = deps
  const { publicUrl, gateSeconds } = settings
  const newId = idMaker(() => clock.now(), settings.nodeNumber)
  const houseKey = Buffer.from(settings.houseKey)
  const channels: Channels = { ...deps.channels, zldpay: walletChannel(database, houseKey) }
  const metrics = makeMetrics()
  const presence = makePresence()
  const alarms = makeAlarms({ database, clock, log, newId })
  // The link and those who use it know each other: the end is there before the first message is handled.
  let end: CloudEnd
  const polls = makePolls((said) => end.among(said))
  let payCodes: PayCodes
  const dispatch = dispatcher({
    database,
    clock,
    log,
    newId,
    gateSeconds,
    alarms,
    // A payment is told to whoever keeps what was paid for: to the lot, or where cards are kept.
    tell: (to, command) => renewals.tell(to, command),
  })
  const takeInAndNote = notingDevices(notingPlates(takingIn({ database, clock, alarms }), database), database)
  const takeInWithPictures = leavingPictures(takeInAndNote, { database, clock })
  const takeInOnce = noticingPaidTwice(takeInWithPictures, { database, clock, newId, alarms })
  const lotsWithWallets = lotsOfWallets(database)
  const takeIn = hearingForWallets(takeInOnce, { database, clock, newId, lots: lotsWithWallets })
  // Every process hears every lot: those that work write down who is there.
  const agents = settings.works
    ? agentWatch({
        ...{ database, clock, elapsedMs: () => performance.now() },
        canHear: () => end.connected(),
      })
    : null
  end = await connectCloudEnd({
    brokerUrl: settings.brokerUrl,
    username: 'cloud',
    password: settings.brokerPassword,
    clock,
    log,
    handlers: linkHandlers({
      database,
      clock,
      log,
      alarms,
      presence,
      polls,
      takeIn,
      dispatch,
      payCodes: () => payCodes,
      end: () => end,
      agents,
    }),
  })
  const accounts = channelAccounts(database)
  const changes = cashChanges({ database, clock, log, newId, houseKey, publicUrl, channels, accounts, alarms })
  const connected = lotSystems({
    database,
    clock,
    log,
    newId,
    alarms,
    takeIn,
    dispatch,
    codeKey: houseKey,
    publicUrl,
    polls,
    hosted: agentLotSystem({
      link: end,
      isOnline: presence.isOnline,
      answerWithinMs: settings.lotAnswersWithinMs,
      gateMovesWithinMs: 7_000,
    }),
    tellHosted: (to, command) => end.tell(to, command),
    changes,
  })
  const { lots } = connected
  const renewals = cardRenewals({
    ...{ database, clock, log, newId, houseKey, alarms, software: connected.cards, isOnline: lots.isOnline },
    onResult: (lot, result) => dispatch.result(agentOf(lot), result),
    tellLot: connected.tell,
  })
  const pictures = makePictures({ database, clock, houseKey, lots })
  const clear = clearing({
    database,
    clock,
    newId,
    gateSeconds,
    // A lot that is not there hears of it from the outbox when it is back.
    onCommand: (number, command) => (lots.isOnline(number) || mayBeRenewal(command)) && dispatch.now(number, command),
  })
  const settle = settling({ database, channels, accounts, clear, alarms })
  const shareRules = rulesInForce(database)
  const shares = sharing({ database, clock, log, newId, channels, accounts, alarms })
  const { takeBack, withRefund, letGo } = shares
  const common = { database, clock, log, channels, accounts, alarms }
  const refunds = makeRefunds({ ...common, publicUrl, takeBack, withRefund, letGo })
  const askQuote = quoting({ database, clock, newId, lots, dispatch, gateWaitMs: 4_000 })
  const scanning = { database, clock, newId, channels, accounts, settle, shareRules, alarms }
  payCodes = makePayCodes({ ...scanning, askQuote })
  const reconcile = reconciliation({ database, clock, log, newId, channels, clear, refunds })
  const withdrawals = makeWithdrawals({ database, clock, log, channels, accounts, alarms, bank, houseKey })
  const terms = settings.withdrawals ?? usualTerms
  const withdrawByThemselves = automaticWithdrawals({ database, clock, log, newId, terms, hasBank: bank !== null })

  const pay = paying({ database, clock, newId, channels, accounts, settle, lots, shareRules, publicUrl })
  const wallets = partnerWallets({
    ...{ database, clock, log, newId, houseKey, alarms, lots: lotsWithWallets },
    ...{ askQuote, priceOfCharge: connected.priceOfCharge, pay, settle, onPayer: connected.payerChanged },
    pageOf: async (lot) =>
      codeUrl({ publicUrl, houseKey }, await printedCode(database, lot, { kind: 'prepay', laneId: 0 })),
  })
  connected.chargeBy(makePayCodes({ ...scanning, askQuote: connected.priceOfExit }), payCodes, wallets.payers)

  const applications = makeApplications({
    ...{ database, clock, newId, houseKey, log, publicUrl },
    channelsHere: Object.keys(deps.channels) as (keyof typeof channels)[],
    channels,
  })

  const cookies = driverCookies({ key: houseKey, secure: publicUrl.startsWith('https:') })
  const overview = overviews({ database, clock, log })
  const served: Served[] = []
  const server = settings.serves
    ? await makeServer({
        database,
        metrics,
        log,
        linkConnected: () => end.connected(),
        rightsOf: brokerRights({ database, cloudPassword: settings.brokerPassword }),
        brokerSecret: settings.brokerSecret,
        trustProxy: settings.trustProxy,
        hangDoor: (bare) => {
          bare.addHook('onRoute', ({ method, url, config, schema }) => {
            served.push({ methods: [method].flat(), url, needs: config?.staff ?? null, ...(schema && { schema }) })
          })
          hangStaffDoor(bare, { database, clock, newId, houseKey, publicUrl })
        },
        routes: [
          ...applications.routes,
          integratorRoutes({ database, clock, newId, houseKey, channels }),
          openApi(served),
          refundRoutes({ database, clock, newId, houseKey }),
          paymentRoutes({ database, clock, channels }),
          withdrawalRoutes({ database, clock, newId, houseKey, terms, channels }),
          reconciliationRoutes({ database, clock, newId, houseKey }),
          shareRoutes({ database, clock, newId, houseKey, channels, accounts }),
          sharePersonRoutes({ database, clock, newId, houseKey }),
          ...staffPlugins({ database, clock, codeClock: systemClock, log, newId, houseKey, publicUrl }),
          reportRoutes({ database, clock, log, newId, houseKey }),
          overviewRoutes(overview),
          sessionRoutes({ database, clock, newId, houseKey, lots, tell: dispatch.now }),
          pictureRoutes(pictures),
          lotRoutes({ database, clock, newId, houseKey, lots }),
          listRoutes({ database, clock, lots }),
          ...(deps.console ? [consoleRoutes(deps.console)] : []),
          tariffRoutes({ database, clock, newId, houseKey }),
          vehicleRoutes({ database, clock, newId, houseKey }),
          saidRoutes({ database, clock, newId, houseKey }),
          untoldRoutes({ database, clock, newId, houseKey }),
          couponRoutes({ database, clock, log, newId, houseKey, publicUrl }),
          shopRoutes({ database, clock, log, newId, houseKey, publicUrl }),
          connected.routes,
          wallets.routes,
          notifyRoutes({
            ...{ channels, settle, refunds, metrics, log },
            ...{ heardOfApplication: applications.heardOf, heardOfChange: changes.heardOf },
          }),
          changeRoutes({ database, clock, log, publicUrl, cookies, channels, accounts, changes, page }),
          driverRoutes({
            database,
            clock,
            codeKey: houseKey,
            publicUrl,
            cookies,
            channels,
            accounts,
            lots,
            askQuote,
            similarInside: similarInside({ database, lots }),
            pay,
            admit: admitting({ database, clock, lots }),
            renewals,
            settle,
            alarms,
            metrics,
            log,
            page,
          }),
          codeRoutes({ database, clock, newId, houseKey, publicUrl }),
          publicCodeRoutes({ database, clock, newId, houseKey, publicUrl, unknownPage: page.html }),
          enrolRoutes({
            clock,
            log,
            enrol: enrolling({
              database,
              clock,
              log,
              houseKey,
              agentBrokerUrl: settings.agentBrokerUrl ?? settings.brokerUrl,
              endOldConnection: endingOldConnections({ brokerUrl: settings.brokerUrl, clock, log }),
            }),
          }),
        ],
      })
    : null
  const url = server ? await server.listen({ host: settings.host, port: settings.port }) : ''

  const rounds = [
    keepGoing('keys', 60_000, { clock, log }, async () => {
      await Promise.all(Object.values(channels).map((channel) => channel.refreshKeys(clock.now())))
      metrics.lotsOnline.set(presence.count())
    }),
    keepGoing('lot-systems', 1_000, { clock, log }, () => connected.look()),
    ...(settings.serves ? [keepGoing('overviews', 2_000, { clock, log }, () => overview.round())] : []),
    ...(settings.works
      ? [
          keepGoing('commands', 500, { clock, log }, () => dispatch.round()),
          keepGoing('wallets', 1_000, { clock, log }, () => wallets.round()),
          keepGoing('connected-lots', 1_000, { clock, log }, () => connected.round()),
          keepGoing('lot-checks', 500, { clock, log }, askingForPersons({ database, clock, log, lots })),
          keepGoing('queries', 500, { clock, log }, queryRound({ database, clock, log, settle, payCodes })),
          keepGoing('renewals', 1_000, { clock, log }, () => renewals.round()),
          keepGoing('cash-change', 1_000, { clock, log }, () => changes.round()),
          keepGoing('refunds', 1_000, { clock, log }, () => refunds.round()),
          keepGoing('reconciliation', 60_000, { clock, log }, () => reconcile.round()),
          keepGoing('shares', 1_000, { clock, log }, () => shares.round()),
          keepGoing('pictures', 5_000, { clock, log }, () => pictures.round()),
          keepGoing('agents', 10_000, { clock, log }, async () => agents?.round()),
          keepGoing('device-history', 3_600_000, { clock, log }, () => forgetOldStates(database, clock.now())),
          keepGoing('summaries', 30_000, { clock, log }, summaryRound({ database, clock, restMs: 20_000 })),
          keepGoing('applications', 5_000, { clock, log }, () => applications.round()),
          keepGoing(
            'accounts',
            60_000,
            { clock, log },
            lookingAtAccounts({ database, clock, newId, channels, accounts }),
          ),
          keepGoing('certificates', 3_600_000, { clock, log }, certificateWatch({ channels, log, clock })),
          keepGoing('applications-at-channels', 5_000, { clock, log }, () => applications.channelRound()),
          keepGoing('bank-lists', 1_000, { clock, log }, readingBankLists({ database, clock, log, channels })),
          keepGoing('coupons', 5_000, { clock, log }, readingUsedCoupons({ database })),
          keepGoing('withdrawals', 1_000, { clock, log }, () => withdrawals.round()),
          keepGoing('automatic-withdrawals', 60_000, { clock, log }, withdrawByThemselves),
          keepGoing('held-cards', 5_000, { clock, log }, heldCardRound({ ...common, houseKey })),
        ]
      : []),
  ]
  log('info', 'cloud-started', { url, host: hostname(), node: settings.nodeNumber })
  return {
    url,
    served,
    close: async () => {
      await connected.close() // polls end with nothing: their lots ask the next process
      await server?.close() // no new requests; those under way are answered
      await Promise.all(rounds.map((round) => round.stop()))
      await end.close()
    },
  }
}
