import { numberOf } from '@lanepay/domain/numbers.ts'
import { err, ok } from '@lanepay/domain/result.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { Command, CommandResult } from '@lanepay/lot-link/messages.ts'
import { down } from '@lanepay/lot-systems/bolink/down.ts'
import { readMessage, writeMessage } from '@lanepay/lot-systems/bolink/fields.ts'
import { answers } from '@lanepay/lot-systems/bolink/up.ts'
import { type LotSystem, noWord } from '@lanepay/lot-systems/lot-system.ts'
import type { Outbox, Outgoing } from './outbox.ts'
import type { Park } from './park.ts'

/** `operate` (bolink-protocol.md 7.4). */
export const operates = { raise: 0, lower: 1 } as const

/** A lane as whoever runs the lot is told of it, and by whom: `localId` null: whichever computer comes; undefined: none serves it. */
export type GateLane = {
  readonly park: Park
  readonly channel: string
  readonly name: string
  readonly localId: string | null | undefined
}

/**
 * Gates of connected lots, raised and lowered from afar by `operate_liftrod` (bolink-protocol.md 7.4). Each order is sent once: it is no
 * payment, and 2.6 has no repeats for it.
 */
export function gateOrders(options: {
  readonly newId: () => Id
  readonly outbox: Pick<Outbox, 'ask' | 'tellOnce'>
  /** Null: the lot has no such lane. */
  readonly laneOf: (lot: LotKey, lane: number) => Promise<GateLane | null>
  /** What became of an order that was answered without being sent. */
  readonly onUnsupported: (lot: LotKey, command: CommandResult['id']) => Promise<void>
}) {
  const { newId, outbox, laneOf } = options
  const order = (lot: LotKey, id: Id, { park, channel, name, localId }: GateLane, operate: 0 | 1): Outgoing => {
    const number = numberOf('command', lot, id)
    return {
      ...{ id, service: 'operate_liftrod', answeredBy: [`liftrod:${number}`, `lane:${channel}:${operate}`] },
      ...{ orderId: null, localId: localId ?? null },
      body: writeMessage(down.operate_liftrod, {
        ...{ channel_name: name, operate, liftrod_id: number, service_name: 'operate_liftrod' },
        ...{ park_id: park.parkId, channel_id: channel },
      }),
    }
  }
  return {
    /** Raises one, and never after the command's time: a gate that opens late lets the next vehicle through. */
    async open(lot: LotKey, id: Id, command: Extract<Command, { kind: 'open-gate' }>): Promise<void> {
      const lane = await laneOf(lot, command.lane)
      if (lane === null) return options.onUnsupported(lot, command.id)
      await outbox.tellOnce(lot, order(lot, id, lane, operates.raise), command.expiresAt)
    },
    /** Lowers one, and waits for the answer. For leaving it up there is `duration`, of which no value is published. */
    moveGate: (async (lot, { lane: number, move }) => {
      if (move !== 'close') return err(noWord)
      const lane = await laneOf(lot, number)
      if (lane === null) return err({ kind: 'refused', because: 'lane-unknown' })
      if (lane.localId === undefined) return err({ kind: 'offline' })
      const said = await outbox.ask(lot, order(lot, newId(), lane, operates.lower), lane.park.settings)
      if (!said.ok) return said
      const read = readMessage(answers.operate_liftrod, said.value)
      if (!read.ok) return err({ kind: 'offline' })
      if (read.value.state === 1) return ok(null)
      return err({ kind: 'refused', because: 'not-admitted', detail: read.value.errmsg ?? '' })
    }) satisfies NonNullable<LotSystem['moveGate']>,
  }
}
