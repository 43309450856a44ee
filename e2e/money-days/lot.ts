import { randomUUID } from 'node:crypto'
import type { Clock } from '@lanepay/domain/clock.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import type { Id } from '@lanepay/domain/types.ts'
import { minute, testLot } from '@lanepay/lot-agent/fixtures.ts'
import { scanning } from '@lanepay/lot-agent/link/scan.ts'
import { shipping } from '@lanepay/lot-agent/link/ship.ts'
import type { PriceStay } from '@lanepay/lot-agent/lot.ts'
import { takeCash } from '@lanepay/lot-agent/person/attend.ts'
import { giveBack, handOver, openShift } from '@lanepay/lot-agent/shift/turns.ts'
import { type AgentEnd, connectAgentEnd } from '@lanepay/lot-link/agent-end.ts'
import type { CommandResult, Reply, Request } from '@lanepay/lot-link/messages.ts'

export const booth = 1
export const attendant = '张师傅'

/** A yuan, and seven fen a minute: an amount of every kind, so that everything is rounded that can be. */
const price: PriceStay = ({ enteredAt, at }) => {
  const priceFen = 100 + 7 * Math.max(1, Math.ceil((at - enteredAt) / minute))
  return {
    priceFen,
    lines: [{ kind: 'unit', text: { 'zh-CN': '停车', en: 'Parking' }, amountFen: priceFen }],
    leaveMinutes: 15,
  }
}

export type LivedLot = ReturnType<typeof livedLot>

/**
 * A lot of the lived days: the box's own decisions on its own disk, on its own line to the broker; the vehicles, the arm and the
 * attendant are driven by hand, and whoever is let out at the exit is gone. `aheadMs` is what its clock is wrong by.
 */
export function livedLot(of: {
  readonly bucket: number
  readonly number: number
  readonly brokerUrl: string
  readonly agentSecret: string
  readonly clock: Clock
}) {
  const { bucket, number, clock } = of
  const lot = testLot({ ...of, booths: [{ id: booth, name: '东门岗亭', shifts: true }] })
  lot.lot.price = price
  const { store } = lot.lot
  let aheadMs = 0
  const onTime = () => lot.pass(clock.now() + aheadMs - lot.now())
  onTime()
  const own = { now: () => lot.now() }
  let end: AgentEnd
  const ship = shipping({ store, clock: own, log: silentLog, end: () => end, answerWithinMs: 2_000, togetherMs: 0 })
  const scans = scanning({ end: () => end, answerWithinMs: 3_000, againMs: 1_000 })

  /** The arm goes up; whoever stands at the exit drives out under it. */
  const raise = (opening: { readonly id: Id } | null) => {
    const state = opening && store.opening(opening.id)?.state
    if (!opening || (state !== 'ordered' && state !== 'told')) return
    const { lane } = store.opening(opening.id)!
    for (const result of lot.opens(opening)) end.say('result', result)
    lot.drivesThrough(lane)
    ship.wake()
  }
  const answer = (request: Request) => {
    if (request.kind !== 'quote') return
    const made = lot.quote(request.by)
    end.say('answer', { id: request.id, ...('quote' in made ? { ok: true, ...made } : { ok: false, ...made }) })
  }
  end = connectAgentEnd({
    brokerUrl: of.brokerUrl,
    device: { bucket, lotId: number, device: 'agent' },
    secret: of.agentSecret,
    clock: own,
    log: silentLog,
    handlers: {
      connected: ship.hello,
      welcome: ship.welcome,
      ack: ship.ack,
      reply: scans.hear,
      request: (request) => {
        onTime()
        answer(request)
      },
      command: (command) => {
        onTime()
        const result: CommandResult | null = lot.command(command)
        if (result) end.say('result', result)
        const bound = store.command(command.id)?.opening
        raise(bound ? { id: bound } : null)
        ship.wake()
      },
    },
  })
  const beat = () => {
    onTime()
    return end.say('heartbeat', { epoch: store.epoch, lastSeq: store.lastSeq(), clock: own.now() })
  }
  const turn = <T>(act: () => T): T => {
    onTime()
    const made = store.turn(act)
    ship.wake()
    return made
  }

  return {
    bucket,
    number,
    beat,
    /** Whoever waits for the cloud's word hears that there is none. */
    cloudIsDead: () => scans.close(),
    /** Its clock is wrong by so much from now on. It may go back: a clock that is put right does. */
    clockIsAhead(ms: number) {
      aheadMs = ms
      onTime()
    },
    drivesIn(plate: string) {
      onTime()
      raise(lot.read(1, plate).opening)
      ship.wake()
    },
    /** The camera at the exit reads it, at first or again: who has paid drives on. */
    isReadAtExit(plate: string) {
      onTime()
      raise(lot.read(2, plate).opening)
      ship.wake()
    },
    standsAtExit: (): boolean => store.occupancy(2) !== null,
    sessionOf: (plate: string): Id => store.openSessions(plate as never)[0]!.id,
    /** The attendant scans what the driver's wallet shows, or asks what became of that; null: no word came. */
    scan: (id: string, plate: string, code?: string): Promise<Reply | null> => {
      onTime()
      return scans.ask({ id, kind: 'pay-code', plate, lane: 2, by: attendant, ...(code === undefined ? {} : { code }) })
    },
    /** Whoever stands at the exit pays in cash, with or without change. Answers how much. */
    takesCash(plate: string): number {
      onTime()
      const quoted = lot.quote({ plate })
      if (!('quote' in quoted)) throw new Error(`no quote for ${plate}: ${quoted.because}`)
      const paidFen = quoted.quote.owedFen
      const givenFen = Math.ceil(paidFen / 1_000) * 1_000
      const cash = {
        session: quoted.quote.session,
        by: attendant,
        booth,
        paidFen,
        givenFen,
        changeFen: givenFen - paidFen,
      }
      const { opening, refused } = turn(() => takeCash(lot.lot, cash, lot.now()))
      if (refused) throw new Error(`cash of ${plate} is refused: ${refused}`)
      raise(opening)
      return paidFen
    },
    /** Answers whether the drawer had it. */
    givesBack(session: string, amountFen: number): boolean {
      const asked = { session, by: attendant, reason: '多收了', amountFen, booth }
      return turn(() => giveBack(lot.lot, asked, lot.now())).refused === undefined
    },
    /** Answers the shift's number. */
    opensShift(floatFen: number): Id {
      turn(() => openShift(lot.lot, { booth, by: attendant, floatFen }, lot.now()))
      return store.openShift(booth)!.id
    },
    /** Counted is so much more than the drawer should hold, or less. */
    handsOver(overFen: number): { readonly expectedFen: number; readonly overFen: number } {
      const shift = store.openShift(booth)!
      const countedFen = Math.max(0, store.inDrawer(shift) + overFen)
      return turn(() => handOver(lot.lot, { booth, by: attendant, to: attendant, countedFen }, lot.now())).handedOver!
    },
    /** Nobody had ordered it: the arm goes up by a remote control. */
    armRisesByItself: () => turn(() => store.log({ kind: 'unordered-opening', at: lot.now(), lane: 2 })),
    /** Everything it wrote is in the cloud. */
    isHeard: (): boolean => store.ackedSeq() === store.lastSeq(),
    lastSeq: (): number => store.lastSeq(),
    newScan: () => randomUUID(),
    async close() {
      ship.close()
      scans.close()
      await end.close()
      lot.close()
    },
  }
}
