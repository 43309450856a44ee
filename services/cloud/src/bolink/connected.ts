import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { Command } from '@lanepay/lot-link/messages.ts'
import type { DeviceKey } from '@lanepay/lot-link/topics.ts'
import type { LotSystem } from '@lanepay/lot-systems/lot-system.ts'
import type { FastifyPluginAsync } from 'fastify'
import type { Alarms } from '../alarm/alarm.ts'
import { codeToken } from '../code/token.ts'
import { agentOf, type Dispatch } from '../command/dispatch.ts'
import { selectSystem } from '../lot/store.ts'
import type { TakeIn } from '../session/take-in.ts'
import { happenings } from './happened.ts'
import { bolinkLots } from './lots.ts'
import { ordersOf } from './orders.ts'
import { outbox as makeOutbox } from './outbox.ts'
import { polls as makePolls } from './polls.ts'
import { bolinkRoutes } from './routes.ts'
import { uploads } from './upload.ts'

export type ConnectedSettings = {
  /** How long charging software may take to answer a question (bolink-protocol.md 5.1). */
  readonly answerWithinMs?: number
  /** How long a poll is held; below 30 s, so that proxies which cut there do not. */
  readonly holdMs?: number
}

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
  readonly settings: ConnectedSettings
  readonly hosted: LotSystem
  readonly tellHosted: (to: DeviceKey, command: Command) => void
}): {
  readonly lots: LotSystem
  readonly routes: FastifyPluginAsync
  tell(to: DeviceKey, command: Command): void
  round(): Promise<void>
  close(): void
} {
  const { database, clock, log, newId, alarms, dispatch, hosted, settings } = options
  const polls = makePolls()
  const outbox = makeOutbox({ database, clock, polls, alarms, answerWithinMs: settings.answerWithinMs ?? 8_000 })
  const orders = ordersOf({ database, newId })
  const onResult: Parameters<typeof bolinkLots>[0]['onResult'] = (lot, result) => dispatch.result(agentOf(lot), result)
  const bolink = bolinkLots({ database, clock, newId, polls, outbox, orders, onResult })
  const happened = happenings({ database, clock, newId, takeIn: options.takeIn, orders })

  // What runs a lot is settled when it is opened; one that is not there is asked for again.
  const systems = new Map<number, 'agent' | 'bolink'>()
  const isBolink = async (lot: LotKey): Promise<boolean> => {
    const known = systems.get(lot.lotId)
    if (known) return known === 'bolink'
    const [row] = await database
      .of(lot.bucket)
      .query<{ system: 'agent' | 'bolink' }>(selectSystem, [lot.bucket, lot.lotId])
    if (row) systems.set(lot.lotId, row.system)
    return row?.system === 'bolink'
  }
  const systemOf = async (lot: LotKey): Promise<LotSystem> => ((await isBolink(lot)) ? bolink : hosted)

  const upload = uploads({
    database,
    clock,
    log,
    alarms,
    outbox,
    orders,
    happened,
    onResult,
    codeUrl: (lot, kind, laneId) =>
      `${options.publicUrl}/p/${codeToken({ ...lot, kind, laneId, serial: 0 }, options.codeKey)}`,
  })
  return {
    lots: {
      isOnline: (lot) => hosted.isOnline(lot) || bolink.isOnline(lot),
      abilitiesOf: async (lot) => (await systemOf(lot)).abilitiesOf(lot),
      quote: async (lot, by) => (await systemOf(lot)).quote(lot, by),
      admitUnplated: async (lot, admission) => (await systemOf(lot)).admitUnplated(lot, admission),
    },
    routes: bolinkRoutes({ upload, outbox, polls, holdMs: settings.holdMs ?? 25_000 }),
    tell: (to, command) => {
      if (systems.get(to.lotId) === 'agent') return options.tellHosted(to, command)
      // What is not told now is told again: its row stays due.
      void isBolink(to)
        .then((there) => (there ? bolink.tell(to, command) : options.tellHosted(to, command)))
        .catch((error: Error) => log('error', 'lot-not-told', { lot: to.lotId, message: error.message }))
    },
    round: () => outbox.round(),
    close: () => polls.close(),
  }
}
