import assert from 'node:assert/strict'
import { alarms as makeAlarms } from '@lanepay/cloud/alarm/alarm.ts'
import { clearing } from '@lanepay/cloud/clearing/clear.ts'
import { dispatcher } from '@lanepay/cloud/command/dispatch.ts'
import { provision } from '@lanepay/cloud/lot/provision.ts'
import type { LotOrder } from '@lanepay/cloud/lot-order/decide.ts'
import { orderLot } from '@lanepay/cloud/lot-order/order.ts'
import { quoting } from '@lanepay/cloud/quote/quote.ts'
import { selectLog } from '@lanepay/cloud/session/store.ts'
import { takingIn } from '@lanepay/cloud/session/take-in.ts'
import { type Database, instantOut } from '@lanepay/database/database.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import { err, ok } from '@lanepay/domain/result.ts'
import type { Id } from '@lanepay/domain/types.ts'
import { innerPlan, testLot } from '@lanepay/lot-agent/fixtures.ts'
import { type Shipping, shipping } from '@lanepay/lot-agent/link/ship.ts'
import { type Ack, type Command, type CommandResult, Events, type Hello } from '@lanepay/lot-link/messages.ts'
import { agentAbilities } from '@lanepay/lot-systems/agent/agent.ts'
import { Compile } from 'typebox/compile'

type Up =
  | { readonly kind: 'hello'; readonly message: Hello }
  | { readonly kind: 'events'; readonly message: Events }
  | { readonly kind: 'result'; readonly message: CommandResult }
type Down =
  | { readonly kind: 'welcome'; readonly message: Ack }
  | { readonly kind: 'ack'; readonly message: Ack }
  | { readonly kind: 'command'; readonly message: Command }
/** What the broker may do with a message. */
export type Fate = 'carried' | 'lost' | 'twice' | 'late'

const fitsEvents = Compile(Events)
const bucket = 5
const account = '1900000001'

/** In every other lot what a stay owes is paid at the exit of the area as well. */
const areasOf = (lotId: number) => [{ name: '地库', tariff: {}, capacity: 2, collects: lotId % 2 === 0 }]

/**
 * A lot and the cloud with a line between them that does what it is told: each message is carried, lost, doubled or put behind
 * the others by hand, and no timer runs. Deciding and keeping on both sides is the product's, on its real stores; only cameras,
 * broker and channel are left out.
 */
export async function pairedLot(database: Database, lotId: number) {
  const lot = testLot({ ...innerPlan, areas: areasOf(lotId), bucket, number: lotId })
  const clock = { now: lot.now }
  const key = { bucket, lotId }
  const device = { ...key, device: 'agent' }
  const newId = idMaker(lot.now, 1)
  await provision(
    database,
    {
      bucket,
      number: lotId,
      name: '阳光花园',
      platformFeeBasisPoints: 0,
      operator: { id: '1', name: '阳光物业' },
      accounts: [{ id: 1, channel: 'wechatpay', channelFeeBasisPoints: 0, merchant: {} }],
      lanes: [
        { id: 1, name: '入口', direction: 'entry' },
        { id: 2, name: '出口', direction: 'exit' },
        { id: 3, name: '地库入口', direction: 'entry' },
        { id: 4, name: '地库出口', direction: 'exit' },
      ],
    },
    lot.now(),
  )
  const alarms = makeAlarms({ database, clock, log: silentLog, newId })
  let up: Up[] = []
  let down: Down[] = []
  let joined = true
  const tell = (command: Command) => {
    if (joined) down.push({ kind: 'command', message: structuredClone(command) })
  }
  const takeIn = takingIn({ database, clock, alarms })
  const dispatch = dispatcher({
    database,
    clock,
    log: silentLog,
    newId,
    gateSeconds: 60,
    alarms,
    // A round is of every lot of the database; those of other tests are over.
    tell: (to, command) => to.lotId === lotId && tell(command),
  })
  const clear = clearing({ database, clock, newId, gateSeconds: 60, onCommand: (_, command) => tell(command) })
  const askQuote = quoting({
    database,
    clock,
    newId,
    dispatch,
    gateWaitMs: 0,
    lots: {
      isOnline: () => joined,
      abilitiesOf: async () => agentAbilities,
      quote: async (_, by) => {
        if (!joined) return err({ kind: 'offline' })
        const made = lot.quote(by)
        return 'quote' in made ? ok(made.quote) : err({ kind: 'refused', because: made.because })
      },
      admitUnplated: async () => err({ kind: 'offline' }),
      picture: async () => err({ kind: 'offline' }),
      status: async () => err({ kind: 'offline' }),
    },
  })

  const shipOf = (): Shipping =>
    shipping({
      store: lot.lot.store,
      clock,
      log: silentLog,
      // What waits for an answer too long is said again by whoever joins the line again.
      answerWithinMs: 2 ** 31 - 1,
      togetherMs: 0,
      end: () => ({
        say: (kind, message) => {
          if (joined) up.push(structuredClone({ kind, message }) as Up)
          return joined
        },
        connected: () => joined,
        close: async () => {},
      }),
    })
  let ship = shipOf()

  const hearUp = async ({ kind, message }: Up): Promise<void> => {
    if (kind === 'events') {
      assert.ok(fitsEvents.Check(message), JSON.stringify([...fitsEvents.Errors(message)]))
      const seq = await takeIn(device, message)
      if (joined) down.push({ kind: 'ack', message: { epoch: message.epoch, seq, clock: lot.now() } })
    } else if (kind === 'result') await dispatch.result(device, message)
    else {
      const [row] = await database
        .of(bucket)
        .query<{ committed_seq: string }>(selectLog, [bucket, lotId, 'agent', message.epoch])
      const seq = Number(row?.committed_seq ?? 0)
      down.push({ kind: 'welcome', message: { epoch: message.epoch, seq, clock: lot.now() } })
      await dispatch.lotIsBack(key)
      await dispatch.round()
    }
  }
  const hearDown = async ({ kind, message }: Down): Promise<void> => {
    if (kind === 'welcome') ship.welcome(message)
    else if (kind === 'ack') ship.ack(message)
    else {
      const result = lot.command(message)
      if (result && joined) up.push({ kind: 'result', message: result })
    }
  }
  const carry = async <M>(queue: M[], hear: (message: M) => Promise<void>, fate: Fate): Promise<void> => {
    const first = queue.shift()
    if (first === undefined || fate === 'lost') return
    if (fate === 'late') {
      queue.push(first)
      return
    }
    await hear(first)
    if (fate === 'twice') await hear(first)
  }

  const paired = {
    lot,
    key,
    wake: () => ship.wake(),
    /** The agent was started again. */
    restarted(): void {
      ship.close()
      ship = shipOf()
      up = []
      down = []
      if (joined) ship.hello()
    },
    cut(): void {
      joined = false
      up = []
      down = []
    },
    join(): void {
      joined = true
      ship.hello()
    },
    carryUp: (fate: Fate) => carry(up, hearUp, fate),
    carryDown: (fate: Fate) => carry(down, hearDown, fate),
    /** What the outbox has due goes out. */
    round: () => dispatch.round(),
    order: (order: LotOrder) => orderLot({ database, clock, newId }, key, order),
    /** The quote a driver holds now; null where he is refused or owes nothing. */
    async quote(by: { readonly lane: number } | { readonly plate: string }, driver: string): Promise<string | null> {
      const asked = 'lane' in by ? { lane: by.lane, plate: null } : { lane: null, plate: by.plate }
      const quote = await askQuote({ lot: key, ...asked, pass: null, driver })
      return quote.ok ? (quote.value.quote ?? null) : null
    },
    /** The driver of a quote pays it, however long ago it was made. What clearing said. */
    async pay(quote: string): Promise<string> {
      const id = newId()
      const [payment] = await database.of(bucket).query<{ amount_fen: number }>(
        {
          name: 'pay-a-quote',
          text: `insert into payment (bucket, lot_id, id, session_id, quote_id, lane_id, occupancy, plate, driver, channel, account_id, account_key,
                                      operator_id, amount_fen, channel_fee_fen, platform_fee_fen, paid_before_fen, leave_minutes, state, created_at, expires_at)
                 select bucket, lot_id, $4, session_id, id, lane_id, occupancy, plate, driver, 'wechatpay', 1, $5, 1, owed_fen, 0, 0,
                        paid_before_fen, leave_minutes, 'pending', $6, $6 from quote where bucket = $1 and lot_id = $2 and id = $3
                 returning amount_fen`,
        },
        [bucket, lotId, quote, id, account, instantOut(lot.now())],
      )
      const facts = {
        tradeNumber: numberOf('trade', key, id),
        accountKey: account,
        amountFen: fen(payment!.amount_fen),
        currency: 'CNY',
        channelTradeNo: `42${lotId}-${id}`,
        paidAt: lot.now(),
        payer: null,
      }
      return clear({ number: { kind: 'trade', ...key, id: id as Id }, facts })
    },
    /** The line is well from now on, every gate answers or is given up, and time goes on until nothing is under way. */
    async settle(): Promise<void> {
      paired.cut()
      paired.join()
      for (let round = 0; round < 60; round++) {
        while (up.length + down.length > 0) {
          await paired.carryUp('carried')
          await paired.carryDown('carried')
        }
        for (const { id } of lot.lot.plan.lanes) {
          const waiting = lot.lot.store.waitingOpening(id)
          if (waiting) lot.silent(waiting)
        }
        ship.wake()
        const [open] = await database.of(bucket).query<{ n: number }>(
          {
            name: 'open-commands-of-lot',
            text: `select (select count(*) from lot_command where bucket = $1 and lot_id = $2 and send_at is not null)::int4 +
                          (select count(*) from clearance where bucket = $1 and lot_id = $2 and send_at is not null)::int4 as n`,
          },
          [bucket, lotId],
        )
        if (open!.n === 0 && up.length + down.length === 0 && lot.lot.store.ackedSeq() === lot.lot.store.lastSeq())
          return
        lot.pass(2_000)
        await dispatch.round()
      }
      assert.fail('something is still under way')
    },
    close: () => {
      ship.close()
      lot.close()
    },
  }
  ship.hello()
  return paired
}
export type PairedLot = Awaited<ReturnType<typeof pairedLot>>
